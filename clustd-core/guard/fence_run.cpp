#include "guard/fence_run.h"

#include "guard/addresses.h"
#include "guard/guard_log.h"
#include "guard/processes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPauseMin = 1ms;
constexpr Duration kPauseMax = 16ms;
/// SIGKILL works at once unless a process is stuck in the kernel; then the commands must not wait
/// for it.
constexpr Duration kKillMost = 1s;
constexpr Duration kCommandDefault = 5s; ///< For one without a timeout of its own
constexpr Duration kCommandMost = 1h;

/// The part of an environment entry before '='.
std::string_view nameOf(const char *entry)
{
    const char *equals = std::strchr(entry, '=');
    return equals ? std::string_view(entry, static_cast<std::size_t>(equals - entry))
                  : std::string_view(entry);
}

/// What systemd has said to the guard alone.
bool isForGuardOnly(std::string_view name)
{
    return name == "NOTIFY_SOCKET" || name.starts_with("WATCHDOG_") || name.starts_with("LISTEN_");
}

/// In the forked process: never returns.
[[noreturn]] void becomeCommand(
    const FencePlan &plan, const FencePlan::Step &step, const sigset_t &mask, Duration allowed)
{
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);

    std::array<const char *, FencePlan::kMaxWords + 1> words{};
    const std::size_t count = plan.words(step, words);
    std::array<const char *, FencePlan::kMaxWords + 1> argv{};
    std::copy_n(words.begin() + 1, step.argc, argv.begin());

    // The first entry of a name is the one that counts, so the plan's own come before the inherited
    // ones.
    std::array<char, 64> left{};
    std::snprintf(left.data(), left.size(), "CLUSTD_DEADLINE_MS=%lld",
        static_cast<long long>(
            std::chrono::duration_cast<std::chrono::milliseconds>(allowed).count()));
    std::array<const char *, 2048> env{};
    std::size_t used = 0;
    env[used++] = left.data();
    for (std::size_t i = std::size_t{1} + step.argc; i < count; ++i)
        env[used++] = words[i];
    const std::size_t own = used;
    for (char **entry = environ; *entry && used < env.size() - 1; ++entry) {
        const bool isSet = std::any_of(env.begin(), env.begin() + static_cast<std::ptrdiff_t>(own),
            [entry](const char *other) { return nameOf(other) == nameOf(*entry); });
        if (!isSet && !isForGuardOnly(nameOf(*entry)))
            env[used++] = *entry;
    }
    // Found in the PATH that it is given, as the daemon does.
    environ = const_cast<char **>(env.data());
    execvp(argv[0], const_cast<char *const *>(argv.data()));
    _exit(errno == ENOENT ? 127 : 126);
}

/// In the forked process: never returns.
[[noreturn]] void removeAddresses(const FencePlan &plan)
{
    setpgid(0, 0);
    bool areGone = true;
    for (const FencePlan::Step &step : plan.steps()) {
        if (step.kind != FencePlan::StepKind::RemoveAddress)
            continue;
        std::array<const char *, 2> words{};
        plan.words(step, words);
        const int error = removeAddress(words[0], words[1]);
        if (error != 0)
            logLine(LogLevel::Warning, "address %s on %s: %s -> not removed", words[1], words[0],
                std::strerror(error));
        areGone = areGone && error == 0;
    }
    _exit(areGone ? 0 : 1);
}

} // namespace

void FenceRun::begin(const FencePlan &plan, const Orphans &orphans, Instant deadline, Instant now)
{
    m_plan = &plan;
    m_orphans = orphans;
    m_deadline = deadline;
    m_state = State::Running;
    m_step = 0;
    m_running = nullptr;
    m_command = 0;
    m_hasFailed = false;
    m_culprit = {};
    enterKilling(Phase::KillFirst, now);
}

void FenceRun::abandon()
{
    if (m_command != 0) {
        kill(-m_command, SIGKILL);
        kill(m_command, SIGKILL);
    }
    m_state = State::Idle;
}

void FenceRun::enterKilling(Phase phase, Instant now)
{
    m_phase = phase;
    m_pause = kPauseMin;
    m_nextStep = now;
    // What is left of the lease is for the commands too, if there are any.
    const Duration left
        = m_deadline == kNever ? kKillMost : std::max(m_deadline - now, Duration::zero());
    m_killUntil = now + std::clamp(left / 2, Duration(20ms), Duration(kKillMost));
}

void FenceRun::fail(std::string_view culprit)
{
    if (!m_hasFailed)
        m_culprit = culprit;
    m_hasFailed = true;
}

bool FenceRun::killOnce(bool isChildless)
{
    bool isDone = isChildless;
    if (!isChildless)
        killDescendantsOnce();
    if (m_orphans.daemon != 0)
        isDone = killProcessOnce(m_orphans.daemon, m_orphans.start) && isDone;
    if (m_orphans.guard != 0) {
        const std::optional<ProcessStat> guard = readProcessStat(m_orphans.guard);
        if (guard && guard->start == m_orphans.guardStart && !guard->isDead())
            isDone = killDescendantsOnce(m_orphans.guard) == 0 && isDone;
    }
    if (!m_orphans.mark.empty())
        isDone = killMarkedOnce(m_orphans.mark, m_orphans.start) == 0 && isDone;
    for (const FencePlan::Step &step : m_plan->steps()) {
        if (step.kind == FencePlan::StepKind::KillGroup) {
            isDone = killGroupOnce(step.pid, step.number) && isDone;
        } else if (step.kind == FencePlan::StepKind::KillProcess) {
            isDone = killProcessOnce(step.pid, step.number) && isDone;
        } else if (step.kind == FencePlan::StepKind::KillCgroup) {
            std::array<const char *, 1> directory{};
            m_plan->words(step, directory);
            isDone = killCgroupOnce(directory[0]) && isDone;
        }
    }
    return isDone;
}

