#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/gap.h"
#include "output.h"

#include <QCborArray>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTimer>

namespace clustd::daemon {
namespace {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

constexpr auto kWaitDefault = 30s;
/// How long the events of both machines may take to arrive at the one that is asked.
constexpr auto kEventsWait = 2s;

/// The number of the newest event, or nothing: then the gap cannot be told.
std::optional<qint64> newestSeq(ControlSession &session)
{
    const ControlSession::Answer answer = session.request(u"events"_s, {{u"limit"_s, 1}});
    return answer ? std::optional(answer->value(u"next"_s).toInteger()) : std::nullopt;
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

QString doneText(const QString &from, const QString &to, std::optional<double> gap, bool isDryRun)
{
    if (isDryRun)
        return u"would move the role from %1 to %2\n"_s.arg(from, to);
    if (to.isEmpty())
        return u"%1 hands over; see 'clustd status'\n"_s.arg(from);
    return gap ? u"%1 is master instead of %2; nobody was active for %3 ms\n"_s.arg(to, from).arg(
               *gap, 0, 'f', 1)
               : u"%1 is master instead of %2\n"_s.arg(to, from);
}

ExitCode run(const Arguments &arguments)
{
    const Result<std::optional<Duration>> wait = arguments.duration(u"wait"_s);
    if (!wait)
        return report(wait.error());
    const auto waits
        = std::chrono::duration_cast<std::chrono::milliseconds>(wait->value_or(kWaitDefault));
    const bool isDryRun = arguments.isSet(u"dry-run"_s);
    QCborMap params{{u"wait_ms"_s, qint64(waits.count())}, {u"dry_run"_s, isDryRun}};
    if (arguments.isSet(u"to"_s))
        params[u"to"_s] = arguments.value(u"to"_s);
    if (arguments.isSet(u"reason"_s))
        params[u"reason"_s] = arguments.value(u"reason"_s);

    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    const std::optional<qint64> since = isDryRun ? std::nullopt : newestSeq(**session);
    const ControlSession::Answer answer = (*session)->request(u"switchover"_s, params, waits + 5s);
    if (!answer)
        return reportRefusal(arguments, answer.error(), (*session)->where());
    const QString from = answer->value(u"from"_s).toString();
    const QString to = answer->value(u"to"_s).toString();
    const std::optional<double> gap = since && waits > 0ms && !to.isEmpty()
        ? measureGap(**session, *since, from, to)
        : std::nullopt;
    if (arguments.isJson()) {
        QJsonObject object = doneJson(*answer);
        object.insert(u"gap_ms"_s, gap ? QJsonValue(*gap) : QJsonValue());
        printJson(object);
    } else {
        printOut(doneText(from, to, gap, isDryRun));
    }
    return ExitCode::Done;
}

} // namespace

Command switchoverCommand()
{
    return {.name = u"switchover"_s,
        .summary = u"Move the role to another machine, in order"_s,
        .details
        = u"The master stops its drivers by their ordinary path, then the other one starts. "
          u"Refused, with the "
          "reason, when nobody could take over. Ends with 7 when the new master is not active in time."_s,
        .options
        = {{u"to"_s, u"The machine that is to be master; else the first in order."_s, u"ID"_s},
            {u"reason"_s, u"For the timeline."_s, u"TEXT"_s},
            {u"wait"_s, u"How long to wait until it is active (30s); 0: do not wait."_s, u"TIME"_s},
            {u"dry-run"_s, u"Only say what would happen."_s}},
        .run = run};
}

} // namespace clustd::daemon
