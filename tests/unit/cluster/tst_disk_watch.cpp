// Is a state folder that takes no writes seen while all is quiet, and never mistaken?

#include "cluster/disk_watch.h"

#include <QTest>

using namespace clustd;
using namespace clustd::cluster;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr Instant kStart{1h};
}

class TestDiskWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksOneQuestionAtATime()
    {
        DiskWatch watch(2s);
        QVERIFY(watch.takeDue(kStart));
        QVERIFY(!watch.takeDue(kStart + 1h));
        watch.done({}, kStart + 1h);
        QVERIFY(!watch.takeDue(kStart + 1h));
        QVERIFY(!watch.takeDue(kStart + 1h + DiskWatch::kInterval - 1ns));
        QVERIFY(watch.takeDue(kStart + 1h + DiskWatch::kInterval));
    }

    void aFailureHoldsUntilTheNextSuccess()
    {
        DiskWatch watch(2s);
        QVERIFY(watch.trouble(kStart).isEmpty());
        QVERIFY(watch.takeDue(kStart));
        watch.done(u"No space left on device"_s, kStart);
        QCOMPARE(watch.trouble(kStart), u"No space left on device"_s);
        QVERIFY(watch.takeDue(kStart + 5s));
        QCOMPARE(watch.trouble(kStart + 5s), u"No space left on device"_s);
        watch.done({}, kStart + 5s);
        QVERIFY(watch.trouble(kStart + 5s).isEmpty());
    }

    void aWriteThatDoesNotEndIsAHungDisk()
    {
        DiskWatch watch(2s);
        QVERIFY(watch.takeDue(kStart));
        QVERIFY(watch.trouble(kStart + 2s).isEmpty());
        QVERIFY(watch.trouble(kStart + 3s).contains(u"3 s"));
        watch.done({}, kStart + 4s);
        QVERIFY(watch.trouble(kStart + 4s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestDiskWatch)
#include "tst_disk_watch.moc"
