#pragma once

#include "util/instant.h"
#include "util/strong_id.h"

#include <algorithm>
#include <optional>
#include <variant>

/// The guard: the small parent process that enforces the lease when the daemon, its child, dies or
/// hangs. Std and POSIX only. This file holds its decisions (G1-G5 of docs/ELECTION.md) as a pure
/// class, so that the simulator runs them too.
namespace clustd::guard {

/// G1: the daemon hands over the plan of the activation @p token, whose lease ends at @p deadline
/// (q + L).
struct PlanGiven
{
    Term token;
    Instant deadline;
};
/// G2: a renewal. Ignored for another token, when earlier, and once the guard has begun to act.
struct DeadlineGiven
{
    Term token;
    Instant deadline;
};
/// G2: everything of @p token has stopped.
struct StoppedSaid
{
    Term token;
};
struct ChildDied
{
};
/// The fence ended: nothing of the plan is left (or something is).
struct FenceEnded
{
    bool isEverythingStopped = false;
};
/// Only time has passed. The guard looks every D/8 at least once its deadline nears or it fences
/// (G4).
struct Look
{
};
using GuardEvent = std::variant<PlanGiven, DeadlineGiven, StoppedSaid, ChildDied, FenceEnded, Look>;

enum class GuardAction {
    None,
    ConfirmPlan, ///< Tell the child that plan and deadline are held
    KillChildAndFence, ///< SIGKILL to the child and all it started, then the plan; answer
                       ///< FenceEnded
    FenceAgain, ///< The plan failed: try again (and again)
    LastResort, ///< G5: not everything stopped by the deadline; also goes on fencing
    RestartChild ///< With the dead incarnation, so that it says Released{that, for ever}
};

/// One guard's decisions. Step it with every event and at nextLook(); allocates nothing.
class GuardRules
{
public:
    /// @param fence D of the timing: at deadline - D/2 the guard acts, D/8 is the longest time
    /// between looks.
    explicit GuardRules(Duration fence);

    [[nodiscard]] GuardAction step(const GuardEvent &event, Instant now);

    /// No later than this step(Look) must be called; kNever while nothing is active and nothing is
    /// being fenced.
    [[nodiscard]] Instant nextLook(Instant now) const;

    /// The lease lasts until @p deadline, which this guard has not heard while it was stopped. It
    /// acts all the same (T2); only the last resort waits for it.
    void learnDeadline(Instant deadline) { m_deadline = std::max(m_deadline, deadline); }

    [[nodiscard]] bool isActive() const { return m_token.has_value(); }
    [[nodiscard]] bool isActing() const { return m_acting; }
    [[nodiscard]] std::optional<Term> token() const { return m_token; }
    [[nodiscard]] Instant deadline() const { return m_deadline; }

private:
    Duration m_fence;
    std::optional<Term> m_token; ///< Of the plan in force; nothing when nothing is active
    Instant m_deadline{};
    bool m_acting = false; ///< From the decision to fence until the child is restarted
    bool m_lastResortTaken = false;
};

} // namespace clustd::guard
