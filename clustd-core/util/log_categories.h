#pragma once

#include <QLoggingCategory>

namespace clustd {

// One category per folder. `DEBUG='clustd:*'` and `DEBUG='clustd:election,clustd:link'` switch
// debug lines on, as in the original; Qt's own QT_LOGGING_RULES works too.
Q_DECLARE_LOGGING_CATEGORY(lcCluster)
Q_DECLARE_LOGGING_CATEGORY(lcConfig)
Q_DECLARE_LOGGING_CATEGORY(lcControl)
Q_DECLARE_LOGGING_CATEGORY(lcDaemon)
Q_DECLARE_LOGGING_CATEGORY(lcDrivers)
Q_DECLARE_LOGGING_CATEGORY(lcElection)
Q_DECLARE_LOGGING_CATEGORY(lcGuard)
Q_DECLARE_LOGGING_CATEGORY(lcLink)

} // namespace clustd
