#pragma once

#include <QtGlobal>

#include <chrono>

/// What a daemon takes at most of a request (docs/PROTOCOL.md, Requests). A command refuses more
/// before it asks, in words of its own.
namespace clustd::control {

inline constexpr std::chrono::minutes kSwitchoverWaitMax{10}; ///< `wait_ms`
inline constexpr qsizetype kReasonLengthMax = 1000; ///< `reason`, in UTF-16 units

} // namespace clustd::control
