#pragma once

#include "commands/control_session.h"

#include <optional>

namespace clustd::daemon {

/// A switchover that happened.
struct Moved
{
    QString from;
    QString to; ///< Empty where nobody waited for it
    /// For how long nobody was active; nothing: nobody was before, or it could not be measured
    std::optional<double> gapMs;
    QCborMap data; ///< The daemon's answer
};

/// Asks for a switchover with @p params, waits for it up to @p wait, and measures the gap from the
/// events of both machines. Thread: main; blocks in an event loop of its own.
[[nodiscard]] tl::expected<Moved, wire::ResponseError> moveMeasured(
    ControlSession &session, QCborMap params, std::chrono::milliseconds wait);

} // namespace clustd::daemon
