#include "commands/command_table.h"
#include "commands/load_config.h"
#include "control/control_api.h"
#include "guard/guard_process.h"
#include "output.h"
#include "plan_directory.h"

#include <QDir>
#include <QFile>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr Duration kWithinDefault = 30s;

/// Under a service manager the plans lie in its runtime folder and are found without the
/// configuration, which may be broken just now.
std::optional<QStringList> planDirectories(const Arguments &arguments)
{
    if (arguments.isSet(u"plan-directory"_s))
        return QStringList{arguments.value(u"plan-directory"_s)};
    const QString runtime = qEnvironmentVariable("RUNTIME_DIRECTORY").section(u':', 0, 0);
    if (!runtime.isEmpty()) {
        QStringList directories;
        for (const QString &name : QDir(runtime).entryList({u"guard-*"_s}, QDir::Dirs))
            directories.append(runtime + u'/' + name);
        return directories;
    }
    const std::optional<config::Config> config = loadConfigFor(arguments);
    if (!config)
        return {};
    // A person's shell knows nothing of the service manager; the packaged unit keeps them there.
    return QStringList{QFile::decodeName(QByteArray::fromStdString(planDirectory(*config))),
        u"/run/clustd/guard-"_s + QString::fromStdString(config->cluster.id.value())};
}

ExitCode run(const Arguments &arguments)
{
    const Result<std::optional<Duration>> within = arguments.duration(u"within"_s);
    if (!within)
        return report(within.error());
    const std::optional<QStringList> directories = planDirectories(arguments);
    if (!directories)
        return ExitCode::Config;
    bool isStopped = true;
    for (const QString &directory : *directories) {
        // Nothing was ever active where there is no folder.
        if (QFileInfo(directory).isDir())
            isStopped = guard::carryOutLeftOverPlan(QFile::encodeName(directory).toStdString(),
                            within->value_or(kWithinDefault))
                && isStopped;
        else if (arguments.isSet(u"plan-directory"_s))
            return report(
                {ErrorCode::Usage, u"--plan-directory"_s, u"%1 is no folder"_s.arg(directory),
                    u"name the folder that holds the file 'plan'"_s});
    }
    if (isStopped && !arguments.isJson())
        printNote(
            u"nothing that a former clustd served is left running, as the plans in %1 say"_s.arg(
                directories->join(u" and "_s)));
    if (arguments.isJson())
        printJson({{u"schema"_s, control::kSchema}, {u"stopped"_s, isStopped}});
    return isStopped ? ExitCode::Done : ExitCode::Failed;
}

} // namespace

Command fenceCommand()
{
    return {.name = u"fence"_s,
        .summary = u"Stop what a clustd that was killed has left running"_s,
        .details
        = u"Carries out the plan that the guard keeps while something is active: kills, then runs "
          u"the fence commands. For ExecStopPost= of a service manager; every start does the same "
          u"first. Refuses while a clustd runs here. Exit code 1: something is left."_s,
        .options = {{u"within"_s, u"How long to try (30s)."_s, u"TIME"_s},
            {u"plan-directory"_s,
                u"The folder with the plan, instead of the one that the configuration or "
                u"$RUNTIME_DIRECTORY names."_s,
                u"DIR"_s}},
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
