#pragma once

#include "control/control_client.h"

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <memory>
#include <optional>
#include <vector>

namespace clustd::monitor {

enum class ConnectionState {
    Connecting, ///< Never yet connected
    Live,
    Stale, ///< Connected, but nothing was heard for a while
    Lost, ///< Was connected; trying again
    Refused ///< The token is not accepted; trying again does not help
};

/// One cluster's conversation: asks one machine, goes on with another when that one is lost, and
/// has a second, small one with the master where that is another machine, since only the master
/// itself knows its lease.
///
/// Thread: the GUI's. Owner: Cluster.
/// Errors: stateChanged() with trouble().
class ClusterConnection : public QObject
{
    Q_OBJECT
public:
    struct Setup
    {
        std::vector<QUrl> uris; ///< At least one
        crypto::Credentials credentials;
    };
    explicit ClusterConnection(Setup setup, QObject *parent = nullptr);
    ~ClusterConnection() override;

    void open();

    [[nodiscard]] ConnectionState state() const { return m_state; }
    /// What is wrong and what can be done; empty while all is well.
    [[nodiscard]] const QString &trouble() const { return m_trouble; }
    [[nodiscard]] QString server() const { return m_client->server(); }
    [[nodiscard]] QUrl uri() const { return m_client->uri(); }
    /// "admin/alice"
    [[nodiscard]] QString party() const;
    [[nodiscard]] bool isAdmin() const;
    [[nodiscard]] crypto::Credentials credentials() const { return m_setup.credentials.clone(); }
    /// Begins anew after Refused.
    void retry();
    /// When the last word came, milliseconds since 1970 UTC; 0: never.
    [[nodiscard]] qint64 heardMs() const { return m_heardMs; }

    using Handler = control::ControlClient::Handler;
    void request(const QString &method, const QCborMap &params, std::chrono::milliseconds timeout,
        Handler handler);
    /// The same under other credentials, over a connection of its own to the machine that is asked
    /// now.
    void requestAs(const crypto::Credentials &who, const QString &method, const QCborMap &params,
        std::chrono::milliseconds timeout, Handler handler);
    /// Ask for the links less often while nobody looks.
    void setWatched(bool isWatched);

    static constexpr std::chrono::milliseconds kStaleAfter{
        2500}; ///< A machine tells its status every second
    static constexpr std::chrono::milliseconds kUsual{8000};

Q_SIGNALS:
    void stateChanged();
    /// Another machine answers from now on: numbers of events begin anew.
    void serverChanged();
    void statusArrived(const clustd::control::ClusterStatus &status);
    void linksArrived(const std::vector<clustd::control::LinkRow> &links);
    void eventsArrived(const std::vector<clustd::control::EventEntry> &entries);
    /// What is left of the master's lease of @p leaseMs, in milliseconds.
    void leaseArrived(const QString &master, qint64 leftMs, qint64 leaseMs);

private:
    [[nodiscard]] std::unique_ptr<control::ControlClient> makeClient(
        std::vector<QUrl> uris, const crypto::Credentials &who, bool reconnects) const;
    void setState(ConnectionState state, const QString &trouble);
    void onStatus(const control::ClusterStatus &status);
    void followMaster(const control::ClusterStatus &status);
    void askLinks();
    void askLinksAfter(const QString &machine);

    Setup m_setup;
    std::unique_ptr<control::ControlClient> m_client;
    std::unique_ptr<control::ControlClient>
        m_masterClient; ///< Only while the master is not server()
    QUrl m_masterUri;
    std::vector<QUrl> m_learnt;
    ConnectionState m_state = ConnectionState::Connecting;
    QString m_trouble;
    qint64 m_heardMs = 0;
    QTimer m_stale;
    QTimer m_links;
    bool m_isWatched = true;
    bool m_isAsking = false;
    std::vector<control::LinkRow> m_linksSoFar; ///< Of the pages of one answer
    std::size_t m_refusals = 0; ///< One after the other
    std::size_t m_machines = 0;
};

} // namespace clustd::monitor
