#pragma once

#include "control/control_api.h"

namespace clustd::control {

/// What an event says beside its name, in one line: its text, then "key=value" of what else it
/// carries. Other people's words: not made printable. Thread: any.
[[nodiscard]] QString eventText(const EventEntry &entry);

} // namespace clustd::control
