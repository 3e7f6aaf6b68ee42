// What people see of a node: the status, its reasons, and what the node tells its peers of itself.

#include "cluster/journal.h"
#include "cluster/node.h"
#include "cluster/node_text.h"
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

QString roleText(MachineRole role)
{
    switch (role) {
    case MachineRole::Voter:
        return u"voter"_s;
    case MachineRole::Witness:
        return u"witness"_s;
    case MachineRole::Standby:
        return u"standby"_s;
    }
    return {};
}

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

/// Event @p seq, and what led to it: what happened in the cluster in the seconds before.
QStringList explainEvent(const Journal &journal, quint64 seq)
{
    constexpr std::int64_t kBeforeMs = 3000;
    constexpr qsizetype kLinesMax = 12;
    const auto &entries = journal.entries();
    const auto asked = std::find_if(entries.begin(), entries.end(),
        [&](const control::EventEntry &entry) { return entry.seq == seq; });
    if (asked == entries.end())
        return {};
    const auto wall = [](const control::EventEntry &entry) {
        return QDateTime::fromString(entry.time, Qt::ISODateWithMs).toMSecsSinceEpoch();
    };
    const auto line = [](const control::EventEntry &entry) {
        QString text = entry.detail[u"text"_s].toString();
        if (text.isEmpty()) {
            const QJsonObject detail = entry.detail.toJsonObject();
            QStringList parts;
            for (auto it = detail.begin(); it != detail.end(); ++it) {
                if (const QString value = it.value().toVariant().toString(); !value.isEmpty())
                    parts << it.key() + u' ' + value;
            }
            text = parts.join(u", "_s);
        }
        return u"%1 %2 %3 in term %4%5"_s.arg(entry.time, entry.node, entry.event)
            .arg(entry.term)
            .arg(text.isEmpty() ? text : u": "_s + text);
    };
    std::vector<control::EventEntry> before;
    for (const control::EventEntry &entry : entries) {
        const std::int64_t ms = wall(*asked) - wall(entry);
        if (entry.seq != seq && ms >= 0 && ms <= kBeforeMs)
            before.push_back(entry);
    }
    control::sortByTime(before);
    QStringList lines{line(*asked)};
    for (auto it = before.rbegin(); it != before.rend() && lines.size() < kLinesMax; ++it)
        lines << u"before it: "_s + line(*it);
    return lines;
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

QString Node::whyText(const election::View &view, const control::ClusterStatus &status) const
{
    if (view.isRecovering) {
        if (status.waitingFor.isEmpty())
            return u"no state file yet: asking the other machines (V4)"_s;
        return u"no state file yet: waiting for %1 (V4)"_s.arg(status.waitingFor.join(u", "_s));
    }
    if (status.master && status.active) {
        const QString cause = causeOfChange(*status.master);
        return u"%1 was elected"_s.arg(*status.master)
            + (cause.isEmpty() ? QString() : u": "_s + cause);
    }
    if (status.master && control::isStopping(status))
        return u"%1 stops what it served, and goes on with that until it has"_s.arg(*status.master);
    if (status.master)
        return u"%1 was elected and is not active yet"_s.arg(*status.master);
    if (status.paused)
        return u"the cluster is paused: nobody campaigns (C4)"_s;
    if (status.quorum.reachable < status.quorum.needed)
        return u"no quorum: this machine hears %1 of %2 voters and %3 are needed"_s
            .arg(status.quorum.reachable)
            .arg(status.quorum.voters)
            .arg(status.quorum.needed);
    if (!view.isEligible && !view.whyNotEligible.empty())
        return u"an election is due; this machine does not stand: %1"_s.arg(
            QString::fromStdString(view.whyNotEligible));
    return u"an election is under way"_s;
}

/// Why the role came to @p master, by the timeline: what happened between the last time that a
/// machine became active before and now. Empty where nothing tells.
QString Node::causeOfChange(const QString &master) const
{
    constexpr qsizetype kLookBackMax = 400; // Of the newest events; status is asked for often.
    const auto &entries = m_journal->entries();
    const auto first = entries.end() - std::min(qsizetype(entries.size()), kLookBackMax);
    // ISO times in UTC compare as text. Events of others arrive late, so their order here means
    // nothing.
    QString activeAt;
    QString activeBefore;
    QString former; ///< Who was active then; empty where its word of it has not come
    for (auto it = first; it != entries.end(); ++it) {
        if (it->event == u"active" && it->node == master)
            activeAt = std::max(activeAt, it->time);
    }
    for (auto it = first; it != entries.end(); ++it) {
        if (it->event == u"active" && it->time < activeAt && it->time > activeBefore) {
            activeBefore = it->time;
            former = it->node;
        }
    }
    // A sickness that was over is no cause; what is stopped is no longer sick, and is well again.
    QString leftAt = activeAt;
    QString wellAt;
    for (auto it = first; it != entries.end(); ++it) {
        if (it->time <= activeBefore || it->time > activeAt || it->node != former)
            continue;
        if (it->event == u"demoting")
            leftAt = std::min(leftAt, it->time);
        else if (it->event == u"service-well" && it->time < leftAt)
            wellAt = std::max(wellAt, it->time);
    }
    QString cause;
    int weight = 0;
    const auto weigh = [&](int more, const QString &text) {
        if (more > weight) {
            weight = more;
            cause = text;
        }
    };
    for (auto it = first; it != entries.end(); ++it) {
        // What happened to the others meanwhile took the role from nobody.
        if (it->time <= activeBefore || it->time > activeAt || it->node != former)
            continue;
        const auto detail = [it](const QString &key) { return it->detail[key].toString(); };
        if (it->event == u"switchover-asked")
            weigh(5, u"switchover from %1, asked by %2"_s.arg(it->node, detail(u"by"_s)));
        else if (it->event == u"maintenance-on")
            weigh(4, u"%1 went into maintenance"_s.arg(it->node));
        else if (it->event == u"service-sick" && it->time > wellAt)
            weigh(3,
                u"the service was sick on %1 (%2: %3)"_s.arg(
                    it->node, detail(u"driver"_s), detail(u"why"_s)));
        else if (it->event == u"stopping")
            weigh(2, u"%1 left (%2)"_s.arg(it->node, detail(u"reason"_s)));
        else if (it->event == u"fencing")
            weigh(1, u"%1 lost its lease"_s.arg(it->node));
    }
    // Whoever lost the former master says so of it, the new one too.
    for (auto it = first; it != entries.end() && cause.isEmpty(); ++it) {
        if (it->event == u"master-lost" && it->time > activeBefore && it->time <= activeAt)
            cause = it->detail[u"node"_s].toString()
                + (it->detail[u"text"_s].toString().contains(u": released"_s)
                        ? u" had stopped, and said so"_s
                        : u" was lost"_s);
    }
    return cause;
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

QStringList Node::explain(std::optional<quint64> seq) const
{
    QStringList lines;
    if (seq) {
        return explainEvent(*m_journal, *seq);
    }
    const election::View view = m_runner->view();
    const control::ClusterStatus now = status();
    lines << now.why;
    if (view.role == Role::Master)
        lines << u"this machine is master: it holds the lease of term %1 for %2 ms more"_s
                     .arg(view.term.value())
                     .arg(now.leaseMsLeft.value_or(0));
    else if (!view.isEligible)
        lines << u"this machine may not become master: %1"_s.arg(
            QString::fromStdString(view.whyNotEligible));
    else if (view.master)
        lines << u"this machine follows %1, whose heartbeats it acknowledges"_s.arg(
            text(view.master->machine));
    else
        lines << u"this machine stands for election when its turn comes (C1)"_s;
    if (view.promisedTo && m_clock.now() < view.promiseUntil)
        lines << u"it has promised %1 to elect nobody else for %2 ms (V1)"_s
                     .arg(text(view.promisedTo->machine))
                     .arg((view.promiseUntil - m_clock.now()) / std::chrono::milliseconds(1));
    for (const election::Notice &notice : m_lastDecisions) {
        if (notice.name == "master-elected" || notice.name == "master-lost"
            || notice.name == "fencing" || notice.name == "released" || notice.name == "active"
            || notice.name == "inactive")
            lines << u"earlier: %1"_s.arg(QString::fromStdString(notice.text));
    }
    return lines;
}

ControlBackend::WhatIf Node::whatIf(const QStringList &down) const
{
    WhatIf answer;
    const election::View view = m_runner->view();
    if (!view.set) {
        answer.why = u"this machine has no voter set yet"_s;
        return answer;
    }
    const auto isGone = [&](const NodeId &id) { return down.contains(text(id)); };
    int left = 0;
    for (const NodeId &id : view.heardVoters)
        left += isGone(id) ? 0 : 1;
    // N2: in naive mode whoever is left is active, alone too.
    const bool isNaive = m_setup.config.cluster.election == config::ElectionMode::Naive;
    if (!isNaive && left < int(view.set->majority())) {
        answer.why = u"%1 of %2 voters would be left, %3 are needed"_s.arg(left)
                         .arg(view.set->size())
                         .arg(view.set->majority());
        return answer;
    }
    if (view.master && !isGone(view.master->machine)) {
        answer.master = text(view.master->machine);
        answer.why = isNaive ? u"it is master now"_s
                             : u"it is master now and a majority still reaches it"_s;
        return answer;
    }
    // C1: by priority, then id.
    std::optional<std::pair<std::int64_t, NodeId>> best;
    const auto stand = [&](const NodeId &id, bool eligible, std::int64_t priority) {
        if (!eligible || isGone(id))
            return;
        if (!best || priority > best->first || (priority == best->first && id < best->second))
            best = std::pair(priority, id);
    };
    stand(m_setup.config.cluster.id, view.isEligible, self().priority);
    for (const auto &[id, gossip] : m_gossip)
        stand(id, gossip.status.eligible && m_mesh->isUp(id), gossip.status.priority);
    if (best) {
        answer.master = text(best->second);
        answer.why = isNaive ? u"first in order among the eligible machines left (N2)"_s
                             : u"first in order among the eligible machines left (C1)"_s;
    } else {
        answer.why = u"none of the machines left is eligible"_s;
    }
    return answer;
}

} // namespace clustd::cluster
