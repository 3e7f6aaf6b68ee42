#pragma once

#include "control/control_api.h"
#include "model/event_store.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace clustd::monitor {

/// What a machine was doing during a span of time, as the events tell.
enum class LaneState : quint8 {
    Unknown, ///< Nothing was heard of it yet
    Down, ///< It ended, or nobody hears it
    Follower,
    Promoting, ///< Elected, its drivers are starting
    Active,
    Demoting, ///< Its drivers are stopping in order
    Fencing, ///< Its drivers are being stopped by force
    Maintenance
};

struct LaneSpan
{
    qint64 fromMs = 0;
    LaneState state = LaneState::Unknown;
};

/// The state of a cluster as its events tell it, one event after the other. Events tell less than a
/// machine's own status: what they do not say (versions, round trips) stays empty.
class ClusterFold
{
public:
    /// @param store gives the names of machines
    void apply(const EventStore &store, const Event &event);

    /// As of the last event. `self` is empty; nobody in particular says so.
    [[nodiscard]] control::ClusterStatus status(const EventStore &store) const;
    [[nodiscard]] std::vector<control::LinkRow> links(const EventStore &store) const;
    [[nodiscard]] LaneState stateOf(quint16 node) const;

private:
    struct Machine
    {
        bool isRunning = false;
        bool isMaintained = false;
        bool isSick = false;
        LaneState state = LaneState::Unknown;
        quint64 term = 0;
        QString version;
        std::map<QString, control::DriverRow> drivers;
        /// Whom it hears; by name, since a peer may never have told an event itself
        std::map<QString, bool> hears;
    };
    Machine &machine(quint16 node);
    /// Whether no running machine has a link to @p name, and at least one has lost it.
    [[nodiscard]] bool isLost(const EventStore &store, const QString &name) const;

    std::vector<Machine> m_machines; ///< By EventStore's index
    std::optional<quint16> m_master;
    bool m_isActive = false;
    quint64 m_term = 0;
    QString m_why;
    qint64 m_sinceMs = 0;
    bool m_isPaused = false;
    std::map<std::pair<QString, QString>, control::AlarmRow> m_alarms; ///< By code and machine
    std::set<quint16> m_withoutQuorum;
};

/// The cluster at any moment of its timeline, and the spans that the timeline draws. Keeps a copy
/// of the state every few hundred events, so that going to a moment costs little.
///
/// Thread: the GUI's. Owner: any; the store must outlive it.
class Replay : public QObject
{
    Q_OBJECT
public:
    explicit Replay(const EventStore &store, QObject *parent = nullptr);

    /// After the last event at or before @p timeMs.
    [[nodiscard]] control::ClusterStatus statusAt(qint64 timeMs) const;
    [[nodiscard]] std::vector<control::LinkRow> linksAt(qint64 timeMs) const;
    /// Of EventStore::nodes()[node], the oldest first; each lasts until the next begins.
    [[nodiscard]] const std::vector<LaneSpan> &lane(std::size_t node) const;
    [[nodiscard]] std::size_t laneCount() const { return m_lanes.size(); }

Q_SIGNALS:
    /// Lanes have grown or were made again.
    void lanesChanged();

private:
    void rebuild();
    void advance(std::size_t first);
    [[nodiscard]] ClusterFold foldAt(qint64 timeMs) const;

    const EventStore &m_store;
    ClusterFold m_last; ///< After all events
    std::vector<ClusterFold>
        m_checkpoints; ///< After every kCheckpointEvents-th event, from none on
    std::vector<std::vector<LaneSpan>> m_lanes;
};

} // namespace clustd::monitor
