#pragma once

#include "util/instant.h"

#include <string>

namespace clustd::guard {

struct WatchdogOptions
{
    std::string device; ///< "/dev/watchdog"; empty: none
    Duration timeout{}; ///< w, whole seconds
};

/// A watchdog device that resets the machine when it is not fed for w (Linux:
/// Documentation/watchdog/watchdog-api.rst). It is open while something is active, and fed only
/// while now + w <= q + L: so a machine that hangs as a whole is reset before its lease ends (G5).
///
/// A plain file or a pipe may stand in for a device, which resets nothing (tests).
/// Errors: said in the log.
class Watchdog
{
public:
    Watchdog() = default;
    ~Watchdog();
    Watchdog(const Watchdog &) = delete;
    Watchdog &operator=(const Watchdog &) = delete;

    void setOptions(const WatchdogOptions &options) { m_options = options; }
    [[nodiscard]] bool isWanted() const { return !m_options.device.empty(); }

    /// At the start of an activation. False: it must not start.
    [[nodiscard]] bool open();
    /// While active, with each look and at nextFeed(); does nothing where it must not.
    void feed(Instant deadline, Instant now);
    /// Nothing is active: closed in order. A device that cannot be stopped once it runs
    /// ("nowayout") stays open and has to be fed with feed(kNever, now).
    void release();
    /// When to feed it, also if nothing else happens until then; kNever: not by itself.
    [[nodiscard]] Instant nextFeed() const { return m_nextFeed; }
    /// In a forked process: lets go of its share without stopping the device.
    void forget();

private:
    WatchdogOptions m_options;
    int m_device = -1;
    bool m_canStop = true;
    Instant m_nextFeed = kNever;
};

} // namespace clustd::guard
