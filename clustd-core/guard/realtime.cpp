#include "guard/realtime.h"

#include "guard/guard_log.h"
#include "guard/processes.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

constexpr const char *kOomScore = "/proc/self/oom_score_adj";

bool writeOomScore(int score)
{
    std::array<char, 16> text{};
    const int size = std::snprintf(text.data(), text.size(), "%d", score);
    const int file = open(kOomScore, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool isWritten = write(file, text.data(), static_cast<std::size_t>(size)) == size;
    close(file);
    return isWritten;
}

/// @return nullptr, or why not
const char *askRealtime()
{
    sched_param priority{};
    priority.sched_priority = sched_get_priority_min(SCHED_RR) + 9;
    return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority) == 0
        ? nullptr
        : std::strerror(errno);
}

bool s_isRealtime = false;

} // namespace

OrdinaryScheduling::OrdinaryScheduling()
{
    const sched_param ordinary{};
    if (s_isRealtime)
        sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &ordinary);
}

OrdinaryScheduling::~OrdinaryScheduling()
{
    if (s_isRealtime)
        askRealtime();
}

int becomeRealtime(bool isQuiet)
{
    // Only pages that are in use are locked, as they come in: the libraries that the daemon will
    // need, mapped here too, are many times larger than the guard.
    const char *memory
        = mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? nullptr : std::strerror(errno);
    // Bring in the code and the tables that fencing needs while disks still answer: one look at
    // each process.
    killMarkedOnce("", std::numeric_limits<std::uint64_t>::max());

    const char *scheduling = askRealtime();
    s_isRealtime = !scheduling;
    // For OrdinaryScheduling. Forked children do not inherit it.
    if (s_isRealtime)
        setpriority(PRIO_PROCESS, 0, -20);

    std::array<char, 16> text{};
    const int before = readWhole(kOomScore, std::span(text).first(text.size() - 1)) > 0
        ? static_cast<int>(std::strtol(text.data(), nullptr, 10))
        : 0;
    const char *sparing = writeOomScore(-1000) ? nullptr : std::strerror(errno);

    if (!isQuiet && (memory || scheduling || sparing))
        logLine(LogLevel::Info,
            "locked memory: %s; real-time priority: %s; spared when memory runs out: %s -> go on "
            "with what is allowed; under heavy load this machine may fence late",
            memory ? memory : "yes", scheduling ? scheduling : "yes", sparing ? sparing : "yes");
    return before;
}

void restoreOomScore(int before)
{
    writeOomScore(before);
}

} // namespace clustd::guard
