#include "config/config_checks.h"

#include "config/config_text.h"

#include <QHostAddress>

#include <algorithm>
#include <map>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;
using election::MachineRole;

constexpr std::size_t kVotersMax = 7;

class Checks
{
public:
    Checks(const Config &config, const QHash<QString, int> &lines, Findings &findings)
        : m_config(config)
        , m_lines(lines)
        , m_findings(findings)
    {
    }

    void all()
    {
        names();
        machines();
        roles();
        voters();
        naive();
        addresses();
        timing();
        watchdog();
        fences();
        build();
    }

private:
    /// Of the key, or of the nearest one above it that is in the file.
    int line(QString key) const
    {
        while (!key.isEmpty() && !m_lines.contains(key))
            key = key.left(qMax<qsizetype>(0, qMax(key.lastIndexOf(u'.'), key.lastIndexOf(u'['))));
        return m_lines.value(key, 0);
    }

    void fault(const QString &key, const QString &what, const QString &remedy)
    {
        m_findings.fault({line(key), key, what, remedy});
    }

    void warn(const QString &key, const QString &what, const QString &remedy)
    {
        m_findings.warn({line(key), key, what, remedy});
    }

    QString machineKey(std::size_t index, const QString &key) const
    {
        const QString path = u"cluster.machines[%1]"_s.arg(index);
        const QString full = path + u'.' + key;
        return m_lines.contains(full) ? full : path;
    }

    /// Everybody is told these, in the clear.
    void names()
    {
        const Cluster &cluster = m_config.cluster;
        std::vector<std::pair<QString, QString>> names{{u"cluster.name"_s, cluster.name},
            {u"cluster.id"_s, QString::fromStdString(cluster.id.value())}};
        for (std::size_t i = 0; i < cluster.machines.size(); ++i) {
            if (const std::optional<NodeId> &id = cluster.machines[i].id)
                names.emplace_back(machineKey(i, u"id"_s), QString::fromStdString(id->value()));
        }
        for (std::size_t i = 0; i < m_config.drivers.size(); ++i)
            names.emplace_back(u"drivers[%1].name"_s.arg(i), m_config.drivers[i].name);
        for (const auto &[key, name] : names) {
            const QByteArray bytes = name.toUtf8();
            const bool isPrevious
                = std::find(cluster.previousSecrets.begin(), cluster.previousSecrets.end(), bytes)
                != cluster.previousSecrets.end();
            if (!bytes.isEmpty() && (bytes == cluster.secret || isPrevious))
                fault(key, u"is the secret itself, and everyone is told this name"_s,
                    u"give it another, and make a new secret with 'clustd keygen' if it was in "
                    u"use"_s);
        }
    }

    void machines()
    {
        const Cluster &cluster = m_config.cluster;
        QHash<QString, std::size_t> uris;
        QHash<QString, std::size_t> ids;
        for (std::size_t i = 0; i < cluster.machines.size(); ++i) {
            const Machine &machine = cluster.machines[i];
            const QString uri = machine.uri.toString();
            const QString uriKey = machineKey(i, u"uri"_s);
            if (!uri.isEmpty() && machine.uri == m_config.server.remoteAddress)
                fault(uriKey, uri + u" is this machine's own remote_address"_s,
                    u"list only the other machines"_s);
            else if (!uri.isEmpty() && uris.contains(uri))
                fault(uriKey,
                    u"%1 is listed twice, first on line %2"_s.arg(uri).arg(
                        line(machineKey(uris.value(uri), u"uri"_s))),
                    u"remove one of them"_s);
            else if (!uri.isEmpty())
                uris.insert(uri, i);

            if (!machine.id)
                continue;
            const QString id = QString::fromStdString(machine.id->value());
            const QString idKey = machineKey(i, u"id"_s);
            if (*machine.id == cluster.id)
                fault(idKey, quoted(id) + u" is this machine's own id"_s,
                    u"list only the other machines, each with an id of its own"_s);
            else if (ids.contains(id))
                fault(idKey,
                    u"%1 is listed twice, first on line %2"_s.arg(quoted(id))
                        .arg(line(machineKey(ids.value(id), u"id"_s))),
                    u"give each machine an id of its own"_s);
            else
                ids.insert(id, i);
        }
    }

    void roles()
    {
        const Cluster &cluster = m_config.cluster;
        const Tolerance tolerance = toleranceOf(cluster);
        bool canServe = cluster.role != MachineRole::Witness;
        for (const Machine &machine : cluster.machines)
            canServe = canServe || machine.role != MachineRole::Witness;
        if (tolerance.voters == 0)
            fault(u"cluster.role"_s, u"no machine of the cluster votes"_s,
                u"make machines voters; three or five are usual"_s);
        if (!canServe)
            fault(u"cluster.role"_s, u"every machine is a witness, so none can be master"_s,
                u"make machines voters"_s);
        if (cluster.role == MachineRole::Witness && !m_config.drivers.empty())
            warn(u"drivers"_s, u"a witness is never master, so its drivers never start"_s,
                u"remove them or change cluster.role"_s);
    }

