#pragma once

#include "control/control_api.h"
#include "model/event_store.h"
#include "model/link_bits.h"
#include "model/seen_events.h"

#include <QHash>
#include <QList>
#include <QMap>

#include <optional>
#include <utility>
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

/// It runs and somebody hears it.
[[nodiscard]] constexpr bool isPresent(LaneState state)
{
    return state != LaneState::Down && state != LaneState::Unknown;
}

struct LaneSpan
{
    qint64 fromMs = 0;
    LaneState state = LaneState::Unknown;
    quint64 term = 0; ///< Of the machine when the span began

    friend bool operator==(const LaneSpan &, const LaneSpan &) = default;
};

/// The state of a cluster as its events tell it, one event after the other. Events tell less than a
/// machine's own status: what they do not say (addresses, round trips) stays empty.
///
/// A machine that dies says nothing: it is down when no running machine hears it any more. Copies
/// are cheap. Thread: any, one at a time.
class ClusterFold
{
public:
    /// No cluster has so many; what a damaged journal names beyond them is left out.
    static constexpr std::size_t kMachinesMax = 512;

    /// @param store gives the names of machines
    void apply(const EventStore &store, const Event &event);

    /// As of the last event. `self` is empty; nobody in particular says so. All machines that tell
    /// events anywhere in @p store are taken for voters.
    [[nodiscard]] control::ClusterStatus status(const EventStore &store) const;
    [[nodiscard]] std::vector<control::LinkRow> links(const EventStore &store) const;
    /// @param node index in EventStore::nodes()
    [[nodiscard]] LaneState stateOf(quint16 node) const;

    struct Change
    {
        quint16 node = 0; ///< Index in EventStore::nodes()
        LaneState state = LaneState::Unknown;
        quint64 term = 0;
    };
    /// Whether @p machine was named by others, before it told an event itself.
    [[nodiscard]] bool isOnlyNamed(const QString &machine) const;

    /// Which machines do something else since the last event.
    [[nodiscard]] const std::vector<Change> &changes() const { return m_changes; }

private:
    /// Own number of a machine, in the order in which they were named; not EventStore's, since a
    /// peer may be named that never tells an event itself.
    using Index = quint16;
    static constexpr Index kNone = 0xffff;

    struct Machine
    {
        Index storeNode = kNone;
        Index follows = kNone; ///< Its master
        LaneState phase = LaneState::Follower; ///< As it last said; Follower: no mandate
        LaneState told = LaneState::Unknown; ///< What changes() last said of it
        bool isRunning = false;
        bool isStarting = false; ///< Until it has met somebody
        bool isStopping = false;
        bool isLost = false;
        bool isMaintained = false;
        bool hasQuorum = true;
        quint64 term = 0;
        QString version;
        QString trouble; ///< Why its link went
        QList<control::DriverRow> drivers;
    };
    struct RaisedAlarm
    {
        Index teller = 0;
        control::AlarmRow row;
    };

    [[nodiscard]] Index indexOf(const EventStore &store, const QString &name);
    [[nodiscard]] Index tellerOf(const EventStore &store, quint16 node);
    [[nodiscard]] static LaneState stateOf(const Machine &machine);
    [[nodiscard]] bool isUp(Index index) const;
    void begin(Index index, const Event &event);
    void setPhase(Index index, LaneState phase, const Event &event);
    void noteLink(const EventStore &store, Index from, const Event &event);
    void noteElected(const EventStore &store, Index teller, const Event &event);
    void noteMasterLost(const EventStore &store, Index teller, const Event &event);
    void noteDriver(Machine &machine, const Event &event) const;
    void noteAlarm(Index teller, const Event &event);
    void setMaster(Index index, const Event &event);
    void clearMaster(const QString &why, qint64 timeMs);
    [[nodiscard]] bool isUnheard(Index index) const;
    void checkLost(Index index, qint64 timeMs);
    void lookForLost(qint64 timeMs);
    void tell(Index index);

    std::vector<Machine> m_machines;
    QStringList m_names; ///< Of m_machines
    QHash<QString, Index> m_indices;
    std::vector<Index> m_ofStore; ///< EventStore's index -> own
    LinkBits m_links;
    Index m_master = kNone;
    quint64 m_masterTerm = 0; ///< Of the newest master known
    quint64 m_term = 0;
    QString m_why;
    qint64 m_sinceMs = 0;
    bool m_isPaused = false;
    QMap<QString, RaisedAlarm> m_alarms; ///< By teller, code and machine
    std::vector<Change> m_changes;
};

/// The cluster at any moment of its timeline, and the spans that the timeline draws. Keeps a copy
/// of the state every few hundred events, so that going to a moment costs little.
///
/// Thread: the GUI's. Owner: any; the store must outlive it.
class Replay : public QObject
{
    Q_OBJECT
public:
    static constexpr std::size_t kCheckpointEvents = 500;

    explicit Replay(const EventStore &store, QObject *parent = nullptr);

    /// After the last event at or before @p timeMs.
    [[nodiscard]] control::ClusterStatus statusAt(qint64 timeMs) const;
    [[nodiscard]] std::vector<control::LinkRow> linksAt(qint64 timeMs) const;
    /// Of EventStore::nodes()[node], the oldest first; each lasts until the next begins. Where
    /// several begin in one millisecond the last of them holds.
    [[nodiscard]] const std::vector<LaneSpan> &lane(std::size_t node) const;
    [[nodiscard]] std::size_t laneCount() const { return m_lanes.size(); }
    /// Of @p lane at @p timeMs; nothing: not heard of yet.
    [[nodiscard]] static const LaneSpan *spanAt(const std::vector<LaneSpan> &lane, qint64 timeMs);

Q_SIGNALS:
    /// Lanes have grown or were made again.
    void lanesChanged();

private:
    struct Checkpoint
    {
        ClusterFold fold;
        std::vector<quint32> laneSizes;
    };

    void rebuild();
    void advance(std::size_t first);
    [[nodiscard]] bool isLaneMissed() const;
    [[nodiscard]] ClusterFold foldAt(qint64 timeMs) const;

    const EventStore &m_store;
    SeenEvents m_seen;
    qsizetype m_nodesSeen = 0; ///< Of EventStore::nodes()
    ClusterFold m_last; ///< After all events
    std::vector<Checkpoint> m_checkpoints; ///< After every kCheckpointEvents-th event, from none on
    std::vector<std::vector<LaneSpan>> m_lanes;
};

} // namespace clustd::monitor
