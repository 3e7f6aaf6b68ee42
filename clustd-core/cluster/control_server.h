#pragma once

#include "cluster/control_backend.h"
#include "cluster/mesh.h"
#include "util/clock.h"
#include "util/piggyback_timer.h"
#include "wire/messages.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace clustd::control {
class MapReader;
}

namespace clustd::cluster {

/// What the control server sends through. The mesh in a daemon, a list in a test.
class ControlLinks
{
public:
    virtual ~ControlLinks() = default;
    /// Both: whether there is such a link and it took the content.
    virtual bool sendToClient(ClientId client, const wire::Content &content) = 0;
    virtual bool sendToMachine(const election::Life &machine, const wire::Content &content) = 0;
};

/// Answers what clients and other machines ask (docs/PROTOCOL.md, Requests): checks the role for
/// each request, its shape and the limits; passes on to the master, or to the machine that is
/// meant, what only that one can do; keeps subscribers up to date; and exchanges journals with the
/// other machines.
///
/// Thread: the cluster thread.
/// Owner:  Node, which must connect its changed() to noteChanged().
/// Errors: every request is answered exactly once, with data or an error of the protocol.
class ControlServer : public QObject
{
    Q_OBJECT
public:
    /// Serves the clients and machines of @p mesh, whose signals it connects itself.
    ControlServer(ControlBackend &backend, Mesh &mesh, QObject *parent = nullptr);
    /// Serves whom it is told of.
    ControlServer(ControlBackend &backend, ControlLinks &links, const Clock &clock,
        QObject *parent = nullptr);
    ~ControlServer() override;

    void addClient(const ClientInfo &client);
    void removeClient(ClientId client);
    void handleClient(ClientId client, const wire::Content &content);

    void addMachine(const election::Life &machine);
    void removeMachine(const election::Life &machine);
    void handleMachine(const election::Life &machine, const wire::Content &content);

    /// Something that status() shows has changed; subscribers hear of it within kClusterInterval.
    void noteChanged();
    /// This thread is at work: what is done once a second may be done along with it.
    void ride() { m_tick.ride(); }
    /// What `get_cluster` answers: the backend's status, with `since` from the journal where it
    /// left that empty.
    [[nodiscard]] control::ClusterStatus status() const;

    static constexpr std::size_t kOpenRequestsMax = 64;
    static constexpr int kRequestsPerSecond = 50; ///< Of a client
    static constexpr std::chrono::milliseconds kClusterInterval{
        100}; ///< Between two `cluster` events
    static constexpr std::chrono::milliseconds kRefreshInterval{
        1000}; ///< The same when nothing was noted
    static constexpr std::chrono::milliseconds kPassOnExtra{
        3000}; ///< Beyond the wait that was asked for

private:
    ControlServer(ControlBackend &backend, std::unique_ptr<ControlLinks> links, QObject *parent);

    struct Party;
    struct PassedOn;
    using Handler = void (ControlServer::*)(const std::shared_ptr<Party> &, const wire::Request &);
    struct Method;
    using Answer = tl::expected<QCborMap, wire::ResponseError>;

    [[nodiscard]] static const Method *findMethod(const QString &name);
    void handle(const std::shared_ptr<Party> &party, const wire::Content &content);
    void handleRequest(const std::shared_ptr<Party> &party, const wire::Request &request);
    void handleResponse(const std::shared_ptr<Party> &party, const wire::Response &response);
    bool send(const Party &party, const wire::Content &content);
    void answer(const std::shared_ptr<Party> &party, quint64 id, const Answer &answer);
    void refuse(const std::shared_ptr<Party> &party, const wire::Request &request,
        const QString &code, const QString &message);
    [[nodiscard]] Reply replyTo(
        const std::shared_ptr<Party> &party, const wire::Request &request, qint64 waitMs);

    // control_requests.cpp: one for each method
    [[nodiscard]] bool isWellFormed(const std::shared_ptr<Party> &party,
        const wire::Request &request, const control::MapReader &reader);
    void getMaster(const std::shared_ptr<Party> &party, const wire::Request &request);
    void getCluster(const std::shared_ptr<Party> &party, const wire::Request &request);
    void getLinks(const std::shared_ptr<Party> &party, const wire::Request &request);
    void subscribe(const std::shared_ptr<Party> &party, const wire::Request &request);
    void events(const std::shared_ptr<Party> &party, const wire::Request &request);
    void explain(const std::shared_ptr<Party> &party, const wire::Request &request);
    void whatIf(const std::shared_ptr<Party> &party, const wire::Request &request);
    void switchover(const std::shared_ptr<Party> &party, const wire::Request &request);
    void maintenance(const std::shared_ptr<Party> &party, const wire::Request &request);
    void pause(const std::shared_ptr<Party> &party, const wire::Request &request);
    void resume(const std::shared_ptr<Party> &party, const wire::Request &request);
    void reload(const std::shared_ptr<Party> &party, const wire::Request &request);
    void adopt(const std::shared_ptr<Party> &party, const wire::Request &request);
    void health(const std::shared_ptr<Party> &party, const wire::Request &request);

    // Passing on
    void passOn(const std::shared_ptr<Party> &party, const wire::Request &request,
        const QString &machine, qint64 waitMs);
    bool ask(const std::shared_ptr<Party> &machine, const QString &method, const QCborMap &params,
        const QString &onBehalfOf, std::chrono::milliseconds timeout, Reply reply,
        std::function<void(const QString &)> progress);
    void giveUpOverdue();

    // Subscriptions
    void askForJournal(const std::shared_ptr<Party> &machine);
    void armFlush(bool clusterChanged);
    void flush();
    void pushJournal(Party &party);
    void tick();

    ControlBackend &m_backend;
    std::unique_ptr<ControlLinks> m_ownLinks; ///< Only when serving a mesh
    ControlLinks &m_links;
    const Clock &m_clock;

    // Shared with replies that are still to come, which may outlive the party: they then find it
    // gone.
    std::map<ClientId, std::shared_ptr<Party>> m_clients;
    std::map<NodeId, std::shared_ptr<Party>> m_machines;
    std::map<quint64, PassedOn> m_passedOn; ///< Requests of ours, by their number
    quint64 m_nextRequest = 1;

    QTimer m_flush;
    PiggybackTimer m_tick{m_clock};
    bool m_isClusterDue = false;
    Instant m_flushedAt{};
    Instant m_clusterSentAt{};
};

} // namespace clustd::cluster
