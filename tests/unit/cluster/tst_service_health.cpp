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

    void isSettledWhenItWasWellForAsLongAsThePause()
    {
        ServiceHealth health;
        QVERIFY(health.isSettled(at(0s)));
        health.noteSick(u"web"_s, u"exited"_s);
        health.noteStays(at(0s));
        QVERIFY(!health.isSettled(at(1s)));
        QVERIFY(health.takeRestartDue(at(1s)));
        health.noteWell(u"web"_s, at(1s));
        QVERIFY(!health.isSettled(at(1900ms)));
        QVERIFY(health.isSettled(at(2s)));
        // However long the pause, ten seconds are enough.
        for (const Duration now : {10s, 20s, 30s, 40s, 50s, 100s}) {
            health.noteSick(u"web"_s, u"exited"_s);
            health.noteStays(at(now));
            QVERIFY(health.takeRestartDue(at(now + Retry::kLongest)));
            health.noteWell(u"web"_s, at(now));
        }
        QVERIFY(!health.isSettled(at(109s)));
        QVERIFY(health.isSettled(at(110s)));
    }

    void whatWasHandedOverIsSettledAtOnce()
    {
        ServiceHealth health;
        health.noteSick(u"web"_s, u"exited"_s);
        health.noteWell(u"web"_s, at(1s));
        QVERIFY(health.isSettled(at(1s)));
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
