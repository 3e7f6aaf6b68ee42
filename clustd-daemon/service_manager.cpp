#include "service_manager.h"

#include "util/clock.h"

#include <QtGlobal>

#include <cstddef>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace clustd::daemon {

ServiceManager::ServiceManager()
    : m_address(qgetenv("NOTIFY_SOCKET"))
{
    if (m_address.startsWith('@'))
        m_address[0] = '\0';
    bool ok = false;
    const qint64 us = qgetenv("WATCHDOG_USEC").toLongLong(&ok);
    if (ok && us > 0)
        m_watchdogInterval = std::chrono::microseconds(us) / 2;
    // Drivers' processes must not speak in our name.
    qunsetenv("NOTIFY_SOCKET");
    qunsetenv("WATCHDOG_USEC");
    qunsetenv("WATCHDOG_PID");
}

void ServiceManager::ready()
{
    // The guard is the unit's main process; the daemon that speaks is its child.
    send("READY=1");
}

void ServiceManager::status(const QByteArray &line)
{
    send("STATUS=" + line);
}

void ServiceManager::stopping()
{
    send("STOPPING=1");
}

void ServiceManager::reloading()
{
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(bootTime()).count();
    send("RELOADING=1\nMONOTONIC_USEC=" + QByteArray::number(qlonglong(us)));
}

void ServiceManager::watchdog()
{
    if (m_watchdogInterval)
        send("WATCHDOG=1");
}

void ServiceManager::send(const QByteArray &message)
{
    sockaddr_un address = {};
    if (m_address.isEmpty() || std::size_t(m_address.size()) > sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, m_address.constData(), std::size_t(m_address.size()));
    const auto length = socklen_t(offsetof(sockaddr_un, sun_path) + std::size_t(m_address.size()));
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0)
        return;
    // Nobody to hear it is no fault of ours.
    ::sendto(socket, message.constData(), std::size_t(message.size()), MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr *>(&address), length);
    ::close(socket);
}

} // namespace clustd::daemon
