#include "cluster/mesh_private.h"
#include "link/address.h"
#include "util/log_categories.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace clustd::cluster {

using crypto::CloseReason;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {
/// shutdown() promises finished() within a second.
constexpr auto kShutdownTime = 800ms;
} // namespace

Mesh::Mesh(MeshConfig config, const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(config), clock))
{
}

Mesh::~Mesh() = default;

Mesh::Private::Private(Mesh &mesh, MeshConfig meshConfig, const Clock &systemClock)
    : q(mesh)
    , config(std::move(meshConfig))
    , clock(systemClock)
    , alarms(systemClock)
    , listener(*this, systemClock)
{
    connect(&alarms, &MeshAlarms::changed, &q, &Mesh::alarm);
    connect(&reports, &link::RefusalReports::report, this,
        [this](const QString &address, const QString &node, const QString &reason, int count) {
            qCInfo(lcLink, "refused: %s%s%s: %s (%d since the last line) -> no link",
                qUtf8Printable(address), node.isEmpty() ? "" : " as ", qUtf8Printable(node),
                qUtf8Printable(reason), count);
            Q_EMIT q.refused(address, node, reason, count);
        });
    connect(&listener, &link::Listener::linkMade, this,
        [this](link::Link *made) { watch(made, nullptr); });
    connect(&listener, &link::Listener::refused, this,
        [this](const QHostAddress &from, const QString &address, const QString &node,
            const link::Ending &ending) {
            if (!isClosing)
                // A connection that was accepted has a new port each time; the alarm is of the
                // host.
                noteRefusal({address, node, link::plainAddress(from).toString()}, ending,
                    listener.isMachineAddress(from));
        });
    renewAgain.setSingleShot(true);
    connect(&renewAgain, &QTimer::timeout, this, &Private::renewLinks);
    deriveKeys();
    configureTargets();
}

Mesh::Private::~Private() = default;

void Mesh::Private::deriveKeys()
{
    std::vector<crypto::ClusterKeys> derived;
    keysError.reset();
    for (const QByteArray &secret : config.secrets) {
        auto one = crypto::ClusterKeys::derive(secret, config.clusterName);
        if (one)
            derived.push_back(std::move(*one));
        else if (!keysError)
            keysError = one.error();
    }
    if (derived.empty() && !keysError)
        keysError = Error{ErrorCode::Config, u"cluster.secret"_s, u"there is none"_s, {}};
    keys = std::make_shared<const std::vector<crypto::ClusterKeys>>(std::move(derived));
    listener.setSelf({config.self.machine.value(), config.self.incarnation, {}, keys, ownReady()});
}

wire::Ready Mesh::Private::ownReady() const
{
    wire::Ready ready;
    ready.software = config.software;
    ready.uri = config.remoteAddress.toString();
    ready.role = roleText(config.role);
    ready.priority = config.priority;
    return ready;
}

Result<void> Mesh::listen()
{
    if (d->keysError)
        return fail(*d->keysError);
    return d->listener.listen(d->config.bindAddress, d->config.bindPort);
}

quint16 Mesh::port() const
{
    return d->listener.port();
}

void Mesh::start()
{
    d->isStarted = true;
    d->updateDialers();
}

void Mesh::reconfigure(MeshConfig config)
{
    if (d->isClosing)
        return;
    d->config = std::move(config);
    d->deriveKeys();
    d->configureTargets();
    d->closeWhatIsNoLongerAccepted();
    d->updateDialers();
    for (const auto &[id, peer] : d->machines)
        d->noteOldSecret(id, peer);
    for (const auto &[id, link] : d->clientLinks)
        d->noteOldToken(link->peer());
    d->renewLinks();
}

void Mesh::Private::closeWhatIsNoLongerAccepted()
{
    std::vector<link::Link *> unwanted;
    for (const auto &[link, note] : links) {
        if (!link->isAuthenticated())
            continue;
        const bool isKeyKnown = std::any_of(
            keys->begin(), keys->end(), [&, link = link](const crypto::ClusterKeys &one) {
                return one.keyId() == link->peer().keyId;
            });
        if (!isKeyKnown || isRevoked(link->peer()))
            unwanted.push_back(link);
    }
    for (link::Link *link : unwanted)
        link->close(CloseReason::Revoked, u"no longer accepted after a reload"_s);
}

