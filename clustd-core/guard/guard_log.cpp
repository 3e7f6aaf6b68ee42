#include "guard/guard_log.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

/// journald has a time of its own; it names the socket it reads as "device:inode".
bool isJournalStream()
{
    const char *stream = std::getenv("JOURNAL_STREAM");
    struct stat file = {};
    if (!stream || fstat(STDERR_FILENO, &file) != 0)
        return false;
    std::array<char, 64> own{};
    std::snprintf(own.data(), own.size(), "%llu:%llu", static_cast<unsigned long long>(file.st_dev),
        static_cast<unsigned long long>(file.st_ino));
    return std::string_view(stream) == own.data();
}

/// "12:34:56.789 " of the local day, as the daemon writes it, at @p text; its length.
std::size_t putTime(char *text, std::size_t room)
{
    timespec now = {};
    tm local = {};
    // Allocates nothing: runGuarded() has read the time zone.
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || !localtime_r(&now.tv_sec, &local))
        return 0;
    const int wanted = std::snprintf(text, room, "%02d:%02d:%02d.%03ld ", local.tm_hour,
        local.tm_min, local.tm_sec, now.tv_nsec / 1'000'000);
    return static_cast<std::size_t>(std::max(wanted, 0));
}

} // namespace

void logLine(LogLevel level, const char *format, ...)
{
    static std::array<char, 1024>
        line; // below PIPE_BUF, so that lines of several processes do not mix
    static unsigned dropped = 0;
    static const bool isTerminal = isatty(STDERR_FILENO) == 1;
    static const bool hasTime = !isJournalStream();

    std::size_t size = 0;
    const auto added = [&size](int wanted) {
        size = std::min(size + static_cast<std::size_t>(std::max(wanted, 0)), line.size() - 1);
    };
    if (!isTerminal)
        added(std::snprintf(line.data(), line.size(), "<%d>", static_cast<int>(level)));
    if (hasTime)
        size += putTime(line.data() + size, line.size() - size);
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
