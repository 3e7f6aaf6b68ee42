#include "guard/fencer_rules.h"

#include <algorithm>

namespace clustd::guard {

FencerAction FencerRules::look(const GuardView &view, Instant now)
{
    const bool mayRun = view.active && view.active != m_fenced;
    if (!view.isGuardAlive) {
        const bool isHanging
            = view.isDaemonAlive && now - view.guardGoneSince >= (mayRun ? view.fence : kPatience);
        if (!mayRun && !isHanging)
            return view.isDaemonAlive ? FencerAction::Wait : FencerAction::End;
        if (!view.isDaemonAlive || isHanging)
            return FencerAction::Fence;
    }
    return mayRun && now >= view.deadline - view.fence / 4 && !isGuardAtWork(view, now)
        ? FencerAction::Fence
        : FencerAction::Wait;
}

Instant FencerRules::nextLook(const GuardView &view, Instant now) const
{
    using namespace std::chrono_literals;
    // The end of a process that is not its child is found by looking.
    if (!view.isGuardAlive)
        return now + (view.active ? 2ms : 20ms);
    if (!view.active || view.active == m_fenced)
        return kNever;
    const Instant due = view.deadline - view.fence / 4;
    // Past it the guard is at work, or this would not be asked: it is given until it rests.
    return now < due ? due : std::max(now + view.fence / 16, view.lastLook + view.fence / 4);
}

} // namespace clustd::guard
