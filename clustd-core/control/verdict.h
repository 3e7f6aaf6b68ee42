#pragma once

#include "control/control_api.h"

namespace clustd::control {

/// The answer to 'is it all right?', the best first.
enum class Verdict {
    Ok,
    Degraded, ///< Served, but an alarm stands, a machine is missing or sick, or none more may fail
    Paused, ///< Served, but nothing is done by itself
    Starting, ///< There is a master whose drivers have not all started
    NotServed, ///< The service fails on the master, and no other machine can take it
    NoQuorum, ///< The master shown is out of date: no majority of the voters is heard
    NoMaster
};

/// Thread: any.
[[nodiscard]] Verdict verdictOf(const ClusterStatus &status);
/// Its master stops what it served, in order or by force; false where there is none.
[[nodiscard]] bool isStopping(const ClusterStatus &status);
/// Always true in a naive election, which needs none.
[[nodiscard]] bool hasQuorum(const ClusterStatus &status);

} // namespace clustd::control
