#include "link/received_bytes.h"

#include <cstddef>

#include <linux/tcp.h> // glibc's tcp_info ends before the counter
#include <netinet/in.h>
#include <sys/socket.h>

namespace clustd::link {

std::optional<quint64> receivedBytes(qintptr socket)
{
    tcp_info info = {};
    socklen_t size = sizeof info;
    const bool isTold
        = getsockopt(static_cast<int>(socket), IPPROTO_TCP, TCP_INFO, &info, &size) == 0
        && size >= offsetof(tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received;
    return isTold ? std::optional<quint64>(info.tcpi_bytes_received) : std::nullopt;
}

} // namespace clustd::link
