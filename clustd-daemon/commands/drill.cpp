#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/measured_switchover.h"
#include "commands/text_table.h"
#include "control/request_limits.h"
#include "output.h"

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QJsonArray>
#include <QTimer>

namespace clustd::daemon {
namespace {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using wire::ResponseError;

constexpr auto kWaitDefault = 30s;
constexpr auto kLookEvery = 200ms;

/// Why this is no time to rehearse, or nothing.
std::optional<ResponseError> objection(const ClusterStatus &status)
{
    const auto refused = [](const QString &why) { return ResponseError{u"refused"_s, why, {}}; };
    if (!status.master)
        return ResponseError{u"no-master"_s, u"there is no master: "_s + status.why, {}};
    if (!status.active)
        return ResponseError{u"no-master"_s, u"there is no active master: "_s + status.why, {}};
    if (status.paused)
        return refused(u"the cluster is paused"_s);
    const bool isNaive = status.election == u"naive";
    if (!isNaive && status.canLose < 1)
        return refused(u"no further machine may be lost, so a real fault during the drill would "
                       u"end the service"_s);
    for (const control::AlarmRow &alarm : status.alarms) {
        // This one stands as long as the mode is on, and says nothing of today.
        if (!isNaive || alarm.code != u"naive-election")
            return refused(u"there is an alarm: %1 (%2)"_s.arg(alarm.code, alarm.node));
    }
    return std::nullopt;
}

/// Waits until @p id may be master again; whether it may.
bool waitEligible(ControlSession &session, const QString &id, std::chrono::milliseconds atMost)
{
    const QDeadlineTimer deadline(atMost);
    do {
        const ControlSession::Answer answer
            = session.request(u"switchover"_s, {{u"to"_s, id}, {u"dry_run"_s, true}});
        if (answer)
            return true;
        QEventLoop loop;
        QTimer::singleShot(kLookEvery, &loop, &QEventLoop::quit);
        loop.exec();
    } while (!deadline.hasExpired());
    return false;
}

/// The report, on the way and at the end.
class Report
{
public:
    explicit Report(bool isJson)
        : m_isJson(isJson)
    {
    }

    void moved(const Moved &moved)
    {
        const QJsonValue gap = moved.gapMs ? QJsonValue(*moved.gapMs) : QJsonValue();
        m_moves += QJsonObject{{u"from"_s, moved.from}, {u"to"_s, moved.to}, {u"gap_ms"_s, gap}};
        say(moved.gapMs ? u"%1 -> %2: nobody was active for %3 ms"_s.arg(moved.from, moved.to)
                              .arg(*moved.gapMs, 0, 'f', 1)
                        : u"%1 -> %2"_s.arg(moved.from, moved.to));
    }
    ExitCode passed()
    {
        if (m_isJson)
            printJson({{u"schema"_s, control::kSchema}, {u"ok"_s, true}, {u"moves"_s, m_moves},
                {u"error"_s, QString()}});
        else
            say(u"passed: the role went there and back"_s);
        return ExitCode::Done;
    }
    ExitCode failed(const ResponseError &why, const QString &where)
    {
        if (m_isJson)
            printJson({{u"schema"_s, control::kSchema}, {u"ok"_s, false}, {u"code"_s, why.code},
                {u"error"_s, why.message}, {u"moves"_s, m_moves}});
        else
            say(u"FAILED: "_s + why.message);
        return exitCodeOf(control::toError(why, where).code);
    }

private:
    void say(const QString &text) const
    {
        if (!m_isJson)
            printOut(printable(text) + u'\n');
    }

    const bool m_isJson;
    QJsonArray m_moves;
};

ExitCode run(const Arguments &arguments)
{
    for (const auto &asked : {arguments.durationAboveZero(u"wait"_s),
             arguments.durationUpTo(u"wait"_s, control::kSwitchoverWaitMax)}) {
        if (!asked)
            return report(asked.error());
    }
    const Result<std::optional<Duration>> asked = arguments.duration(u"wait"_s);
    const auto wait
        = std::chrono::duration_cast<std::chrono::milliseconds>(asked->value_or(kWaitDefault));
    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    const QString where = (*session)->where();
    const ControlSession::Answer answer = (*session)->request(u"get_cluster"_s);
    if (!answer)
        return reportRefusal(arguments, answer.error(), where);
    const Result<ClusterStatus> status = control::statusFromCbor(*answer);
    if (!status)
        return report(status.error(), arguments);
    if (const std::optional<ResponseError> why = objection(*status))
        return reportRefusal(arguments, *why, where);

    Report report(arguments.isJson());
    QCborMap there{{u"reason"_s, u"drill"_s}};
    if (arguments.isSet(u"to"_s))
        there[u"to"_s] = arguments.value(u"to"_s);
    const auto gone = moveMeasured(**session, there, wait);
    if (!gone)
        return report.failed(gone.error(), where);
    report.moved(*gone);
    if (!waitEligible(**session, gone->from, wait))
        return report.failed(
            {u"failed"_s,
                u"%1 did not become eligible again; %2 stays master"_s.arg(gone->from, gone->to),
                {}},
            where);
    const auto back
        = moveMeasured(**session, {{u"to"_s, gone->from}, {u"reason"_s, u"drill"_s}}, wait);
    if (!back)
        return report.failed(back.error(), where);
    report.moved(*back);
    return report.passed();
}

} // namespace

Command drillCommand()
{
    return {.name = u"drill"_s,
        .summary = u"Rehearse: move the role to another machine and back, and measure"_s,
        .details = u"Two planned switchovers; the service stops and starts each time. Refused when "
                   "there is an alarm, or when no further machine may be lost. Ends with 1 when "
                   "either did not happen, with 7 when not in time."_s,
        .options = {{u"to"_s, u"The machine to try; else the first in order."_s, u"ID"_s},
            {u"wait"_s, u"How long each way may take (30s, at most 10m)."_s, u"TIME"_s}},
        .run = run};
}

} // namespace clustd::daemon
