#pragma once

#include "crypto/key_schedule.h"
#include "election/messages.h"

#include <QCborMap>
#include <QString>
#include <QStringList>

#include <optional>
#include <variant>

/// Everything that stands inside sealed frames, as plain structs.
namespace clustd::wire {

/// Frame 0 of both sides.
struct Ready
{
    QString software; ///< "clustd 0.1.0"
    QStringList features;
    // Machines add:
    std::optional<QString> uri;
    std::optional<QString> role; ///< voter, witness, standby
    std::optional<std::int64_t> priority;
};

struct Bye
{
    QString reason;
};

/// Numbers are nanoseconds of each side's own clock.
struct Ping
{
    std::uint64_t seq = 0;
    std::uint64_t t1 = 0;
};
struct Pong
{
    std::uint64_t seq = 0;
    std::uint64_t t1 = 0, t2 = 0, t3 = 0;
};

/// Gossip with its detail map: for people and for the pause, never for votes.
struct NodeStatusMessage
{
    election::NodeStatus status;
    std::optional<QCborMap> detail;
};

struct Request
{
    std::uint64_t id = 0;
    QString method;
    QCborMap params;
    QString onBehalfOf; ///< "admin/alice" when a machine passes on what an admin asked; else empty
};
struct ResponseError
{
    QString code; ///< unknown-method, bad-params, forbidden, not-master, ...
    QString message;
    QCborMap detail; ///< e.g. {master: "cm-1"} of not-master
};
struct Response
{
    std::uint64_t id = 0;
    QCborMap data;
    std::optional<ResponseError> error;
};
struct Progress
{
    std::uint64_t id = 0;
    QString text;
};
/// {event: "cluster", cluster} and {event: "journal", entries}: what a subscriber gets.
struct ClientEvent
{
    QString name;
    QCborMap body; ///< Without the key "event"
};
/// A msg or event of a newer release: ignored.
struct Unknown
{
    QString name;
};

/// All that a frame may hold.
using Content = std::variant<Ready, Bye, Ping, Pong, election::Heartbeat, election::HeartbeatAck,
    election::PreVote, election::PreVoteReply, election::RequestVote, election::VoteReply,
    election::Released, election::Recover, election::RecoverReply, NodeStatusMessage, Request,
    Response, Progress, ClientEvent, Unknown>;

} // namespace clustd::wire
