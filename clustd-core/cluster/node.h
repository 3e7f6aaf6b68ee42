#pragma once

#include "cluster/control_backend.h"
#include "cluster/disk_watch.h"
#include "cluster/election_runner.h"
#include "cluster/failback.h"
#include "cluster/gossip.h"
#include "cluster/guard_port.h"
#include "cluster/hand_overs.h"
#include "cluster/mesh.h"
#include "cluster/service_health.h"
#include "cluster/settings.h"
#include "cluster/switchover_order.h"
#include "config/config.h"
#include "util/piggyback_timer.h"

#include <QObject>

#include <map>
#include <memory>

namespace clustd::cluster {

class ControlServer;
class Journal;
class ServiceControl;
class VoteStore;

/// One machine of the cluster: owns all parts and carries facts between them. The rules are
/// elsewhere: who is master in election/, what runs in drivers/, what a client may ask in
/// control_server. Thread: the cluster thread. Owner: the daemon (or a test; several nodes live in
/// one process). Errors: start() says why it cannot; what goes wrong later is an alarm, and
/// failed() where the daemon must end.
class Node : public QObject, public ControlBackend
{
    Q_OBJECT
public:
    struct Setup
    {
        config::Config config;
        Incarnation incarnation;
        std::vector<Incarnation>
            deadLives; ///< G3: former lives of this machine that the guard has cleaned up after
        GuardPort *guard
            = nullptr; ///< Outlives the node; null: no guard (tests, and said so in status)
        bool advise = false; ///< Runs no driver and logs what it would do
        QString configTrouble; ///< Why an older configuration than the file's is in force
        QString version;
        /// Reads the configuration again, for reload(); with @p dryRun only to look at it.
        std::function<Result<config::Config>(bool dryRun)> reread;
    };
    Node(Setup setup, const Clock &clock, QObject *parent = nullptr);
    ~Node() override;

    /// Locks the state folder, reads the vote, binds the address. Errors: Storage, System.
    [[nodiscard]] Result<void> start();
    /// Hands over, stops the drivers, says bye; left() follows. Repeated calls change nothing.
    void leave(const QString &why);
    /// SIGHUP. The answer is a person's text, with what changed.
    [[nodiscard]] Result<QStringList> reload(bool dryRun);

    /// "master cm-1 (term 7) ...": for the service manager and `clustd status`.
    [[nodiscard]] QString statusLine() const;

    // ControlBackend: what people see is in node_status.cpp and node_why.cpp, what they
    // ask in node_control.cpp
    [[nodiscard]] control::ClusterStatus status() const override;
    [[nodiscard]] std::vector<control::LinkRow> links() const override;
    [[nodiscard]] Journal &journal() override;
    [[nodiscard]] QStringList explain(std::optional<quint64> seq) const override;
    [[nodiscard]] WhatIf whatIf(const QStringList &down) const override;
    void switchover(const SwitchoverRequest &request, Reply reply) override;
    void maintenance(const MaintenanceRequest &request, Reply reply) override;
    void pause(const PauseRequest &request, Reply reply) override;
    void resume(const Asker &asker, Reply reply) override;
    void reload(bool dryRun, const Asker &asker, Reply reply) override;
    void adopt(const QStringList &ids, const Asker &asker, Reply reply) override;

Q_SIGNALS:
    /// All is stopped and said; the daemon may end.
    void left();
    /// The daemon must end at once without an answer: the vote could not be stored.
    void failed(const QString &why);
    void changed();
    /// The election was stepped: what a watchdog of the work path waits for.
    void worked();

private:
    // node_wiring.cpp: who hears whom
    void connectMesh();
    void connectElection();
    void connectServices();

    // node.cpp: facts between the parts
    void onPeerContent(const election::Life &peer, const wire::Content &content);
    void onGossip(const election::Life &peer, const wire::NodeStatusMessage &message);
    void onNotice(const election::Notice &notice);
    void sendFromElection(const election::Envelope &envelope);
    void onService(const election::ServiceCommand &command);
    void tellSelf();
    void tellWanted();
    void tellPause();
    void tick();
    void adoptPause(const Pause &pause, const QString &by);
    void answerWhenPauseIsKnown(Reply reply);
    void checkPauseKnown();
    void continueLeaving();
    void noteStep();
    void setAlarm(bool raised, const QString &code, const QString &node, const QString &text);
    void record(const QString &event, const QCborMap &detail = {}, std::optional<Term> term = {});
    void saveSettings();
    [[nodiscard]] bool isLeading() const;
    [[nodiscard]] QString selfId() const;

