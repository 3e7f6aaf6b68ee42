#include "commands/command_table.h"
#include "commands/control_session.h"
#include "config/config_text.h"
#include "output.h"

namespace clustd::daemon {
namespace {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

ExitCode run(const Arguments &arguments)
{
    const Result<std::optional<Duration>> span = arguments.durationAboveZero(u"for"_s);
    if (!span)
        return report(span.error());
    QCborMap params;
    if (*span)
        params[u"for_ms"_s] = qint64(**span / 1ms);
    const Result<std::optional<QString>> reason = arguments.reason();
    if (!reason)
        return report(reason.error());
    if (*reason)
        params[u"reason"_s] = **reason;
    ExitCode exitCode = ExitCode::Failed;
    const auto data = askOnce(arguments, u"pause"_s, params, ControlSession::kUsual, exitCode);
    if (!data)
        return exitCode;
    noteUnconfirmed(*data);
    if (arguments.isJson())
        printJson(doneJson(*data));
    else
        printOut(
            u"paused %1: the cluster takes no automatic action, not even when the master dies\n"_s
                .arg(
                    *span ? u"for "_s + config::durationText(**span) : u"until 'clustd resume'"_s));
    return ExitCode::Done;
}

} // namespace

Command pauseCommand()
{
    return {.name = u"pause"_s,
        .summary = u"Let the cluster take no automatic action"_s,
        .details = u"Nobody is elected while it lasts; switchovers that a person asks for still "
                   u"happen, and a master "
                   "that loses its lease still stops."_s,
        .options = {{u"for"_s, u"Ends by itself after so long, e.g. 1h."_s, u"TIME"_s},
            {u"reason"_s, u"For the timeline."_s, u"TEXT"_s}},
        .run = run};
}

} // namespace clustd::daemon
