#pragma once

#include "control/control_api.h"

#include <vector>

/// The links of many machines are more than one reply holds: it then says after which machine to
/// ask on.
namespace clustd::control {

/// @p rows, sorted by who says so, as the data of a reply of about @p bytesMax: those of the
/// machines after @p after, each whole, the first always. `next` is there while machines are left.
[[nodiscard]] QCborMap linksPage(
    std::vector<LinkRow> rows, const QString &after, qsizetype bytesMax);

/// Puts the links of @p reply behind @p rows. What to ask for next as `after`; empty: that was all.
/// Errors: Malformed, naming the key; also for a reply that leads no further.
[[nodiscard]] Result<QString> takeLinks(const QCborMap &reply, std::vector<LinkRow> &rows);

} // namespace clustd::control
