#pragma once

#include "util/instant.h"

#include <QByteArray>

#include <optional>

namespace clustd::daemon {

/// The sd_notify protocol (sd_notify(3)): one datagram a fact to $NOTIFY_SOCKET. Does nothing where
/// there is none.
class ServiceManager
{
public:
    ServiceManager();

    void ready();
    void status(const QByteArray &line);
    void stopping();
    void reloading();
    /// To be called from the path that does the work, so that a loop that only turns is not taken
    /// for a healthy daemon.
    void watchdog();

    /// Half of WatchdogSec=; nothing where systemd asks for none.
    [[nodiscard]] std::optional<Duration> watchdogInterval() const { return m_watchdogInterval; }

private:
    void send(const QByteArray &message);

    QByteArray m_address; ///< sockaddr_un's path; a leading '@' has become a NUL
    std::optional<Duration> m_watchdogInterval;
};

} // namespace clustd::daemon
