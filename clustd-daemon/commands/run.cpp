#include "commands/command_table.h"
#include "commands/load_config.h"
#include "daemon.h"
#include "guard/guard_process.h"
#include "logging.h"
#include "output.h"
#include "plan_directory.h"
#include "version.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

/// A later life reads the file anew; where it has faults by now, that which was last without one is
/// gone on with, so that nobody who was revoked since the guard's start is let in again. False:
/// there is none, and the guard tries again later.
bool readAgain(Daemon::Setup &setup, const KeptConfig &kept)
{
    config::Loaded fresh = config::loadConfig(setup.configFile);
    if (fresh.config) {
        setup.config = std::move(*fresh.config);
        kept.keep(fresh.yaml);
        return true;
    }
    config::Loaded last = config::parseConfig(kept.kept(), setup.configFile);
    if (!last.config) {
        printFaults(fresh);
        return false;
    }
    setup.config = std::move(*last.config);
    setup.configTrouble = u"%1 has faults, so this daemon goes on with what it last said; see "
                          u"'clustd check', mend it, then 'clustd reload': %2"_s.arg(
                              setup.configFile, fresh.faultText().section(u'\n', 0, 0));
    return true;
}

int runDaemon(const Arguments &arguments, const config::Config &config, const KeptConfig &kept,
    guard::GuardClient client, const guard::ChildStart &start)
{
    // The plain poll loop: a little faster than glib's, and one library less under what decides.
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication application(arguments.argc(), arguments.argv());
    QCoreApplication::setApplicationName(u"clustd"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(CLUSTD_VERSION));

    Daemon::Setup setup;
    setup.config = config;
    setup.configFile = config.file;
    setup.kept = &kept;
    setup.advise = arguments.isSet(u"advise"_s);
    setup.guard = std::move(client);
    setup.deadLives = start.formerLives;
    setup.lastEnd = QString::fromStdString(start.lastEnd);
    if (start.restarts > 0 && !readAgain(setup, kept))
        return static_cast<int>(ExitCode::Failed);
    setLogLevel(setup.config.log.level);

    Daemon daemon(std::move(setup));
    if (const Result<void> started = daemon.start(); !started) {
        // A first start that fails is for a person or the service manager to see. After a crash the
        // guard tries again: what was in the way may go.
        if (start.restarts == 0)
            daemon.giveUp();
        return static_cast<int>(report(started.error()));
    }
    return QCoreApplication::exec();
}

ExitCode run(const Arguments &arguments)
{
    const std::optional<config::Loaded> loaded = loadFileFor(arguments);
    if (!loaded)
        return ExitCode::Config;
    const config::Config *const config = &*loaded->config;
    const KeptConfig kept;
    kept.keep(loaded->yaml);
    setLogLevel(config->log.level);
    logWarnings(*loaded);
    if (!QDir().mkpath(config->stateDir)) {
        return report({ErrorCode::Storage, config->stateDir, u"the state folder cannot be made"_s,
            u"create it, or set state_dir to a folder that this user may write"_s});
    }

    guard::GuardOptions options;
    options.planDirectory = planDirectory(*config);
    options.fence = config->timing.fence;
    if (config->lastResort == config::LastResort::Reset)
        options.lastResort = {"/proc/sysrq-trigger", "b"};
    options.watchdog = {
        QFile::encodeName(config->watchdog).toStdString(), config::watchdogTimeout(config->timing)};
    const int code = guard::runGuarded(
        options, [&](guard::GuardClient client, const guard::ChildStart &start) {
            return runDaemon(arguments, *config, kept, std::move(client), start);
        });
    return static_cast<ExitCode>(code);
}

} // namespace

Command runCommand()
{
    Command command;
    command.name = u"run"_s;
    command.summary = u"Run the daemon of this machine (what clustd alone does)"_s;
    command.details
        = u"A small parent process, the guard, watches the daemon and stops what it had started if "
          u"it dies or hangs. "
          "SIGTERM hands the role over and ends; SIGHUP reads the configuration again."_s;
    command.options
        = {{u"advise"_s, u"Run everything but the drivers, and log what they would be told"_s}};
    command.isLocal = true;
    command.run = run;
    command.runsBeforeApplication = true;
    return command;
}

} // namespace clustd::daemon
