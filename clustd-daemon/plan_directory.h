#pragma once

#include "config/config.h"

#include <string>

namespace clustd::daemon {

/// Where the fence plan is kept (G1): in the service manager's runtime folder, which a reboot
/// empties, else beside the state under the number of this boot. The folder above it is made if
/// need be; plans of former boots are removed, since nothing of them can be running.
[[nodiscard]] std::string planDirectory(const config::Config &config);

} // namespace clustd::daemon
