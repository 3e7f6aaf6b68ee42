#include "guard/watchdog.h"

#include "guard/guard_log.h"
#include "guard/processes.h"

#include <array>
#include <cstdio>
#include <cstring>

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

/// Whether closing with the magic character stops the device (CONFIG_WATCHDOG_NOWAYOUT unset).
bool canStop(int device)
{
    watchdog_info info{};
    if (ioctl(device, WDIOC_GETSUPPORT, &info) == 0 && (info.options & WDIOF_MAGICCLOSE) == 0)
        return false;
    struct stat file
    {
    };
    if (fstat(device, &file) != 0)
        return true;
    std::array<char, 96> path{};
    std::array<char, 8> text{};
    std::snprintf(path.data(), path.size(), "/sys/dev/char/%u:%u/nowayout", major(file.st_rdev),
        minor(file.st_rdev));
    return readWhole(path.data(), std::span(text).first(text.size() - 1)) <= 0 || text[0] != '1';
}

} // namespace

Watchdog::~Watchdog()
{
    release();
    forget();
}

bool Watchdog::open()
{
    if (!isWanted())
        return true;
    m_nextFeed = kNever;
    if (m_device >= 0)
        return true;
    m_device = ::open(m_options.device.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (m_device < 0) {
        logLine(LogLevel::Warning, "watchdog %s: %s -> not active, nothing starts",
            m_options.device.c_str(), std::strerror(errno));
        return false;
    }
    struct stat file
    {
    };
    const bool isDevice = fstat(m_device, &file) == 0 && S_ISCHR(file.st_mode);
    const auto wanted = static_cast<int>(
        std::chrono::duration_cast<std::chrono::seconds>(m_options.timeout).count());
    int timeout = wanted;
    const bool isSet = ioctl(m_device, WDIOC_SETTIMEOUT, &timeout) == 0 && timeout == wanted;
    m_canStop = canStop(m_device);
    if (isDevice && !isSet) {
        logLine(LogLevel::Warning,
            "watchdog %s does not take a timeout of %d s -> not active, nothing starts; use "
            "another device, a longer failover_within, or watchdog: none",
            m_options.device.c_str(), wanted);
        release();
        return false;
    }
    if (!isDevice)
        logLine(LogLevel::Warning,
            "watchdog %s is no device: what would feed it is written there, nothing resets this "
            "machine",
            m_options.device.c_str());
    else if (!m_canStop)
        logLine(LogLevel::Info,
            "watchdog %s cannot be stopped -> fed also while nothing is active; when clustd ends "
            "this machine is reset",
            m_options.device.c_str());
    return true;
}

void Watchdog::feed(Instant deadline, Instant now)
{
    m_nextFeed = kNever;
    if (m_device < 0 || (deadline != kNever && now + m_options.timeout > deadline))
        return;
    if (write(m_device, "\n", 1) != 1 && errno != EAGAIN)
        logLine(LogLevel::Warning, "watchdog %s: %s -> it may reset this machine",
            m_options.device.c_str(), std::strerror(errno));
    m_nextFeed = now + m_options.timeout / 4;
}

void Watchdog::release()
{
    if (m_device < 0)
        return;
    if (!m_canStop) {
        m_nextFeed = Instant{};
        return;
    }
    // The magic character: the close that follows is meant.
    if (write(m_device, "V", 1) != 1)
        logLine(LogLevel::Warning, "watchdog %s cannot be stopped: %s -> it may reset this machine",
            m_options.device.c_str(), std::strerror(errno));
    forget();
}

void Watchdog::forget()
{
    if (m_device >= 0)
        close(m_device);
    m_device = -1;
    m_nextFeed = kNever;
}

} // namespace clustd::guard
