#include "guard/last_resort.h"

#include "guard/guard_log.h"

#include <cstring>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

namespace clustd::guard {

LastResort::~LastResort()
{
    if (m_file >= 0)
        close(m_file);
}

bool LastResort::open(const LastResortOptions &options)
{
    if (options.file.empty())
        return true;
    m_file = ::open(options.file.c_str(), O_WRONLY | O_CLOEXEC);
    if (m_file < 0) {
        logLine(LogLevel::Critical,
            "last_resort: reset: %s: %s -> not started; run as root where it can be written, or "
            "use last_resort: alarm",
            options.file.c_str(), std::strerror(errno));
        return false;
    }
    m_options = &options;
    return true;
}

void LastResort::take(const char *who, Term token) const
{
    logLine(LogLevel::Critical,
        "%slease of term %llu has ended, but not everything has stopped -> %s", who, number(token),
        m_file >= 0 ? "reset this machine"
                    : "keep killing; until it is gone two machines may be active (last_resort: "
                      "alarm)");
    if (m_file < 0)
        return;
    const std::string &text = m_options->text;
    if (write(m_file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        logLine(LogLevel::Critical,
            "last resort: %s: %s -> keep killing; until everything is gone two machines may be "
            "active",
            m_options->file.c_str(), std::strerror(errno));
}

} // namespace clustd::guard
