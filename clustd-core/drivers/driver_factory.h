#pragma once

#include "drivers/driver.h"
#include "drivers/household.h"

#include <memory>
#include <vector>

namespace clustd::drivers {

/// The drivers of a configuration, in its order, ready to be handed to a DriverChain.
///
/// Makes this process adopt its orphaned descendants (PR_SET_CHILD_SUBREAPER), so that what a start
/// command leaves behind can be found and ended.
[[nodiscard]] std::vector<std::unique_ptr<Driver>> makeDrivers(
    const std::vector<config::Driver> &drivers, const Household &household);

} // namespace clustd::drivers
