#include "cluster/mesh_private.h"
#include "link/address.h"
#include "util/log_categories.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace clustd::cluster {

using crypto::CloseReason;
using crypto::PeerRole;
using link::Link;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t kObserversMax = 64;
constexpr std::size_t kAdminsMax = 8;
constexpr std::size_t kDriversMax = 32;
constexpr std::size_t kClientsPerNameMax = 4;
constexpr Duration kAskOldLifeMax = 1s;

QString nameOf(const Link &link)
{
    return QString::fromStdString(link.peer().name);
}

} // namespace

void Mesh::Private::watch(Link *link, Target *target)
{
    links.emplace(link, LinkNote{target, std::nullopt, false, 0});
    connect(link, &Link::up, this, [this, link] { onUp(link); });
    connect(link, &Link::lost, this,
        [this, link](const link::Ending &ending) { onLost(link, ending); });
}

bool Mesh::Private::isRevoked(const crypto::PeerIdentity &identity) const
{
    const std::string name = std::string(crypto::toText(identity.role)) + '/' + identity.name;
    return std::find(config.revoked.begin(), config.revoked.end(), name) != config.revoked.end();
}

link::Liveness Mesh::Private::machineLiveness() const
{
    return {5 * config.heartbeat, std::max<Duration>(2 * config.failoverWithin, 3s)};
}

std::optional<CloseReason> Mesh::Private::clientRefusal(const crypto::PeerIdentity &client) const
{
    std::size_t ofRole = 0;
    std::size_t ofName = 0;
    for (const auto &[link, note] : links) {
        if (!note.isAdmittedClient || link->peer().role != client.role)
            continue;
        ++ofRole;
        if (link->peer().name == client.name)
            ++ofName;
    }
    const std::size_t max = client.role == PeerRole::Observer ? kObserversMax
        : client.role == PeerRole::Admin                      ? kAdminsMax
                                                              : kDriversMax;
    if (ofRole >= max || ofName >= kClientsPerNameMax)
        return CloseReason::Busy;
    return std::nullopt;
}

void Mesh::Private::judge(Link &link)
{
    const auto note = links.find(&link);
    if (isClosing || note == links.end())
        return link.close(CloseReason::GoingAway);
    const crypto::PeerIdentity &identity = link.peer();
    if (isRevoked(identity))
        return link.close(CloseReason::Revoked);

    if (identity.role != PeerRole::Node) {
        if (const auto refusal = clientRefusal(identity))
            return link.close(*refusal);
        note->second.isAdmittedClient = true;
        return link.admit({Duration::zero(), link::kClientSilence});
    }

    if (identity.name == config.self.machine.value()) {
        // With our own incarnation as well, it is this very process that dialled itself.
        if (identity.incarnation != config.self.incarnation)
            alarms.occurred(u"duplicate-id"_s, nameOf(link),
                u"another machine, at %1, has our id"_s.arg(link.address()));
        return link.close(CloseReason::Self);
    }

    // A machine that no file of ours names is admitted too: it holds the secret, it may be a
    // newcomer for which our file is not edited yet, and set changes need to hear it. It counts for
    // nothing by being linked: the election decides.
    Peer &peer = machines[NodeId{identity.name}];
    if (peer.links.empty() || peer.life.incarnation == identity.incarnation)
        return link.admit(machineLiveness());

    Duration rtt{};
    for (const Link *old : peer.links)
        rtt = std::max(rtt, old->meter().rtt());
    const Duration wait = std::min(std::max(config.heartbeat, 4 * rtt), kAskOldLifeMax);
    peer.waiting.push_back({&link, peer.life.incarnation, clock.now()});
    const std::vector<Link *> old = peer.links;
    for (Link *one : old)
        one->pingNow();
    QTimer::singleShot(std::chrono::ceil<std::chrono::milliseconds>(wait), Qt::PreciseTimer, &link,
        [this, &link] { resolveWaiting(&link); });
}

void Mesh::Private::resolveWaiting(Link *link)
{
    if (!links.contains(link))
        return;
    Peer &peer = machines[NodeId{link->peer().name}];
    const auto found = std::find_if(peer.waiting.begin(), peer.waiting.end(),
        [&](const Waiting &one) { return one.link == link; });
    if (found == peer.waiting.end())
        return;
    const Waiting waiting = *found;
    peer.waiting.erase(found);

    const bool isSameLifeLinked
        = !peer.links.empty() && peer.life.incarnation == waiting.linkedLife;
    const bool isOldAlive = isSameLifeLinked
        && std::any_of(peer.links.begin(), peer.links.end(),
            [&](const Link *old) { return old->meter().isAnsweredSince(waiting.askedAt); });
    if (isOldAlive) {
        alarms.occurred(u"duplicate-id"_s, nameOf(*link),
            u"two machines with the id %1 are alive: one at %2, one at %3"_s.arg(
                nameOf(*link), peer.links.back()->address(), link->address()));
        return link->close(CloseReason::DuplicateId);
    }
    links[link].replaces = waiting.linkedLife;
    link->admit(machineLiveness());
}

