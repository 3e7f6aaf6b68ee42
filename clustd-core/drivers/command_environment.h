#pragma once

#include "drivers/driver.h"
#include "drivers/household.h"

#include <QByteArray>
#include <QList>

/// What a driver's command finds in its environment, as "NAME=value".
namespace clustd::drivers {

/// The daemon's own, without what is meant for the daemon alone.
[[nodiscard]] QList<QByteArray> inheritedEnvironment();

/// What clustd and the file add for one command: `env:`, the CLUSTD_ variables and the mark.
/// @param action "start", "stop", "fence" or "check"
/// @param within how long it may take
[[nodiscard]] QList<QByteArray> commandEnvironment(const Household &household,
    const config::Driver &driver, const char *action, const Activation &activation,
    Duration within);

/// @p added on top of @p base: a name in both has the value of @p added.
[[nodiscard]] QList<QByteArray> withEnvironment(
    const QList<QByteArray> &base, const QList<QByteArray> &added);

} // namespace clustd::drivers