    void voters()
    {
        if (m_config.cluster.election == ElectionMode::Naive)
            return;
        const Tolerance tolerance = toleranceOf(m_config.cluster);
        const QString key = u"cluster.machines"_s;
        if (m_config.cluster.machines.empty() && tolerance.voters == 1)
            warn(key, u"one machine alone: nothing can take over"_s,
                u"add machines, best three in all"_s);
        else if (tolerance.voters == 2)
            warn(key, u"two voters without a witness: the cluster tolerates no fault"_s,
                u"add a third machine, at least as role: witness"_s);
        else if (tolerance.voters > kVotersMax)
            warn(key,
                u"%1 voters: each election and heartbeat asks them all"_s.arg(tolerance.voters),
                u"keep 3, 5 or 7 voters and make the others role: standby"_s);
        else if (tolerance.voters > 0 && tolerance.voters % 2 == 0)
            warn(key,
                u"%1 voters: the cluster tolerates %2, like %3 would"_s.arg(tolerance.voters)
                    .arg(tolerance.mayFail)
                    .arg(tolerance.voters - 1),
                u"use an odd number of voters"_s);
    }

    void naive()
    {
        const Cluster &cluster = m_config.cluster;
        if (cluster.election != ElectionMode::Naive)
            return;
        const QString key = u"cluster.election"_s;
        bool areVoters = cluster.role == MachineRole::Voter;
        for (const Machine &machine : cluster.machines)
            areVoters = areVoters && machine.role == MachineRole::Voter;
        if (cluster.machines.size() > 1)
            fault(key,
                u"naive is for two machines; this file has %1"_s.arg(cluster.machines.size() + 1),
                u"use election: quorum"_s);
        else if (!areVoters)
            fault(key, u"naive knows no witness and no standby"_s,
                u"use election: quorum, or make both machines voters"_s);
        else
            warn(key,
                u"naive: both machines are active at once while they cannot hear each other"_s,
                u"add a witness and use election: quorum where that must not happen"_s);
    }

    void addresses()
    {
        const QHostAddress bind(m_config.server.bindAddress);
        const QUrl &remote = m_config.server.remoteAddress;
        const auto isLoopback = [](const QUrl &url) {
            return url.host() == u"localhost" || QHostAddress(url.host()).isLoopback();
        };
        if (remote.isEmpty())
            return;
        if (bind.isLoopback() && !isLoopback(remote))
            warn(u"server.bind_address"_s,
                u"%1 is heard on this machine only, but the others are told %2"_s.arg(
                    m_config.server.bindAddress, remote.toString()),
                u"bind to 0.0.0.0 or to that address"_s);
        for (const Machine &machine : m_config.cluster.machines) {
            if (isLoopback(remote) && !machine.uri.isEmpty() && !isLoopback(machine.uri)) {
                warn(u"server.remote_address"_s,
                    u"%1 leads every other machine to itself"_s.arg(remote.toString()),
                    u"write this machine's address as the others see it"_s);
                return;
            }
        }
    }

    /// The key of the file to turn where @p violation was found: of those that its inequality
    /// depends on the first that is written there, else what all follows from.
    QString knobOf(const election::TimingViolation &violation) const
    {
        static const std::map<std::string, QStringList> others{
            {"I1", {u"lease"_s}},
            {"I2", {u"lease"_s, u"heartbeat"_s, u"rtt"_s}},
            {"I3", {u"fence"_s, u"lease"_s, u"rtt"_s, u"write"_s, u"heartbeat"_s}},
            {"I4", {u"promise"_s, u"stagger"_s, u"rtt"_s, u"write"_s, u"lease"_s, u"heartbeat"_s}},
        };
        QStringList keys{QString::fromStdString(violation.key)};
        if (const auto more = others.find(violation.rule); more != others.end())
            keys += more->second;
        for (const QString &key : keys) {
            QString path = u"timing."_s + key;
            if (m_lines.contains(path))
                return path;
        }
        return u"cluster.failover_within"_s;
    }

    void timing()
    {
        if (m_config.cluster.election == ElectionMode::Naive && m_lines.value(u"timing"_s) == 0)
            return;
        // Times that could not be read leave their defaults behind, which the file does not mean.
        for (const Finding &known : m_findings.faults) {
            if (known.key.startsWith(u"timing") || known.key == u"cluster.failover_within")
                return;
        }
        for (const election::TimingViolation &violation : election::violations(m_config.timing)) {
            fault(knobOf(violation),
                u"%1 does not hold: %2"_s.arg(QString::fromStdString(violation.formula),
                    QString::fromStdString(violation.numbers)),
                QString::fromStdString(violation.remedy));
        }
    }

