#include "link/ping_meter.h"

#include <QTest>

/// Are round trips and losses what the pings say, even when the other side's numbers are absurd?
using namespace clustd;
using namespace clustd::link;
using namespace std::chrono_literals;

namespace {

const Instant kStart{1h};

} // namespace

class TestPingMeter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void othersTimeIsNotCounted();
    void smoothsByAnEighth();
    void answerCountsOnce();
    void absurdNumbersGiveNoSample();
    void lossCountsWhatTheNextPingOvertook();
    void windowForgetsOldLoss();
    void answeredSinceAsksForTheTimeOfAsking();
};

void TestPingMeter::othersTimeIsNotCounted()
{
    PingMeter meter;
    const wire::Ping ping = meter.ask(kStart);
    const auto sample = meter.answered({ping.seq, ping.t1, 1'000'000, 4'000'000}, kStart + 5ms);
    QCOMPARE(sample, std::optional<Duration>(2ms));
    QCOMPARE(meter.rtt(), Duration(2ms));
}

void TestPingMeter::smoothsByAnEighth()
{
    PingMeter meter;
    auto ping = meter.ask(kStart);
    meter.answered({ping.seq, ping.t1, 0, 0}, kStart + 8ms);
    ping = meter.ask(kStart + 1s);
    meter.answered({ping.seq, ping.t1, 0, 0}, kStart + 1s + 16ms);
    QCOMPARE(meter.rtt(), Duration(9ms));
}

void TestPingMeter::answerCountsOnce()
{
    PingMeter meter;
    const auto ping = meter.ask(kStart);
    QVERIFY(meter.answered({ping.seq, ping.t1, 0, 0}, kStart + 1ms));
    QVERIFY(!meter.answered({ping.seq, ping.t1, 0, 0}, kStart + 9ms));
    QVERIFY(!meter.answered({ping.seq + 1, ping.t1, 0, 0}, kStart + 9ms));
    QCOMPARE(meter.rtt(), Duration(1ms));
}

void TestPingMeter::absurdNumbersGiveNoSample()
{
    PingMeter meter;
    auto ping = meter.ask(kStart);
    QVERIFY(!meter.answered({ping.seq, ping.t1, 9, 3}, kStart + 1ms));
    ping = meter.ask(kStart);
    QVERIFY(!meter.answered({ping.seq, ping.t1, 0, 1'000'000'000'000}, kStart + 1ms));
    // A t1 that was not ours is not believed: our own note of it counts.
    ping = meter.ask(kStart);
    QCOMPARE(meter.answered({ping.seq, 12345, 0, 0}, kStart + 1ms), std::optional<Duration>(1ms));
}

void TestPingMeter::lossCountsWhatTheNextPingOvertook()
{
    PingMeter meter;
    QCOMPARE(meter.lossPpm(), 0);
    const auto first = meter.ask(kStart);
    QCOMPARE(meter.lossPpm(), 0); // Still under way.
    meter.answered({first.seq, first.t1, 0, 0}, kStart + 1ms);
    (void)meter.ask(kStart + 1s);
    QCOMPARE(meter.lossPpm(), 0);
    (void)meter.ask(kStart + 2s);
    QCOMPARE(meter.lossPpm(), 500'000);
}

void TestPingMeter::windowForgetsOldLoss()
{
    PingMeter meter;
    Instant now = kStart;
    for (int i = 0; i < 10; ++i)
        (void)meter.ask(now += 1s);
    for (int i = 0; i < 100; ++i) {
        const auto ping = meter.ask(now += 1s);
        meter.answered({ping.seq, ping.t1, 0, 0}, now + 1ms);
    }
    QCOMPARE(meter.lossPpm(), 0);
}

void TestPingMeter::answeredSinceAsksForTheTimeOfAsking()
{
    PingMeter meter;
    const auto before = meter.ask(kStart);
    meter.answered({before.seq, before.t1, 0, 0}, kStart + 10s);
    QVERIFY(
        !meter.isAnsweredSince(kStart + 5s)); // The answer came later, but to an earlier question.
    const auto after = meter.ask(kStart + 5s);
    QVERIFY(!meter.isAnsweredSince(kStart + 5s));
    meter.answered({after.seq, after.t1, 0, 0}, kStart + 11s);
    QVERIFY(meter.isAnsweredSince(kStart + 5s));
}

QTEST_APPLESS_MAIN(TestPingMeter)
#include "tst_ping_meter.moc"
