#pragma once

#include <QString>

namespace clustd {

/// A log keeps the columns that a service's output has; a message says which blank it was.
enum class Tabs { Kept, SpelledOut };

/// @p text as one line for a log or a terminal: what these would obey instead of showing (control
/// and formatting characters) is spelled out, "\n", "\t" or "\u001b". Thread: any.
[[nodiscard]] QString visible(QStringView text, Tabs tabs = Tabs::SpelledOut);

} // namespace clustd
