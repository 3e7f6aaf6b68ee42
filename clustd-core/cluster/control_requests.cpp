// The methods of docs/PROTOCOL.md, Requests: from parameters to the backend and back.

#include "cluster/control_party.h"
#include "cluster/control_server.h"
#include "cluster/journal.h"
#include "control/link_pages.h"
#include "control/map_reader.h"
#include "control/request_limits.h"

#include <QCborArray>

#include <algorithm>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using control::EventEntry;
using control::MapReader;

namespace {

constexpr qint64 kEventsDefault = 200;
constexpr qint64 kEventsMax = 1000;
/// Bytes of one reply, far below what a client takes in one message.
constexpr qsizetype kReplyBytesMax = 512 * 1024;
constexpr qint64 kWaitMsMax = control::kSwitchoverWaitMax / std::chrono::milliseconds(1);
constexpr qint64 kForMsMax = 10000LL * 3600 * 1000; ///< The longest time of a command line

/// What a machine does before it answers, when nothing was asked to wait.
constexpr qint64 kUsualWaitMs = 2000;

QString readName(MapReader &reader, const QString &key)
{
    QString name = reader.textOrNull(key).value_or(QString());
    if (!name.isEmpty() && !crypto::isName(name.toStdString()))
        reader.fail(key, u"no id of a machine"_s);
    return name;
}

QStringList readNames(MapReader &reader, const QString &key)
{
    QStringList names = reader.texts(key);
    for (const QString &name : names) {
        if (!crypto::isName(name.toStdString()))
            reader.fail(key, u"no list of ids"_s);
    }
    names.removeDuplicates();
    return names;
}

std::optional<std::int64_t> readForMs(MapReader &reader)
{
    const std::optional<qint64> forMs = reader.integerOrNull(u"for_ms"_s, 1);
    if (forMs && *forMs > kForMsMax)
        reader.fail(u"for_ms"_s, u"longer than 10000h"_s);
    return forMs ? std::optional<std::int64_t>(*forMs) : std::nullopt;
}

/// As many of @p page as one reply may hold; `next` then says where to go on.
QCborMap pageMap(const Journal::Page &page)
{
    QCborArray entries;
    quint64 next = page.next;
    qsizetype bytes = 0;
    for (const EventEntry &entry : page.entries) {
        const QCborMap map = control::toCbor(entry);
        bytes += QCborValue(map).toCbor().size();
        if (bytes > kReplyBytesMax && !entries.isEmpty()) {
            next = static_cast<quint64>(entries.last().toMap().value(u"seq"_s).toInteger());
            break;
        }
        entries.append(map);
    }
    return {{u"entries"_s, entries}, {u"next"_s, qint64(next)}, {u"lost"_s, page.lost}};
}

Asker askerOf(const QString &party, const wire::Request &request)
{
    return request.onBehalfOf.isEmpty() ? party : request.onBehalfOf;
}

} // namespace

const ControlServer::Method *ControlServer::findMethod(const QString &name)
{
    static const std::vector<Method> methods{
        {u"get_master"_s, Audience::Look, &ControlServer::getMaster},
        {u"get_cluster"_s, Audience::Look, &ControlServer::getCluster},
        {u"get_links"_s, Audience::Look, &ControlServer::getLinks},
        {u"subscribe"_s, Audience::Look, &ControlServer::subscribe},
        {u"events"_s, Audience::Look, &ControlServer::events},
        {u"explain"_s, Audience::Look, &ControlServer::explain},
        {u"whatif"_s, Audience::Look, &ControlServer::whatIf},
        {u"switchover"_s, Audience::Act, &ControlServer::switchover},
        {u"maintenance"_s, Audience::Act, &ControlServer::maintenance},
        {u"pause"_s, Audience::Act, &ControlServer::pause},
        {u"resume"_s, Audience::Act, &ControlServer::resume},
        {u"reload"_s, Audience::Act, &ControlServer::reload},
        {u"adopt"_s, Audience::Act, &ControlServer::adopt},
        {u"health"_s, Audience::Driver, &ControlServer::health},
    };
    const auto it = std::find_if(methods.begin(), methods.end(),
        [&name](const Method &method) { return method.name == name; });
    return it == methods.end() ? nullptr : &*it;
}

