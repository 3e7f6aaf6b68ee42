#pragma once

#include "election/messages.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What goes into an election and what comes out of it. Time, chance, disk and network are handed
/// in or out: an election reads no clock, opens no file and arms no timer.
namespace clustd::election {

// ---- in
// ------------------------------------------------------------------------------------------------------------

/// The moment that was asked for with Effects::wakeAt has come (or an earlier one: harmless).
struct Timeout
{
};

/// A message came over an open link. `asked` is the life of ours that the link joins: a reply to a
/// former life of this machine is not for us.
struct Received
{
    Life from;
    Incarnation asked;
    Message message;
};

/// A link to this life came up: it is told our status at once. Says nothing about the machine's
/// health.
struct PeerUp
{
    Life peer;
};

/// The write Effects::persist of that number is on disk. There is no event for a failed one: the
/// daemon ends.
struct Persisted
{
    std::uint64_t write = 0;
};

/// The guard holds the plan and the deadline of this token (M2).
struct GuardReady
{
    Term token;
};

/// All drivers of this token have started.
struct ServiceStarted
{
    Term token;
};

/// Nothing of this token is left running: after Stop, Fence, or a start that was cut short.
struct ServiceStopped
{
    Term token;
};

/// Even force did not stop it (M5): the lease is kept and nothing is released.
struct StopFailed
{
    Term token;
};

/// What this machine's file, its operator and its drivers say of it.
struct SelfChanged
{
    bool maintenance = false;
    bool sick = false; ///< A driver's check failed, and it is not to be trusted with the role now
    std::int64_t priority = 100; ///< In effect: lowered for a machine that was sick lately
    std::string barred; ///< Another reason why it may not be master ("leaving"); empty: none

    friend bool operator==(const SelfChanged &, const SelfChanged &) = default;
};

/// Stop by force now and follow, as M3 does at q + L - D: the guard is gone (G4), or a person said
/// so. Does nothing where nothing is active.
struct FenceNow
{
    std::string reason;
};

/// The machines of the configuration file.
struct WantedChanged
{
    std::vector<NodeId> others; ///< Other machines of the file whose ids are known
    bool complete = true; ///< False while an id is not yet learnt, or two entries contradict
    std::vector<std::string> unmet; ///< Addresses of the file whose ids are not learnt; for texts
    WantedMembers wanted; ///< This machine included; nothing unless complete
    MachineRole role = MachineRole::Voter; ///< This machine's own
};

/// C4: whether the cluster is paused.
struct PauseChanged
{
    bool paused = false;
};

enum class HandOverReason {
    Switchover,
    Maintenance,
    Sick,
    Shutdown,
    Failback,
    SetChange,
    Unguarded, ///< The guard does not answer
    Storage ///< The state folder takes no writes
};
[[nodiscard]] const char *toText(HandOverReason reason);

/// M5: the role is to move. Answered in Effects::answers under the same number.
struct HandOverAsked
{
    std::uint64_t request = 0;
    HandOverReason reason = HandOverReason::Switchover;
    std::optional<NodeId> to;
    bool byPerson = false; ///< C4: a pause lets nothing else through
};

/// G3: this former life of our machine is dead and everything that it had started is stopped.
struct FormerLifeDead
{
    Incarnation incarnation;
};

/// V4: a person's word that these machines are gone for good and need not be asked.
struct Adopted
{
    std::vector<NodeId> gone;
};

using Event = std::variant<Timeout, Received, PeerUp, Persisted, GuardReady, ServiceStarted,
    ServiceStopped, StopFailed, SelfChanged, WantedChanged, PauseChanged, HandOverAsked,
    FormerLifeDead, Adopted, FenceNow>;

// ---- out
// -----------------------------------------------------------------------------------------------------------

/// To be on disk before anything that depends on it leaves; the election itself holds those
/// messages back until Persisted{write}. Writes are carried out in order; only the newest of
/// several waiting ones need be written.
struct DurableWrite
{
    std::uint64_t write = 0;
    DurableState state;
};

/// A master's life, in order: None -> Preparing (guard) -> Starting -> Active -> Stopping or
/// Fencing -> None.
enum class Phase { None, Preparing, Starting, Active, Stopping, Fencing };
[[nodiscard]] const char *toText(Phase phase);
/// NodeStatus::state of a machine in @p phase; of Phase::None that of one with nothing to do.
[[nodiscard]] const char *stateText(Phase phase);
/// Whether a machine that says so has a mandate: from before the first start until the last stop.
[[nodiscard]] bool saysEngaged(const NodeStatus &status);

enum class Role { Follower, PreCandidate, Candidate, Master };
[[nodiscard]] const char *toText(Role role);

/// What the guard and the drivers must do. `token` is the fencing token: the term that was won.
struct ServiceCommand
{
    enum class Kind {
        Prepare, ///< Give the guard plan and deadline, then answer GuardReady
        Start, ///< Start the drivers, then answer ServiceStarted
        Reassert, ///< The master stays master after a heal: announce again, check
        Stop, ///< Stop by the ordinary path, then by force; answer ServiceStopped or StopFailed
        Fence ///< Stop by force, SIGKILL at the latest after D/4; answer ServiceStopped
    };
    Kind kind = Kind::Prepare;
    Term token;
    Instant deadline; ///< q + L when the command was given
    std::string reason;
};

/// G2: the lease of `token` now ends at `deadline` (q + L). Never falls for one token.
struct DeadlineMoved
{
    Term token;
    Instant deadline;
};

/// What was decided about a HandOverAsked: accepted (it is under way), or refused with the reason.
struct Answer
{
    std::uint64_t request = 0;
    bool accepted = false;
    std::string why; ///< The reason for no, for people
};

/// A fact for the journal and the log; `name` is an event name of the contract, e.g.
/// "master-elected", "released". Alarms have the name "alarm" or "alarm-cleared" and a `code`.
struct Notice
{
    std::string name;
    std::string code; ///< Of an alarm: "voter-set-differs", "recovering", "higher-heartbeat",
                      ///< "stop-failed", ...
    NodeId node; ///< Whom it is about
    Term term;
    std::string text; ///< "seen: facts -> decision"
};

/// What the caller must do after a step, in the order of the members.
struct Effects
{
    std::optional<DurableWrite>
        persist; ///< Start writing; do not wait (Ongaro 2014, §3.8, by held-back messages)
    std::vector<DeadlineMoved> deadlines; ///< Tell the guard
    std::vector<Envelope> send; ///< Only what may leave now
    std::vector<ServiceCommand> service;
    std::vector<Answer> answers;
    std::vector<Notice> notices;
    std::vector<std::string> trace; ///< One line per decision when tracing is on; otherwise empty
    Instant wakeAt = kNever; ///< Step with Timeout no later than this
};

} // namespace clustd::election
