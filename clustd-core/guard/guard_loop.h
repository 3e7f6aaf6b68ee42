#pragma once

#include "guard/daemon_child.h"
#include "guard/fence_run.h"
#include "guard/fencer.h"
#include "guard/guard_pipe.h"
#include "guard/guard_process.h"
#include "guard/guard_rules.h"
#include "guard/last_resort.h"
#include "guard/plan_file.h"
#include "guard/watchdog.h"

#include <array>
#include <optional>

#include <signal.h>
#include <sys/signalfd.h>

namespace clustd::guard {

/// The parent process at work: forks the daemon, listens to it, looks at the clock, and does what
/// GuardRules says.
///
/// Everything that it needs while it fences is a member or a static, so it allocates once, before
/// the first fork.
class GuardLoop
{
public:
    /// @param plans open, or closed if there is no plan directory
    /// @param mark the line in the environment of all that the daemon starts
    GuardLoop(
        const GuardOptions &options, const ChildMain &childMain, PlanFile &plans, const Mark &mark);
    ~GuardLoop();
    GuardLoop(const GuardLoop &) = delete;
    GuardLoop &operator=(const GuardLoop &) = delete;

    /// A life to be told to the daemon as dead. Before run().
    void addFormerLife(Incarnation incarnation);

    /// @return the exit code for main(), when the guard is to end
    [[nodiscard]] int run();

private:
    [[nodiscard]] bool setUp();
    [[nodiscard]] bool startChild();
    [[noreturn]] void becomeChild(int pipe);
    void startFencer();
    void publish(Instant now);

    void wait();
    void readSignals();
    void forward(const signalfd_siginfo &info);
    void readPage();
    void readPipe();
    void allStopped(Term token, Instant now);
    [[nodiscard]] bool handle(const ChildMessage &message);
    void planGiven(const PlanMessage &given);
    [[nodiscard]] bool reap();
    void childEnded(int status);
    [[nodiscard]] bool isMeant(int status) const;

    void perform(GuardAction action, const char *why);
    void beginFence(Instant now);
    void advanceFence(bool isChildless);
    void scheduleRestart();

    GuardOptions m_options;
    ChildMain m_childMain;
    PlanFile &m_plans;
    Mark m_mark;
    GuardRules m_rules;
    sigset_t m_childMask{};
    struct sigaction m_childPipeAction
    {
    };
    int m_signals = -1;
    int m_timer = -1;
    LeasePage::Owner m_page; ///< Also the fencer's and the daemon's
    LastResort m_lastResort;
    std::optional<Fencer> m_fencer;
    Instant m_fencerAgainAt = kNever;
    Watchdog m_watchdog;
    std::array<char, 16> m_childName{}; ///< And what else children get back
    int m_oomScore = 0;

    // The present life of the daemon.
    DaemonChild m_child;
    Instant m_muteUntil
        = kNever; ///< Its end of the pipe is closed; it is dead if not reaped by then
    Incarnation m_incarnation; ///< 0 before its Hello
    bool m_isLeaving = false;

    // The activation.
    FencePlan m_plan;
    FencePlan m_received;
    const FencePlan m_emptyPlan;

    // Fencing and restarting.
    FenceRun m_fence;
    unsigned m_attempts = 0;
    Instant m_fenceAgainAt = kNever;
    Instant m_restartAt = kNever;
    Duration m_restartDelay;
    unsigned m_restarts = 0;
    std::array<Incarnation, 4> m_former{};
    std::size_t m_formerCount = 0;
    std::array<char, 64> m_lastEnd{};

    int m_asked = 0; ///< SIGTERM or SIGINT that asked for the end
    int m_lastCode = 0;
    std::optional<int> m_endWith;
    bool m_isOver = false;
};

} // namespace clustd::guard
