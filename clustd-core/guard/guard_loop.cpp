#include "guard/guard_loop.h"

#include "guard/guard_log.h"
#include "guard/processes.h"
#include "guard/realtime.h"
#include "guard/timespec.h"
#include "util/clock.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

using namespace std::chrono_literals;

/// How long a daemon that has closed its pipe may take to end before it counts as dead.
constexpr Duration kMuteMost = 250ms;
/// The same where nothing is active. Nothing will be, without a pipe; and on a busy machine an
/// orderly end takes its time.
constexpr Duration kMuteMostInactive = 10s;
/// How long the guard kills what a daemon that left in order has left behind.
constexpr Duration kTidyMost = 3s;
/// A fencer that was killed is not at once replaced for ever.
constexpr Duration kFencerAgain = 1s;

constexpr std::array kForwarded{SIGTERM, SIGINT, SIGHUP, SIGQUIT};
/// They mean nothing here, and unheard they would end a process that must not end.
constexpr std::array kIgnored{SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO};

int exitCodeOf(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

GuardLoop::GuardLoop(
    const GuardOptions &options, const ChildMain &childMain, PlanFile &plans, const Mark &mark)
    : m_options(options)
    , m_childMain(childMain)
    , m_plans(plans)
    , m_mark(mark)
    , m_rules(options.fence)
    , m_page(LeasePage::make())
    , m_fence([this] {
        sigprocmask(SIG_SETMASK, nullptr, &m_childMask);
        return m_childMask;
    }())
    , m_restartDelay(options.restartDelayMin)
{
}

GuardLoop::~GuardLoop()
{
    for (const int fd : {m_signals, m_timer}) {
        if (fd >= 0)
            close(fd);
    }
}

void GuardLoop::addFormerLife(Incarnation incarnation)
{
    if (incarnation.value() == 0)
        return;
    if (m_formerCount == m_former.size()) {
        std::rotate(m_former.begin(), m_former.begin() + 1, m_former.end());
        --m_formerCount;
    }
    m_former[m_formerCount++] = incarnation;
}

bool GuardLoop::setUp()
{
    sigset_t watched;
    sigemptyset(&watched);
    for (const int signal : kForwarded)
        sigaddset(&watched, signal);
    for (const int signal : kIgnored)
        sigaddset(&watched, signal);
    sigaddset(&watched, SIGCHLD);
    m_signals = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
    // A terminal's stop key must stop the daemon only: a stopped guard enforces nothing.
    for (const int signal : {SIGTSTP, SIGTTIN, SIGTTOU})
        sigaddset(&watched, signal);
    // Counts suspend, as the deadlines do.
    m_timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (m_signals < 0 || m_timer < 0 || sigprocmask(SIG_BLOCK, &watched, nullptr) != 0
        || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        logLine(LogLevel::Critical, "signals, timer or subreaper: %s -> not started",
            std::strerror(errno));
        return false;
    }
    if (!m_page) {
        logLine(LogLevel::Critical, "shared memory: %s -> not started", std::strerror(errno));
        return false;
    }
    prctl(PR_GET_NAME, m_childName.data());
    m_page->setFence(m_options.fence);
    m_watchdog.setOptions(m_options.watchdog);
    if (!m_lastResort.open(m_options.lastResort))
        return false;
    m_fencer.emplace(*m_page, m_plans, m_lastResort);
    struct sigaction ignore
    {
    };
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &m_childPipeAction);
    return true;
}

bool GuardLoop::startChild()
{
    m_muteUntil = kNever;
    m_incarnation = Incarnation{};
    m_isLeaving = false;
    if (!m_child.start([this](int pipe) { becomeChild(pipe); }, clusterNow()))
        return false;
    m_page->setDaemon(m_child.pid(), m_child.startTicks());
    return true;
}

void GuardLoop::startFencer()
{
    const auto letGo = [this] {
        m_child.closePipe();
        close(m_signals);
        close(m_timer);
        m_watchdog.forget();
    };
    m_fencerAgainAt = m_fencer->start(letGo, m_childMask, m_options.wantsRealtime)
        ? kNever
        : clusterNow() + kFencerAgain;
}

/// Tells the fencer how things stand, without a word to it.
void GuardLoop::publish(Instant now)
{
    m_page->looked(now);
    if (m_rules.isActive()) {
        m_page->renew(m_rules.deadline());
        m_watchdog.feed(m_rules.deadline(), now);
    } else {
        m_page->drop();
        if (now >= m_watchdog.nextFeed())
            m_watchdog.feed(kNever, now);
    }
}

