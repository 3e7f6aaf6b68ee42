// When does a failing check make a driver sick, and when is it well again?

#include "drivers/health_check.h"
#include "recording_driver.h"
#include "support/due_work.h"

#include <QSignalSpy>
#include <QTest>

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestHealthCheck : public QObject
{
    Q_OBJECT

private:
    static constexpr auto kInterval = 1ms;

    static config::Driver configOf(int retries, Duration interval = kInterval)
    {
        config::Driver config;
        config.name = u"web"_s;
        config.retries = retries;
        config.checkInterval = interval;
        return config;
    }

private Q_SLOTS:
    void isSickAfterMoreFailuresThanAreForgiven_data()
    {
        QTest::addColumn<int>("retries");
        QTest::addColumn<int>("failures");
        QTest::addColumn<bool>("isSick");
        QTest::newRow("none forgiven: the first failure counts") << 0 << 1 << true;
        QTest::newRow("two forgiven: two failures are not enough") << 2 << 2 << false;
        QTest::newRow("two forgiven: the third counts") << 2 << 3 << true;
    }
    void isSickAfterMoreFailuresThanAreForgiven()
    {
        QFETCH(int, retries);
        QFETCH(int, failures);
        QFETCH(bool, isSick);
        QStringList journal;
        RecordingDriver driver(configOf(retries), journal);
        driver.failures[u"check"_s] = failures;
        HealthCheck health(driver);
        QSignalSpy sick(&health, &HealthCheck::turnedSick);
        QSignalSpy well(&health, &HealthCheck::turnedWell);
        health.begin({});
        QTRY_VERIFY(journal.size() > failures + 2);
        QCOMPARE(sick.size(), isSick ? 1 : 0);
        QCOMPARE(well.size(), isSick ? 1 : 0);
    }

    void onlyFailuresInARowCount()
    {
        QStringList journal;
        RecordingDriver driver(configOf(1), journal);
        HealthCheck health(driver);
        QSignalSpy sick(&health, &HealthCheck::turnedSick);
        QSignalSpy faltered(&health, &HealthCheck::faltered);
        health.begin({});
        for (int i = 1; i <= 3; ++i) {
            driver.failures[u"check"_s] = 1;
            QTRY_COMPARE(faltered.size(), i);
            const qsizetype seen = journal.size();
            QTRY_VERIFY(journal.size() > seen + 1);
        }
        QCOMPARE(sick.size(), 0);
    }

    void saysNothingAfterItsEnd()
    {
        QStringList journal;
        RecordingDriver driver(configOf(0), journal);
        driver.held = {u"check"_s};
        HealthCheck health(driver);
        QSignalSpy sick(&health, &HealthCheck::turnedSick);
        health.begin({});
        QTRY_VERIFY(driver.isHeld());
        health.end();
        driver.release(Outcome::failed(u"late"_s));
        test::finishDueWork(kInterval);
        QCOMPARE(sick.size(), 0);
        QCOMPARE(journal.size(), 1);
    }

    void answerToAnEarlierRoundIsDropped()
    {
        QStringList journal;
        RecordingDriver driver(configOf(0, 1h), journal);
        driver.held = {u"check"_s};
        HealthCheck health(driver);
        QSignalSpy sick(&health, &HealthCheck::turnedSick);
        health.begin({});
        health.checkNow();
        QTRY_VERIFY(driver.isHeld());
        health.end();
        health.begin({});
        driver.release(Outcome::failed(u"of the round before"_s));
        test::finishDueWork();
        QCOMPARE(sick.size(), 0);
    }

    void checkNowDoesNotRunTwoAtATime()
    {
        QStringList journal;
        RecordingDriver driver(configOf(0, 1h), journal);
        driver.held = {u"check"_s};
        HealthCheck health(driver);
        health.checkNow();
        test::finishDueWork();
        QVERIFY(journal.isEmpty());
        health.begin({});
        health.checkNow();
        QTRY_VERIFY(driver.isHeld());
        health.checkNow();
        test::finishDueWork();
        QCOMPARE(journal.size(), 1);
    }
};

} // namespace clustd::drivers

QTEST_GUILESS_MAIN(clustd::drivers::TestHealthCheck)
#include "tst_health_check.moc"
