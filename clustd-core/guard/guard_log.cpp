#include "guard/guard_log.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include <poll.h>
#include <unistd.h>

namespace clustd::guard {

void logLine(LogLevel level, const char *format, ...)
{
    static std::array<char, 1024>
        line; // below PIPE_BUF, so that lines of several processes do not mix
    static unsigned dropped = 0;
    static const bool isTerminal = isatty(STDERR_FILENO) == 1;

    std::size_t size = 0;
    const auto added = [&size](int wanted) {
        size = std::min(size + static_cast<std::size_t>(std::max(wanted, 0)), line.size() - 1);
    };
    if (!isTerminal)
        added(std::snprintf(line.data(), line.size(), "<%d>", static_cast<int>(level)));
    added(std::snprintf(line.data() + size, line.size() - size, "clustd.guard: %s",
        level == LogLevel::Critical      ? "critical: "
            : level == LogLevel::Warning ? "warning: "
                                         : ""));
    if (dropped > 0)
        added(std::snprintf(line.data() + size, line.size() - size, "(%u lines lost) ", dropped));
    va_list arguments;
    va_start(arguments, format);
    added(std::vsnprintf(line.data() + size, line.size() - size, format, arguments));
    va_end(arguments);
    line[size++] = '\n';

    pollfd out{STDERR_FILENO, POLLOUT, 0};
    const bool isTaken = poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0
        && write(STDERR_FILENO, line.data(), size) == static_cast<ssize_t>(size);
    dropped = isTaken ? 0 : dropped + 1;
}

} // namespace clustd::guard
