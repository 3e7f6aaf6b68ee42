// Does the guard act in time, once, and never back out (G1-G5)?

#include "guard/guard_rules.h"

#include <QTest>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;

namespace {

constexpr Duration kFence = 400ms; // D: acts 200 ms before the deadline, looks every 50 ms
constexpr Term kToken{7};

Instant at(std::chrono::milliseconds ms)
{
    return Instant(ms);
}

/// Rules that hold the plan of token 7 with a deadline at 1000 ms.
GuardRules activeRules()
{
    GuardRules rules(kFence);
    [[maybe_unused]] const GuardAction action = rules.step(PlanGiven{kToken, at(1000ms)}, at(0ms));
    return rules;
}

} // namespace

class TestGuardRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void confirmsPlanAndLooksWhenItsDeadlineNears()
    {
        GuardRules rules(kFence);
        QCOMPARE(rules.nextLook(at(0ms)), kNever);
        QCOMPARE(rules.step(PlanGiven{kToken, at(1000ms)}, at(0ms)), GuardAction::ConfirmPlan);
        QVERIFY(rules.isActive());
        QCOMPARE(rules.nextLook(at(0ms)), at(750ms));
        QCOMPARE(rules.nextLook(at(750ms)), at(800ms));
        QCOMPARE(rules.step(DeadlineGiven{kToken, at(1200ms)}, at(200ms)), GuardAction::None);
        QCOMPARE(rules.nextLook(at(750ms)), at(950ms));
    }

    void looksEveryEighthWhileItFences()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(ChildDied{}, at(100ms)), GuardAction::KillChildAndFence);
        QCOMPARE(rules.nextLook(at(100ms)), at(150ms));
    }

    void actsBeforeALookCouldComeTooLate()
    {
        GuardRules rules = activeRules();
        QCOMPARE(
            rules.step(Look{}, at(750ms)), GuardAction::None); // the next look, at 800, is not late
        QCOMPARE(rules.step(Look{}, at(751ms)), GuardAction::KillChildAndFence);
        QVERIFY(rules.isActing());
    }

    void neverActsLaterThanHalfTheFenceBeforeTheDeadline()
    {
        GuardRules rules = activeRules();
        Instant now = at(0ms);
        while (rules.step(Look{}, now) == GuardAction::None)
            now = rules.nextLook(now);
        QVERIFY(now <= at(800ms));
        QVERIFY(now > at(700ms));
    }

    void renewalMovesTheDeadline()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(DeadlineGiven{kToken, at(2000ms)}, at(500ms)), GuardAction::None);
        QCOMPARE(rules.step(Look{}, at(1700ms)), GuardAction::None);
        QCOMPARE(rules.step(Look{}, at(1760ms)), GuardAction::KillChildAndFence);
    }

    void ignoredRenewals_data()
    {
        QTest::addColumn<quint64>("token");
        QTest::addColumn<int>("deadline");
        QTest::newRow("a lower token") << quint64{6} << 5000;
        QTest::newRow("a higher token") << quint64{8} << 5000;
        QTest::newRow("an earlier deadline") << quint64{7} << 900;
    }
    void ignoredRenewals()
    {
        QFETCH(quint64, token);
        QFETCH(int, deadline);
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(DeadlineGiven{Term(token), at(std::chrono::milliseconds(deadline))},
                     at(100ms)),
            GuardAction::None);
        QCOMPARE(rules.deadline(), at(1000ms));
    }

    void deadlineThatPassedComesBeforeTheRenewal() // T2
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(DeadlineGiven{kToken, at(5000ms)}, at(790ms)),
            GuardAction::KillChildAndFence);
    }

    void nothingStopsItOnceItActs()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(ChildDied{}, at(100ms)), GuardAction::KillChildAndFence);
        QCOMPARE(rules.step(DeadlineGiven{kToken, at(5000ms)}, at(110ms)), GuardAction::None);
        QCOMPARE(rules.deadline(), at(1000ms));
        QCOMPARE(rules.step(StoppedSaid{kToken}, at(120ms)), GuardAction::None);
        QCOMPARE(rules.step(PlanGiven{Term{8}, at(9000ms)}, at(130ms)), GuardAction::None);
        QCOMPARE(rules.step(ChildDied{}, at(140ms)), GuardAction::None);
        QVERIFY(rules.isActing());
        QCOMPARE(rules.token(), std::optional(kToken));
    }

    void stoppedEndsTheWatchForItsTokenOnly()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(StoppedSaid{Term{6}}, at(100ms)), GuardAction::None);
        QVERIFY(rules.isActive());
        QCOMPARE(rules.step(StoppedSaid{kToken}, at(790ms)), GuardAction::None);
        QVERIFY(!rules.isActive());
        QCOMPARE(rules.nextLook(at(790ms)), kNever);
        QCOMPARE(rules.step(Look{}, at(5000ms)), GuardAction::None);
    }

    void refusesPlansThatItCouldNotEnforce()
    {
        GuardRules rules(kFence);
        QCOMPARE(rules.step(PlanGiven{kToken, at(1000ms)}, at(760ms)), GuardAction::None);
        QVERIFY(!rules.isActive());
        GuardRules active = activeRules();
        QCOMPARE(active.step(PlanGiven{Term{8}, at(9000ms)}, at(100ms)), GuardAction::None);
        QCOMPARE(active.token(), std::optional(kToken));
    }

    void planOfTheSameTokenIsReplacedAndNeverShortensTheDeadline()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(PlanGiven{kToken, at(900ms)}, at(100ms)), GuardAction::ConfirmPlan);
        QCOMPARE(rules.deadline(), at(1000ms));
        // Its own deadline is too near by now, but that of the plan in force is not.
        QCOMPARE(rules.step(PlanGiven{kToken, at(900ms)}, at(700ms)), GuardAction::ConfirmPlan);
    }

    void childIsRestartedOnlyWhenEverythingHasStopped()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(ChildDied{}, at(100ms)), GuardAction::KillChildAndFence);
        QCOMPARE(rules.step(FenceEnded{false}, at(200ms)), GuardAction::FenceAgain);
        QCOMPARE(rules.step(FenceEnded{true}, at(300ms)), GuardAction::RestartChild);
        QVERIFY(!rules.isActive());
        QVERIFY(!rules.isActing());
    }

    void childThatDiesWithNothingActiveIsRestartedWithoutAPlan()
    {
        GuardRules rules(kFence);
        QCOMPARE(rules.step(ChildDied{}, at(100ms)), GuardAction::KillChildAndFence);
        QCOMPARE(rules.step(Look{}, at(90000ms)), GuardAction::None); // no lease, so no last resort
        QCOMPARE(rules.step(FenceEnded{true}, at(90001ms)), GuardAction::RestartChild);
    }

    void lastResortComesOnceAtTheDeadline()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(Look{}, at(760ms)), GuardAction::KillChildAndFence);
        QCOMPARE(rules.nextLook(at(980ms)), at(1000ms));
        QCOMPARE(rules.step(Look{}, at(999ms)), GuardAction::None);
        QCOMPARE(rules.step(Look{}, at(1000ms)), GuardAction::LastResort);
        QCOMPARE(rules.step(Look{}, at(1050ms)), GuardAction::None);
        QCOMPARE(rules.step(FenceEnded{false}, at(1060ms)), GuardAction::FenceAgain);
        QCOMPARE(rules.step(FenceEnded{true}, at(1100ms)), GuardAction::RestartChild);
    }

    void failedFenceAtTheDeadlineIsTheLastResortToo()
    {
        GuardRules rules = activeRules();
        QCOMPARE(rules.step(Look{}, at(760ms)), GuardAction::KillChildAndFence);
        QCOMPARE(rules.step(FenceEnded{false}, at(1000ms)), GuardAction::LastResort);
    }

    void planWithoutALeaseIsHeldForEver() // naive mode
    {
        GuardRules rules(kFence);
        QCOMPARE(rules.step(PlanGiven{kToken, kNever}, at(0ms)), GuardAction::ConfirmPlan);
        QCOMPARE(rules.step(Look{}, at(1h)), GuardAction::None);
        QCOMPARE(rules.step(ChildDied{}, at(1h)), GuardAction::KillChildAndFence);
    }
};

QTEST_APPLESS_MAIN(TestGuardRules)
#include "tst_guard_rules.moc"
