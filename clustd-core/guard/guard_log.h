#pragma once

#include "util/instant.h"
#include "util/strong_id.h"

#include <sys/types.h>

namespace clustd::guard {

enum class LogLevel { Critical = 3, Warning = 4, Info = 6 };

/// One line "12:34:56.789 clustd.guard: ..." in the form of the daemon's own log to standard error,
/// with journald's level in front where that is no terminal, and without the time under journald.
///
/// Allocates nothing and never blocks: a line that standard error cannot take at once is dropped
/// and counted; the next one that it takes says how many. Not for several threads.
[[gnu::format(printf, 2, 3)]] void logLine(LogLevel level, const char *format, ...);

/// What printf takes for %lld and %llu.
[[nodiscard]] inline long long milliseconds(Duration span)
{
    return static_cast<long long>(
        std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}
[[nodiscard]] inline long long number(pid_t pid)
{
    return pid;
}
[[nodiscard]] inline unsigned long long number(Term term)
{
    return term.value();
}

} // namespace clustd::guard