control::ClusterStatus ControlServer::status() const
{
    control::ClusterStatus status = m_backend.status();
    if (!status.since.isEmpty())
        return status;
    // The newest event that made things as they are now, on the master itself or, without one,
    // anywhere.
    const auto &entries = m_backend.journal().entries();
    const auto begins = [&status](const EventEntry &entry) {
        if (!status.master)
            return entry.event == u"inactive" || entry.event == u"master-lost"
                || entry.event == u"fencing";
        return entry.node == *status.master
            && entry.event == (status.active ? u"active"_s : u"master-elected"_s);
    };
    const auto it = std::find_if(entries.rbegin(), entries.rend(), begins);
    if (it != entries.rend())
        status.since = it->time;
    return status;
}

// ---- looking
// -------------------------------------------------------------------------------------------------------

bool ControlServer::isWellFormed(
    const std::shared_ptr<Party> &party, const wire::Request &request, const MapReader &reader)
{
    if (reader.fault())
        refuse(party, request, u"bad-params"_s, *reader.fault());
    return !reader.fault();
}

void ControlServer::getMaster(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({});
    if (!isWellFormed(party, request, reader))
        return;
    const control::ClusterStatus now = m_backend.status();
    QCborMap data{{u"master"_s, nullptr}, {u"term"_s, qint64(now.term)}, {u"uri"_s, QString()}};
    if (now.master) {
        data[u"master"_s] = *now.master;
        if (const control::NodeRow *row = now.find(*now.master))
            data[u"uri"_s] = row->uri;
    }
    answer(party, request.id, data);
}

void ControlServer::getCluster(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({});
    if (isWellFormed(party, request, reader))
        answer(party, request.id, control::toCbor(status()));
}

void ControlServer::getLinks(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"after"_s});
    const QString after = readName(reader, u"after"_s);
    if (!isWellFormed(party, request, reader))
        return;
    answer(party, request.id, control::linksPage(m_backend.links(), after, kReplyBytesMax));
}

void ControlServer::subscribe(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"since"_s});
    const std::optional<qint64> since = reader.integerOrNull(u"since"_s, 0);
    if (!isWellFormed(party, request, reader))
        return;
    const quint64 last = m_backend.journal().lastSeq();
    answer(party, request.id,
        QCborMap{{u"cluster"_s, control::toCbor(status())}, {u"next"_s, qint64(last)}});
    // A number from before a lost journal file means: all that there is.
    const quint64 from = since ? static_cast<quint64>(*since) : last;
    party->subscription = Party::Subscription{from > last ? 0 : from, !party->isMachine()};
    pushJournal(*party);
}

void ControlServer::events(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"since"_s, u"limit"_s});
    const std::optional<qint64> since = reader.integerOrNull(u"since"_s, 0);
    const qint64 limit = reader.integer(u"limit"_s, kEventsDefault, 1, kEventsMax);
    if (!isWellFormed(party, request, reader))
        return;
    const Journal &journal = m_backend.journal();
    const auto count = static_cast<std::size_t>(limit);
    answer(party, request.id,
        pageMap(
            since ? journal.after(static_cast<quint64>(*since), count) : journal.newest(count)));
}

void ControlServer::explain(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"seq"_s});
    const std::optional<qint64> seq = reader.integerOrNull(u"seq"_s, 0);
    if (!isWellFormed(party, request, reader))
        return;
    const QStringList lines
        = m_backend.explain(seq ? std::optional(static_cast<quint64>(*seq)) : std::nullopt);
    if (seq && lines.isEmpty()) {
        refuse(
            party, request, u"not-found"_s, u"this machine has no event %1 (any more)"_s.arg(*seq));
        return;
    }
    answer(party, request.id, QCborMap{{u"lines"_s, QCborArray::fromStringList(lines)}});
}

