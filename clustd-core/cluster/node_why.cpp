// Why it is so: who is master and since when, what led to an event, and who would be master else.

#include "cluster/journal.h"
#include "cluster/node.h"
#include "cluster/node_text.h"
#include "control/verdict.h"

#include <QDateTime>
#include <QJsonObject>

#include <algorithm>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using election::Role;

namespace {

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
        return u"the cluster is paused: nobody campaigns (C4); 'clustd resume' ends it"_s;
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
    // What happened to the others meanwhile took the role from nobody.
    std::vector<const control::EventEntry *> ofFormer;
    for (auto it = first; it != entries.end(); ++it) {
        if (it->node == former && it->time > activeBefore && it->time <= activeAt)
            ofFormer.push_back(&*it);
    }
    // A sickness that was over is no cause; what is stopped is no longer sick, and is well again.
    QString leftAt = activeAt;
    QString wellAt;
    for (const control::EventEntry *entry : ofFormer) {
        if (entry->event == u"demoting")
            leftAt = std::min(leftAt, entry->time);
    }
    for (const control::EventEntry *entry : ofFormer) {
        if (entry->event == u"service-well" && entry->time < leftAt)
            wellAt = std::max(wellAt, entry->time);
    }
    QString cause;
    int weight = 0;
    const auto weigh = [&](int more, const QString &text) {
        if (more > weight) {
            weight = more;
            cause = text;
        }
    };
    for (const control::EventEntry *entry : ofFormer) {
        const auto detail = [entry](const QString &key) { return entry->detail[key].toString(); };
        if (entry->event == u"switchover-asked")
            weigh(5, u"switchover from %1, asked by %2"_s.arg(entry->node, detail(u"by"_s)));
        else if (entry->event == u"maintenance-on")
            weigh(4, u"%1 went into maintenance"_s.arg(entry->node));
        else if (entry->event == u"service-sick" && entry->time > wellAt)
            weigh(3,
                u"the service was sick on %1 (%2: %3)"_s.arg(
                    entry->node, detail(u"driver"_s), detail(u"why"_s)));
        else if (entry->event == u"stopping")
            weigh(2, u"%1 left (%2)"_s.arg(entry->node, detail(u"reason"_s)));
        else if (entry->event == u"fencing")
            weigh(1, u"%1 lost its lease"_s.arg(entry->node));
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
