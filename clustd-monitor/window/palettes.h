#pragma once

namespace clustd::monitor {

enum class Theme { Light, Dark };

/// Instead of the desktop's palette. For pictures that must look the same everywhere, and for
/// desktops that tell Qt nothing. Thread: the GUI's.
void setTheme(Theme theme);

} // namespace clustd::monitor
