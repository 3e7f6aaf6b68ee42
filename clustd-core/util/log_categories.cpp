#include "util/log_categories.h"

namespace clustd {

Q_LOGGING_CATEGORY(lcCluster, "clustd.cluster", QtInfoMsg)
Q_LOGGING_CATEGORY(lcConfig, "clustd.config", QtInfoMsg)
Q_LOGGING_CATEGORY(lcControl, "clustd.control", QtInfoMsg)
Q_LOGGING_CATEGORY(lcDaemon, "clustd.daemon", QtInfoMsg)
Q_LOGGING_CATEGORY(lcDrivers, "clustd.drivers", QtInfoMsg)
Q_LOGGING_CATEGORY(lcElection, "clustd.election", QtInfoMsg)
Q_LOGGING_CATEGORY(lcGuard, "clustd.guard", QtInfoMsg)
Q_LOGGING_CATEGORY(lcLink, "clustd.link", QtInfoMsg)

} // namespace clustd
