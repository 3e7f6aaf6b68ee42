// What people see of a node: the status, and what the node tells its peers of itself.

#include "cluster/journal.h"
#include "cluster/node.h"
#include "cluster/node_text.h"
#include "cluster/roster.h"
#include "cluster/service_control.h"
#include "control/verdict.h"

#include <QDateTime>
#include <QJsonObject>

#include <algorithm>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using election::MachineRole;
using election::Phase;
using election::Role;

namespace {

QString linkText(LinkState state)
{
    switch (state) {
    case LinkState::Up:
        return u"up"_s;
    case LinkState::Suspect:
        return u"suspect"_s;
    case LinkState::Down:
        return u"down"_s;
    case LinkState::Refused:
        return u"refused"_s;
    }
    return {};
}

qint64 microseconds(Duration span)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

QStringList names(const std::vector<NodeId> &ids)
{
    QStringList list;
    for (const NodeId &id : ids)
        list << text(id);
    return list;
}

control::SetRow setRow(const election::VoterSet &set)
{
    control::SetRow row;
    row.term = set.epoch().term.value();
    row.n = set.epoch().n;
    for (const election::Member &member : set.members())
        row.voters[text(member.id)] = member.isWitness ? u"witness"_s : u"voter"_s;
    return row;
}

/// How many of the voters that are heard may still go before those left are no majority.
int canLose(const election::VoterSet &set, const std::vector<NodeId> &heard)
{
    return std::max(0, int(heard.size()) - int(set.majority()));
}

} // namespace

QString Node::ownState(const election::View &view) const
{
    if (view.phase != Phase::None)
        return QString::fromLatin1(election::stateText(view.phase));
    if (m_settings.maintenance.holds(QDateTime::currentDateTimeUtc()))
        return u"maintenance"_s;
    if (view.role == Role::PreCandidate || view.role == Role::Candidate)
        return u"candidate"_s;
    return view.isRecovering || !m_isPutRight ? u"starting"_s : u"follower"_s;
}

std::vector<control::AlarmRow> Node::ownAlarms(const election::View &view) const
{
    std::vector<control::AlarmRow> rows;
    for (const auto &entry : m_alarms)
        rows.push_back(entry.second);
    for (const election::Notice &alarm : view.alarms) {
        const QString node = alarm.node.value().empty() ? selfId() : text(alarm.node);
        rows.push_back(
            {QString::fromStdString(alarm.code), node, QString::fromStdString(alarm.text)});
    }
    return rows;
}

Detail Node::ownDetail() const
{
    const election::View view = m_runner->view();
    Detail detail;
    detail.uri = m_setup.config.server.remoteAddress.toString();
    detail.role = roleText(m_setup.config.cluster.role);
    detail.isHealthy = !m_health.isSick();
    detail.isInMaintenance = m_settings.maintenance.holds(QDateTime::currentDateTimeUtc());
    detail.version = m_setup.version;
    detail.uptimeSeconds = (m_clock.now() - m_startedAt) / std::chrono::seconds(1);
    detail.drivers = m_services->drivers();
    for (const PeerView &peer : m_mesh->peers()) {
        control::LinkRow row;
        row.from = selfId();
        row.to = text(peer.id);
        row.state = linkText(peer.state);
        row.rttUs = microseconds(peer.rtt);
        row.lossPpm = peer.lossPpm;
        detail.links.push_back(row);
        detail.usesOldKey = detail.usesOldKey || peer.usesPreviousSecret;
    }
    detail.alarms = ownAlarms(view);
    std::vector<std::string> revoked;
    for (const QString &entry : m_setup.config.revoked)
        revoked.push_back(entry.toStdString());
    detail.accessHash = accessHash(std::move(revoked));
    detail.pause = m_settings.pause;
    return detail;
}

control::NodeRow Node::ownRow(const election::View &view) const
{
    const Detail detail = ownDetail();
    control::NodeRow row;
    row.id = selfId();
    row.uri = detail.uri;
    row.role = detail.role;
    row.state = ownState(view);
    row.priority = m_setup.config.cluster.priority;
    row.link = u"self"_s;
    row.term = view.term.value();
    row.maintenance = detail.isInMaintenance;
    row.healthy = detail.isHealthy;
    row.version = detail.version;
    row.uptimeS = detail.uptimeSeconds;
    row.drivers = detail.drivers;
    return row;
}

control::NodeRow Node::peerRow(const PeerView &peer) const
{
    control::NodeRow row;
    row.id = text(peer.id);
    row.uri = peer.uri.toString();
    row.link = linkText(peer.state);
    row.detail = peer.detail;
    row.rttUs = microseconds(peer.rtt);
    row.state = u"unreachable"_s;
    for (const config::Machine &machine : m_setup.config.cluster.machines) {
        if (machine.uri == peer.uri)
            row.role = roleText(machine.role);
    }
    const auto known = m_gossip.find(peer.id);
    if (known == m_gossip.end())
        return row;
    const PeerGossip &gossip = known->second;
    const bool isLinked = peer.state == LinkState::Up || peer.state == LinkState::Suspect;
    if (isLinked && gossip.incarnation == peer.incarnation && !gossip.status.state.empty())
        row.state = gossip.detail.isInMaintenance && gossip.status.state == "follower"
            ? u"maintenance"_s
            : QString::fromStdString(gossip.status.state);
    // A machine that was sick lately says a lowered priority; people want the configured one.
    row.priority = gossip.status.priority <= -SickRecord::kPenalty / 2
        ? gossip.status.priority + SickRecord::kPenalty
        : gossip.status.priority;
    row.term = gossip.status.term.value();
    row.maintenance = gossip.detail.isInMaintenance;
    row.healthy = gossip.detail.isHealthy;
    row.version = gossip.detail.version;
    if (gossip.detailAt)
        row.uptimeS = gossip.detail.uptimeSeconds
            + (m_clock.now() - *gossip.detailAt) / std::chrono::seconds(1);
    row.drivers = gossip.detail.drivers;
    if (!gossip.detail.role.isEmpty())
        row.role = gossip.detail.role;
    if (row.state == u"unreachable") {
        // What it ran when it was last heard may be stopped by now, or run elsewhere: nothing is
        // claimed.
        row.healthy = false;
        row.drivers.clear();
    }
    return row;
}

