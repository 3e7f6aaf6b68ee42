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
    const QString word = arguments.positional(0);
    if (word != u"on" && word != u"off")
        return report(
            {ErrorCode::Usage, u"maintenance"_s, config::quoted(word) + u" is neither on nor off"_s,
                u"use clustd maintenance on|off [ID]"_s});
    const bool isOn = word == u"on";
    const Result<std::optional<Duration>> span = arguments.durationAboveZero(u"for"_s);
    if (!span)
        return report(span.error());
    if (*span && !isOn)
        return report({ErrorCode::Usage, u"--for"_s, u"only 'on' can have an end"_s, {}});
    QCborMap params{{u"on"_s, isOn}};
    if (const QString id = arguments.positional(1); !id.isEmpty())
        params[u"id"_s] = id;
    if (*span)
        params[u"for_ms"_s] = qint64(**span / 1ms);
    const Result<std::optional<QString>> reason = arguments.reason();
    if (!reason)
        return report(reason.error());
    if (*reason)
        params[u"reason"_s] = **reason;
    ExitCode exitCode = ExitCode::Failed;
    const auto data
        = askOnce(arguments, u"maintenance"_s, params, ControlSession::kUsual, exitCode);
    if (!data)
        return exitCode;
    const QString id = data->value(u"id"_s).toString();
    if (arguments.isJson())
        printJson(doneJson(*data));
    else if (!isOn)
        printOut(u"%1 may be master again\n"_s.arg(id));
    else
        printOut(u"%1 may not be master %2\n"_s.arg(id,
            *span ? u"for "_s + config::durationText(**span)
                  : u"until 'clustd maintenance off'"_s));
    return ExitCode::Done;
}

} // namespace

Command maintenanceCommand()
{
    return {.name = u"maintenance"_s,
        .summary = u"Say that a machine may not be master, or may again"_s,
        .details = u"Without ID: this machine. A master hands over first, or refuses when nobody "
                   u"could take over. It "
                   "survives a restart of the machine, which goes on voting."_s,
        .argumentsSyntax = u"on|off [ID]"_s,
        .argumentsMin = 1,
        .argumentsMax = 2,
        .options = {{u"for"_s, u"Ends by itself after so long, e.g. 2h."_s, u"TIME"_s},
            {u"reason"_s, u"For the timeline."_s, u"TEXT"_s}},
        .run = run};
}

} // namespace clustd::daemon
