#pragma once

#include "commands/command.h"

namespace clustd::daemon {

// In the order of the list that `clustd --help` prints. Each is defined in commands/<name>.cpp.
[[nodiscard]] Command runCommand();
[[nodiscard]] Command checkCommand();
[[nodiscard]] Command statusCommand();
[[nodiscard]] Command watchCommand();
[[nodiscard]] Command linksCommand();
[[nodiscard]] Command eventsCommand();
[[nodiscard]] Command explainCommand();
[[nodiscard]] Command whatifCommand();
[[nodiscard]] Command switchoverCommand();
[[nodiscard]] Command maintenanceCommand();
[[nodiscard]] Command pauseCommand();
[[nodiscard]] Command resumeCommand();
[[nodiscard]] Command adoptCommand();
[[nodiscard]] Command reloadCommand();
[[nodiscard]] Command stopCommand();
[[nodiscard]] Command fenceCommand();
[[nodiscard]] Command drillCommand();
[[nodiscard]] Command driverCommand();
[[nodiscard]] Command doctorCommand();
[[nodiscard]] Command demoCommand();
[[nodiscard]] Command keygenCommand();
[[nodiscard]] Command tokenCommand();

/// Every command of this build; the first one is what `clustd` alone does, if it is called "run".
[[nodiscard]] const std::vector<Command> &commandTable();

} // namespace clustd::daemon
