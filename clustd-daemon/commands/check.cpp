#include "commands/check_peers.h"
#include "commands/command_table.h"
#include "commands/load_config.h"
#include "config/config_checks.h"
#include "config/config_text.h"
#include "control/control_api.h"
#include "output.h"

#include <QJsonArray>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using config::durationText;
using config::toText;

struct NamedSpan
{
    QString key;
    QString letter; ///< As in docs/ELECTION.md
    Duration span;
};

QList<NamedSpan> spansOf(const election::Timing &timing)
{
    return {{u"heartbeat"_s, u"H"_s, timing.heartbeat}, {u"lease"_s, u"L"_s, timing.lease},
        {u"fence"_s, u"D"_s, timing.fence}, {u"promise"_s, u"P"_s, timing.promise},
        {u"stagger"_s, u"S"_s, timing.stagger}, {u"campaign"_s, u"C"_s, timing.campaign},
        {u"rtt"_s, u"rtt"_s, timing.rtt}, {u"write"_s, u"W"_s, timing.write}};
}

double milliseconds(Duration span)
{
    const qint64 microseconds = span.count() / 1000;
    return static_cast<double>(microseconds) / 1000.0;
}

QString toleranceText(const config::Cluster &cluster)
{
    if (cluster.election == config::ElectionMode::Naive)
        return u"either of two machines may fail; a cut between them makes both active"_s;
    const config::Tolerance tolerance = config::toleranceOf(cluster);
    return u"%1 of %2 voters are needed; %3"_s.arg(tolerance.needed)
        .arg(tolerance.voters)
        .arg(tolerance.mayFail == 0 ? u"none may be lost"_s
                                    : u"%1 may be lost"_s.arg(tolerance.mayFail));
}

/// In whole milliseconds, rounded up: what a person compares. --json is exact.
QString roughly(Duration span)
{
    return durationText(std::chrono::ceil<std::chrono::milliseconds>(span));
}

QString failoverText(const election::Timing &timing)
{
    return u"at worst %1 (failover_within: %2)"_s.arg(
        roughly(timing.worstCaseFailover()), durationText(timing.failoverWithin));
}

QString summary(const config::Config &config)
{
    QString text;
    const auto line = [&text](const QString &label, const QString &value) {
        text += u"%1 %2\n"_s.arg(label, -10).arg(value);
    };
    const config::Cluster &cluster = config.cluster;
    line(u"cluster"_s,
        u"%1, %2 machines, election: %3"_s.arg(cluster.name)
            .arg(cluster.machines.size() + 1)
            .arg(toText(cluster.election)));
    line(u"this"_s,
        u"%1, %2, priority %3, %4 (listens on %5 port %6)"_s.arg(
            QString::fromStdString(cluster.id.value()), toText(cluster.role),
            QString::number(cluster.priority), config.server.remoteAddress.toString(),
            config.server.bindAddress, QString::number(config.server.bindPort)));
    for (const config::Machine &machine : cluster.machines) {
        const QString id
            = machine.id ? QString::fromStdString(machine.id->value()) : u"id not yet known"_s;
        line(u"other"_s, u"%1, %2, %3"_s.arg(id, toText(machine.role), machine.uri.toString()));
    }
    line(u"quorum"_s, toleranceText(cluster));
    line(u"failover"_s, failoverText(config.timing));
    const QList<NamedSpan> named = spansOf(config.timing);
    QStringList spans;
    spans.reserve(named.size());
    for (const NamedSpan &span : named)
        spans += span.key == span.letter
            ? u"%1 %2"_s.arg(span.key, roughly(span.span))
            : u"%1 (%2) %3"_s.arg(span.key, span.letter, roughly(span.span));
    line(u"timing"_s, spans.mid(0, 4).join(u", "_s) + u","_s);
    line({}, spans.mid(4).join(u", "_s));
    line(u"failback"_s,
        cluster.failback ? u"after %1 of stability"_s.arg(durationText(*cluster.failback))
                         : u"never"_s);
    for (const config::Driver &driver : config.drivers)
        line(u"driver"_s,
            u"%1, exec, %2"_s.arg(
                driver.name, driver.run.isEmpty() ? u"start and stop"_s : u"run"_s));
    line(u"state"_s, config.stateDir);
    return text;
}