void Mesh::shutdown(const QString &reason)
{
    if (std::exchange(d->isClosing, true))
        return;
    for (const auto &target : d->targets)
        target->dialer->pause();
    d->listener.stop();
    std::vector<link::Link *> standing;
    for (const auto &[link, note] : d->links)
        standing.push_back(link);
    for (link::Link *link : standing)
        link->close(link->isUp() ? CloseReason::Bye : CloseReason::GoingAway, reason);
    QTimer::singleShot(kShutdownTime, d.get(), [this] {
        d->links.clear();
        d->finishIfEmpty();
    });
    QMetaObject::invokeMethod(
        d.get(), [this] { d->finishIfEmpty(); }, Qt::QueuedConnection);
}

void Mesh::Private::finishIfEmpty()
{
    if (!isClosing || !links.empty() || std::exchange(isFinished, true))
        return;
    Q_EMIT q.finished();
}

link::Link *Mesh::Private::writtenLink(const election::Life &to) const
{
    const auto found = machines.find(to.machine);
    if (found == machines.end() || found->second.links.empty())
        return nullptr;
    const bool isAnyLife = to.incarnation == Incarnation{};
    if (!isAnyLife && found->second.life.incarnation != to.incarnation)
        return nullptr;
    return found->second.links.back();
}

bool Mesh::send(const election::Life &to, const wire::Content &content)
{
    link::Link *link = d->writtenLink(to);
    return link != nullptr && link->send(content);
}

bool Mesh::sendToClient(ClientId client, const wire::Content &content)
{
    const auto found = d->clientLinks.find(client);
    return found != d->clientLinks.end() && found->second->send(content);
}

void Mesh::closeClient(ClientId client, const QString &reason)
{
    const auto found = d->clientLinks.find(client);
    if (found == d->clientLinks.end())
        return;
    const auto known = link::closeReasonFrom(reason);
    found->second->close(known.value_or(CloseReason::Bye), known ? QString() : reason);
}

PeerView Mesh::Private::viewOf(
    const QUrl &uri, const std::optional<NodeId> &id, const Target *target) const
{
    PeerView view;
    view.uri = uri;
    view.id = id.value_or(NodeId{});
    const auto known = id ? machines.find(*id) : machines.end();
    if (known == machines.end() || known->second.links.empty()) {
        if (known != machines.end()) {
            view.incarnation = known->second.life.incarnation;
            view.detail = known->second.lastEnding;
            view.ready = known->second.ready;
        }
        if (target != nullptr && target->lastEnding) {
            view.detail = target->lastEnding->text();
            if (target->lastEnding->isRefusal())
                view.state = LinkState::Refused;
        }
        return view;
    }
    const Peer &peer = known->second;
    view.incarnation = peer.life.incarnation;
    view.ready = peer.ready;
    Instant heard{};
    for (const link::Link *link : peer.links) {
        heard = std::max(heard, link->lastOpened());
        view.usesPreviousSecret = view.usesPreviousSecret || isOfOldSecret(*link);
        if (link->meter().rtt() > Duration::zero())
            view.rtt = link->meter().rtt();
        view.lossPpm = link->meter().lossPpm();
    }
    const Duration silent = clock.now() - heard;
    view.state = silent > 3 * config.heartbeat ? LinkState::Suspect : LinkState::Up;
    if (view.state == LinkState::Suspect)
        view.detail = u"nothing heard for %1 ms"_s.arg(
            std::chrono::duration_cast<std::chrono::milliseconds>(silent).count());
    return view;
}

std::vector<PeerView> Mesh::peers() const
{
    std::vector<PeerView> views;
    const Roster &known = d->roster.roster();
    for (std::size_t i = 0; i < known.machines.size(); ++i)
        views.push_back(
            d->viewOf(known.machines[i].uri, known.machines[i].id, d->targets[i].get()));
    // Machines that hold the secret but stand in no file of ours: seen, though they count for
    // nothing here.
    for (const auto &[id, peer] : d->machines) {
        const bool isListed = std::any_of(views.begin(), views.end(),
            [&, id = id](const PeerView &view) { return view.id == id; });
        if (!isListed && !peer.links.empty())
            views.push_back(d->viewOf(
                QUrl(peer.ready ? peer.ready->uri.value_or(QString()) : QString()), id, nullptr));
    }
    return views;
}

std::vector<ClientInfo> Mesh::clients() const
{
    std::vector<ClientInfo> infos;
    for (const auto &[id, link] : d->clientLinks)
        infos.push_back(
            {id, link->peer().role, QString::fromStdString(link->peer().name), link->address()});
    return infos;
}

bool Mesh::isUp(const NodeId &machine) const
{
    return d->writtenLink({machine, {}}) != nullptr;
}

void Mesh::noteRole(const NodeId &machine, const QString &role)
{
    if (d->roster.noteRole(machine, role))
        d->updateRoster();
}

Mesh::Roster Mesh::roster() const
{
    return d->roster.roster();
}

} // namespace clustd::cluster
