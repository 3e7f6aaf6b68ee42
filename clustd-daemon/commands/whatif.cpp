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
    QStringList down = arguments.positional();
    for (const QString &value : arguments.values(u"down"_s))
        down += value.split(u',', Qt::SkipEmptyParts);
    if (down.isEmpty())
        return report(
            {ErrorCode::Usage, u"whatif"_s, u"no machine was named"_s, u"use --down ID..."_s});
    ExitCode exitCode = ExitCode::Failed;
    const auto data = askOnce(arguments, u"whatif"_s,
        {{u"down"_s, QCborArray::fromStringList(down)}}, ControlSession::kUsual, exitCode);
    if (!data)
        return exitCode;
    const QString master = data->value(u"master"_s).toString();
    if (arguments.isJson()) {
        QJsonObject object = doneJson(*data);
        object.insert(u"down"_s, QJsonValue::fromVariant(down));
        printJson(object);
    } else {
        printOut(printable(u"without %1: %2: %3"_s.arg(down.join(u", "_s),
                     master.isEmpty() ? u"no master"_s : master + u" would be master"_s,
                     data->value(u"why"_s).toString()))
            + u'\n');
    }
    return master.isEmpty() ? ExitCode::NoMaster : ExitCode::Done;
}

} // namespace

Command whatifCommand()
{
    return {.name = u"whatif"_s,
        .summary = u"Say who would be master without some machines, or why nobody"_s,
        .details = u"Changes nothing. Ends with 6 when nobody would be."_s,
        .argumentsSyntax = u"--down ID..."_s,
        .argumentsMax = 64,
        .options
        = {{u"down"_s, u"A machine that is taken to be gone; more may follow."_s, u"ID"_s}},
        .run = run};
}

} // namespace clustd::daemon