QJsonObject toJson(const config::Config &config)
{
    const config::Cluster &cluster = config.cluster;
    QJsonArray machines{
        QJsonObject{{u"id"_s, QString::fromStdString(cluster.id.value())}, {u"self"_s, true},
            {u"uri"_s, config.server.remoteAddress.toString()}, {u"role"_s, toText(cluster.role)}}};
    for (const config::Machine &machine : cluster.machines) {
        const QJsonValue id
            = machine.id ? QJsonValue(QString::fromStdString(machine.id->value())) : QJsonValue();
        machines += QJsonObject{{u"id"_s, id}, {u"self"_s, false},
            {u"uri"_s, machine.uri.toString()}, {u"role"_s, toText(machine.role)}};
    }
    QJsonObject timing{{u"failover_within_ms"_s, milliseconds(config.timing.failoverWithin)},
        {u"worst_case_failover_ms"_s, milliseconds(config.timing.worstCaseFailover())}};
    for (const NamedSpan &span : spansOf(config.timing))
        timing.insert(span.key + u"_ms"_s, milliseconds(span.span));
    const config::Tolerance tolerance = config::toleranceOf(cluster);
    QJsonArray drivers;
    for (const config::Driver &driver : config.drivers)
        drivers += QJsonObject{{u"name"_s, driver.name}, {u"type"_s, u"exec"_s}};
    return {{u"cluster"_s, cluster.name}, {u"self"_s, QString::fromStdString(cluster.id.value())},
        {u"election"_s, toText(cluster.election)}, {u"machines"_s, machines},
        {u"quorum"_s,
            QJsonObject{{u"voters"_s, static_cast<int>(tolerance.voters)},
                {u"needed"_s, static_cast<int>(tolerance.needed)},
                {u"may_fail"_s, static_cast<int>(tolerance.mayFail)}}},
        {u"timing"_s, timing}, {u"drivers"_s, drivers}, {u"state_dir"_s, config.stateDir}};
}

/// A machine that differs is worse than one that does not answer. Whether the daemon of this
/// machine runs is not asked.
ExitCode exitCodeOf(const std::vector<PeerReport> &peers)
{
    ExitCode code = ExitCode::Done;
    for (const PeerReport &peer : peers) {
        if (!peer.differences.empty())
            return ExitCode::Failed;
        if (peer.failure && !peer.isSelf)
            code = ExitCode::Unreachable;
    }
    return code;
}

ExitCode run(const Arguments &arguments)
{
    const QString asked = arguments.positional(0);
    const Result<QString> file
        = config::findConfigFile(asked.isEmpty() ? arguments.config() : asked);
    if (!file)
        return report(file.error(), arguments);

    const config::Loaded loaded = config::loadConfig(*file);
    printFaults(loaded);
    printWarnings(loaded);
    std::vector<PeerReport> peers;
    if (loaded.config && arguments.isSet(u"peers"_s))
        peers = askPeers(*loaded.config);
    const ExitCode exitCode = loaded.config ? exitCodeOf(peers) : ExitCode::Config;
    if (arguments.isJson()) {
        QJsonObject object = loaded.config ? toJson(*loaded.config) : faultsJson(loaded);
        object.insert(u"schema"_s, control::kSchema);
        object.insert(u"ok"_s, exitCode == ExitCode::Done);
        object.insert(u"file"_s, loaded.file);
        object.insert(u"valid"_s, loaded.config.has_value());
        object.insert(u"faults"_s, findingsJson(loaded.findings.faults));
        object.insert(u"warnings"_s, findingsJson(loaded.findings.warnings));
        if (!peers.empty())
            object.insert(u"peers"_s, peersJson(peers));
        printJson(object);
    } else if (loaded.config) {
        printOut(u"%1 is valid\n"_s.arg(loaded.file) + summary(*loaded.config));
        if (!peers.empty())
            printOut(u'\n' + peersText(peers));
    }
    return exitCode;
}

} // namespace

Command checkCommand()
{
    return {.name = u"check"_s,
        .summary = u"Validate a configuration without starting"_s,
        .details
        = u"Prints every fault and warning, the times that follow from failover_within, and how many machines may be lost."_s,
        .argumentsSyntax = u"[FILE]"_s,
        .argumentsMax = 1,
        .options = {{u"peers"_s,
            u"Also ask the machines of the file, under its secret, and tell what they run "
            u"otherwise. 1: something differs, 4: one of the others could not be asked."_s}},
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
