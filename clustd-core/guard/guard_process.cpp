#include "guard/guard_process.h"

#include "guard/guard_log.h"
#include "guard/guard_loop.h"
#include "guard/plan_file.h"
#include "util/clock.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <errno.h>
#include <sys/random.h>
#include <time.h>

namespace clustd::guard {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kMarkName = "CLUSTD_GUARD";
constexpr Duration kLeftOverMost = 30s;

std::string_view textOf(const Mark &mark)
{
    return {mark.data(), mark.size()};
}

/// A mark that no other guard has, put into the environment of all that will be started.
bool makeMark(Mark &mark)
{
    std::array<unsigned char, 16> random{};
    if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        return false;
    std::array<char, kMarkBytes + 1> text{};
    std::size_t at = static_cast<std::size_t>(
        std::snprintf(text.data(), text.size(), "%s=", kMarkName.data()));
    const std::size_t value = at;
    for (const unsigned char byte : random)
        at += static_cast<std::size_t>(
            std::snprintf(text.data() + at, text.size() - at, "%02x", byte));
    std::copy_n(text.begin(), mark.size(), mark.begin());
    return setenv(kMarkName.data(), text.data() + value, 1) == 0;
}

/// The part of carryOutLeftOverPlan() behind the lock.
bool carryOut(PlanFile &plans, Duration limit, std::vector<Incarnation> *former)
{
    const auto plan = std::make_unique<FencePlan>();
    PlanOwner owner;
    switch (plans.load(owner, *plan)) {
    case PlanFile::Left::Nothing:
        return true;
    case PlanFile::Left::Damaged:
        logLine(LogLevel::Critical,
            "plan that a former guard left is damaged -> not started; make sure that nothing it "
            "served still runs, then remove the file 'plan' from the plan directory");
        return false;
    case PlanFile::Left::Plan:
        break;
    }
    logLine(LogLevel::Warning,
        "plan of term %llu was left by a guard that was killed (daemon pid %d) -> carry it out",
        number(owner.token), owner.daemon);

    sigset_t mask;
    sigprocmask(SIG_SETMASK, nullptr, &mask);
    FenceRun run(mask);
    const Instant end = clusterNow() + limit;
    long failures = 0;
    std::string_view culprit = "a process or a command that has not ended";
    for (Instant now = clusterNow(); now < end; now = clusterNow()) {
        if (run.state() != FenceRun::State::Running)
            run.begin(*plan, {owner.daemon, owner.daemonStart, textOf(owner.mark)}, end, now);
        const FenceRun::State state = run.advance(run.reapChildren(), now);
        if (state == FenceRun::State::Stopped) {
            logLine(LogLevel::Info,
                "plan of term %llu carried out: everything has stopped -> go on",
                number(owner.token));
            plans.remove();
            if (former && owner.incarnation.value() != 0)
                former->push_back(owner.incarnation);
            return true;
        }
        if (state == FenceRun::State::Failed)
            culprit = run.culprit();
        if (state == FenceRun::State::Failed)
            failures = std::min(failures + 1, 10L);
        const timespec pause{
            0, state == FenceRun::State::Failed ? failures * 99'000'000 : 2'000'000};
        nanosleep(&pause, nullptr);
    }
    run.abandon();
    logLine(LogLevel::Critical,
        "plan of term %llu cannot be carried out: %.*s -> not started; stop by hand what it names, "
        "and only when nothing of it runs any more remove the file 'plan' from the plan directory",
        number(owner.token), static_cast<int>(culprit.size()), culprit.data());
    return false;
}

} // namespace

bool carryOutLeftOverPlan(
    const std::string &planDirectory, Duration limit, std::vector<Incarnation> *former)
{
    PlanFile plans;
    return plans.open(planDirectory, limit) && carryOut(plans, limit, former);
}

int runGuarded(const GuardOptions &options, const ChildMain &childMain)
{
    tzset(); // Here, so that the times of log lines read no file while it fences.
    PlanFile plans;
    std::vector<Incarnation> former;
    if (!options.planDirectory.empty()
        && (!plans.open(options.planDirectory, kLeftOverMost)
            || !carryOut(plans, kLeftOverMost, &former)))
        return 1;
    Mark mark{};
    if (!makeMark(mark)) {
        logLine(LogLevel::Critical, "random numbers of the kernel: %s -> not started",
            std::strerror(errno));
        return 1;
    }
    const auto loop = std::make_unique<GuardLoop>(options, childMain, plans, mark);
    for (const Incarnation incarnation : former)
        loop->addFormerLife(incarnation);
    return loop->run();
}

} // namespace clustd::guard
