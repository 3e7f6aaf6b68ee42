// What the configuration file means to the parts of a node, and what changes when it is read again.

#include "cluster/node.h"
#include "cluster/node_text.h"
#include "config/config_differences.h"
#include "link/address.h"

#include <QCborArray>

#include <utility>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

namespace {

std::vector<std::string> strings(const QStringList &list)
{
    std::vector<std::string> result;
    result.reserve(std::size_t(list.size()));
    for (const QString &entry : list)
        result.push_back(entry.toStdString());
    return result;
}

} // namespace

MeshConfig Node::meshConfig() const
{
    const config::Config &c = m_setup.config;
    MeshConfig mesh;
    mesh.self = {c.cluster.id, m_setup.incarnation};
    mesh.clusterName = c.cluster.name.toStdString();
    mesh.secrets.push_back(c.cluster.secret);
    mesh.secrets.insert(
        mesh.secrets.end(), c.cluster.previousSecrets.begin(), c.cluster.previousSecrets.end());
    mesh.bindAddress = link::addressToListenOn(c.server.bindAddress);
    mesh.bindPort = c.server.bindPort;
    mesh.remoteAddress = c.server.remoteAddress;
    mesh.role = c.cluster.role;
    mesh.priority = c.cluster.priority;
    for (const config::Machine &machine : c.cluster.machines)
        mesh.machines.push_back({machine.uri, machine.id, machine.role});
    mesh.revoked = strings(c.revoked);
    mesh.software = u"clustd "_s + m_setup.version;
    mesh.heartbeat = c.timing.heartbeat;
    mesh.failoverWithin = c.timing.failoverWithin;
    mesh.rtt = c.timing.rtt;
    return mesh;
}

election::WantedChanged Node::wanted() const
{
    election::WantedChanged wanted;
    wanted.role = m_setup.config.cluster.role;
    const Mesh::Roster roster = m_mesh->roster();
    wanted.complete = roster.complete;
    std::vector<election::Member> members;
    const auto add = [&members](const NodeId &id, election::MachineRole role) {
        if (role != election::MachineRole::Standby)
            members.push_back({id, role == election::MachineRole::Witness});
    };
    add(m_setup.config.cluster.id, m_setup.config.cluster.role);
    for (const MachineAddress &machine : roster.machines) {
        if (!machine.id) {
            wanted.unmet.push_back(machine.uri.toString().toStdString());
            continue;
        }
        wanted.others.push_back(*machine.id);
        add(*machine.id, machine.role);
    }
    if (roster.complete) {
        // In the order of a VoterSet, so that equal wishes are equal lists.
        wanted.wanted = election::VoterSet({}, std::move(members)).members();
    }
    return wanted;
}

election::SelfChanged Node::self() const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    election::SelfChanged self;
    self.maintenance = m_settings.maintenance.holds(now);
    self.sick = m_health.isSick();
    self.priority = m_setup.config.cluster.priority;
    if (m_settings.sick.isLate(now))
        self.priority -= SickRecord::kPenalty;
    if (m_isLeaving)
        self.barred = "leaving";
    else if (m_setup.guard && m_setup.guard->isSilent())
        self.barred = "the guard does not answer";
    else if (!m_isPutRight)
        self.barred = "drivers are being put right";
    else if (m_guardRefusedUntil != kNever)
        self.barred = "the guard does not take the fence plan";
    else if (!m_diskTrouble.isEmpty())
        self.barred = "its state folder takes no writes";
    return self;
}

void Node::checkPeersAgainstOurs()
{
    const QByteArray own = accessHash(strings(m_setup.config.revoked));
    for (const auto &[id, gossip] : m_gossip) {
        const QString code = u"access-differs"_s;
        const bool differs = !gossip.detail.accessHash.isEmpty() && gossip.detail.accessHash != own;
        if (differs || m_alarms.contains({code, text(id)})) {
            setAlarm(differs, code, text(id),
                u"access.revoked of %1 is not that of %2: a revoked token still works on one of "
                u"them; "
                u"make the lists equal and run 'clustd reload'"_s.arg(text(id), selfId()));
        }
    }
}

Result<QStringList> Node::reload(bool dryRun)
{
    if (!m_setup.reread)
        return fail(ErrorCode::Refused, {}, u"this daemon has no file to read again"_s);
    Result<config::Config> fresh = m_setup.reread(dryRun);
    if (!fresh) {
        if (!dryRun)
            record(u"config-refused"_s, {{u"text"_s, fresh.error().text()}});
        return fail(fresh.error());
    }
    QStringList lines;
    bool needsRestart = false;
    for (const config::Difference &difference : config::configDifferences(m_setup.config, *fresh)) {
        lines << u"%1: %2%3"_s.arg(difference.key, difference.what,
            difference.needsRestart ? u" (takes effect at the next start of the daemon)"_s
                                    : QString());
        needsRestart = needsRestart || difference.needsRestart;
    }
    if (dryRun)
        return lines;

    // Only what is live is taken over; the rest stays as it was started.
    config::Config &c = m_setup.config;
    c.cluster.secret = fresh->cluster.secret;
    c.cluster.previousSecrets = fresh->cluster.previousSecrets;
    c.cluster.machines = fresh->cluster.machines;
    c.cluster.role = fresh->cluster.role;
    c.cluster.priority = fresh->cluster.priority;
    c.cluster.failback = fresh->cluster.failback;
    c.revoked = fresh->revoked;
    c.log.level = fresh->log.level;
    setAlarm(false, u"config-faulty"_s, selfId(), {});
    m_mesh->reconfigure(meshConfig());
    tellWanted();
    tellSelf();
    checkPeersAgainstOurs();
    record(u"config-reloaded"_s, {{u"changes"_s, QCborArray::fromStringList(lines)}});
    setAlarm(needsRestart, u"restart-needed"_s, selfId(),
        u"the configuration file was changed in keys that take effect only at a start: restart "
        u"clustd "
        u"on this machine"_s);
    return lines;
}

} // namespace clustd::cluster
