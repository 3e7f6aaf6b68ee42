#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/doctor_checks.h"
#include "commands/load_config.h"
#include "commands/text_table.h"
#include "config/config_text.h"
#include "output.h"

#include <QJsonArray>

#include <algorithm>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

QString wordFor(Health health)
{
    switch (health) {
    case Health::Ok:
        return u"ok"_s;
    case Health::Warning:
        return u"warning"_s;
    case Health::Fault:
        return u"fault"_s;
    }
    return {};
}

/// The alarms of a running daemon, and whether it answers.
std::pair<bool, QList<Examined>> askDaemon(const Arguments &arguments)
{
    const auto session = ControlSession::make(arguments);
    if (!session)
        return {false, {}};
    const ControlSession::Answer answer = (*session)->request(u"get_cluster"_s, {}, 3s);
    if (!answer)
        return {false,
            {{u"daemon"_s, Health::Warning,
                u"%1: %2"_s.arg((*session)->where(), answer.error().message), {}}}};
    const Result<control::ClusterStatus> status = control::statusFromCbor(*answer);
    if (!status)
        return {true, {{u"daemon"_s, Health::Fault, status.error().text(), {}}}};
    QList<Examined> list{{u"daemon"_s, status->master ? Health::Ok : Health::Warning,
        status->master ? u"answers; the master is "_s + *status->master
                       : u"answers; there is no master: "_s + status->why,
        {}}};
    for (const control::AlarmRow &alarm : status->alarms)
        list.push_back({u"alarm"_s, Health::Warning,
            u"%1 (%2): %3"_s.arg(alarm.code, alarm.node, alarm.text), {}});
    return {true, list};
}

QList<Examined> examineFile(const config::Loaded &loaded)
{
    QList<Examined> list;
    for (const config::Finding &fault : loaded.findings.faults)
        list.push_back({u"file"_s, Health::Fault, fault.text(loaded.file), {}});
    for (const config::Finding &warning : loaded.findings.warnings)
        list.push_back({u"file"_s, Health::Warning, warning.text(loaded.file), {}});
    if (list.isEmpty())
        list.push_back({u"file"_s, Health::Ok, loaded.file + u" is valid"_s, {}});
    return list;
}

ExitCode run(const Arguments &arguments)
{
    const Result<QString> file = config::findConfigFile(arguments.config());
    if (!file)
        return report(file.error(), arguments);
    const config::Loaded loaded = config::loadConfig(*file);
    QList<Examined> list = examineFile(loaded);
    list += examineClock() + examineRights();
    if (loaded.config) {
        const auto [isUp, told] = askDaemon(arguments);
        list += told + examineLastNets(*loaded.config) + examineNetwork(*loaded.config, isUp)
            + examineState(*loaded.config) + examineDrivers(*loaded.config)
            + examineTiming(*loaded.config);
    }
    const bool hasFault = std::any_of(
        list.begin(), list.end(), [](const Examined &one) { return one.health == Health::Fault; });
    if (arguments.isJson()) {
        QJsonArray checks;
        for (const Examined &one : list)
            checks += QJsonObject{{u"subject"_s, one.subject}, {u"health"_s, wordFor(one.health)},
                {u"what"_s, one.what}, {u"remedy"_s, one.remedy}};
        printJson({{u"schema"_s, control::kSchema}, {u"ok"_s, !hasFault}, {u"checks"_s, checks}});
    } else {
        for (const Examined &one : list) {
            const QString remedy = one.remedy.isEmpty() ? QString() : u"; "_s + one.remedy;
            printOut(printable(u"%1 %2 %3%4"_s.arg(wordFor(one.health), -8)
                                   .arg(one.subject, -14)
                                   .arg(one.what, remedy))
                + u'\n');
        }
    }
    if (!loaded.config)
        return ExitCode::Config;
    return hasFault ? ExitCode::Failed : ExitCode::Done;
}

} // namespace

Command doctorCommand()
{
    return {.name = u"doctor"_s,
        .summary = u"Look at this machine: file, clock, rights, ports, disk, drivers, times"_s,
        .details = u"A line for each, ok, warning or fault, with the remedy. Changes nothing. Ends "
                   "with 1 when there is a fault, with 3 when the file is refused. Run it as the "
                   "daemon's user."_s,
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
