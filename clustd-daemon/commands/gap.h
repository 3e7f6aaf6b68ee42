#pragma once

#include "control/control_api.h"

#include <optional>
#include <vector>

namespace clustd::daemon {

/// For how long nobody was active between `inactive` of @p from and the next `active` of @p to, in
/// milliseconds; nothing while one of the two is missing. By the boot clock where both machines
/// have the same one (several daemons on one machine), else by wall clock, as well as the two
/// agree.
[[nodiscard]] std::optional<double> gapMs(
    const std::vector<control::EventEntry> &entries, const QString &from, const QString &to);

} // namespace clustd::daemon
