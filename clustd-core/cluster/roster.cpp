#include "cluster/roster.h"

#include "link/address.h"

#include <algorithm>
#include <utility>

namespace clustd::cluster {

using link::endpointOf;
using namespace Qt::Literals::StringLiterals;

namespace {

QString textOf(const NodeId &id)
{
    return QString::fromStdString(id.value());
}

} // namespace

QString roleText(election::MachineRole role)
{
    switch (role) {
    case election::MachineRole::Voter:
        return u"voter"_s;
    case election::MachineRole::Witness:
        return u"witness"_s;
    case election::MachineRole::Standby:
        return u"standby"_s;
    }
    return {};
}

void Roster::configure(NodeId self, std::vector<MachineAddress> machines)
{
    m_self = std::move(self);
    m_machines = std::move(machines);
    const auto isGone = [this](const auto &entry) {
        return std::none_of(m_machines.begin(), m_machines.end(),
            [&](const MachineAddress &machine) { return endpointOf(machine.uri) == entry.first; });
    };
    std::erase_if(m_idAt, isGone);
    std::erase_if(m_claimedAt, isGone);
    derive();
}

void Roster::metAt(const QUrl &uri, const NodeId &id)
{
    m_idAt[endpointOf(uri)] = id;
    derive();
}

void Roster::heard(const NodeId &id, const wire::Ready &ready)
{
    if (ready.role)
        m_roles[id] = *ready.role;
    // One claim a machine: it may have moved.
    std::erase_if(m_claimedAt, [&](const auto &entry) { return entry.second == id; });
    if (ready.uri) {
        const QString endpoint = endpointOf(QUrl(*ready.uri));
        const bool isConfigured = std::any_of(m_machines.begin(), m_machines.end(),
            [&](const MachineAddress &machine) { return endpointOf(machine.uri) == endpoint; });
        if (isConfigured)
            m_claimedAt[endpoint] = id;
    }
    derive();
}

bool Roster::noteRole(const NodeId &id, const QString &role)
{
    const auto known = m_roles.find(id);
    if (known != m_roles.end() && known->second == role)
        return false;
    m_roles[id] = role;
    derive();
    return true;
}

void Roster::derive()
{
    m_problems.clear();
    m_roster = {m_machines, true};

    const auto isAlreadyKnown = [this](const NodeId &id) {
        return std::any_of(m_roster.machines.begin(), m_roster.machines.end(),
            [&](const MachineAddress &machine) { return machine.id == id; });
    };
    // What the file or a dial says comes first, for all entries; then claims fill what is left.
    for (MachineAddress &machine : m_roster.machines) {
        const auto met = m_idAt.find(endpointOf(machine.uri));
        if (met == m_idAt.end())
            continue;
        if (machine.id && *machine.id != met->second)
            m_problems.push_back({u"id-differs"_s, textOf(*machine.id),
                u"the file says that %1 is %2, but %3 answers there"_s.arg(
                    machine.uri.toString(), textOf(*machine.id), textOf(met->second))});
        else
            machine.id = met->second;
    }
    for (MachineAddress &machine : m_roster.machines) {
        const auto claimed = m_claimedAt.find(endpointOf(machine.uri));
        if (!machine.id && claimed != m_claimedAt.end() && !isAlreadyKnown(claimed->second))
            machine.id = claimed->second;
    }

    std::map<NodeId, QUrl> seen;
    for (const MachineAddress &machine : m_roster.machines) {
        if (!machine.id) {
            m_roster.complete = false;
            continue;
        }
        const QString id = textOf(*machine.id);
        if (*machine.id == m_self)
            m_problems.push_back({u"own-id"_s, machine.uri.toString(),
                u"at %1 is a machine with our own id %2"_s.arg(machine.uri.toString(), id)});
        const auto [other, isFirst] = seen.emplace(*machine.id, machine.uri);
        if (!isFirst)
            m_problems.push_back({u"id-twice"_s, id,
                u"both %1 and %2 are %3"_s.arg(
                    other->second.toString(), machine.uri.toString(), id)});
        const auto role = m_roles.find(*machine.id);
        if (role != m_roles.end() && role->second != roleText(machine.role))
            m_problems.push_back({u"role-differs"_s, id,
                u"our file says that %1 is a %2, but it says that it is a %3"_s.arg(
                    id, roleText(machine.role), role->second)});
    }
    if (!m_problems.empty())
        m_roster.complete = false;
}

} // namespace clustd::cluster
