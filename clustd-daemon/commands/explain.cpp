#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/text_table.h"
#include "output.h"

#include <QCborArray>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

ExitCode run(const Arguments &arguments)
{
    QCborMap params;
    if (const QString seq = arguments.positional(0); !seq.isEmpty()) {
        bool isNumber = false;
        const qint64 number = seq.toLongLong(&isNumber);
        if (!isNumber || number < 1)
            return report({ErrorCode::Usage, u"explain"_s, u"not the number of an event"_s,
                u"see 'clustd events --json' for the 'seq' of each"_s});
        params[u"seq"_s] = number;
    }
    ExitCode exitCode = ExitCode::Failed;
    const auto data = askOnce(arguments, u"explain"_s, params, ControlSession::kUsual, exitCode);
    if (!data)
        return exitCode;
    if (arguments.isJson()) {
        printJson(doneJson(*data));
        return ExitCode::Done;
    }
    const QCborArray lines = data->value(u"lines"_s).toArray();
    for (const QCborValue line : lines)
        printOut(printable(line.toString()) + u'\n');
    return ExitCode::Done;
}

} // namespace

Command explainCommand()
{
    return {.name = u"explain"_s,
        .summary = u"Say why this machine is (not) master, or why an event happened"_s,
        .details = u"SEQ is the number of an event, as 'clustd events --json' prints it."_s,
        .argumentsSyntax = u"[SEQ]"_s,
        .argumentsMax = 1,
        .run = run};
}

} // namespace clustd::daemon
