// What people ask of a node. The control server has checked the role of the asker and the shape of
// the request.

#include "cluster/journal.h"
#include "cluster/node.h"
#include "cluster/node_text.h"
#include "cluster/service_control.h"

#include <QCborArray>

#include <algorithm>
#include <utility>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using election::HandOverReason;

namespace {

/// Less than what a command waits for its answer.
constexpr std::chrono::seconds kPauseKnownMax{3};

void refuse(const Reply &reply, const QString &code, const QString &why)
{
    reply(tl::unexpected(wire::ResponseError{code, why, {}}));
}

QDateTime endOf(std::optional<qint64> forMs)
{
    return forMs ? QDateTime::currentDateTimeUtc().addMSecs(*forMs) : QDateTime();
}

} // namespace

Journal &Node::journal()
{
    return *m_journal;
}

void Node::switchover(const SwitchoverRequest &request, Reply reply)
{
    const election::View view = m_runner->view();
    if (view.role != election::Role::Master) {
        if (!view.master) {
            refuse(reply, u"no-master"_s, u"there is no master that could hand over"_s);
            return;
        }
        wire::ResponseError error{
            u"not-master"_s, u"the master is %1"_s.arg(text(view.master->machine)), {}};
        error.detail[u"master"_s] = text(view.master->machine);
        reply(tl::unexpected(error));
        return;
    }
    if (m_switchover.isUnderWay()) {
        refuse(reply, u"busy"_s, u"a switchover is under way already"_s);
        return;
    }
    if (request.to == selfId()) {
        refuse(reply, u"refused"_s, u"%1 is master already"_s.arg(selfId()));
        return;
    }
    const std::optional<NodeId> to
        = request.to.isEmpty() ? std::nullopt : std::optional(NodeId{request.to.toStdString()});
    const auto peer = to ? m_gossip.find(*to) : m_gossip.end();
    if (to && peer == m_gossip.end()) {
        refuse(reply, u"not-found"_s, u"no machine '%1' is known here"_s.arg(request.to));
        return;
    }
    if (to && !m_mesh->isUp(*to)) {
        refuse(reply, u"refused"_s, u"%1 is not linked to the master"_s.arg(request.to));
        return;
    }
    if (to && !peer->second.status.eligible) {
        QStringList why{u"it is '%1'"_s.arg(QString::fromStdString(peer->second.status.state))};
        if (peer->second.detail.role == u"witness" || peer->second.detail.role == u"standby")
            why.append(u"its role is %1"_s.arg(peer->second.detail.role));
        for (const control::AlarmRow &alarm : peer->second.detail.alarms) {
            if (alarm.node == request.to)
                why.append(u"alarm %1"_s.arg(alarm.code));
        }
        refuse(reply, u"refused"_s,
            u"%1 is not eligible now (%2)"_s.arg(request.to, why.join(u", "_s)));
        return;
    }
    if (request.dryRun) {
        const WhatIf after = to ? WhatIf{request.to, {}} : whatIf({selfId()});
        if (!after.master) {
            refuse(reply, u"refused"_s, u"no other machine could take over: %1"_s.arg(after.why));
            return;
        }
        reply(QCborMap{{u"from"_s, selfId()}, {u"to"_s, *after.master}, {u"dry_run"_s, true}});
        return;
    }

    m_switchover.begin({std::move(reply), selfId(), request.to,
        m_clock.now() + std::chrono::milliseconds(request.waitMs), view.token});
    askHandOver(
        HandOverReason::Switchover, to, true, [this, request](bool accepted, const QString &why) {
            if (!accepted)
                return m_switchover.fail(u"refused"_s, why);
            // Before what comes of it; an order that was refused is no cause of anything.
            record(u"switchover-asked"_s,
                {{u"by"_s, request.asker}, {u"to"_s, request.to}, {u"reason"_s, request.reason}});
            if (request.waitMs <= 0)
                m_switchover.finishUnseen();
        });
}

void Node::maintenance(const MaintenanceRequest &request, Reply reply)
{
    const auto store = [this, request, reply] {
        m_settings.maintenance
            = {request.on, request.on ? endOf(request.forMs) : QDateTime(), request.reason};
        m_wasMaintained = request.on;
        saveSettings();
        QCborMap detail{{u"by"_s, request.asker}, {u"reason"_s, request.reason}};
        if (m_settings.maintenance.until.isValid())
            detail[u"until"_s] = m_settings.maintenance.until.toString(Qt::ISODateWithMs);
        record(request.on ? u"maintenance-on"_s : u"maintenance-off"_s, detail);
        tellSelf();
        reply(QCborMap{{u"id"_s, selfId()}, {u"on"_s, request.on}});
    };
    if (!request.on || !isLeading()) {
        store();
        return;
    }
    // The role goes first: a master that may not be master would be a contradiction for everyone
    // who looks.
    askHandOver(HandOverReason::Maintenance, std::nullopt, true,
        [store, reply](bool accepted, const QString &why) {
            if (accepted)
                store();
            else
                refuse(reply, u"refused"_s, why);
        });
}

