#include "cluster/mesh_private.h"
#include "link/address.h"

#include <QRandomGenerator>

#include <algorithm>
#include <chrono>
#include <utility>

namespace clustd::cluster {

using link::endpointOf;
using namespace Qt::Literals::StringLiterals;

namespace {
/// Where the other side has not heard of the current secret, each try is an alarm there.
constexpr std::chrono::seconds kRenewEvery{30};
} // namespace

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

bool Mesh::Private::isOfOldSecret(const link::Link &link) const
{
    return !keys->empty() && keys->front().keyId() != link.peer().keyId;
}

void Mesh::Private::noteOldSecret(const NodeId &machine, const Peer &peer)
{
    const QString name = QString::fromStdString(machine.value());
    const bool isOld = std::any_of(peer.links.begin(), peer.links.end(),
        [this](const link::Link *link) { return isOfOldSecret(*link); });
    if (!isOld)
        return alarms.clear(u"old-secret"_s, name);
    alarms.raise(u"old-secret"_s, name, u"the link with %1 uses a previous secret"_s.arg(name));
    if (!renewAgain.isActive())
        renewAgain.start(kRenewEvery);
}

void Mesh::Private::noteOldToken(const crypto::PeerIdentity &client)
{
    if (client.role == crypto::PeerRole::Admin && client.name == "cli")
        return;
    const QString name = QLatin1StringView(crypto::toText(client.role)) + u'/'
        + QString::fromStdString(client.name);
    const bool isOld = std::any_of(clientLinks.begin(), clientLinks.end(), [&](const auto &entry) {
        const link::Link &link = *entry.second;
        return link.peer().role == client.role && link.peer().name == client.name
            && isOfOldSecret(link);
    });
    if (isOld)
        alarms.raise(u"old-secret"_s, name,
            u"%1 uses a token of a previous secret: make a new one with 'clustd token'"_s.arg(
                name));
    else
        alarms.clear(u"old-secret"_s, name);
}

void Mesh::Private::renewLinks()
{
    if (!isStarted || isClosing)
        return;
    const std::vector<MachineAddress> &entries = roster.roster().machines;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto peer = entries[i].id ? machines.find(*entries[i].id) : machines.end();
        if (peer == machines.end() || peer->second.links.empty()
            || !std::all_of(peer->second.links.begin(), peer->second.links.end(),
                [this](const link::Link *link) { return isOfOldSecret(*link); }))
            continue;
        link::Dialer::Settings settings = dialerSettings(targets[i]->uri);
        auto *link = new link::Link(
            link::Link::ClientSide{settings.uri, settings.self,
                std::move(settings.credentials.front()), settings.ready, settings.liveness},
            this, clock, this);
        watch(link, nullptr);
        link->start();
        renewAgain.start(kRenewEvery);
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