void ControlServer::whatIf(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"down"_s});
    const QStringList down = readNames(reader, u"down"_s);
    if (!isWellFormed(party, request, reader))
        return;
    const control::ClusterStatus now = m_backend.status();
    for (const QString &id : down) {
        if (!now.find(id)) {
            refuse(party, request, u"not-found"_s, u"no machine '%1' is known here"_s.arg(id));
            return;
        }
    }
    const ControlBackend::WhatIf after = m_backend.whatIf(down);
    answer(party, request.id,
        QCborMap{{u"master"_s, after.master ? QCborValue(*after.master) : QCborValue(nullptr)},
            {u"why"_s, after.why}});
}

// ---- acting
// --------------------------------------------------------------------------------------------------------

void ControlServer::switchover(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"to"_s, u"reason"_s, u"wait_ms"_s, u"dry_run"_s});
    SwitchoverRequest asked;
    asked.to = readName(reader, u"to"_s);
    if (asked.to.isEmpty() && request.params[u"to"_s].isString())
        reader.fail(u"to"_s, u"empty; leave it out for whoever is next in order"_s);
    asked.reason = reader.text(u"reason"_s, control::kReasonLengthMax);
    asked.waitMs = reader.integer(u"wait_ms"_s, 0, 0, kWaitMsMax);
    asked.dryRun = reader.boolean(u"dry_run"_s);
    asked.asker = askerOf(party->text(), request);
    if (isWellFormed(party, request, reader))
        m_backend.switchover(asked, replyTo(party, request, asked.waitMs));
}

void ControlServer::maintenance(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"on"_s, u"id"_s, u"for_ms"_s, u"reason"_s});
    MaintenanceRequest asked;
    if (!reader.has(u"on"_s))
        reader.fail(u"on"_s, u"must be given"_s);
    asked.on = reader.boolean(u"on"_s);
    asked.id = readName(reader, u"id"_s);
    asked.forMs = readForMs(reader);
    asked.reason = reader.text(u"reason"_s, control::kReasonLengthMax);
    asked.asker = askerOf(party->text(), request);
    if (!isWellFormed(party, request, reader))
        return;
    const QString self = m_backend.journal().node();
    if (asked.id.isEmpty() || asked.id == self) {
        asked.id = self;
        m_backend.maintenance(asked, replyTo(party, request, kUsualWaitMs));
    } else if (m_machines.contains(NodeId{asked.id.toStdString()})) {
        passOn(party, request, asked.id, kUsualWaitMs);
    } else {
        const bool isKnown = m_backend.status().find(asked.id) != nullptr;
        refuse(party, request, isKnown ? u"failed"_s : u"not-found"_s,
            isKnown ? u"%1 is not linked with this machine"_s.arg(asked.id)
                    : u"no machine '%1' is known here"_s.arg(asked.id));
    }
}

void ControlServer::pause(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"for_ms"_s, u"reason"_s});
    PauseRequest asked;
    asked.forMs = readForMs(reader);
    asked.reason = reader.text(u"reason"_s, control::kReasonLengthMax);
    asked.asker = askerOf(party->text(), request);
    if (isWellFormed(party, request, reader))
        m_backend.pause(asked, replyTo(party, request, kUsualWaitMs));
}

void ControlServer::resume(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({});
    if (isWellFormed(party, request, reader))
        m_backend.resume(askerOf(party->text(), request), replyTo(party, request, kUsualWaitMs));
}

void ControlServer::reload(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"dry_run"_s});
    const bool dryRun = reader.boolean(u"dry_run"_s);
    if (isWellFormed(party, request, reader))
        m_backend.reload(
            dryRun, askerOf(party->text(), request), replyTo(party, request, kUsualWaitMs));
}

void ControlServer::adopt(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    MapReader reader(request.params);
    reader.allowOnly({u"ids"_s});
    const QStringList ids = readNames(reader, u"ids"_s);
    if (isWellFormed(party, request, reader))
        m_backend.adopt(
            ids, askerOf(party->text(), request), replyTo(party, request, kUsualWaitMs));
}

void ControlServer::health(const std::shared_ptr<Party> &party, const wire::Request &request)
{
    refuse(party, request, u"not-found"_s,
        u"this machine has no driver of type 'remote' named '%1'"_s.arg(party->name));
}

} // namespace clustd::cluster