    // node_config.cpp: what the file means
    void checkPeersAgainstOurs();
    [[nodiscard]] MeshConfig meshConfig() const;
    [[nodiscard]] election::WantedChanged wanted() const;
    [[nodiscard]] election::SelfChanged self() const;

    // node_watch.cpp: what happens without a person's word
    void onSick(const QString &driver, const QString &why);
    void onWell(const QString &driver);
    void onGuardLost();
    void onGuardSilence(bool isSilent);
    void checkSickHandover();
    void clearSickAlarm();
    void checkGuard();
    void checkDisk();
    void onDiskAnswer(const QString &why);
    void onStall(Duration gap);
    void onLeaseRenewed(const election::DeadlineMoved &deadline);
    [[nodiscard]] bool isUnconfirmed() const { return m_unconfirmedSince != kNever; }
    void checkHealed(const election::Notice &notice);
    void checkFailback();
    void askHandOver(election::HandOverReason reason, std::optional<NodeId> to, bool byPerson,
        HandOvers::Then then);
    [[nodiscard]] std::vector<Heir> heirs() const;

    // node_status.cpp: what people see
    [[nodiscard]] Detail ownDetail() const;
    [[nodiscard]] QString ownState(const election::View &view) const;
    [[nodiscard]] std::vector<control::AlarmRow> ownAlarms(const election::View &view) const;
    [[nodiscard]] control::NodeRow ownRow(const election::View &view) const;
    [[nodiscard]] control::NodeRow peerRow(const PeerView &peer) const;
    [[nodiscard]] QString whyText(
        const election::View &view, const control::ClusterStatus &status) const;
    [[nodiscard]] QString causeOfChange(const QString &master) const;

    Setup m_setup;
    const Clock &m_clock;
    Settings m_settings;
    std::unique_ptr<VoteStore> m_store;
    std::unique_ptr<Journal> m_journal;
    std::unique_ptr<Mesh> m_mesh;
    std::unique_ptr<ServiceControl> m_services;
    std::unique_ptr<ElectionRunner> m_runner;
    std::unique_ptr<ControlServer> m_control;
    /// Once a second: ends of maintenance and pause, failback, what people see
    PiggybackTimer m_tick{m_clock};

    Instant m_startedAt{};
    std::map<NodeId, PeerGossip> m_gossip;
    std::map<std::pair<QString, QString>, control::AlarmRow> m_alarms; ///< By code and node
    std::map<NodeId, Instant> m_detailSentAt;

    bool m_isPutRight = false; ///< Before that, this machine may not be master
    Instant m_putRightAt = kNever;
    Instant m_inactiveSince = kNever; ///< While leaving
    Instant m_guardRefusedUntil = kNever; ///< Barred for so long; kNever: it is not
    DiskWatch m_disk;
    QString m_diskTrouble; ///< As last seen; empty: none
    /// End of the last stall, until a majority has answered a heartbeat sent after it; kNever:
    /// none.
    Instant m_unconfirmedSince = kNever;
    Instant m_stallSaidAt{};
    bool m_isLeaving = false;
    bool m_hasLeft = false;
    ServiceHealth m_health;
    Failback m_failback;
    HandOvers m_handOvers;
    SwitchoverOrder m_switchover;
    /// A person who is told 'paused' relies on it at once, so the others must know first.
    struct PauseOrder
    {
        Reply reply;
        Instant giveUpAt{};
    };
    std::vector<PauseOrder> m_pauseOrders;
    bool m_wasMaintained = false;
    bool m_wasPaused = false;
    election::Phase m_lastPhase = election::Phase::None;
    std::optional<NodeId> m_lastMaster;
    QString m_masterSince; ///< Wall clock, for people

    std::vector<election::Notice> m_lastDecisions; ///< For explain: the newest few
};

} // namespace clustd::cluster
