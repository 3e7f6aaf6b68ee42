#pragma once

#include "control/printable.h"

#include <QString>
#include <QStringList>

#include <vector>

/// Text for a person's terminal. Thread: any.
namespace clustd::daemon {

using control::printable;

/// Left-aligned columns, two spaces apart; the first row is the head. Cells are made printable. No
/// trailing spaces; every row ends with a line feed. Empty when there is only a head.
[[nodiscard]] QString textTable(const std::vector<QStringList> &rows);

/// "13 min", "2 h 5 min", "4 d 3 h": the two largest units.
[[nodiscard]] QString spanText(qint64 seconds);

} // namespace clustd::daemon
