#pragma once

#include <QtGlobal>

#include <optional>

namespace clustd::link {

/// All bytes that the kernel has received on a TCP connection, read or not (TCP_INFO, Linux 4.1).
/// Nothing where it does not say. Thread: any.
[[nodiscard]] std::optional<quint64> receivedBytes(qintptr socket);

} // namespace clustd::link
