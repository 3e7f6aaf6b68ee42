#include "guard/guard_rules.h"

#include "util/assert.h"

#include <algorithm>

namespace clustd::guard {
namespace {

template <typename... Handlers> struct Overloaded : Handlers...
{
    using Handlers::operator()...;
};
template <typename... Handlers> Overloaded(Handlers...) -> Overloaded<Handlers...>;

} // namespace

GuardRules::GuardRules(Duration fence)
    : m_fence(fence)
{
    CLUSTD_ASSERT(fence > Duration::zero());
}

GuardAction GuardRules::step(const GuardEvent &event, Instant now)
{
    // G3 and G4: act at deadline - D/2, and already now when the next look, D/8 from here, would
    // come after that.
    const auto isTooLate
        = [this, now](Instant deadline) { return now + m_fence / 8 > deadline - m_fence / 2; };
    const auto act = [this] {
        m_acting = true;
        m_lastResortTaken = false;
        return GuardAction::KillChildAndFence;
    };
    const auto isOverdue
        = [this, now] { return m_token && !m_lastResortTaken && now >= m_deadline; };
    const auto lastResort = [this] {
        m_lastResortTaken = true;
        return GuardAction::LastResort;
    };

    // What has stopped needs no fence, however late the word of it is read; every other event comes
    // after the deadline that has passed (T2).
    const auto *stopped = std::get_if<StoppedSaid>(&event);
    if (stopped && !m_acting && m_token == stopped->token) {
        m_token.reset();
        return GuardAction::None;
    }
    if (!m_acting && m_token && isTooLate(m_deadline))
        return act();

    return std::visit(Overloaded{
                          [&](const PlanGiven &given) {
                              if (!m_acting && m_token == given.token) {
                                  m_deadline = std::max(m_deadline, given.deadline);
                                  return GuardAction::ConfirmPlan;
                              }
                              // Not confirmed, nothing of it starts (G1). Another token's plan
                              // waits for Stopped of this one.
                              if (m_acting || m_token || isTooLate(given.deadline))
                                  return GuardAction::None;
                              m_token = given.token;
                              m_deadline = given.deadline;
                              return GuardAction::ConfirmPlan;
                          },
                          [&](const DeadlineGiven &given) {
                              if (!m_acting && m_token == given.token)
                                  m_deadline = std::max(m_deadline, given.deadline);
                              return GuardAction::None;
                          },
                          [&](const StoppedSaid &) { return GuardAction::None; },
                          [&](const ChildDied &) { return m_acting ? GuardAction::None : act(); },
                          [&](const FenceEnded &ended) {
                              if (!m_acting)
                                  return GuardAction::None;
                              if (!ended.isEverythingStopped)
                                  return isOverdue() ? lastResort() : GuardAction::FenceAgain;
                              m_acting = false;
                              m_token.reset();
                              return GuardAction::RestartChild;
                          },
                          [&](const Look &) {
                              return m_acting && isOverdue() ? lastResort() : GuardAction::None;
                          },
                      },
        event);
}

Instant GuardRules::nextLook(Instant now) const
{
    if (!m_acting && !m_token)
        return kNever;
    const Instant regular = now + m_fence / 8;
    if (!m_acting) {
        // A master that renews its lease does so before, and its guard is not woken for nothing.
        const Instant first = m_deadline - m_fence / 2 - m_fence / 8;
        return now < first ? first : regular;
    }
    return m_token && !m_lastResortTaken ? std::max(now, std::min(regular, m_deadline)) : regular;
}

} // namespace clustd::guard
