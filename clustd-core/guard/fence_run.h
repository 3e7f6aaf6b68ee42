#pragma once

#include "guard/fence_plan.h"
#include "util/instant.h"

#include <cstddef>
#include <string_view>

#include <signal.h>
#include <sys/types.h>

namespace clustd::guard {

/// What is to be killed and is no descendant of the process that fences: left behind by a killed
/// guard (its plan file names it), or below a guard that hangs.
struct Orphans
{
    pid_t daemon = 0; ///< 0: none
    std::uint64_t start = 0; ///< Of the daemon, in clock ticks
    std::string_view mark; ///< "CLUSTD_GUARD=...": in the environment of all that the daemon
                           ///< started; empty: none
    pid_t guard = 0; ///< All below it is to be killed, but not itself; 0: it is dead
    std::uint64_t guardStart = 0;
};

/// One attempt to carry out a plan (G3): first kills, pass after pass, every descendant of this
/// process and what the plan says is to be killed; then runs the plan's commands one by one; then
/// takes away its addresses that are still there; then kills what those have left.
///
/// A state machine that never blocks, so that the guard goes on looking at its deadline meanwhile.
/// Allocates nothing. Whoever drives it reaps the children of this process and tells it.
class FenceRun
{
public:
    enum class State { Idle, Running, Stopped, Failed };

    /// @param childMask the signal mask that commands are started with
    explicit FenceRun(const sigset_t &childMask)
        : m_childMask(childMask)
    {
    }

    /// @param plan outlives the run
    /// @param deadline of the lease: commands share what is left of it; once passed only their own
    /// timeouts bind
    void begin(const FencePlan &plan, const Orphans &orphans, Instant deadline, Instant now);

    /// A child of this process has ended, as waitpid() says.
    void childReaped(pid_t pid, int status);

    /// Reaps what children of this process have ended, for a caller that has none of its own.
    /// @return none is left, for advance()
    bool reapChildren();

    /// Does what can be done now. @param isChildless waitpid() has just said ECHILD: no descendant
    /// is left
    State advance(bool isChildless, Instant now);

    /// Call advance() no later than this, and after each SIGCHLD.
    [[nodiscard]] Instant nextStep() const { return m_nextStep; }
    [[nodiscard]] State state() const { return m_state; }
    void clear() { m_state = State::Idle; }
    /// Ends an attempt in the middle; a command that runs is killed.
    void abandon();

    /// Why an attempt has failed: the name of the first command that did, or "a process ...", "an
    /// address ...".
    [[nodiscard]] std::string_view culprit() const { return m_culprit; }

private:
    enum class Phase { KillFirst, Commands, Addresses, KillLast };

    void enterKilling(Phase phase, Instant now);
    bool killOnce(bool isChildless);
    void startCommand(const FencePlan::Step &step, Instant now);
    void commandFailed(const char *how);
    bool nextCommand(Instant now);
    bool startRemoval(Instant now);
    void goOn(Instant now);
    [[nodiscard]] Duration shareOf(const FencePlan::Step &first, Instant now) const;
    void startChild(Duration allowed, Instant now);
    void fail(std::string_view culprit);

    sigset_t m_childMask;
    const FencePlan *m_plan = nullptr;
    Orphans m_orphans;
    Instant m_deadline = kNever;
    State m_state = State::Idle;
    Phase m_phase = Phase::KillFirst;
    Instant m_nextStep = kNever;
    Instant m_killUntil{};
    Duration m_pause{};
    std::size_t m_step = 0; ///< The next of the plan to look at for a command
    const FencePlan::Step *m_running = nullptr;
    pid_t m_command = 0; ///< Running now, 0 if none
    Instant m_commandUntil{};
    bool m_hasFailed = false;
    std::string_view m_culprit;
};

} // namespace clustd::guard
