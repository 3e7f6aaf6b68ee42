#pragma once

#include "drivers/driver.h"

#include <memory>
#include <vector>

namespace clustd::drivers {

/// What the processes of this machine's drivers are told by: part of their CLUSTD_DRIVER_MARK and
/// of the names of their cgroups.
struct Household
{
    QString cluster;
    QString node;
    /// Tells apart several daemons of one name on one host, as tests and demos run them; the
    /// absolute state directory serves. May be empty.
    QString place;
};

/// The drivers of a configuration, in its order, ready to be handed to a DriverChain.
[[nodiscard]] std::vector<std::unique_ptr<Driver>> makeDrivers(
    const std::vector<config::Driver> &drivers, const Household &household);

} // namespace clustd::drivers
