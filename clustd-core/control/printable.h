#pragma once

#include <QString>

namespace clustd::control {

/// Other people's words on one line of a screen: what a screen would obey instead of showing
/// (control and formatting characters) becomes a dot. Names and reasons were chosen by somebody
/// else. Thread: any.
[[nodiscard]] QString printable(QString text);

} // namespace clustd::control
