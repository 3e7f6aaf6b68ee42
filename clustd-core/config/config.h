#pragma once

#include "election/timing.h"
#include "election/voter_set.h"
#include "util/strong_id.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

/// What one machine's configuration file says, as plain values: read, checked and with every
/// default filled in. Made by config_loader; whoever holds a Config need not check it again.
/// docs/OPERATIONS.md explains every key.
namespace clustd::config {

struct Server
{
    QString bindAddress; ///< An IP address: "0.0.0.0", "::", "127.0.0.1"
    std::uint16_t bindPort = 0;
    QUrl remoteAddress; ///< ws://host:port without a path: how the other machines reach this one

    friend bool operator==(const Server &, const Server &) = default;
};

/// Another machine of the cluster, as the file names it.
struct Machine
{
    QUrl uri; ///< ws://host:port without a path; no two alike, none is our own
    std::optional<NodeId> id; ///< Nothing: learnt at the first meeting
    election::MachineRole role = election::MachineRole::Voter;
    std::optional<std::int64_t> priority; ///< For tools that plan; the machine's own word counts

    friend bool operator==(const Machine &, const Machine &) = default;
};

enum class ElectionMode {
    Quorum,
    Naive ///< Two machines without a witness; split brain is possible
};

struct Cluster
{
    QString name; ///< `[A-Za-z0-9._-]{1,64}`
    NodeId id; ///< This machine's
    /// UTF-8 bytes of the secret, whether it stood in the file or in secret_file. Never printed,
    /// not even in part.
    QByteArray secret;
    std::vector<QByteArray> previousSecrets; ///< At most two; still accepted from others
    std::vector<Machine> machines; ///< Every other machine, in the file's order
    election::MachineRole role = election::MachineRole::Voter; ///< This machine's
    std::int64_t priority = 100; ///< Higher is preferred
    ElectionMode election = ElectionMode::Quorum;
    /// How long a preferred machine must have been stable before it is given the role back;
    /// nothing: never.
    std::optional<Duration> failback;

    friend bool operator==(const Cluster &, const Cluster &) = default;
};

/// G5: what happens when even SIGKILL did not stop the service before the lease ended.
enum class LastResort { Alarm, Reset };

/// Who may still speak the original's protocol: its drivers and its get_master clients, never
/// machines.
enum class LegacyV1 {
    Off,
    Loopback, ///< `on`
    Any
};

/// Only Exec is in this build; the loader refuses the others by name.
enum class DriverType { Exec };

enum class OnFailure {
    Handover, ///< The machine counts as sick and gives the role away
    Ignore ///< Reported only
};

/// What to execute, without a shell in between: a string of the file has become {"/bin/sh", "-c",
/// text}.
struct Command
{
    QStringList argv;

    [[nodiscard]] bool isEmpty() const { return argv.isEmpty(); }

    friend bool operator==(const Command &, const Command &) = default;
};

struct DriverTimeouts
{
    Duration start = std::chrono::seconds(30);
    Duration stop = std::chrono::seconds(30);
    Duration check = std::chrono::seconds(5);

    friend bool operator==(const DriverTimeouts &, const DriverTimeouts &) = default;
};

/// "10.0.0.100/24" of "eth0".
struct InterfaceAddress
{
    QString address;
    QString interface;

    friend bool operator==(const InterfaceAddress &, const InterfaceAddress &) = default;
};

/// One entry of `drivers:`; they start in this order and stop in reverse.
struct Driver
{
    QString name; ///< `[A-Za-z0-9._-]{1,64}`, no two alike
    DriverType type = DriverType::Exec;
    Command start; ///< With stop, or instead of both: run
    Command stop;
    Command run; ///< A long-running process that clustd supervises; then start and stop are empty
    Command check; ///< Empty: not checked (a `run` process is healthy while it lives)
    std::vector<InterfaceAddress> fenceAddresses; ///< What `start` adds and nothing may keep
    std::vector<std::pair<QString, QString>> env; ///< Added to the environment, in the file's order
    DriverTimeouts timeouts;
    Duration checkInterval = std::chrono::seconds(5);
    int retries = 2; ///< Failed checks in a row that are still forgiven
    OnFailure onFailure = OnFailure::Handover;

    friend bool operator==(const Driver &, const Driver &) = default;
};

struct HttpBind
{
    QString address; ///< An IP address
    std::uint16_t port = 0;

    friend bool operator==(const HttpBind &, const HttpBind &) = default;
};

enum class LogLevel { Debug, Info, Warning, Critical };

struct Log
{
    LogLevel level = LogLevel::Info;
    QString journal; ///< Absolute path of the event journal; empty: events are kept in memory only

    friend bool operator==(const Log &, const Log &) = default;
};

struct Config
{
    QString file; ///< Absolute path of where it came from; empty when it was parsed from memory
    Server server;
    Cluster cluster;
    election::TimingOverrides timingOverrides; ///< As written in `timing:`
    election::Timing timing; ///< Derived, then overridden; holds every inequality
    LastResort lastResort = LastResort::Alarm;
    QString watchdog; ///< Device path; empty: none
    QString stateDir; ///< Absolute; made at start where it is missing
    LegacyV1 legacyV1 = LegacyV1::Off;
    QStringList revoked; ///< role/name, sorted, no two alike
    std::vector<Driver> drivers;
    std::optional<HttpBind> http; ///< Nothing: off
    Log log;
};

/// w, the shortest timeout that a watchdog device can have with @p timing: whole seconds, longer
/// than a heartbeat (G5).
[[nodiscard]] Duration watchdogTimeout(const election::Timing &timing);

} // namespace clustd::config
