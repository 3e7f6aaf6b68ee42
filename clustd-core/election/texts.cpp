#include "election/effects.h"

#include <algorithm>
#include <array>

/// The words of the election as they stand in logs, events and on the wire.
namespace clustd::election {

const char *toText(Refusal refusal)
{
    switch (refusal) {
    case Refusal::Promised:
        return "promised";
    case Refusal::Engaged:
        return "engaged";
    case Refusal::Starting:
        return "starting";
    case Refusal::Amnesia:
        return "amnesia";
    case Refusal::OlderSet:
        return "older-set";
    case Refusal::OlderTerm:
        return "older-term";
    case Refusal::Voted:
        return "voted";
    case Refusal::Released:
        return "released";
    case Refusal::NotAVoter:
        return "not-a-voter";
    }
    return "";
}

const char *toText(HandOverReason reason)
{
    switch (reason) {
    case HandOverReason::Switchover:
        return "switchover";
    case HandOverReason::Maintenance:
        return "maintenance";
    case HandOverReason::Sick:
        return "sick";
    case HandOverReason::Shutdown:
        return "shutdown";
    case HandOverReason::Failback:
        return "failback";
    case HandOverReason::SetChange:
        return "set-change";
    case HandOverReason::Unguarded:
        return "unguarded";
    case HandOverReason::Storage:
        return "storage";
    }
    return "";
}

const char *toText(Phase phase)
{
    switch (phase) {
    case Phase::None:
        return "none";
    case Phase::Preparing:
        return "preparing";
    case Phase::Starting:
        return "starting";
    case Phase::Active:
        return "active";
    case Phase::Stopping:
        return "stopping";
    case Phase::Fencing:
        return "fencing";
    }
    return "";
}

const char *stateText(Phase phase)
{
    switch (phase) {
    case Phase::None:
        return "follower";
    case Phase::Preparing:
    case Phase::Starting:
        return "promoting";
    case Phase::Active:
        return "active";
    case Phase::Stopping:
        return "demoting";
    case Phase::Fencing:
        return "fencing";
    }
    return "";
}

bool saysEngaged(const NodeStatus &status)
{
    constexpr std::array kEngaged{
        Phase::Preparing, Phase::Starting, Phase::Active, Phase::Stopping, Phase::Fencing};
    return std::any_of(kEngaged.begin(), kEngaged.end(),
        [&](Phase phase) { return status.state == stateText(phase); });
}

const char *toText(Role role)
{
    switch (role) {
    case Role::Follower:
        return "follower";
    case Role::PreCandidate:
        return "pre-candidate";
    case Role::Candidate:
        return "candidate";
    case Role::Master:
        return "master";
    }
    return "";
}

} // namespace clustd::election
