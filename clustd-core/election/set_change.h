#pragma once

#include "election/effects.h"

#include <functional>
#include <optional>
#include <vector>

/// S2: how the voter set goes from the one in force to the wanted one, a machine at a time
/// (Schultz, Zhou, Dardik, Tripakis 2021, logless reconfiguration).
///
/// Any majority of a set and any majority of one that differs in one machine share a machine; so
/// the promises that back a lease in the old set also bar an election in the new one.
namespace clustd::election {

/// The next change, or that the master must go first.
struct SetStep
{
    std::vector<Member> members;
    std::string what; ///< "add n4", "remove n3", "make n3 a witness"
};

/// Every set that is one change nearer to @p wanted, the better ones first: additions, then changes
/// of role, then removals. Changes of @p master itself are left out (M5 comes before them).
[[nodiscard]] std::vector<SetStep> nextSteps(
    const std::vector<Member> &present, const std::vector<Member> &wanted, const NodeId &master);

/// Whether @p wanted would take the mastership from @p master: it is a witness there, or absent
/// while it is a member of @p present.
[[nodiscard]] bool wouldUnseat(
    const std::vector<Member> &present, const std::vector<Member> &wanted, const NodeId &master);

/// What one machine that is heard wants; nothing while it does not know.
using WantedOf = std::function<const std::vector<Member> *(const NodeId &)>;

/// Why the set may not be changed to @p wanted now, or nothing if all that are heard agree:
/// all heard voters of both sets, a majority of each among them.
/// @param isHeard  this machine included
[[nodiscard]] std::optional<std::string> changeRefusal(const VoterSet &present,
    const std::vector<Member> &wanted, const std::function<bool(const NodeId &)> &isHeard,
    const WantedOf &wantedOf);

} // namespace clustd::election
