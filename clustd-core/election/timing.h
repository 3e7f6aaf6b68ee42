#pragma once

#include "util/instant.h"

#include <optional>
#include <string>
#include <vector>

namespace clustd::election {

/// Clock error that every promise bears, in percent (assumption A1).
inline constexpr int kClockErrorPercent = 1;

/// What the configuration may set by hand; what is absent follows from failoverWithin.
struct TimingOverrides
{
    std::optional<Duration> heartbeat, lease, fence, promise, stagger, campaign, rtt, write;
};

/// All spans of the election, in one place. ELECTION.md explains each; letters are those of the
/// rules.
struct Timing
{
    Duration failoverWithin{}; ///< F: master lost -> another active, at the latest
    Duration heartbeat{}; ///< H: between two heartbeats of the master
    Duration lease{}; ///< L: how long one round of acknowledgements lets the master be active
    Duration fence{}; ///< D: the last part of the lease, kept for stopping by force
    Duration promise{}; ///< P: how long a voter that acknowledged will not elect another
    Duration stagger{}; ///< S: between the turns of two candidates
    Duration campaign{}; ///< C: how long a candidate waits for votes
    Duration rtt{}; ///< Longest round trip that failoverWithin must bear
    Duration write{}; ///< W: longest durable write that it must bear

    /// Everything from F, then the overrides. Does not judge; see violations().
    [[nodiscard]] static Timing derive(
        Duration failoverWithin, const TimingOverrides &overrides = {});

    /// Left side of (I4): the latest that an election of rank 2 decided by its first campaign may
    /// end.
    [[nodiscard]] Duration worstCaseFailover() const;
};

/// An inequality of the timing that does not hold, with its numbers.
struct TimingViolation
{
    std::string rule; ///< "I2"
    std::string key; ///< The knob to turn, as in the configuration: "fence"
    std::string formula; ///< "lease - fence >= 3 heartbeat + rtt"
    std::string numbers; ///< "1300ms - 900ms < 3 x 200ms + 66ms"
    std::string remedy;
};

/// (I1) ... (I4) and the range of F (200 ms ... 60 s); empty when all hold.
[[nodiscard]] std::vector<TimingViolation> violations(const Timing &timing);

} // namespace clustd::election