void Mesh::Private::onUp(Link *link)
{
    if (link->peer().role == PeerRole::Node)
        onMachineUp(link);
    else
        onClientUp(link);
}

void Mesh::Private::onClientUp(Link *link)
{
    const ClientId id = nextClient++;
    links[link].client = id;
    clientLinks.emplace(id, link);
    noteOldToken(link->peer());
    connect(link, &Link::received, this,
        [this, id](const wire::Content &content) { Q_EMIT q.clientContent(id, content); });
    qCDebug(lcLink, "%s/%s at %s: proven -> linked", crypto::toText(link->peer().role),
        link->peer().name.c_str(), qUtf8Printable(link->address()));
    Q_EMIT q.clientUp({id, link->peer().role, nameOf(*link), link->address()});
}

void Mesh::Private::onMachineUp(Link *link)
{
    LinkNote &note = links[link];
    const election::Life life{NodeId{link->peer().name}, link->peer().incarnation};
    Peer &peer = machines[life.machine];
    std::optional<election::Life> replaced;
    if (!peer.links.empty() && peer.life != life) {
        if (note.replaces != peer.life.incarnation) {
            // Another life came up after this one was judged, and nobody has asked that one whether
            // it lives.
            return link->close(CloseReason::DuplicateId, u"another life has just come up"_s);
        }
        replaced = peer.life;
        for (Link *old : std::exchange(peer.links, {}))
            old->close(CloseReason::Timeout, u"silent, and a newer life has come"_s);
    }
    const bool isNewLife = peer.links.empty();
    if (peer.life != life)
        peer.cameFrom.reset();
    peer.life = life;
    peer.ready = link->peerReady();
    peer.links.push_back(link);
    if (link->side() == wire::Side::Server) {
        if (peer.cameFrom && *peer.cameFrom != link->peerAddress())
            alarms.occurred(u"cloned-machine"_s, nameOf(*link),
                u"one life of %1 dials from %2 and from %3: it may be a copy of a running machine"_s
                    .arg(nameOf(*link), peer.cameFrom->toString(), link->peerAddress().toString()));
        peer.cameFrom = link->peerAddress();
    } else if (note.target != nullptr) {
        note.target->lastEnding.reset();
        roster.metAt(note.target->uri, life.machine);
        if (std::find(dialledAddresses.begin(), dialledAddresses.end(), link->peerAddress())
            == dialledAddresses.end()) {
            dialledAddresses.push_back(link->peerAddress());
            updateMachineAddresses();
        }
    }
    roster.heard(life.machine, link->peerReady());
    // Both sides dial, so a second link that soon ends again is no news.
    const char *dialled = link->side() == wire::Side::Server ? "dialled us" : "dialled by us";
    if (isNewLife)
        qCInfo(lcLink, "%s at %s: proven, %s -> linked", link->peer().name.c_str(),
            qUtf8Printable(link->address()), dialled);
    else
        qCDebug(lcLink, "%s at %s: proven, %s -> another link", link->peer().name.c_str(),
            qUtf8Printable(link->address()), dialled);

    connect(link, &Link::received, this, [this, life](const wire::Content &content, Instant at) {
        Q_EMIT q.peerContent(life, content, at);
    });
    decideDuplicates(peer);
    noteOldSecret(life.machine, peer);
    updateRoster();
    clearRefusals(life.machine);
    updateDialers();
    const wire::Ready ready = link->peerReady();
    if (replaced)
        Q_EMIT q.peerDown(*replaced, u"a newer life of it has come"_s);
    if (isNewLife)
        Q_EMIT q.peerUp(life, ready);
}

void Mesh::Private::decideDuplicates(Peer &peer)
{
    // One side alone decides, so that never both links are closed; the other side reads both until
    // then.
    while (config.self.machine < peer.life.machine && peer.links.size() > 1) {
        const bool isOlderAlive = clock.now() - peer.links[0]->lastOpened() <= 2 * config.heartbeat;
        auto goes = peer.links.begin() + (isOlderAlive ? 1 : 0);
        const bool isOneOfOldSecret
            = isOfOldSecret(*peer.links[0]) != isOfOldSecret(*peer.links[1]);
        if (isOneOfOldSecret)
            goes = peer.links.begin() + (isOfOldSecret(*peer.links[0]) ? 0 : 1);
        Link *link = *goes;
        peer.links.erase(goes);
        link->close(CloseReason::DuplicateLink);
    }
}