void Node::pause(const PauseRequest &request, Reply reply)
{
    const election::View view = m_runner->view();
    if (view.role != election::Role::Master) {
        wire::ResponseError error{view.master ? u"not-master"_s : u"no-master"_s,
            u"only a master pauses or resumes the cluster (C4)"_s, {}};
        if (view.master)
            error.detail[u"master"_s] = text(view.master->machine);
        reply(tl::unexpected(error));
        return;
    }
    m_settings.pause = m_settings.pause.next(view.token);
    m_settings.pause.on = true;
    m_settings.pause.until = endOf(request.forMs);
    saveSettings();
    record(u"paused"_s, {{u"by"_s, request.asker}, {u"reason"_s, request.reason}});
    tellPause();
    answerWhenPauseIsKnown(std::move(reply));
}

void Node::resume(const Asker &asker, Reply reply)
{
    const election::View view = m_runner->view();
    if (view.role != election::Role::Master && view.master) {
        wire::ResponseError error{
            u"not-master"_s, u"the master is %1"_s.arg(text(view.master->machine)), {}};
        error.detail[u"master"_s] = text(view.master->machine);
        reply(tl::unexpected(error));
        return;
    }
    // Without a master nobody could make the newer word, and a paused cluster elects none: any
    // machine may then resume, one number further in the term of the pause.
    m_settings.pause = m_settings.pause.next(
        view.role == election::Role::Master ? view.token : m_settings.pause.term);
    saveSettings();
    record(u"resumed"_s, {{u"by"_s, asker}});
    tellPause();
    answerWhenPauseIsKnown(std::move(reply));
}

void Node::answerWhenPauseIsKnown(Reply reply)
{
    const Duration patience
        = std::min<Duration>(m_setup.config.timing.failoverWithin, kPauseKnownMax);
    m_pauseOrders.push_back({std::move(reply), m_clock.now() + patience});
    checkPauseKnown();
}

void Node::checkPauseKnown()
{
    if (m_pauseOrders.empty())
        return;
    QCborArray unconfirmed;
    for (const auto &[id, gossip] : m_gossip) {
        if (m_mesh->isUp(id) && gossip.status.paused != m_wasPaused)
            unconfirmed.append(text(id));
    }
    const Instant now = m_clock.now();
    QCborMap answer{{u"paused"_s, m_wasPaused}};
    if (!unconfirmed.isEmpty())
        answer[u"unconfirmed"_s] = unconfirmed;
    // Taken out first: an answer may end a link, and that leads here again.
    for (PauseOrder &order : std::exchange(m_pauseOrders, {})) {
        if (unconfirmed.isEmpty() || now >= order.giveUpAt)
            order.reply(answer);
        else
            m_pauseOrders.push_back(std::move(order));
    }
}

void Node::reload(bool dryRun, const Asker &asker, Reply reply)
{
    const Result<QStringList> lines = reload(dryRun);
    if (!lines) {
        refuse(reply, u"refused"_s, lines.error().text());
        return;
    }
    QCborArray changes;
    for (const QString &line : *lines)
        changes.append(line);
    reply(QCborMap{{u"changes"_s, changes}, {u"dry_run"_s, dryRun}, {u"by"_s, asker}});
}

void Node::adopt(const QStringList &ids, const Asker &asker, Reply reply)
{
    const election::View view = m_runner->view();
    if (!view.isRecovering) {
        refuse(reply, u"refused"_s,
            u"this machine has its state file and waits for nobody; there is nothing to adopt"_s);
        return;
    }
    std::vector<NodeId> gone = view.waitingFor;
    if (!ids.isEmpty()) {
        gone.clear();
        for (const QString &id : ids)
            gone.push_back(NodeId{id.toStdString()});
    }
    for (const NodeId &id : gone) {
        if (std::find(view.waitingFor.begin(), view.waitingFor.end(), id) == view.waitingFor.end())
            return refuse(reply, u"not-found"_s,
                u"%1 does not wait for '%2'; it waits for: %3"_s.arg(
                    selfId(), text(id), status().waitingFor.join(u", "_s)));
    }
    if (gone.empty())
        return refuse(
            reply, u"refused"_s, u"%1 waits for no machine that it has met"_s.arg(selfId()));
    QCborArray adopted;
    for (const NodeId &id : gone)
        adopted.append(text(id));
    record(u"alarm"_s,
        {{u"code"_s, u"adopted"_s}, {u"by"_s, asker}, {u"gone"_s, adopted},
            {u"text"_s, u"a person said that these machines are gone for good"_s}});
    m_runner->feed(election::Adopted{gone});
    reply(QCborMap{{u"gone"_s, adopted}});
}

} // namespace clustd::cluster
