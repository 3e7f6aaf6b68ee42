#include "commands/measured_switchover.h"

#include "commands/gap.h"

#include <QCborArray>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTimer>

namespace clustd::daemon {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

namespace {

/// How long the events of both machines may take to arrive at the one that is asked.
constexpr auto kEventsWait = 2s;

/// The number of the newest event.
tl::expected<qint64, wire::ResponseError> newestSeq(ControlSession &session)
{
    const ControlSession::Answer answer = session.request(u"events"_s, {{u"limit"_s, 1}});
    if (!answer)
        return tl::unexpected(answer.error());
    return answer->value(u"next"_s).toInteger();
}

std::optional<double> measureGap(
    ControlSession &session, qint64 since, const QString &from, const QString &to)
{
    const QDeadlineTimer deadline(kEventsWait);
    for (;;) {
        const ControlSession::Answer answer
            = session.request(u"events"_s, {{u"since"_s, since}, {u"limit"_s, 1000}});
        if (!answer)
            return std::nullopt;
        std::vector<EventEntry> entries;
        const QCborArray given = answer->value(u"entries"_s).toArray();
        for (const QCborValue value : given) {
            if (Result<EventEntry> entry = control::eventFromCbor(value.toMap()))
                entries.push_back(std::move(*entry));
        }
        const std::optional<double> gap = gapMs(entries, from, to);
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
    qint64 since = 0;
    if (isMeasured) {
        const auto newest = newestSeq(session);
        // Whoever is not let in, or reaches nobody, need not wait for that once more.
        if (!newest)
            return tl::unexpected(newest.error());
        since = *newest;
    }
    const ControlSession::Answer answer = session.request(u"switchover"_s, params, wait + 5s);
    if (!answer)
        return tl::unexpected(answer.error());
    Moved moved{
        answer->value(u"from"_s).toString(), answer->value(u"to"_s).toString(), {}, *answer};
    if (isMeasured && !moved.to.isEmpty())
        moved.gapMs = measureGap(session, since, moved.from, moved.to);
    return moved;
}

} // namespace clustd::daemon
