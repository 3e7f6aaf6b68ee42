#pragma once

#include "util/result.h"

#include <QCborMap>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

/// What a cluster looks like to people and scripts, as plain structs, and how that is written on
/// the wire (CBOR without floats: times in whole microseconds) and in `--json` (milliseconds).
/// docs/OPERATIONS.md explains every key. Thread: any.
namespace clustd::control {

/// The `schema` of what `--json` prints; raised when a key changes its meaning or goes.
inline constexpr int kSchema = 1;

/// One driver of one machine.
struct DriverRow
{
    QString name;
    QString type; ///< "exec"
    QString state; ///< stopped, starting, started, stopping, failed
    bool healthy = true;
    QString detail; ///< Empty while all is as it should be

    friend bool operator==(const DriverRow &, const DriverRow &) = default;
};

/// Something that a person should act on.
struct AlarmRow
{
    QString code; ///< "voter-set-differs"
    QString node; ///< Whom it is about
    QString text; ///< The fact and its remedy

    friend bool operator==(const AlarmRow &, const AlarmRow &) = default;
};

/// One direction of one link, as `from` sees it.
struct LinkRow
{
    QString from;
    QString to;
    QString state; ///< up, suspect, down, refused
    std::int64_t rttUs = 0; ///< Microseconds; 0: not measured
    std::int64_t lossPpm = 0; ///< Lost pings in a million

    friend bool operator==(const LinkRow &, const LinkRow &) = default;
};

/// One machine as the asked one sees it.
struct NodeRow
{
    QString id; ///< Empty while it was never met
    QString uri;
    QString role; ///< voter, witness, standby
    QString state; ///< starting, follower, candidate, promoting, active, demoting, fencing,
                   ///< maintenance, unreachable
    std::int64_t priority = 0;
    QString link; ///< self, up, suspect, down, refused
    QString detail; ///< Why the link is down or refused
    std::int64_t rttUs = 0; ///< Microseconds; 0: not measured
    std::uint64_t term = 0;
    bool maintenance = false;
    bool healthy = false; ///< No driver of it is sick; false too while nothing was heard of it
    QString version;
    std::int64_t uptimeS = 0; ///< Seconds
    std::vector<DriverRow> drivers;

    friend bool operator==(const NodeRow &, const NodeRow &) = default;
};

struct Quorum
{
    int voters = 0;
    int needed = 0;
    int reachable = 0; ///< Voters heard, the asked machine included when it votes

    friend bool operator==(const Quorum &, const Quorum &) = default;
};

/// S1: a voter set with the epoch in which it was made.
struct SetRow
{
    std::uint64_t term = 0;
    std::uint64_t n = 0;
    std::map<QString, QString> voters; ///< Id -> "voter" or "witness"; empty: no set yet (V4)

    friend bool operator==(const SetRow &, const SetRow &) = default;
};

/// `clustd status`: the cluster as one machine sees it.
struct ClusterStatus
{
    QString cluster;
    QString self; ///< Who says so
    std::optional<QString> master; ///< Nothing: there is none
    bool active = false; ///< The master's drivers have started
    std::uint64_t term = 0;
    std::uint64_t token = 0; ///< Fencing token of the mandate won last on this machine; 0: none
    QString since; ///< ISO time from which `master` (or its absence) holds; empty: not known
    QString why; ///< One line: why this master, or why none
    int canLose = 0; ///< How many more machines may fail before the cluster has no quorum
    Quorum quorum;
    QString election; ///< quorum, naive
    bool paused = false;
    std::vector<AlarmRow> alarms;
    std::optional<std::int64_t> leaseMsLeft; ///< Of the master, on itself only; milliseconds
    std::int64_t leaseMs = 0; ///< A whole lease of the asked machine; milliseconds; 0: not known
    std::int64_t fenceMs
        = 0; ///< Its last part, kept for stopping by force; milliseconds; 0: not known
    std::int64_t failoverWithinMs = 0; ///< What it promises; milliseconds; 0: not known
    QString
        lastResort; ///< alarm, reset: when SIGKILL did not stop the service here; empty: not known
    QString watchdog; ///< Device that resets the asked machine if it hangs; empty: none
    SetRow set; ///< In force
    std::optional<SetRow> newSet; ///< S3: the one that it is being changed to
    QStringList waitingFor; ///< V4: machines whose answer is missing
    std::vector<NodeRow> nodes; ///< The asked machine included

    [[nodiscard]] const NodeRow *find(const QString &id) const;

    friend bool operator==(const ClusterStatus &, const ClusterStatus &) = default;
};

/// One line of the cluster's timeline.
struct EventEntry
{
    std::uint64_t seq = 0; ///< Rises in the order of arrival at the machine that is asked; from 1
    QString time; ///< Wall clock of `node`, ISO 8601 in UTC with milliseconds
    std::int64_t bootUs = 0; ///< CLOCK_BOOTTIME of `node` in microseconds
    QString node; ///< Where it happened
    std::uint64_t term = 0;
    QString event; ///< "master-elected", ...
    QCborMap detail;

    friend bool operator==(const EventEntry &, const EventEntry &) = default;
};

// On the wire. Keys are those of `--json`, but rtt_us for rtt_ms and boot_us for boot_ms.
[[nodiscard]] QCborMap toCbor(const DriverRow &row);
[[nodiscard]] QCborMap toCbor(const AlarmRow &row);
[[nodiscard]] QCborMap toCbor(const LinkRow &row);
[[nodiscard]] QCborMap toCbor(const NodeRow &row);
[[nodiscard]] QCborMap toCbor(const ClusterStatus &status);
[[nodiscard]] QCborMap toCbor(const EventEntry &entry);

// Back. Unknown keys are ignored and keys that a machine of another release does not send keep
// their defaults; a value of a wrong type is an error. Errors: Malformed, naming the key.
[[nodiscard]] Result<ClusterStatus> statusFromCbor(const QCborMap &map);
[[nodiscard]] Result<LinkRow> linkFromCbor(const QCborMap &map);
[[nodiscard]] Result<EventEntry> eventFromCbor(const QCborMap &map);

/// What `clustd status --json` prints, `schema` included.
[[nodiscard]] QJsonObject toJson(const ClusterStatus &status);
[[nodiscard]] QJsonObject toJson(const DriverRow &row);
[[nodiscard]] QJsonObject toJson(const AlarmRow &row);
[[nodiscard]] QJsonObject toJson(const NodeRow &row);
/// {from, to, state, rtt_ms, loss}: loss as a share from 0 to 1.
[[nodiscard]] QJsonObject toJson(const LinkRow &row);
/// One line of `clustd events --json` and of the journal file, without `schema`.
[[nodiscard]] QJsonObject toJson(const EventEntry &entry);
/// Errors: Malformed.
[[nodiscard]] Result<EventEntry> eventFromJson(const QJsonObject &object);

/// Into the order in which things happened: by wall clock, on one machine by its boot clock.
void sortByTime(std::vector<EventEntry> &entries);

} // namespace clustd::control
