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

/// The alarm alone is not enough: it stands as well when the service runs and its check fails.
bool isServiceDown(const ClusterStatus &status)
{
    const bool isSick
        = std::any_of(status.alarms.begin(), status.alarms.end(), [&status](const AlarmRow &alarm) {
              return alarm.code == u"service-sick" && alarm.node == *status.master;
          });
    return isSick
        && std::any_of(status.nodes.begin(), status.nodes.end(), [&status](const NodeRow &node) {
               return node.id == *status.master
                   && std::any_of(node.drivers.begin(), node.drivers.end(),
                       [](const DriverRow &driver) { return driver.state != u"started"; });
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
    if (isServiceDown(status))
        return Verdict::NotServed;
    if (!status.active)
        return Verdict::Starting;
    if (status.paused)
        return Verdict::Paused;
    const bool isWeak = status.canLose == 0 && status.election != u"naive";
    return !status.alarms.empty() || isWeak || isAnyoneMissing(status) ? Verdict::Degraded
                                                                       : Verdict::Ok;
}

} // namespace clustd::control
