#pragma once

#include "control/control_api.h"

#include <optional>
#include <vector>

namespace clustd::daemon {

/// A change of the role whose gap is asked for.
struct RoleChange
{
    quint64 since = 0; ///< Number of the newest event when it was asked for
    QString to; ///< Who took over
    QString activeBefore; ///< Who was active when it was asked for; empty: nobody
};

/// For how long nobody was active before @p change, in milliseconds: from the moment at which
/// whoever was active last had stopped everything to the newest `active` of RoleChange::to.
/// Nothing while one of the two is not among @p entries, where nobody was active before, and where
/// the clocks of the two machines disagree by more than the gap. By the boot clock where both have
/// the same one (several daemons on one machine), else by wall clock.
/// @param entries all after RoleChange::since; where nobody was active then, older ones too.
[[nodiscard]] std::optional<double> gapMs(
    const std::vector<control::EventEntry> &entries, const RoleChange &change);

} // namespace clustd::daemon