void Mesh::Private::onLost(Link *link, const link::Ending &ending)
{
    const auto entry = links.find(link);
    if (entry == links.end())
        return;
    const LinkNote note = entry->second;
    links.erase(entry);
    const bool wasUp = link->upSince() != Instant{};

    if (note.target != nullptr && !wasUp) {
        note.target->lastEnding = ending;
        if (ending.reason && !isClosing)
            noteRefusal({link->address(), link->isAuthenticated() ? nameOf(*link) : QString(),
                            link::endpointOf(note.target->uri), true},
                ending, true);
    }
    if (note.client != 0) {
        clientLinks.erase(note.client);
        noteOldToken(link->peer());
        qCDebug(lcLink, "%s/%s at %s: %s -> link ended", crypto::toText(link->peer().role),
            link->peer().name.c_str(), qUtf8Printable(link->address()),
            qUtf8Printable(ending.text()));
        Q_EMIT q.clientDown(note.client);
    }
    const bool isOfMachine = link->isAuthenticated() && link->peer().role == PeerRole::Node;
    const auto known = isOfMachine ? machines.find(NodeId{link->peer().name}) : machines.end();
    if (known != machines.end()) {
        Peer &peer = known->second;
        std::erase_if(peer.waiting, [&](const Waiting &one) { return one.link == link; });
        const bool wasListed = std::erase(peer.links, link) > 0;
        if (wasUp && peer.links.empty())
            qCInfo(lcLink, "%s at %s: %s -> no link any more", link->peer().name.c_str(),
                qUtf8Printable(link->address()), qUtf8Printable(ending.text()));
        else if (wasUp)
            qCDebug(lcLink, "%s at %s: %s -> link ended, %zu left", link->peer().name.c_str(),
                qUtf8Printable(link->address()), qUtf8Printable(ending.text()), peer.links.size());
        noteOldSecret(known->first, peer);
        if (wasListed && peer.links.empty()) {
            const election::Life life = peer.life;
            const QString reason = ending.text();
            peer.lastEnding = reason;
            if (clock.now() - link->upSince() >= link::kRedialSettled)
                settleDialers(life.machine);
            updateDialers();
            // The old life has no link any more, so nobody needs to be asked.
            for (const Waiting &one : std::exchange(peer.waiting, {})) {
                links[one.link].replaces = one.linkedLife;
                one.link->admit(machineLiveness());
            }
            Q_EMIT q.peerDown(life, reason);
        }
    }
    finishIfEmpty();
}

namespace {

QString remedyOf(CloseReason reason)
{
    if (reason == CloseReason::WrongCluster)
        return u"give both the same cluster.name, or correct the address in cluster.machines"_s;
    if (reason == CloseReason::Revoked)
        return u"take it from access.revoked of that side, or give it a new token"_s;
    if (reason == CloseReason::Version)
        return u"use releases that speak the same protocol"_s;
    return u"give both the same cluster.secret (a former one goes to previous_secrets) and reload"_s;
}

} // namespace

void Mesh::Private::noteRefusal(
    const Refused &refused, const link::Ending &ending, bool isOfMachine)
{
    const QString &address = refused.address;
    const QString &node = refused.node;
    reports.note(address, node,
        ending.byPeer ? ending.label() + u", says the other side"_s : ending.label());
    if (!isOfMachine || !ending.reason)
        return;
    // Only what a configured machine's address did is worth an alarm: strangers must not be able to
    // raise one.
    const QString where = node.isEmpty() ? refused.place : node;
    switch (*ending.reason) {
    case CloseReason::Self:
        // Whoever dials us with our id is a duplicate, and said to be one.
        if (ending.byPeer || refused.isDialled)
            alarms.occurred(u"own-id"_s, refused.place,
                u"the machine at %1 has our own id, or is this one"_s.arg(address));
        return;
    case CloseReason::DuplicateId:
        // The side that refuses tells of both; the one that is refused knows only of itself.
        if (ending.byPeer) {
            const QString self = QString::fromStdString(config.self.machine.value());
            alarms.occurred(ending.label(), self,
                u"%1 says that another machine with our id %2 is alive: give each machine an id of its own"_s
                    .arg(where, self));
        }
        return;
    case CloseReason::UnknownKey:
    case CloseReason::WrongCluster:
    case CloseReason::NotAuthentic:
    case CloseReason::Revoked:
    case CloseReason::Version:
        alarms.occurred(ending.label(), where,
            u"%1: %2 -> %3"_s.arg(where, ending.text(), remedyOf(*ending.reason)));
        return;
    case CloseReason::Bye:
    case CloseReason::GoingAway:
    case CloseReason::TooBig:
    case CloseReason::Malformed:
    case CloseReason::WrongNode:
    case CloseReason::Timeout:
    case CloseReason::DuplicateLink:
    case CloseReason::Counter:
    case CloseReason::Slow:
    case CloseReason::Unsealed:
    case CloseReason::Busy:
        return;
    }
}

/// A machine that is linked is refused no more, and does not refuse us. What came from its host
/// ends by itself: another machine may live there.
void Mesh::Private::clearRefusals(const NodeId &machine)
{
    constexpr std::array kReasons = {CloseReason::UnknownKey, CloseReason::WrongCluster,
        CloseReason::NotAuthentic, CloseReason::Revoked, CloseReason::Version};
    const std::vector<MachineAddress> &entries = roster.roster().machines;
    for (const CloseReason reason : kReasons) {
        const QString code = crypto::toText(reason);
        alarms.clear(code, QString::fromStdString(machine.value()));
        for (const MachineAddress &entry : entries) {
            if (entry.id == machine)
                alarms.clear(code, link::endpointOf(entry.uri));
        }
    }
}

} // namespace clustd::cluster
