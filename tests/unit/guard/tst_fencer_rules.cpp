// Does the fencer act exactly where the guard cannot: killed, or not at work when the lease is
// nearly over?

#include "guard/fencer_rules.h"

#include <QTest>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;

namespace {

constexpr Duration kFence = 400ms;
constexpr Instant kStart{1h};
constexpr Instant kDeadline = kStart + 1s;

GuardView active()
{
    GuardView view;
    view.active = Term{7};
    view.deadline = kDeadline;
    view.lastLook = kStart;
    view.fence = kFence;
    return view;
}

} // namespace

class TestFencerRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sleepsUntilTheLastQuarterOfTheFence()
    {
        FencerRules rules;
        const GuardView view = active();
        QVERIFY(rules.look(view, kStart) == FencerAction::Wait);
        QVERIFY(rules.nextLook(view, kStart) == kDeadline - kFence / 4);
    }

    void sleepsForEverWhileNothingIsActive()
    {
        FencerRules rules;
        GuardView view = active();
        view.active.reset();
        QVERIFY(rules.look(view, kDeadline + 1h) == FencerAction::Wait);
        QVERIFY(rules.nextLook(view, kStart) == kNever);
    }

    void actsWhenTheGuardHangs()
    {
        FencerRules rules;
        const GuardView view = active();
        QVERIFY(rules.look(view, kDeadline - kFence / 4 - 1ns) == FencerAction::Wait);
        QVERIFY(rules.look(view, kDeadline - kFence / 4) == FencerAction::Fence);
    }

    void leavesItToAGuardThatIsAtWork()
    {
        FencerRules rules;
        GuardView view = active();
        const Instant late = kDeadline + 5s;
        view.lastLook = late - kFence / 8; // its longest pause between looks
        QVERIFY(rules.look(view, late) == FencerAction::Wait);
        const Instant next = rules.nextLook(view, late);
        QVERIFY(next > late && next <= view.lastLook + kFence / 4);
        QVERIFY(rules.look(view, view.lastLook + kFence / 4 + 1ns) == FencerAction::Fence);
    }

    void actsAtOnceWhenGuardAndDaemonAreDead()
    {
        FencerRules rules;
        GuardView view = active();
        view.isGuardAlive = false;
        view.guardGoneSince = kStart;
        view.isDaemonAlive = false;
        QVERIFY(rules.look(view, kStart) == FencerAction::Fence);
        rules.fenced(Term{7});
        QVERIFY(rules.look(view, kStart) == FencerAction::End);
    }

    void givesADaemonThatLostItsGuardTheTimeToStop()
    {
        FencerRules rules;
        GuardView view = active();
        view.isGuardAlive = false;
        view.guardGoneSince = kStart;
        view.deadline = kStart + 1h;
        QVERIFY(rules.look(view, kStart + kFence - 1ns) == FencerAction::Wait);
        QVERIFY(rules.look(view, kStart + kFence) == FencerAction::Fence);

        // It has stopped everything, and only its end is waited for.
        view.active.reset();
        QVERIFY(rules.look(view, kStart + kFence) == FencerAction::Wait);
        QVERIFY(rules.look(view, kStart + FencerRules::kPatience) == FencerAction::Fence);
        view.isDaemonAlive = false;
        QVERIFY(rules.look(view, kStart + kFence) == FencerAction::End);
    }

    void leaseEndsAlsoForADaemonThatLostItsGuard()
    {
        FencerRules rules;
        GuardView view = active();
        view.isGuardAlive = false;
        view.guardGoneSince = kDeadline - kFence / 4 - 1ms;
        QVERIFY(rules.look(view, kDeadline - kFence / 4) == FencerAction::Fence);
    }

    void fencesOneActivationOnce()
    {
        FencerRules rules;
        GuardView view = active();
        rules.fenced(Term{7});
        QVERIFY(rules.look(view, kDeadline) == FencerAction::Wait);
        QVERIFY(rules.nextLook(view, kDeadline) == kNever);
        view.active = Term{8};
        QVERIFY(rules.look(view, kDeadline) == FencerAction::Fence);
    }
};

QTEST_GUILESS_MAIN(TestFencerRules)
#include "tst_fencer_rules.moc"
