#include "cluster/mesh_private.h"
#include "link/address.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace clustd::cluster {

using link::endpointOf;

link::Dialer::Settings Mesh::Private::dialerSettings(const QUrl &uri) const
{
    link::Dialer::Settings settings;
    settings.uri = uri;
    settings.self
        = {crypto::PeerRole::Node, config.self.machine.value(), config.self.incarnation, {}, {}};
    settings.ready = ownReady();
    settings.liveness = machineLiveness();
    for (const crypto::ClusterKeys &one : *keys) {
        auto credentials = one.credentialsFor(crypto::PeerRole::Node, config.self.machine.value());
        if (credentials)
            settings.credentials.push_back(std::move(*credentials));
    }
    return settings;
}

void Mesh::Private::configureTargets()
{
    std::vector<std::unique_ptr<Target>> former = std::exchange(targets, {});
    // Without a key there is nothing to dial with; listen() has reported it.
    if (keysError)
        config.machines.clear();
    for (const MachineAddress &machine : config.machines) {
        const auto same = std::find_if(former.begin(), former.end(), [&](const auto &target) {
            return target && endpointOf(target->uri) == endpointOf(machine.uri);
        });
        if (same != former.end()) {
            (*same)->dialer->setSettings(dialerSettings(machine.uri));
            targets.push_back(std::move(*same));
            continue;
        }
        auto target = std::make_unique<Target>();
        target->uri = machine.uri;
        target->dialer = std::make_unique<link::Dialer>(
            dialerSettings(machine.uri), this, clock, QRandomGenerator::global()->generate64());
        connect(target->dialer.get(), &link::Dialer::linkMade, this,
            [this, raw = target.get()](link::Link *made) { watch(made, raw); });
        targets.push_back(std::move(target));
    }
    for (const auto &gone : former) {
        if (!gone)
            continue;
        // A link that stands stays: whoever leaves the set must be heard until the set has changed
        // (S2).
        if (link::Link *link = gone->dialer->link())
            link->setParent(this);
        for (auto &[link, note] : links) {
            if (note.target == gone.get())
                note.target = nullptr;
        }
    }
    roster.configure(config.self.machine, config.machines);
    updateMachineAddresses();
    updateRoster();
}

void Mesh::Private::updateMachineAddresses()
{
    std::vector<QHostAddress> addresses = dialledAddresses;
    for (const MachineAddress &machine : config.machines) {
        const QHostAddress literal(machine.uri.host());
        if (!literal.isNull())
            addresses.push_back(literal);
    }
    listener.setMachineAddresses(std::move(addresses));
}

void Mesh::Private::updateDialers()
{
    if (!isStarted || isClosing)
        return;
    const std::vector<MachineAddress> &entries = roster.roster().machines;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        link::Dialer &dialer = *targets[i]->dialer;
        const std::optional<NodeId> &id = entries[i].id;
        const auto peer = id ? machines.find(*id) : machines.end();
        const bool isLinked = peer != machines.end() && !peer->second.links.empty();
        // Where two entries lead to one machine, one of them is wrong and must be dialled until it
        // leads elsewhere.
        const bool isContested
            = id && std::count_if(entries.begin(), entries.end(), [&](const MachineAddress &entry) {
                  return entry.id == id;
              }) > 1;
        if (isLinked && !isContested)
            dialer.pause();
        else if (peer != machines.end())
            dialer.startLater(); // It was met before.
        else
            dialer.start();
    }
}

void Mesh::Private::settleDialers(const NodeId &machine)
{
    const std::vector<MachineAddress> &entries = roster.roster().machines;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (entries[i].id == machine)
            targets[i]->dialer->settled();
    }
}

void Mesh::Private::updateRoster()
{
    const std::vector<cluster::Roster::Problem> problems = roster.problems();
    const Mesh::Roster &present = roster.roster();
    const bool isSame = present.complete == lastRoster.complete
        && std::equal(present.machines.begin(), present.machines.end(), lastRoster.machines.begin(),
            lastRoster.machines.end(), [](const MachineAddress &a, const MachineAddress &b) {
                return a.uri == b.uri && a.id == b.id && a.role == b.role;
            });
    lastRoster = present;
    const auto former = std::exchange(lastProblems, problems);
    for (const auto &problem : former) {
        const bool isStill = std::any_of(problems.begin(), problems.end(),
            [&](const auto &now) { return now.code == problem.code && now.node == problem.node; });
        if (!isStill)
            alarms.clear(problem.code, problem.node);
    }
    for (const auto &problem : problems)
        alarms.raise(problem.code, problem.node, problem.text);
    if (!isSame)
        Q_EMIT q.rosterChanged();
}

} // namespace clustd::cluster
