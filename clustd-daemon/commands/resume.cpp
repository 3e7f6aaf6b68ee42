#include "commands/command_table.h"
#include "commands/control_session.h"
#include "output.h"

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

ExitCode run(const Arguments &arguments)
{
    ExitCode exitCode = ExitCode::Failed;
    const auto data = askOnce(arguments, u"resume"_s, {}, ControlSession::kUsual, exitCode);
    if (!data)
        return exitCode;
    noteUnconfirmed(*data);
    if (arguments.isJson())
        printJson(doneJson(*data));
    else
        printOut(u"resumed: the cluster acts by itself again\n"_s);
    return ExitCode::Done;
}

} // namespace

Command resumeCommand()
{
    return {.name = u"resume"_s, .summary = u"End a pause"_s, .run = run};
}

} // namespace clustd::daemon
