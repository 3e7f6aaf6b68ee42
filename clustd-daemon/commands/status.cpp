#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/status_text.h"
#include "output.h"

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

ExitCode run(const Arguments &arguments)
{
    ExitCode exitCode = ExitCode::Failed;
    const auto data = askOnce(arguments, u"get_cluster"_s, {}, ControlSession::kUsual, exitCode);
    if (!data)
        return exitCode;
    const Result<control::ClusterStatus> status = control::statusFromCbor(*data);
    if (!status)
        return report(status.error(), arguments);
    if (arguments.isJson())
        printJson(control::toJson(*status));
    else
        printOut(statusText(*status, QDateTime::currentDateTimeUtc()));
    return exitCodeFor(*status);
}

} // namespace

Command statusCommand()
{
    return {.name = u"status"_s,
        .summary = u"Show who is master and why, and what can still fail"_s,
        .details = u"As the daemon of this machine sees it. Ends with 6 when there is no master or "
                   u"no quorum, "
                   "or the service runs nowhere because it fails, and prints all the same."_s,
        .run = run};
}

} // namespace clustd::daemon