    /// H < w <= L - H - rtt (G5): fed once between two renewals at least, and never beyond the
    /// lease.
    void watchdog()
    {
        if (m_config.watchdog.isEmpty())
            return;
        if (m_config.cluster.election == ElectionMode::Naive) {
            fault(u"watchdog"_s, u"naive mode has no lease that a watchdog could enforce"_s,
                u"use none, or election: quorum with a witness"_s);
            return;
        }
        const election::Timing &timing = m_config.timing;
        const Duration most = timing.lease - timing.heartbeat - timing.rtt;
        const Duration wanted = watchdogTimeout(timing);
        if (wanted > most) {
            fault(u"watchdog"_s,
                u"its timeout, %1, does not fit into the lease: %1 > %2 - %3 - %4 (lease - "
                u"heartbeat "
                u"- rtt)"_s.arg(durationText(wanted), durationText(timing.lease),
                    durationText(timing.heartbeat), durationText(timing.rtt)),
                u"raise cluster.failover_within (2.2s is enough for the shortest timeout, 1s), or "
                u"use watchdog: none"_s);
        }
    }

    void fences()
    {
        const QString own = m_config.server.remoteAddress.host();
        for (const Driver &driver : m_config.drivers) {
            for (const InterfaceAddress &one : driver.fenceAddresses) {
                if (one.address.section(u'/', 0, 0) == own)
                    fault(u"drivers"_s,
                        u"fence_addresses of %1 name %2, at which the other machines reach this "
                        u"one"_s.arg(driver.name, own),
                        u"name only addresses that `start` adds and that move with the service"_s);
            }
        }
        const FenceRoom room = fenceRoomOf(m_config.drivers);
        if (room.steps > FenceRoom::kSteps)
            fault(u"drivers"_s,
                u"to stop all by force takes %1 steps, and the guard holds %2"_s.arg(room.steps)
                    .arg(FenceRoom::kSteps),
                u"use fewer drivers or fence_addresses (two steps a driver, one an address)"_s);
        if (room.bytes > FenceRoom::kBytes)
            fault(u"drivers"_s,
                u"to stop all by force takes %1 bytes of commands and env, and the guard holds "
                u"%2"_s.arg(room.bytes)
                    .arg(FenceRoom::kBytes),
                u"put long commands into scripts, and their variables too"_s);
    }

    // A safety net that is asked for but absent is a fault; a convenience only a warning.
    void build()
    {
        if (m_config.legacyV1 != LegacyV1::Off)
            fault(u"legacy_v1"_s, u"the original's protocol is not in this build"_s,
                u"use off, and exec drivers"_s);
        if (m_config.http)
            warn(u"http.bind"_s, u"HTTP is not in this build: nothing will listen there"_s,
                u"remove the key to be rid of this warning"_s);
    }

    const Config &m_config;
    const QHash<QString, int> &m_lines;
    Findings &m_findings;
};

} // namespace

Tolerance toleranceOf(const Cluster &cluster)
{
    Tolerance tolerance;
    tolerance.voters = cluster.role == MachineRole::Standby ? 0 : 1;
    for (const Machine &machine : cluster.machines)
        tolerance.voters += machine.role == MachineRole::Standby ? 0 : 1;
    tolerance.needed = tolerance.voters / 2 + 1;
    tolerance.mayFail = tolerance.voters == 0 ? 0 : tolerance.voters - tolerance.needed;
    return tolerance;
}

FenceRoom fenceRoomOf(const std::vector<Driver> &drivers)
{
    FenceRoom room;
    const auto add = [&room](const QString &text) {
        room.bytes += static_cast<std::size_t>(text.toUtf8().size()) + 1;
    };
    for (const Driver &driver : drivers) {
        room.steps += 1 + driver.fenceAddresses.size() + (driver.run.isEmpty() ? 1 : 0);
        room.bytes += FenceRoom::kBytesOfClustd;
        for (const InterfaceAddress &one : driver.fenceAddresses) {
            add(one.address);
            add(one.interface);
        }
        if (!driver.run.isEmpty())
            continue;
        for (const QString &word : driver.stop.argv)
            add(word);
        for (const auto &[name, value] : driver.env) {
            add(name);
            add(value);
        }
    }
    return room;
}

void checkConfig(const Config &config, const QHash<QString, int> &lines, Findings &findings)
{
    Checks(config, lines, findings).all();
}

Duration watchdogTimeout(const election::Timing &timing)
{
    return std::chrono::floor<std::chrono::seconds>(timing.heartbeat) + std::chrono::seconds(1);
}

} // namespace clustd::config
