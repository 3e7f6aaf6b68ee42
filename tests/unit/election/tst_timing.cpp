// Do all times follow from failover_within as agreed, and is what does not fit refused with its
// numbers (I1-I4)?

#include "election/timing.h"

#include <QTest>

using namespace clustd;
using namespace clustd::election;
using namespace std::chrono_literals;

namespace {

constexpr Duration us(std::int64_t count)
{
    return std::chrono::microseconds(count);
}

QByteArray rules(const std::vector<TimingViolation> &found)
{
    QByteArray text;
    for (const TimingViolation &violation : found)
        text += (text.isEmpty() ? "" : " ") + QByteArray::fromStdString(violation.rule);
    return text;
}

Timing with(Duration failoverWithin, Duration rtt)
{
    TimingOverrides by;
    by.rtt = rtt;
    by.write = 5ms;
    return Timing::derive(failoverWithin, by);
}

/// One violation of @p rule and its whole text; everything else holds.
QByteArray numbersOf(const Timing &timing, const char *rule)
{
    for (const TimingViolation &violation : violations(timing)) {
        if (violation.rule == rule)
            return QByteArray::fromStdString(violation.formula + ": " + violation.numbers);
    }
    return "holds";
}

} // namespace

class TestTiming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsFollowFromOneKnob()
    {
        const Timing t = Timing::derive(3s);
        QCOMPARE(t.heartbeat, 300ms);
        QCOMPARE(t.lease, 1800ms);
        QCOMPARE(t.fence, 750ms);
        QCOMPARE(t.rtt, 100ms);
        QCOMPARE(t.write, 100ms);
        QCOMPARE(t.stagger, 200ms); // 2 rtt > H / 2
        QCOMPARE(t.campaign, 600ms); // 4 rtt + 2 W
        QCOMPARE(t.promise / 1us, std::int64_t(1846363)); // L x 1.01 / 0.99 + 10 ms
        QVERIFY(violations(t).empty());
    }

    void shortRoundTripsGiveShortTurns()
    {
        const Timing t = with(2s, us(200));
        QCOMPARE(t.stagger, 100ms); // H / 2 > 2 rtt
        QCOMPARE(t.campaign, 200ms); // H
    }

    void defaultsHoldFromTwoHundredMilliseconds_data()
    {
        QTest::addColumn<int>("ms");
        QTest::addColumn<QByteArray>("broken");
        QTest::newRow("199 ms is too short") << 199 << QByteArray("F");
        QTest::newRow("200 ms") << 200 << QByteArray();
        QTest::newRow("2 s") << 2000 << QByteArray();
        QTest::newRow("60 s") << 60000 << QByteArray();
        QTest::newRow("more than a minute") << 60001 << QByteArray("F");
    }

    void defaultsHoldFromTwoHundredMilliseconds()
    {
        QFETCH(int, ms);
        const Timing t = Timing::derive(std::chrono::milliseconds(ms));
        QTEST(rules(violations(t)), "broken");
        if (ms == 2000)
            QCOMPARE(t.worstCaseFailover() / 1ms, std::int64_t(1879)); // 0.94 F
    }

    /// The table of the agreement: W = 5 ms.
    void whatHoldsAtWhichRoundTrip_data()
    {
        QTest::addColumn<int>("failoverMs");
        QTest::addColumn<int>("rttUs");
        QTest::addColumn<QByteArray>("broken");
        QTest::addColumn<int>("worstMs"); ///< 0: not said
        QTest::newRow("3 s at 0.2 ms") << 3000 << 200 << QByteArray() << 0;
        QTest::newRow("2 s at 0.2 ms") << 2000 << 200 << QByteArray() << 0;
        QTest::newRow("1 s at 0.2 ms") << 1000 << 200 << QByteArray() << 0;
        QTest::newRow("300 ms at 0.2 ms") << 300 << 200 << QByteArray() << 0;
        QTest::newRow("3 s at 2 ms") << 3000 << 2000 << QByteArray() << 0;
        QTest::newRow("2 s at 2 ms") << 2000 << 2000 << QByteArray() << 0;
        QTest::newRow("1 s at 2 ms") << 1000 << 2000 << QByteArray() << 0;
        QTest::newRow("300 ms at 2 ms, the tightest") << 300 << 2000 << QByteArray() << 242;
        QTest::newRow("3 s at 80 ms") << 3000 << 80000 << QByteArray() << 0;
        QTest::newRow("2 s at 80 ms") << 2000 << 80000 << QByteArray() << 1856;
        QTest::newRow("1 s at 80 ms is refused") << 1000 << 80000 << QByteArray("I2 I4") << 1238;
        QTest::newRow("300 ms at 80 ms is refused")
            << 300 << 80000 << QByteArray("I2 I3 I4") << 805;
    }

    void whatHoldsAtWhichRoundTrip()
    {
        QFETCH(int, failoverMs);
        QFETCH(int, rttUs);
        QFETCH(int, worstMs);
        const Timing t = with(std::chrono::milliseconds(failoverMs), us(rttUs));
        QTEST(rules(violations(t)), "broken");
        if (worstMs != 0)
            QCOMPARE(int(t.worstCaseFailover() / 1ms), worstMs);
    }

    void promiseMustOutlastTheLease()
    {
        Timing t = Timing::derive(2s);
        t.promise = 1224ms;
        QCOMPARE(
            numbersOf(t, "I1"), QByteArray("promise >= lease x 1.01 / 0.99: 1224ms < 1224.242ms"));
        t.promise = us(1224243);
        QCOMPARE(numbersOf(t, "I1"), QByteArray("holds"));
    }

    void leaseMustBearTwoLostHeartbeats()
    {
        Timing t = with(2s, 2ms);
        t.fence = 599ms; // 1200 - 599 < 3 x 200 + 2
        QCOMPARE(numbersOf(t, "I2"),
            QByteArray("lease - fence >= 3 heartbeat + rtt: 1200ms - 599ms < 3 x 200ms + 2ms"));
        t.fence = 598ms;
        QCOMPARE(numbersOf(t, "I2"), QByteArray("holds"));
    }

    void campaignMustEndWithinTheLease()
    {
        Timing t = with(2s, 2ms);
        t.campaign = 701ms; // > 1200 - 500
        QCOMPARE(
            numbersOf(t, "I3"), QByteArray("campaign <= lease - fence: 701ms > 1200ms - 500ms"));
        t.campaign = 700ms;
        QCOMPARE(numbersOf(t, "I3"), QByteArray("holds"));
    }

    void failoverMustFit()
    {
        Timing t = with(2s, 2ms);
        t.promise = 2s;
        QCOMPARE(numbersOf(t, "I4"),
            QByteArray("rtt/2 + promise x 1.01 + 2 stagger + 3 rtt + 2 write <= failover_within: "
                       "1ms + 2020ms + 2 x 100ms + 3 x 2ms + 2 x 5ms = 2237ms > 2000ms"));
    }

    void everySpanMustBePositive()
    {
        TimingOverrides by;
        by.rtt = 0ms;
        const std::vector<TimingViolation> found = violations(Timing::derive(2s, by));
        QCOMPARE(rules(found), QByteArray("0"));
        QCOMPARE(QByteArray::fromStdString(found.front().key), QByteArray("rtt"));
    }

    void everyViolationSaysWhatToDo()
    {
        for (const TimingViolation &violation : violations(with(300ms, 80ms))) {
            QVERIFY(!violation.key.empty());
            QVERIFY(!violation.remedy.empty());
        }
    }
};

QTEST_GUILESS_MAIN(TestTiming)
#include "tst_timing.moc"
