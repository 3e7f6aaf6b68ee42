#include "commands/measured_switchover.h"

#include "commands/gap.h"

#include <QCborArray>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>

namespace clustd::daemon {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

namespace {

/// How long the events of both machines may take to arrive at the one that is asked.
constexpr auto kEventsWait = 2s;
constexpr qint64 kEventsAtOnce = 1000;
/// How many events before the order are looked at where nobody was active at that moment.
constexpr quint64 kLookBack = 1000;

/// The number of the newest event.
tl::expected<quint64, wire::ResponseError> newestSeq(ControlSession &session)
{
    const ControlSession::Answer answer = session.request(u"events"_s, {{u"limit"_s, 1}});
    if (!answer)
        return tl::unexpected(answer.error());
    return static_cast<quint64>(std::max<qint64>(0, answer->value(u"next"_s).toInteger()));
}

/// Adds the events after @p since to @p entries, up to number @p until where that is given; false
/// when the session was lost.
bool addEvents(ControlSession &session, quint64 since, std::optional<quint64> until,
    std::vector<EventEntry> &entries)
{
    while (!until || since < *until) {
        const ControlSession::Answer answer = session.request(
            u"events"_s, {{u"since"_s, qint64(since)}, {u"limit"_s, kEventsAtOnce}});
        if (!answer)
            return false;
        const QCborArray given = answer->value(u"entries"_s).toArray();
        for (const QCborValue value : given) {
            if (Result<EventEntry> entry = control::eventFromCbor(value.toMap()))
                entries.push_back(std::move(*entry));
        }
        const auto next
            = static_cast<quint64>(std::max<qint64>(0, answer->value(u"next"_s).toInteger()));
        if (given.isEmpty() || next <= since)
            return true;
        since = next;
    }
    return true;
}

/// Who is active now; empty: nobody, as far as it is known.
QString activeNow(ControlSession &session)
{
    const ControlSession::Answer answer = session.request(u"get_cluster"_s);
    if (!answer)
        return {};
    const Result<control::ClusterStatus> status = control::statusFromCbor(*answer);
    return status && status->active ? status->master.value_or(QString()) : QString();
}

std::optional<double> measureGap(ControlSession &session, const RoleChange &change)
{
    std::vector<EventEntry> entries;
    if (change.activeBefore.isEmpty()
        && !addEvents(
            session, change.since - std::min(change.since, kLookBack), change.since, entries))
        return std::nullopt;
    const QDeadlineTimer deadline(kEventsWait);
    quint64 since = change.since;
    for (;;) {
        if (!addEvents(session, since, {}, entries))
            return std::nullopt;
        for (const EventEntry &entry : entries)
            since = std::max<quint64>(since, entry.seq);
        const std::optional<double> gap = gapMs(entries, change);
        if (gap || deadline.hasExpired())
            return gap;
        QEventLoop loop;
        QTimer::singleShot(50ms, &loop, &QEventLoop::quit);
        loop.exec();
    }
}

} // namespace

tl::expected<Moved, wire::ResponseError> moveMeasured(
    ControlSession &session, QCborMap params, std::chrono::milliseconds wait)
{
    const bool isDryRun = params.value(u"dry_run"_s).toBool();
    params[u"wait_ms"_s] = qint64(wait.count());
    const bool isMeasured = !isDryRun && wait > 0ms;
    RoleChange change;
    if (isMeasured) {
        const auto newest = newestSeq(session);
        // Whoever is not let in, or reaches nobody, need not wait for that once more.
        if (!newest)
            return tl::unexpected(newest.error());
        change.since = *newest;
        // After the number: whatever ends later is among the events that follow it.
        change.activeBefore = activeNow(session);
    }
    const ControlSession::Answer answer = session.request(u"switchover"_s, params, wait + 5s);
    if (!answer)
        return tl::unexpected(answer.error());
    Moved moved{
        answer->value(u"from"_s).toString(), answer->value(u"to"_s).toString(), {}, *answer};
    change.to = moved.to;
    if (isMeasured && !moved.to.isEmpty())
        moved.gapMs = measureGap(session, change);
    return moved;
}

} // namespace clustd::daemon
