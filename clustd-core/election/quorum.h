#pragma once

#include "election/voter_set.h"
#include "util/instant.h"

#include <algorithm>
#include <functional>
#include <vector>

/// Majorities of a voter set, in the two forms that the rules need.
namespace clustd::election {

/// Whether @p holds(id) for a majority of @p set.
template <typename Predicate> [[nodiscard]] bool isMajority(const VoterSet &set, Predicate holds)
{
    std::size_t count = 0;
    for (const Member &member : set.members())
        count += holds(member.id) ? 1U : 0U;
    return count >= set.majority();
}

/// The time that a majority of @p set has reached at least, where @p timeOf(id) is one member's.
/// For an empty set nobody has: Instant::min().
template <typename TimeOf>
[[nodiscard]] Instant latestOfMajority(const VoterSet &set, TimeOf timeOf)
{
    if (set.size() == 0)
        return Instant::min();
    std::vector<Instant> times;
    times.reserve(set.size());
    for (const Member &member : set.members())
        times.push_back(timeOf(member.id));
    const auto nth = times.begin() + std::ptrdiff_t(set.majority() - 1);
    std::nth_element(times.begin(), nth, times.end(), std::greater<>());
    return *nth;
}

/// The moment by which a majority of @p set is there, where @p timeOf(id) is one member's or
/// kNever.
template <typename TimeOf>
[[nodiscard]] Instant earliestOfMajority(const VoterSet &set, TimeOf timeOf)
{
    if (set.size() == 0)
        return kNever;
    std::vector<Instant> times;
    times.reserve(set.size());
    for (const Member &member : set.members())
        times.push_back(timeOf(member.id));
    const auto nth = times.begin() + std::ptrdiff_t(set.majority() - 1);
    std::nth_element(times.begin(), nth, times.end());
    return *nth;
}

} // namespace clustd::election
