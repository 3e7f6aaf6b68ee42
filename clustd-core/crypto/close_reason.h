#pragma once

#include <QString>

#include <tl/expected.hpp>

#include <cstdint>

namespace clustd::crypto {

/// Why a link is closed; the number is the WebSocket close code. They feed logs and alarms, never
/// the election.
enum class CloseReason : std::uint16_t {
    Bye = 1000,
    GoingAway = 1001,
    TooBig = 1009,
    Malformed = 4400,
    UnknownKey = 4401,
    NotAuthentic = 4402,
    Revoked = 4403,
    WrongCluster = 4404,
    Self = 4405,
    WrongNode = 4406,
    Timeout = 4408,
    DuplicateLink = 4409,
    DuplicateId = 4410,
    Counter = 4412,
    Slow = 4413,
    Version = 4415,
    Unsealed = 4420,
    Busy = 4429
};

/// "not-authentic", "bye", ...: the reason text on the wire, in logs, status and metrics.
[[nodiscard]] QString toText(CloseReason reason);

/// A value, or why the link must be closed.
template <typename T> using Outcome = tl::expected<T, CloseReason>;

} // namespace clustd::crypto
