#pragma once

#include "crypto/key_schedule.h"
#include "election/messages.h"
#include "util/clock.h"
#include "util/result.h"
#include "wire/messages.h"

#include <QHostAddress>
#include <QObject>
#include <QUrl>

#include <memory>
#include <vector>

namespace clustd::cluster {

/// A machine of the configuration file. An entry without an id learns it at the first meeting.
struct MachineAddress
{
    QUrl uri;
    std::optional<NodeId> id;
    election::MachineRole role = election::MachineRole::Voter;
};

struct MeshConfig
{
    election::Life self;
    std::string clusterName;
    std::vector<QByteArray> secrets; ///< The current one first
    QHostAddress bindAddress;
    quint16 bindPort = 0;
    QUrl remoteAddress; ///< How others reach this machine; shown only
    election::MachineRole role = election::MachineRole::Voter;
    std::int64_t priority = 100;
    std::vector<MachineAddress> machines;
    std::vector<std::string> revoked; ///< "observer/alice"
    QString software; ///< "clustd 0.1.0"
    Duration heartbeat{}; ///< H
    Duration failoverWithin{}; ///< F
    Duration rtt{};
};

enum class LinkState { Up, Suspect, Down, Refused };

/// One configured or met machine, for status.
struct PeerView
{
    NodeId id; ///< Empty while not yet learnt
    QUrl uri;
    LinkState state = LinkState::Down;
    QString
        detail; ///< Why it is down or refused: "unknown-key: the other side holds another secret"
    Duration rtt{}; ///< Smoothed; 0 when not yet measured
    std::int64_t lossPpm = 0;
    Incarnation incarnation;
    bool usesPreviousSecret = false;
    std::optional<wire::Ready> ready;
};

/// A program that is no machine (observer, admin, driver), linked and authenticated.
using ClientId = quint64;
struct ClientInfo
{
    ClientId id = 0;
    crypto::PeerRole role = crypto::PeerRole::Observer;
    QString name;
    QString address;
};

/// All links of this machine: listens, dials, keeps exactly one link per pair, measures round
/// trips, closes what is silent, refuses what is not authentic. Knows nothing of votes. Thread: the
/// cluster thread. Owner: Node.
class Mesh : public QObject
{
    Q_OBJECT
public:
    Mesh(MeshConfig config, const Clock &clock, QObject *parent = nullptr);
    ~Mesh() override;

    /// Binds the address. Errors: System, naming address and port ("in use" included: Qt 6.4 leaves
    /// that text empty).
    [[nodiscard]] Result<void> listen();
    /// The port bound (of interest when 0 was asked for, in tests).
    [[nodiscard]] quint16 port() const;
    /// Begins to dial.
    void start();
    /// After a reload: new machines are dialled, removed ones no longer (a link that stands stays:
    /// whoever leaves the set must be heard until it has changed, S2); links whose key or name is
    /// no longer accepted are closed. Name of the cluster, own id and bind address cannot change.
    void reconfigure(MeshConfig config);
    /// Says bye to everyone and closes; finished() follows within a second.
    void shutdown(const QString &reason);

    /// To the machine's link, if one is up. A heartbeat is dropped, not queued, when the link is
    /// behind.
    /// @p to with incarnation 0: whichever life is linked; else only to that life. Returns whether
    /// it was handed to a link.
    bool send(const election::Life &to, const wire::Content &content);
    bool sendToClient(ClientId client, const wire::Content &content);
    void closeClient(ClientId client, const QString &reason);

    [[nodiscard]] std::vector<PeerView> peers() const;
    [[nodiscard]] std::vector<ClientInfo> clients() const;
    [[nodiscard]] bool isUp(const NodeId &machine) const;

Q_SIGNALS:
    /// A life of a machine has its link; earlier lives of it have none any more.
    void peerUp(const clustd::election::Life &peer, const clustd::wire::Ready &ready);
    void peerDown(const clustd::election::Life &peer, const QString &reason);
    /// Everything but Ready, Bye, Ping, Pong from a machine. @p at was read after the read returned
    /// (T1).
    void peerContent(const clustd::election::Life &peer, const clustd::wire::Content &content,
        clustd::Instant at);
    void clientUp(const clustd::cluster::ClientInfo &client);
    void clientDown(clustd::cluster::ClientId client);
    void clientContent(clustd::cluster::ClientId client, const clustd::wire::Content &content);
    /// A connection was refused (by us, or by the other side): rate-limited to one a second per
    /// reason, with the count.
    void refused(const QString &address, const QString &node, const QString &reason, int count);
    /// duplicate-id, cloned-machine, role-differs, id-twice, old-secret...; cleared with raised =
    /// false.
    void alarm(bool raised, const QString &code, const QString &node, const QString &text);
    /// Ids of the configured machines became known or contradict: what election::WantedChanged
    /// needs.
    void rosterChanged();
    void finished();

public:
    /// Configured machines with their learnt ids; complete is false while one is unknown or two
    /// contradict.
    struct Roster
    {
        std::vector<MachineAddress> machines;
        bool complete = false;
    };
    [[nodiscard]] Roster roster() const;
    /// @p machine says by other ways than its link's beginning which role its file gives it.
    void noteRole(const NodeId &machine, const QString &role);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace clustd::cluster
