// What the guard does when GuardRules says that it must act: fence, again if need be, and start
// anew.

#include "guard/guard_log.h"
#include "guard/guard_loop.h"
#include "guard/realtime.h"
#include "util/clock.h"

#include <algorithm>

#include <signal.h>

namespace clustd::guard {
namespace {

using namespace std::chrono_literals;

constexpr Duration kFenceAgainMin = 50ms;
constexpr Duration kFenceAgainMax = 1s;

} // namespace

void GuardLoop::perform(GuardAction action, const char *why)
{
    const Instant now = clusterNow();
    switch (action) {
    case GuardAction::None:
    case GuardAction::ConfirmPlan:
        break;
    case GuardAction::KillChildAndFence:
        m_child.signal(SIGKILL);
        m_attempts = 0;
        beginFence(now);
        if (why)
            logLine(LogLevel::Warning,
                "daemon (pid %lld) %s: %s, lease valid for %lld ms -> kill it and all it "
                "started%s",
                number(m_child.pid()), why, m_rules.isActive() ? "active" : "not active",
                m_rules.isActive() ? milliseconds(m_rules.deadline() - now) : 0LL,
                m_rules.isActive() ? ", carry out the fence plan" : "");
        break;
    case GuardAction::LastResort:
        // A guard that was stopped finds the lease over, but daemon or fencer have been at work.
        if (!m_page->isFenced(*m_rules.token()) && !m_page->isStopped(*m_rules.token()))
            m_lastResort.take("", *m_rules.token());
        [[fallthrough]];
    case GuardAction::FenceAgain:
        if (m_fence.state() != FenceRun::State::Running && m_fenceAgainAt == kNever)
            m_fenceAgainAt = now
                + std::min(
                    kFenceAgainMin * (1U << std::min(m_attempts, 5U)), Duration(kFenceAgainMax));
        break;
    case GuardAction::RestartChild:
        addFormerLife(m_incarnation);
        m_page->drop();
        m_plans.remove();
        m_watchdog.release();
        if (m_asked != 0) {
            m_endWith = m_lastCode;
            m_isOver = true;
        } else {
            scheduleRestart();
        }
        break;
    }
}

void GuardLoop::beginFence(Instant now)
{
    ++m_attempts;
    m_fenceAgainAt = kNever;
    // By the mark too: while a fencer is made this process is no subreaper, and what lost its
    // parent then is below it no longer.
    const Orphans orphans{.start = m_child.startTicks(), .mark = {m_mark.data(), m_mark.size()}};
    m_fence.begin(m_rules.isActive() ? m_plan : m_emptyPlan, orphans,
        m_rules.isActive() ? m_rules.deadline() : kNever, now);
}

void GuardLoop::advanceFence(bool isChildless)
{
    const Instant now = clusterNow();
    if (now >= m_fenceAgainAt)
        beginFence(now);
    if (m_fence.state() == FenceRun::State::Idle)
        return;
    const OrdinaryScheduling ordinary;
    const FenceRun::State state = m_fence.advance(isChildless, now);
    if (state == FenceRun::State::Idle || state == FenceRun::State::Running)
        return;
    const bool isStopped = state == FenceRun::State::Stopped;
    m_fence.clear();
    if (m_endWith) {
        m_isOver = true;
        return;
    }
    if (m_rules.isActive() && isStopped)
        logLine(LogLevel::Info,
            "fence plan of term %llu carried out at attempt %u: everything has stopped -> restart "
            "the daemon",
            number(*m_rules.token()), m_attempts);
    // A plan that fails for ever is said ever more rarely.
    if (!isStopped && (m_attempts & (m_attempts - 1)) == 0)
        logLine(LogLevel::Warning, "fence attempt %u failed at %.*s -> again", m_attempts,
            static_cast<int>(m_fence.culprit().size()), m_fence.culprit().data());
    perform(m_rules.step(FenceEnded{isStopped}, now), nullptr);
}

void GuardLoop::scheduleRestart()
{
    const Instant now = clusterNow();
    if (now - m_child.since() >= m_options.wellAfter)
        m_restartDelay = m_options.restartDelayMin;
    m_restartAt = now + m_restartDelay;
    m_restartDelay = std::min(m_restartDelay * 2, m_options.restartDelayMax);
}

} // namespace clustd::guard
