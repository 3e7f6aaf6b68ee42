// Is the watchdog fed exactly while the lease holds, and is nothing started without one that was
// asked for?

#include "guard/watchdog.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

class TestWatchdog : public QObject
{
    Q_OBJECT

private:
    static Instant at(Duration span) { return Instant{} + span; }
    [[nodiscard]] std::string standIn() const
    {
        return m_folder.filePath(u"watchdog"_s).toStdString();
    }
    [[nodiscard]] QByteArray written() const
    {
        QFile file(m_folder.filePath(u"watchdog"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void init()
    {
        QFile file(m_folder.filePath(u"watchdog"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    }

    void withoutOneNothingIsAsked()
    {
        Watchdog none;
        QVERIFY(!none.isWanted());
        QVERIFY(none.open());
        none.feed(at(10s), at(0s));
        none.release();
        QCOMPARE(none.nextFeed(), kNever);
    }

    void isFedWhileTheLeaseOutlastsItAndClosedInOrder()
    {
        Watchdog watchdog;
        watchdog.setOptions({standIn(), 1s});
        QVERIFY(watchdog.open());
        QVERIFY(watchdog.open()); // Again with the next plan: no second time
        watchdog.feed(at(10s), at(8s));
        watchdog.feed(at(10s), at(9s));
        QCOMPARE(written(), QByteArray("\n\n"));
        // Fed now, it would reset this machine only after the lease.
        watchdog.feed(at(10s), at(9s + 1ns));
        QCOMPARE(written(), QByteArray("\n\n"));
        watchdog.release();
        QCOMPARE(written(), QByteArray("\n\nV"));
        watchdog.feed(at(20s), at(10s));
        watchdog.release();
        QCOMPARE(written(), QByteArray("\n\nV"));
    }

    void whileNothingIsActiveItIsFedFourTimesInItsTime()
    {
        Watchdog watchdog;
        watchdog.setOptions({standIn(), 1s});
        QVERIFY(watchdog.open());
        watchdog.feed(kNever, at(8s));
        QCOMPARE(watchdog.nextFeed(), at(8s + 250ms));
        watchdog.forget();
        QCOMPARE(written(), QByteArray("\n"));
        QCOMPARE(watchdog.nextFeed(), kNever);
    }

    /// Even if the lease is not renewed meanwhile: one lost renewal must not reset a machine.
    void whileActiveItIsFedAsOftenAsLongAsItMay()
    {
        Watchdog watchdog;
        watchdog.setOptions({standIn(), 1s});
        QVERIFY(watchdog.open());
        watchdog.feed(at(10s), at(8s));
        QCOMPARE(watchdog.nextFeed(), at(8s + 250ms));
        watchdog.feed(at(10s), at(9s + 1ns));
        QCOMPARE(watchdog.nextFeed(), kNever);
        watchdog.feed(at(11s), at(9s + 2ns)); // Renewed after all
        QCOMPARE(watchdog.nextFeed(), at(9s + 2ns + 250ms));
    }

    void withoutTheOneThatIsWantedNothingStarts_data()
    {
        QTest::addColumn<QByteArray>("device");
        QTest::newRow("not there") << QByteArray("/nowhere/watchdog");
        QTest::newRow("a device that takes no timeout") << QByteArray("/dev/null");
    }

    void withoutTheOneThatIsWantedNothingStarts()
    {
        QFETCH(QByteArray, device);
        Watchdog watchdog;
        watchdog.setOptions({device.toStdString(), 1s});
        QVERIFY(watchdog.isWanted());
        QVERIFY(!watchdog.open());
        watchdog.feed(at(10s), at(0s)); // Harmless
    }

    /// It is never waited for: the loop that feeds it also looks at the lease.
    void aStandInThatTakesNothingIsNotWaitedFor()
    {
        const QByteArray pipe = m_folder.filePath(u"pipe"_s).toLocal8Bit();
        QCOMPARE(mkfifo(pipe.constData(), 0600), 0);
        const int reader = ::open(pipe.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        QVERIFY(reader >= 0);
        Watchdog watchdog;
        watchdog.setOptions({pipe.toStdString(), 1s});
        QVERIFY(watchdog.open());
        for (int i = 0; i < 100'000; ++i)
            watchdog.feed(at(10s), at(0s));
        std::array<char, 64> bytes{};
        QCOMPARE(::read(reader, bytes.data(), bytes.size()), ssize_t(bytes.size()));
        QCOMPARE(bytes.front(), '\n');
        // Nor does one that has gone end the guard, which ignores SIGPIPE.
        ::signal(SIGPIPE, SIG_IGN);
        ::close(reader);
        watchdog.feed(at(10s), at(0s));
        watchdog.release();
        ::signal(SIGPIPE, SIG_DFL);
    }
};

QTEST_GUILESS_MAIN(TestWatchdog)
#include "tst_watchdog.moc"