void GuardLoop::becomeChild(int pipe)
{
    m_child.closePipe();
    close(m_signals);
    close(m_timer);
    m_plans.close();
    m_fencer->forget();
    m_watchdog.forget();
    restoreOomScore(m_oomScore);
    prctl(PR_SET_NAME, m_childName.data());
    sigaction(SIGPIPE, &m_childPipeAction, nullptr);
    sigprocmask(SIG_SETMASK, &m_childMask, nullptr);
    ChildStart start;
    start.formerLives.assign(
        m_former.begin(), m_former.begin() + static_cast<std::ptrdiff_t>(m_formerCount));
    start.restarts = m_restarts;
    start.lastEnd = m_lastEnd.data();
    GuardClient client(pipe);
    client.setPage(m_page.get());
    std::exit(m_childMain(std::move(client), start));
}

int GuardLoop::run()
{
    if (!setUp())
        return 1;
    m_page->looked(clusterNow());
    startFencer();
    if (!startChild())
        return 1;
    prctl(PR_SET_NAME, "clustd-guard");
    if (m_options.wantsRealtime)
        m_oomScore = becomeRealtime();

    while (!m_isOver) {
        wait();
        readSignals();
        readPage();
        readPipe();
        const bool isChildless = reap();
        const Instant now = clusterNow();
        if (now >= m_fencerAgainAt)
            startFencer();
        if (m_muteUntil != kNever && m_child.isRunning() && now >= m_muteUntil) {
            m_muteUntil = kNever;
            perform(m_rules.step(ChildDied{}, now), "has closed its pipe without ending");
        }
        perform(m_rules.step(Look{}, now), "has not renewed the lease");
        advanceFence(isChildless);
        if (!m_endWith && now >= m_restartAt) {
            m_restartAt = kNever;
            ++m_restarts;
            if (!startChild())
                scheduleRestart();
        }
        publish(now);
    }
    m_page->drop();
    m_watchdog.release();
    return *m_endWith;
}

void GuardLoop::wait()
{
    const Instant now = clusterNow();
    Instant next = std::min({m_rules.nextLook(now), m_restartAt, m_fenceAgainAt, m_fencerAgainAt,
        m_watchdog.nextFeed()});
    if (m_fence.state() == FenceRun::State::Running)
        next = std::min(next, m_fence.nextStep());
    if (m_child.isRunning())
        next = std::min(next, m_muteUntil);

    itimerspec alarm{}; // zero: no alarm
    if (next != kNever)
        alarm.it_value = toTimespec(std::max(next - now, Duration(1)));
    timerfd_settime(m_timer, 0, &alarm, nullptr);

    std::array<pollfd, 4> watched{
        {{m_signals, POLLIN, 0}, {m_timer, POLLIN, 0}, {m_child.pipe(), POLLIN, 0},
            {m_fencer->pipe(), POLLIN, 0}}}; // poll() skips a descriptor of -1
    if (poll(watched.data(), watched.size(), -1) < 0)
        return;
    if (watched[3].revents != 0) {
        logLine(LogLevel::Warning,
            "fencer has ended: until it is replaced only this guard enforces the lease");
        m_fencer->forget();
        m_fencerAgainAt = clusterNow() + kFencerAgain;
    }
    if ((watched[1].revents & POLLIN) != 0) {
        std::uint64_t times = 0;
        [[maybe_unused]] const ssize_t size = read(m_timer, &times, sizeof times);
    }
}

void GuardLoop::readSignals()
{
    signalfd_siginfo info{};
    while (read(m_signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const auto signal = static_cast<int>(info.ssi_signo);
        if (std::find(kForwarded.begin(), kForwarded.end(), signal) != kForwarded.end())
            forward(info);
    }
}

void GuardLoop::forward(const signalfd_siginfo &info)
{
    const auto signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGTERM || signal == SIGINT)
        m_asked = signal;
    if (m_child.isRunning() && !m_rules.isActing()) {
        // What a terminal sends goes to its whole foreground group, so the daemon has it already.
        if (info.ssi_code != SI_KERNEL)
            m_child.signal(signal);
    } else if (m_asked != 0 && m_restartAt != kNever) {
        m_restartAt = kNever;
        m_endWith = m_lastCode;
        m_isOver = true;
    }
}

/// A guard that was stopped finds much in its pipe, oldest first; what has happened meanwhile
/// stands in the page.
void GuardLoop::readPage()
{
    if (!m_rules.isActive())
        return;
    const Term token = *m_rules.token();
    if (m_rules.isActing())
        m_rules.learnDeadline(m_page->deadline());
    else if (m_page->isStopped(token))
        allStopped(token, clusterNow());
}

void GuardLoop::readPipe()
{
    for (;;) {
        ChildMessage message;
        const DaemonChild::Heard heard = m_child.receive(message, m_received);
        if (heard == DaemonChild::Heard::Nothing)
            return;
        if (heard == DaemonChild::Heard::End) {
            m_muteUntil = clusterNow() + (m_rules.isActive() ? kMuteMost : kMuteMostInactive);
            return;
        }
        if (heard == DaemonChild::Heard::Garbage || !handle(message)) {
            m_child.closePipe();
            perform(m_rules.step(ChildDied{}, clusterNow()), "has sent what is no message");
            return;
        }
    }
}