/// Of what is left of the lease, when all from @p first on are still to run; the removal of
/// addresses counts as one.
Duration FenceRun::shareOf(const FencePlan::Step &first, Instant now) const
{
    if (m_deadline == kNever || now >= m_deadline)
        return kCommandMost;
    using Kind = FencePlan::StepKind;
    const auto steps = m_plan->steps();
    const auto commands = std::count_if(steps.begin() + (&first - steps.data()), steps.end(),
        [](const FencePlan::Step &step) { return step.kind == Kind::Run; });
    const bool hasAddresses = std::any_of(steps.begin(), steps.end(),
        [](const FencePlan::Step &step) { return step.kind == Kind::RemoveAddress; });
    return (m_deadline - now) / (commands + (hasAddresses ? 1 : 0));
}

void FenceRun::startCommand(const FencePlan::Step &step, Instant now)
{
    m_running = &step;
    const auto own = Duration(static_cast<Duration::rep>(step.number));
    startChild(std::min({own == Duration::zero() ? kCommandDefault : own, kCommandMost,
                   shareOf(step, now)}),
        now);
}

/// In a process of its own: the kernel may let it wait for a lock without end, and this one must
/// go on looking at its deadline.
bool FenceRun::startRemoval(Instant now)
{
    const auto steps = m_plan->steps();
    const auto first = std::find_if(steps.begin(), steps.end(), [](const FencePlan::Step &step) {
        return step.kind == FencePlan::StepKind::RemoveAddress;
    });
    if (first == steps.end())
        return false;
    m_running = &*first;
    startChild(
        std::min(kCommandDefault, m_deadline > now ? m_deadline - now : kCommandDefault), now);
    return m_command != 0;
}

/// Carries out m_running.
void FenceRun::startChild(Duration allowed, Instant now)
{
    m_commandUntil = now + allowed;
    m_nextStep = m_commandUntil;
    const pid_t pid = fork();
    if (pid == 0) {
        if (m_running->kind == FencePlan::StepKind::RemoveAddress)
            removeAddresses(*m_plan);
        becomeCommand(*m_plan, *m_running, m_childMask, allowed);
    }
    if (pid < 0) {
        commandFailed("could not be started");
        return;
    }
    setpgid(pid, pid);
    m_command = pid;
}

void FenceRun::commandFailed(const char *how)
{
    m_command = 0;
    if (m_running->kind == FencePlan::StepKind::RemoveAddress) {
        logLine(LogLevel::Warning,
            "removal of addresses %s -> the fence has failed, it will be repeated", how);
        fail("an address that cannot be removed");
        return;
    }
    std::array<const char *, 1> name{};
    m_plan->words(*m_running, name);
    logLine(LogLevel::Warning, "fence command of \"%s\" %s -> %s", name[0], how,
        m_running->isRequired ? "the fence has failed, it will be repeated"
                              : "go on, it is not required");
    if (m_running->isRequired)
        fail(name[0]);
}

void FenceRun::childReaped(pid_t pid, int status)
{
    if (m_state != State::Running || pid != m_command)
        return;
    std::array<char, 64> how{};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        m_command = 0;
        return;
    }
    if (WIFEXITED(status))
        std::snprintf(how.data(), how.size(), "ended with exit code %d", WEXITSTATUS(status));
    else
        std::snprintf(how.data(), how.size(), "was killed by signal %d", WTERMSIG(status));
    commandFailed(how.data());
}

bool FenceRun::reapChildren()
{
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        childReaped(pid, status);
    return pid < 0 && errno == ECHILD;
}

bool FenceRun::nextCommand(Instant now)
{
    const auto steps = m_plan->steps();
    while (m_command == 0 && m_step < steps.size()) {
        const FencePlan::Step &step = steps[m_step++];
        if (step.kind == FencePlan::StepKind::Run)
            startCommand(step, now);
    }
    return m_command != 0;
}

FenceRun::State FenceRun::advance(bool isChildless, Instant now)
{
    if (m_state != State::Running)
        return m_state;

    if (m_phase == Phase::Commands || m_phase == Phase::Addresses) {
        if (m_command != 0 && now >= m_commandUntil) {
            kill(-m_command, SIGKILL);
            kill(m_command, SIGKILL);
            commandFailed("has not ended in time, killed");
        }
        if (m_command == 0)
            goOn(now);
        return m_state;
    }

    const bool isDone = killOnce(isChildless);
    if (!isDone && now < m_killUntil) {
        m_nextStep = now + m_pause;
        m_pause = std::min(m_pause * 2, kPauseMax);
        return m_state;
    }
    if (m_phase == Phase::KillFirst) {
        // What is stuck now may be gone by KillLast, which decides.
        m_phase = Phase::Commands;
        m_nextStep = now;
        goOn(now);
        return m_state;
    }
    if (!isDone)
        fail("a process that SIGKILL does not end");
    m_nextStep = kNever;
    m_state = m_hasFailed ? State::Failed : State::Stopped;
    return m_state;
}

/// Nothing of Commands or Addresses runs: what is next does.
void FenceRun::goOn(Instant now)
{
    if (m_phase == Phase::Commands) {
        if (nextCommand(now))
            return;
        m_phase = Phase::Addresses;
        if (startRemoval(now))
            return;
    }
    enterKilling(Phase::KillLast, now);
}

} // namespace clustd::guard
