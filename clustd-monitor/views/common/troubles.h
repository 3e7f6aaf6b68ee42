#pragma once

#include "common/theme.h"

#include <QString>

#include <vector>

namespace clustd::monitor {

/// One thing that a person should look at, in words.
struct Trouble
{
    Tone tone = Tone::Warning;
    QString who; ///< The machine, or the alarm's code; printable
    QString text; ///< A whole sentence that may begin with `who`; printable
};

/// Alarms first, then machines that are away, refused or sick. Empty: nothing is wrong with the
/// machines (there may still be no master).
[[nodiscard]] std::vector<Trouble> troublesOf(const control::ClusterStatus &status);

} // namespace clustd::monitor