bool GuardLoop::handle(const ChildMessage &message)
{
    const Instant now = clusterNow(); // T1: read after the message was
    if (const auto *hello = std::get_if<HelloMessage>(&message)) {
        if (m_rules.isActive())
            return false;
        m_incarnation = hello->incarnation;
        if (!m_rules.isActing()) {
            m_rules = GuardRules(hello->fence);
            m_page->setFence(hello->fence);
        }
    } else if (const auto *plan = std::get_if<PlanMessage>(&message)) {
        planGiven(*plan);
    } else if (const auto *moved = std::get_if<DeadlineMessage>(&message)) {
        perform(m_rules.step(DeadlineGiven{moved->token, moved->deadline}, now),
            "has not renewed the lease in time");
    } else if (const auto *stopped = std::get_if<StoppedMessage>(&message)) {
        allStopped(stopped->token, now);
    } else if (std::holds_alternative<PingMessage>(message)) {
        m_child.say(Pong{});
    } else {
        m_isLeaving = true;
    }
    return true;
}

void GuardLoop::allStopped(Term token, Instant now)
{
    perform(m_rules.step(StoppedSaid{token}, now), "has not renewed the lease in time");
    if (!m_rules.isActive()) {
        m_page->drop();
        m_plans.remove();
        m_watchdog.release();
    }
}

void GuardLoop::planGiven(const PlanMessage &given)
{
    const bool wasActive = m_rules.isActive();
    const GuardAction action = m_rules.step(PlanGiven{given.token, given.deadline}, clusterNow());
    if (action != GuardAction::ConfirmPlan) {
        perform(action, "has not renewed the lease in time");
        m_child.say(PlanRefused{given.token, PlanRefusal::TooLate});
        return;
    }
    const PlanOwner owner{m_incarnation, given.token, m_child.pid(), m_child.startTicks(), m_mark};
    std::optional<PlanRefusal> refusal;
    if (!m_watchdog.open())
        refusal = PlanRefusal::NoWatchdog;
    else if (m_plans.isOpen() && !m_plans.store(owner, m_received))
        refusal = PlanRefusal::NotStored;
    if (refusal) {
        // Of a new activation nothing may start now, so there is nothing to watch; an old one goes
        // on with its old plan.
        if (!wasActive) {
            perform(m_rules.step(StoppedSaid{given.token}, clusterNow()), "");
            m_watchdog.release();
        }
        m_child.say(PlanRefused{given.token, *refusal});
        return;
    }
    m_plan = m_received;
    m_page->hold(owner, m_plan, m_rules.deadline());
    m_fencer->wake();
    m_watchdog.feed(m_rules.deadline(), clusterNow());
    m_child.say(PlanConfirmed{given.token});
}

bool GuardLoop::reap()
{
    siginfo_t ended{};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0)
        return false;
    const OrdinaryScheduling ordinary;
    for (;;) {
        int status = 0;
        const pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == 0)
            return false;
        if (pid < 0)
            return errno == ECHILD;
        if (pid == m_child.pid())
            childEnded(status);
        else
            m_fence.childReaped(pid, status);
    }
}

bool GuardLoop::isMeant(int status) const
{
    if (m_rules.isActive() || !WIFEXITED(status))
        return false;
    const int code = WEXITSTATUS(status);
    const bool isFirstStart = m_restarts == 0 && m_incarnation.value() == 0;
    return m_isLeaving || code == 0 || code == 2 || code == 3 || isFirstStart;
}

void GuardLoop::childEnded(int status)
{
    readPipe(); // its last words, Stopped and Leaving among them, come first
    m_child.closePipe();
    m_muteUntil = kNever;
    const pid_t pid = m_child.pid();
    m_child.reaped();
    m_lastCode = exitCodeOf(status);
    std::snprintf(m_lastEnd.data(), m_lastEnd.size(),
        WIFEXITED(status) ? "exit code %d" : "killed by signal %d",
        WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    if (m_rules.isActing())
        return;

    const Instant now = clusterNow();
    if (isMeant(status)) {
        m_endWith = m_lastCode;
        m_fence.begin(m_emptyPlan, {}, now + kTidyMost, now);
        return;
    }
    if (m_rules.isActive())
        logLine(LogLevel::Warning,
            "daemon (pid %lld, active in term %llu) ended: %s, lease valid for %lld ms -> kill "
            "all it started, carry out the fence plan",
            number(pid), number(*m_rules.token()), m_lastEnd.data(),
            milliseconds(m_rules.deadline() - now));
    else
        logLine(LogLevel::Warning,
            "daemon (pid %lld, not active) ended: %s -> kill all it started, restart it",
            number(pid), m_lastEnd.data());
    perform(m_rules.step(ChildDied{}, now), nullptr);
}

} // namespace clustd::guard
