#pragma once

#include "control/control_api.h"

namespace clustd::control {

/// Three healthy machines, cm-1 master: the example of docs/OPERATIONS.md.
inline ClusterStatus sampleStatus()
{
    using namespace Qt::Literals::StringLiterals;
    const auto node = [](const QString &id, const QString &state, const QString &link,
                          std::int64_t rttUs) {
        NodeRow row;
        row.id = id;
        row.uri = u"ws://10.0.0.%1:3001"_s.arg(id.back());
        row.role = u"voter"_s;
        row.state = state;
        row.priority = 100;
        row.link = link;
        row.rttUs = rttUs;
        row.term = 7;
        row.healthy = true;
        row.version = u"0.1.0"_s;
        row.uptimeS = 812;
        row.drivers
            = {{u"web"_s, u"exec"_s, state == u"active" ? u"started"_s : u"stopped"_s, true, {}}};
        return row;
    };
    ClusterStatus status;
    status.cluster = u"web"_s;
    status.self = u"cm-1"_s;
    status.master = u"cm-1"_s;
    status.active = true;
    status.term = 7;
    status.token = 7;
    status.since = u"2026-01-01T12:00:00.123Z"_s;
    status.why = u"cm-1 was elected in term 7"_s;
    status.canLose = 1;
    status.quorum = {3, 2, 3};
    status.election = u"quorum"_s;
    status.leaseMsLeft = 1210;
    status.leaseMs = 1300;
    status.fenceMs = 500;
    status.failoverWithinMs = 2000;
    status.lastResort = u"alarm"_s;
    status.set
        = {7, 1, {{u"cm-1"_s, u"voter"_s}, {u"cm-2"_s, u"voter"_s}, {u"cm-3"_s, u"voter"_s}}};
    status.nodes
        = {node(u"cm-1"_s, u"active"_s, u"self"_s, 0), node(u"cm-2"_s, u"follower"_s, u"up"_s, 350),
            node(u"cm-3"_s, u"follower"_s, u"up"_s, 1200)};
    return status;
}

} // namespace clustd::control
