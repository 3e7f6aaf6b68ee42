#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/measured_switchover.h"
#include "commands/text_table.h"
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

constexpr auto kWaitDefault = 30s;
constexpr auto kLookEvery = 200ms;

Result<ClusterStatus> statusOf(ControlSession &session)
{
    const ControlSession::Answer answer = session.request(u"get_cluster"_s);
    if (!answer)
        return fail(control::toError(answer.error(), session.where()));
    return control::statusFromCbor(*answer);
}

/// Why this is no time to rehearse, or nothing.
QString objection(const ClusterStatus &status)
{
    if (!status.master || !status.active)
        return u"there is no active master: "_s + status.why;
    if (status.paused)
        return u"the cluster is paused"_s;
    if (status.election != u"naive" && status.canLose < 1)
        return u"no further machine may be lost, so a real fault during the drill would end the "
               "service"_s;
    if (!status.alarms.empty())
        return u"there is an alarm: %1 (%2)"_s.arg(
            status.alarms.front().code, status.alarms.front().node);
    return {};
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
    ExitCode end(const QString &failure)
    {
        const bool isPassed = failure.isEmpty();
        if (m_isJson)
            printJson({{u"schema"_s, control::kSchema}, {u"ok"_s, isPassed}, {u"moves"_s, m_moves},
                {u"error"_s, failure}});
        else
            say(isPassed ? u"passed: the role went there and back"_s : u"FAILED: "_s + failure);
        return isPassed ? ExitCode::Done : ExitCode::Failed;
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
    const Result<std::optional<Duration>> asked = arguments.durationAboveZero(u"wait"_s);
    if (!asked)
        return report(asked.error());
    const auto wait
        = std::chrono::duration_cast<std::chrono::milliseconds>(asked->value_or(kWaitDefault));
    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    const Result<ClusterStatus> status = statusOf(**session);
    if (!status)
        return report(status.error());
    if (const QString why = objection(*status); !why.isEmpty())
        return reportRefusal(arguments, {u"refused"_s, why, {}}, (*session)->where());

    Report report(arguments.isJson());
    QCborMap there{{u"reason"_s, u"drill"_s}};
    if (arguments.isSet(u"to"_s))
        there[u"to"_s] = arguments.value(u"to"_s);
    const auto gone = moveMeasured(**session, there, wait);
    if (!gone)
        return report.end(gone.error().message);
    report.moved(*gone);
    if (!waitEligible(**session, gone->from, wait))
        return report.end(
            u"%1 did not become eligible again; %2 stays master"_s.arg(gone->from, gone->to));
    const auto back
        = moveMeasured(**session, {{u"to"_s, gone->from}, {u"reason"_s, u"drill"_s}}, wait);
    if (!back)
        return report.end(back.error().message);
    report.moved(*back);
    return report.end({});
}

} // namespace

Command drillCommand()
{
    return {.name = u"drill"_s,
        .summary = u"Rehearse: move the role to another machine and back, and measure"_s,
        .details = u"Two planned switchovers; the service stops and starts each time. Refused when "
                   "there is an alarm, or when no further machine may be lost. Ends with 1 when "
                   "either did not happen."_s,
        .options = {{u"to"_s, u"The machine to try; else the first in order."_s, u"ID"_s},
            {u"wait"_s, u"How long each way may take (30s)."_s, u"TIME"_s}},
        .run = run};
}

} // namespace clustd::daemon
