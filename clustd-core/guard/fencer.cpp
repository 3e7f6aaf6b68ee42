#include "guard/fencer.h"

#include "guard/fence_run.h"
#include "guard/fencer_rules.h"
#include "guard/guard_log.h"
#include "guard/last_resort.h"
#include "guard/processes.h"
#include "guard/realtime.h"
#include "guard/timespec.h"
#include "util/clock.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <new>

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

using namespace std::chrono_literals;

constexpr Duration kStepMost = 5ms; ///< Of a fence: its children's ends are found by looking
constexpr Duration kAgainMin = 50ms;
constexpr Duration kAgainMax = 1s;
/// What cannot be stopped for so long is left to a person and to the next start.
constexpr Duration kTryMost = 10min;

/// The process itself. Allocates nothing.
class FencerLoop
{
public:
    FencerLoop(int pipe, pid_t guard, LeasePage &page, PlanFile &plans,
        const LastResort &lastResort, const sigset_t &commandMask)
        : m_pipe(pipe)
        , m_page(page)
        , m_plans(plans)
        , m_lastResort(lastResort)
        , m_guard(guard)
        , m_run(commandMask)
    {
        const std::optional<ProcessStat> stat = readProcessStat(m_guard);
        m_guardStart = stat ? stat->start : 0;
        // Counts suspend, as the deadlines do.
        m_timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    }

    void run()
    {
        for (;;) {
            const Instant now = clusterNow();
            const GuardView seen = view();
            switch (m_rules.look(seen, now)) {
            case FencerAction::Wait:
                waitUntil(m_rules.nextLook(seen, now));
                break;
            case FencerAction::Fence:
                fence(seen);
                if (m_isGivenUp)
                    return; // with the plan where it is
                break;
            case FencerAction::End:
                leaveFormerLife();
                return;
            }
        }
    }

private:
    [[nodiscard]] GuardView view() const
    {
        GuardView seen;
        seen.isGuardAlive = m_guardGoneSince == kNever;
        seen.guardGoneSince = m_guardGoneSince;
        seen.active = m_page.active();
        seen.deadline = m_page.deadline();
        seen.lastLook = m_page.lastLook();
        seen.fence = m_page.fence();
        seen.isDaemonAlive = isDaemonAlive();
        return seen;
    }

    [[nodiscard]] bool isDaemonAlive() const
    {
        if (m_page.daemon() == 0)
            return false;
        const std::optional<ProcessStat> daemon = readProcessStat(m_page.daemon());
        return daemon && daemon->start == m_page.daemonStart() && !daemon->isDead();
    }

    void waitUntil(Instant next)
    {
        itimerspec alarm{}; // zero: no alarm
        if (next != kNever)
            alarm.it_value = toTimespec(std::max(next - clusterNow(), Duration(1)));
        timerfd_settime(m_timer, 0, &alarm, nullptr);
        std::array<pollfd, 2> watched{{{m_timer, POLLIN, 0},
            {m_guardGoneSince == kNever ? m_pipe : -1, POLLIN, 0}}}; // poll() skips -1
        poll(watched.data(), watched.size(), -1);
        readPipe();
    }

    void readPipe()
    {
        std::array<char, 64> words{};
        ssize_t size = 0;
        while ((size = recv(m_pipe, words.data(), words.size(), MSG_DONTWAIT)) > 0) { }
        if (m_guardGoneSince == kNever && (size == 0 || (errno != EAGAIN && errno != EINTR)))
            m_guardGoneSince = clusterNow();
    }

    void fence(const GuardView &seen)
    {
        const LeasePage::Held &held = seen.active ? m_page.held() : m_nothingHeld;
        const unsigned long long token = number(seen.active.value_or(Term{}));
        logLine(LogLevel::Critical,
            "fencer: guard (pid %d) %s, daemon (pid %d) %s, term %llu %s, lease valid for %lld ms "
            "-> stop everything in the guard's place",
            m_guard, seen.isGuardAlive ? "has not been at work" : "is gone", m_page.daemon(),
            seen.isDaemonAlive ? "alive" : "gone", token, seen.active ? "active" : "not active",
            seen.active ? milliseconds(seen.deadline - clusterNow()) : 0LL);
        Orphans orphans;
        orphans.daemon = m_page.daemon();
        orphans.start = m_page.daemonStart();
        orphans.mark = std::string_view(held.owner.mark.data(), held.owner.mark.size());
        if (!seen.active)
            orphans.mark = {};
        orphans.guard = seen.isGuardAlive ? m_guard : 0;
        orphans.guardStart = m_guardStart;

        bool isResortTaken = false;
        const Instant end = clusterNow() + kTryMost;
        for (unsigned attempts = 1;; ++attempts) {
            const FenceRun::State state
                = carryOut(held.plan, orphans, seen.active ? seen.deadline : kNever);
            if (state == FenceRun::State::Idle) {
                logLine(LogLevel::Warning, "fencer: the guard is at work again -> leave it to it");
                return;
            }
            if (state == FenceRun::State::Stopped) {
                if (seen.active) {
                    m_rules.fenced(*seen.active);
                    m_page.sayFenced(*seen.active);
                }
                logLine(LogLevel::Info,
                    "fencer: fence plan of term %llu carried out at attempt %u: everything has "
                    "stopped",
                    token, attempts);
                return;
            }
            // What fails for ever is said ever more rarely.
            if ((attempts & (attempts - 1)) == 0)
                logLine(LogLevel::Warning, "fencer: fence attempt %u failed at %.*s -> again",
                    attempts, static_cast<int>(m_run.culprit().size()), m_run.culprit().data());
            m_run.clear();
            if (clusterNow() >= end) {
                logLine(LogLevel::Critical,
                    "fencer: %.*s still fails -> given up; stop by hand what is left, the next "
                    "start and 'clustd fence' try again",
                    static_cast<int>(m_run.culprit().size()), m_run.culprit().data());
                m_isGivenUp = true;
                return;
            }
            if (seen.active && clusterNow() >= seen.deadline && !isResortTaken) {
                isResortTaken = true;
                m_lastResort.take("fencer: ", *seen.active);
            }
            const timespec pause = toTimespec(
                std::min(kAgainMin * (1U << std::min(attempts - 1, 5U)), Duration(kAgainMax)));
            nanosleep(&pause, nullptr);
        }
    }

