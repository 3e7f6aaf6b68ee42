#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/measured_switchover.h"
#include "control/request_limits.h"
#include "output.h"

namespace clustd::daemon {
namespace {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

constexpr auto kWaitDefault = 30s;

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
    const Result<std::optional<Duration>> wait
        = arguments.durationUpTo(u"wait"_s, control::kSwitchoverWaitMax);
    if (!wait)
        return report(wait.error());
    const auto waits
        = std::chrono::duration_cast<std::chrono::milliseconds>(wait->value_or(kWaitDefault));
    const bool isDryRun = arguments.isSet(u"dry-run"_s);
    QCborMap params{{u"dry_run"_s, isDryRun}};
    if (arguments.isSet(u"to"_s))
        params[u"to"_s] = arguments.value(u"to"_s);
    const Result<std::optional<QString>> reason = arguments.reason();
    if (!reason)
        return report(reason.error());
    if (*reason)
        params[u"reason"_s] = **reason;

    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    const auto moved = moveMeasured(**session, params, waits);
    if (!moved)
        return reportRefusal(arguments, moved.error(), (*session)->where());
    if (arguments.isJson()) {
        QJsonObject object = doneJson(moved->data);
        object.insert(u"gap_ms"_s, moved->gapMs ? QJsonValue(*moved->gapMs) : QJsonValue());
        printJson(object);
    } else {
        printOut(doneText(moved->from, moved->to, moved->gapMs, isDryRun));
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
            {u"wait"_s,
                u"How long to wait until it is active (30s, at most 10m); 0: do not wait."_s,
                u"TIME"_s},
            {u"dry-run"_s, u"Only say what would happen."_s}},
        .run = run};
}

} // namespace clustd::daemon
