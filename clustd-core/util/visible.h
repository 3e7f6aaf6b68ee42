#pragma once

#include <QString>

namespace clustd {

/// @p text as one line for a log or a terminal: what these would obey instead of showing (control
/// and formatting characters) is spelled out, "\n" or "\u001b". Thread: any.
[[nodiscard]] QString visible(QStringView text);

} // namespace clustd