control::ClusterStatus Node::status() const
{
    const election::View view = m_runner->view();
    const Instant now = m_clock.now();
    control::ClusterStatus status;
    status.cluster = m_setup.config.cluster.name;
    status.self = selfId();
    status.term = view.term.value();
    status.token = view.token.value();
    status.election
        = m_setup.config.cluster.election == config::ElectionMode::Naive ? u"naive"_s : u"quorum"_s;
    status.paused = view.isPaused;
    status.since = m_masterSince;

    status.nodes.push_back(ownRow(view));
    for (const PeerView &peer : m_mesh->peers())
        status.nodes.push_back(peerRow(peer));
    std::sort(status.nodes.begin(), status.nodes.end(),
        [](const control::NodeRow &a, const control::NodeRow &b) { return a.id < b.id; });

    if (view.master) {
        status.master = text(view.master->machine);
        const auto row = std::find_if(status.nodes.begin(), status.nodes.end(),
            [&](const control::NodeRow &node) { return node.id == *status.master; });
        status.active = row != status.nodes.end() && row->state == u"active";
    }
    if (view.set) {
        status.quorum.voters = int(view.set->size());
        status.quorum.needed = int(view.set->majority());
        // S3: while a change is under way the old set still counts, and the new one is where it
        // leads.
        status.set = setRow(view.oldSet ? *view.oldSet : *view.set);
        if (view.oldSet)
            status.newSet = setRow(*view.set);
        status.canLose = canLose(*view.set, view.heardVoters);
    } else {
        // Before the first start there is no set in force; what is wanted says how many it will
        // take.
        int voters = m_setup.config.cluster.role == MachineRole::Standby ? 0 : 1;
        for (const config::Machine &machine : m_setup.config.cluster.machines)
            voters += machine.role == MachineRole::Standby ? 0 : 1;
        status.quorum.voters = voters;
        status.quorum.needed = voters / 2 + 1;
    }
    status.quorum.reachable = int(view.heardVoters.size());
    const election::Timing &timing = m_setup.config.timing;
    status.leaseMs = timing.lease / std::chrono::milliseconds(1);
    status.fenceMs = timing.fence / std::chrono::milliseconds(1);
    status.failoverWithinMs = timing.failoverWithin / std::chrono::milliseconds(1);
    status.lastResort
        = m_setup.config.lastResort == config::LastResort::Reset ? u"reset"_s : u"alarm"_s;
    status.watchdog = m_setup.config.watchdog;
    status.waitingFor = names(view.waitingFor);
    if (view.isRecovering) {
        for (const MachineAddress &machine : m_mesh->roster().machines) {
            if (!machine.id)
                status.waitingFor.append(machine.uri.toString());
        }
    }
    if (view.leaseUntil)
        status.leaseMsLeft
            = std::max<qint64>(0, (*view.leaseUntil - now) / std::chrono::milliseconds(1));

    status.alarms = ownAlarms(view);
    for (const auto &[id, gossip] : m_gossip) {
        if (!m_mesh->isUp(id))
            continue;
        for (const control::AlarmRow &alarm : gossip.detail.alarms) {
            const bool isKnown = std::any_of(
                status.alarms.begin(), status.alarms.end(), [&](const control::AlarmRow &own) {
                    return own.code == alarm.code && own.node == alarm.node;
                });
            if (isKnown)
                continue;
            status.alarms.push_back(alarm);
            // "Our" and "this machine" in it are those of who says it.
            if (alarm.node != text(id))
                status.alarms.back().text = u"%1 says: %2"_s.arg(text(id), alarm.text);
        }
    }
    status.why = whyText(view, status);
    return status;
}

QString Node::statusLine() const
{
    const control::ClusterStatus now = status();
    QString line = now.master
        ? u"master %1%2, term %3"_s
              .arg(*now.master, now.active ? QString() : u" (not active yet)"_s)
              .arg(now.term)
        : u"no master: %1"_s.arg(now.why);
    line += u"; %1 of %2 voters reachable, can lose %3"_s.arg(now.quorum.reachable)
                .arg(now.quorum.voters)
                .arg(now.canLose);
    if (!now.alarms.empty())
        line += u"; %1 alarms"_s.arg(now.alarms.size());
    return line;
}

std::vector<control::LinkRow> Node::links() const
{
    std::vector<control::LinkRow> rows = ownDetail().links;
    for (const auto &[id, gossip] : m_gossip) {
        if (m_mesh->isUp(id))
            rows.insert(rows.end(), gossip.detail.links.begin(), gossip.detail.links.end());
    }
    return rows;
}

} // namespace clustd::cluster
