#pragma once

#include "election/voter_set.h"
#include "util/instant.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What machines say to each other about the election: plain structs, without bytes (wire/codec
/// knows those).
///
/// A link joins one life of each machine, so no message repeats the two lives; Received adds them.
namespace clustd::election {

/// `up_to` of a life that is dead: it is released for every term.
inline constexpr Term kForEver{std::numeric_limits<std::uint64_t>::max()};

/// A number this far above one's own is damage, not an election: it would take 136 years at one a
/// second.
inline constexpr std::uint64_t kTermJumpMax = std::uint64_t(1) << 32U;

/// V6: life {machine, incarnation} is not engaged and never will be in a term <= upTo.
struct ReleasedLife
{
    Life life;
    Term upTo; ///< kForEver: the life is dead

    friend bool operator==(const ReleasedLife &, const ReleasedLife &) = default;
};

/// Why a question was answered with no. The wire texts are in protocol.
enum class Refusal {
    Promised, ///< V1: promised to another life
    Engaged, ///< V1: is master, or is asking for votes itself
    Starting, ///< V3: has just started
    Amnesia, ///< V4: has no state file yet
    OlderSet, ///< S1: the asker's voter set is older
    OlderTerm, ///< V2
    Voted, ///< V2: voted for another in that term
    Released, ///< V6: the asker's life was released for that term
    NotAVoter ///< the asker may not be master by the set in force
};

/// "promised", "older-set", ...: as they stand on the wire, in logs and in `explain`.
[[nodiscard]] const char *toText(Refusal refusal);

struct Heartbeat
{
    Term term;
    std::uint64_t seq = 0;
    SharedVoterSet set;
};

struct HeartbeatAck
{
    Term term;
    std::uint64_t seq = 0;
    bool ok = false;
    SharedVoterSet set; ///< What the acknowledger holds durably (S2)
};

struct PreVote
{
    std::uint64_t nonce = 0;
    std::optional<ReleasedLife> released;
    SharedVoterSet set;
};

struct PreVoteReply
{
    std::uint64_t nonce = 0;
    Term term; ///< The answerer's own
    bool granted = false;
    std::optional<Refusal> why; ///< Nothing when granted
    Duration freeIn{}; ///< Until the answerer could grant this asker (C2); whole microseconds on
                       ///< the wire
    SharedVoterSet set;
};

struct RequestVote
{
    Term term;
    std::optional<ReleasedLife> released;
    SharedVoterSet set;
};

struct VoteReply
{
    Term term; ///< The term asked for when granted; the refuser's own otherwise
    bool granted = false;
    std::optional<Refusal> why;
    SharedVoterSet set;
};

struct Released
{
    Incarnation incarnation; ///< A life of the sender's machine
    Term upTo; ///< kForEver: that life is dead
    std::optional<NodeId> successor;
    SharedVoterSet set;
};

struct Recover
{
    std::uint64_t nonce = 0;
};

struct RecoverReply
{
    std::uint64_t nonce = 0;
    Term term;
    bool hasFile = false;
    bool leased = false;
    WantedMembers wanted;
    SharedVoterSet set;
};

/// Gossip, every heartbeat interval.
struct NodeStatus
{
    Term term;
    std::optional<ReleasedLife>
        released; ///< M6: repeated so that a lost Released costs one interval
    bool eligible = false;
    WantedMembers wanted;
    std::int64_t priority = 100; ///< In effect: a machine that was sick lately says less
    std::string state; ///< As in `clustd status`: follower, active, ...
    std::optional<NodeId> master;
    bool paused = false;
    SharedVoterSet set;
};

using Message = std::variant<Heartbeat, HeartbeatAck, PreVote, PreVoteReply, RequestVote, VoteReply,
    Released, Recover, RecoverReply, NodeStatus>;

/// To whom: one life, or with incarnation 0 whichever life of the machine is linked when it leaves.
struct Envelope
{
    Life to;
    Message message;
};

} // namespace clustd::election
