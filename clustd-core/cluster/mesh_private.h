#pragma once

#include "cluster/mesh.h"
#include "cluster/mesh_alarms.h"
#include "cluster/roster.h"
#include "link/dialer.h"
#include "link/listener.h"
#include "link/refusal_reports.h"

#include <QTimer>

#include <map>
#include <memory>
#include <vector>

namespace clustd::cluster {

/// Behind Mesh. Three concerns, a file each: what it is told (mesh.cpp), which links may be and
/// stay (mesh_links.cpp), whom it dials (mesh_dialing.cpp).
class Mesh::Private final : public QObject, public link::Gatekeeper
{
public:
    Private(Mesh &mesh, MeshConfig config, const Clock &clock);
    ~Private() override;

    /// An entry of the file with what dials it.
    struct Target
    {
        QUrl uri;
        std::unique_ptr<link::Dialer> dialer;
        std::optional<link::Ending> lastEnding; ///< Of an attempt since the last link
    };

    /// A link whose life differs from the one linked, until we know whether that one is still
    /// there.
    struct Waiting
    {
        link::Link *link = nullptr;
        Incarnation linkedLife;
        Instant askedAt;
    };

    /// A machine that was met.
    struct Peer
    {
        election::Life life; ///< That the links join; of the last one while there is none
        std::vector<link::Link *> links; ///< Up, oldest first; the newest is written
        std::vector<Waiting> waiting;
        std::optional<QHostAddress> cameFrom; ///< Where this life dialled us from
        std::optional<wire::Ready> ready;
        QString lastEnding;
    };

    /// What is known of a link beside itself.
    struct LinkNote
    {
        Target *target = nullptr; ///< Whose dialer made it; null when accepted
        std::optional<Incarnation> replaces; ///< The former life that did not answer
        bool isAdmittedClient = false;
        ClientId client = 0; ///< Once up
    };

    // mesh.cpp
    [[nodiscard]] wire::Ready ownReady() const;
    [[nodiscard]] PeerView viewOf(
        const QUrl &uri, const std::optional<NodeId> &id, const Target *target) const;
    [[nodiscard]] link::Link *writtenLink(const election::Life &to) const;
    void deriveKeys();
    void closeWhatIsNoLongerAccepted();
    void finishIfEmpty();

    // mesh_links.cpp
    void judge(link::Link &link) override;
    void watch(link::Link *link, Target *target);
    void onUp(link::Link *link);
    void onMachineUp(link::Link *link);
    void onClientUp(link::Link *link);
    void onLost(link::Link *link, const link::Ending &ending);
    void resolveWaiting(link::Link *link);
    void decideDuplicates(Peer &peer);
    /// Who was refused, or refused us.
    struct Refused
    {
        QString address; ///< As the log says it
        QString node; ///< Empty while it has not proven who it is
        QString place; ///< What stays the same at the next try, for the alarm
        bool isDialled = false; ///< By us
    };
    void noteRefusal(const Refused &refused, const link::Ending &ending, bool isOfMachine);
    void clearRefusals(const NodeId &machine);
    [[nodiscard]] std::optional<crypto::CloseReason> clientRefusal(
        const crypto::PeerIdentity &client) const;
    [[nodiscard]] bool isRevoked(const crypto::PeerIdentity &identity) const;
    [[nodiscard]] link::Liveness machineLiveness() const;

    // mesh_dialing.cpp
    void configureTargets();
    void updateDialers();
    void settleDialers(const NodeId &machine);
    /// Whether @p link was made with a secret that is not the current one any more.
    [[nodiscard]] bool isOfOldSecret(const link::Link &link) const;
    void noteOldSecret(const NodeId &machine, const Peer &peer);
    /// The same for whoever comes with the token of @p client. Commands on the machine itself make
    /// their own from its file, and are left out.
    void noteOldToken(const crypto::PeerIdentity &client);
    /// Dials machines that are linked under a previous secret alone once more, with the current
    /// one. A link that comes of it takes the place of the other; until both sides have the current
    /// secret none does, so it is tried again.
    void renewLinks();
    void updateRoster();
    void updateMachineAddresses();
    [[nodiscard]] link::Dialer::Settings dialerSettings(const QUrl &uri) const;

    Mesh &q;
    MeshConfig config;
    const Clock &clock;
    std::shared_ptr<const std::vector<crypto::ClusterKeys>>
        keys; ///< Shared with handshakes under way
    std::optional<Error> keysError;
    cluster::Roster roster;
    Mesh::Roster lastRoster;
    std::vector<cluster::Roster::Problem> lastProblems;
    std::vector<std::unique_ptr<Target>> targets; ///< In the file's order
    std::map<NodeId, Peer> machines;
    std::map<link::Link *, LinkNote> links; ///< Every link from its making to its end
    std::map<ClientId, link::Link *> clientLinks;
    ClientId nextClient = 1;
    std::vector<QHostAddress> dialledAddresses; ///< Where dialled links led, for URIs with names
    bool isStarted = false;
    bool isClosing = false;
    bool isFinished = false;
    QTimer renewAgain;
    MeshAlarms alarms;
    link::RefusalReports reports;
    link::Listener listener; ///< After what its links refer to
};

} // namespace clustd::cluster
