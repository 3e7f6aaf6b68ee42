// What is known to be wrong with the service here, and when is it tried again?

#include "cluster/service_health.h"

#include <QTest>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestServiceHealth : public QObject
{
    Q_OBJECT

private:
    static Instant at(Duration span) { return Instant{} + span; }

private Q_SLOTS:
    void sicknessIsNewsOnce()
    {
        ServiceHealth health;
        QVERIFY(!health.isSick());
        QVERIFY(health.noteSick(u"web"_s, u"exited"_s));
        QVERIFY(!health.noteSick(u"web"_s, u"exited again"_s));
        QCOMPARE(health.text(), u"web: exited again"_s);
        QVERIFY(health.noteWell(u"web"_s, at(0s)));
        QVERIFY(!health.noteWell(u"web"_s, at(0s)));
        QVERIFY(!health.isSick());
        QCOMPARE(health.text(), QString());
    }

    void isSickUntilAllDriversAreWell()
    {
        ServiceHealth health;
        health.noteSick(u"web"_s, u"exited"_s);
        health.noteSick(u"db"_s, u"does not answer"_s);
        QCOMPARE(health.text(), u"db: does not answer"_s);
        health.noteWell(u"db"_s, at(0s));
        QVERIFY(health.isSick());
        health.noteWell(u"web"_s, at(0s));
        QVERIFY(!health.isSick());
    }

    void retriesAreDueOnceAndWithLongerAndLongerPauses()
    {
        Retry retry;
        QVERIFY(!retry.takeDue(at(1h)));
        Duration now{};
        for (const Duration pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
            retry.arm(at(now));
            QVERIFY(!retry.takeDue(at(now + pause - 1ns)));
            QVERIFY(retry.takeDue(at(now + pause)));
            QVERIFY(!retry.takeDue(at(now + pause)));
            now += pause;
        }
    }

    void pausesBeginAnewOnlyAfterARestThatLasted()
    {
        Retry retry;
        retry.arm(at(0s));
        retry.rest(at(500ms));
        QVERIFY(!retry.takeDue(at(59s)));
        // Well for a moment, as what has just been started is.
        retry.arm(at(59s));
        QVERIFY(!retry.takeDue(at(60s)));
        QVERIFY(retry.takeDue(at(61s)));
        retry.rest(at(61s));
        retry.arm(at(121s));
        QVERIFY(retry.takeDue(at(122s)));
    }

    void aSickServiceThatStaysIsStartedAgain()
    {
        ServiceHealth health;
        health.noteSick(u"web"_s, u"exited"_s);
        health.noteStays(at(0s));
        // Said at every tick, and yet the pause runs on.
        health.noteStays(at(500ms));
        QVERIFY(health.takeRestartDue(at(1s)));
        health.noteStays(at(1s));
        QVERIFY(!health.takeRestartDue(at(2s)));
        QVERIFY(health.takeRestartDue(at(3s)));
    }

    void aServiceThatIsWellIsNotStartedAgain()
    {
        ServiceHealth health;
        health.noteSick(u"web"_s, u"exited"_s);
        health.noteStays(at(0s));
        health.noteWell(u"web"_s, at(0s));
        QVERIFY(!health.takeRestartDue(at(1h)));
    }

    void whatHasStoppedIsForgotten()
    {
        ServiceHealth health;
        health.noteSick(u"web"_s, u"exited"_s);
        health.noteStays(at(0s));
        health.noteStopFailed(at(0s));
        health.noteStopFailed(at(1s));
        QVERIFY(health.takeStopDue(at(3s)));
        health.noteStopFailed(at(3s));
        health.noteStopped();
        QVERIFY(!health.isSick());
        QVERIFY(!health.takeRestartDue(at(1h)));
        QVERIFY(!health.takeStopDue(at(1h)));
    }
};

} // namespace clustd::cluster

QTEST_GUILESS_MAIN(clustd::cluster::TestServiceHealth)
#include "tst_service_health.moc"
