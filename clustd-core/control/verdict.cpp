#include "control/verdict.h"

#include <algorithm>

namespace clustd::control {

namespace {

bool isAnyoneMissing(const ClusterStatus &status)
{
    return std::any_of(status.nodes.begin(), status.nodes.end(), [](const NodeRow &node) {
        return node.link == u"down" || node.link == u"refused" || !node.healthy;
    });
}

} // namespace

bool hasQuorum(const ClusterStatus &status)
{
    return status.election == u"naive" || status.quorum.reachable >= status.quorum.needed;
}

bool isStopping(const ClusterStatus &status)
{
    return std::any_of(status.nodes.begin(), status.nodes.end(), [&status](const NodeRow &node) {
        return status.master && node.id == *status.master
            && (node.state == u"demoting" || node.state == u"fencing");
    });
}

Verdict verdictOf(const ClusterStatus &status)
{
    if (!status.master)
        return Verdict::NoMaster;
    if (!hasQuorum(status))
        return Verdict::NoQuorum;
    if (!status.active)
        return Verdict::Starting;
    if (status.paused)
        return Verdict::Paused;
    const bool isWeak = status.canLose == 0 && status.election != u"naive";
    return !status.alarms.empty() || isWeak || isAnyoneMissing(status) ? Verdict::Degraded
                                                                       : Verdict::Ok;
}

} // namespace clustd::control
