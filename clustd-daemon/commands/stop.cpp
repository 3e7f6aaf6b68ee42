#include "commands/command_table.h"
#include "commands/load_config.h"
#include "commands/own_guard.h"
#include "control/control_api.h"
#include "output.h"

#include <cerrno>
#include <cstring>

#include <signal.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr Duration kWaitDefault = 90s;

ExitCode run(const Arguments &arguments)
{
    const Result<std::optional<Duration>> wait = arguments.duration(u"wait"_s);
    if (!wait)
        return report(wait.error());
    const std::optional<config::Config> config = loadConfigFor(arguments);
    if (!config)
        return ExitCode::Config;
    const auto end = [&arguments](bool hasEnded) {
        if (arguments.isJson())
            printJson({{u"schema"_s, control::kSchema}, {u"ended"_s, hasEnded}});
        return hasEnded ? ExitCode::Done : ExitCode::TimedOut;
    };
    const QString id = QString::fromStdString(config->cluster.id.value());
    const std::optional<OwnGuard> guard = OwnGuard::find(*config);
    if (!guard) {
        printNote(u"no clustd runs here for %1"_s.arg(id));
        return end(true);
    }
    if (!guard->signal(SIGTERM)) {
        return report(
            {ErrorCode::System, u"pid %1"_s.arg(guard->pid()),
                u"cannot be told to end: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno))),
                u"run this as the user of the daemon, or as root"_s},
            arguments);
    }
    if (!guard->waitForEnd(wait->value_or(kWaitDefault))) {
        printNote(u"the clustd of %1 (pid %2) has not ended in time; it still hands over or stops "
                  u"its services"_s.arg(id)
                      .arg(guard->pid()));
        return end(false);
    }
    return end(true);
}

} // namespace

Command stopCommand()
{
    return {.name = u"stop"_s,
        .summary = u"Hand over, stop the services here and end the daemon of this machine"_s,
        .details = u"What SIGTERM does, and waits until it is done. For ExecStop= of a service "
                   u"manager and for scripts. Exit code 7: it still runs."_s,
        .options = {{u"wait"_s, u"How long to wait (90s)."_s, u"TIME"_s}},
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