    /// One attempt. Idle: ended in the middle, because the guard is at work again.
    FenceRun::State carryOut(const FencePlan &plan, const Orphans &orphans, Instant deadline)
    {
        const OrdinaryScheduling ordinary;
        const Instant begun = clusterNow();
        m_run.begin(plan, orphans, deadline, begun);
        for (;;) {
            readPipe();
            if (m_guardGoneSince == kNever && m_page.lastLook() > begun) {
                m_run.abandon();
                return FenceRun::State::Idle;
            }
            const FenceRun::State state = m_run.advance(m_run.reapChildren(), clusterNow());
            if (state != FenceRun::State::Running)
                return state;
            const timespec pause = toTimespec(
                std::clamp(m_run.nextStep() - clusterNow(), Duration(1ms), Duration(kStepMost)));
            nanosleep(&pause, nullptr);
        }
    }

    /// The next start finds whose life has ended, and has nothing left to stop.
    void leaveFormerLife()
    {
        if (m_page.hasHeld() && m_plans.isOpen())
            (void)m_plans.store(m_page.held().owner, m_nothingHeld.plan);
    }

    int m_pipe;
    LeasePage &m_page;
    PlanFile &m_plans;
    const LastResort &m_lastResort;
    pid_t m_guard;
    std::uint64_t m_guardStart = 0;
    Instant m_guardGoneSince = kNever;
    int m_timer = -1;
    FencerRules m_rules;
    bool m_isGivenUp = false;
    FenceRun m_run;
    LeasePage::Held m_nothingHeld{};
};

/// The fencer's memory is that of the guard at the fork: nothing of it is allocated later.
alignas(FencerLoop) std::array<std::byte, sizeof(FencerLoop)> s_loop;

[[noreturn]] void becomeFencer(int pipe, pid_t guard, LeasePage &page, PlanFile &plans,
    const LastResort &lastResort, const sigset_t &commandMask, bool wantsRealtime)
{
    // A session of its own, and deaf: neither a terminal nor a service manager that ends the others
    // in order ends it. It goes when they are gone.
    setsid();
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    prctl(PR_SET_NAME, "clustd-fencer");
    prctl(PR_SET_CHILD_SUBREAPER, 1); // of what fence commands leave behind
    if (wantsRealtime)
        becomeRealtime(true);
    auto *loop = new (s_loop.data()) FencerLoop(pipe, guard, page, plans, lastResort, commandMask);
    loop->run();
    _exit(0);
}

} // namespace

bool Fencer::start(
    const std::function<void()> &letGo, const sigset_t &commandMask, bool wantsRealtime)
{
    forget();
    std::array<int, 2> ends{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        logLine(LogLevel::Warning, "pipe to the fencer: %s -> not started", std::strerror(errno));
        return false;
    }
    std::fflush(nullptr); // or both processes would print what is buffered
    const pid_t guard = getpid();
    // Whom it comes to when its parent ends is decided at that moment: not to this process, which
    // is therefore no subreaper until then.
    int isSubreaper = 0;
    prctl(PR_GET_CHILD_SUBREAPER, &isSubreaper);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    const pid_t between = fork();
    if (between == 0) {
        const pid_t pid = fork();
        if (pid != 0)
            _exit(pid < 0 ? 1 : 0);
        close(ends[0]);
        letGo();
        becomeFencer(ends[1], guard, m_page, m_plans, m_lastResort, commandMask, wantsRealtime);
    }
    int status = -1;
    if (between > 0) {
        while (waitpid(between, &status, 0) < 0 && errno == EINTR) { }
    }
    prctl(PR_SET_CHILD_SUBREAPER, isSubreaper);
    close(ends[1]);
    if (status != 0) {
        logLine(LogLevel::Warning, "fork of the fencer: not possible -> not started");
        close(ends[0]);
        return false;
    }
    m_pipe = ends[0];
    return true;
}

void Fencer::wake() const
{
    if (m_pipe >= 0)
        send(m_pipe, "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Fencer::forget()
{
    if (m_pipe >= 0)
        close(m_pipe);
    m_pipe = -1;
}

} // namespace clustd::guard
