#pragma once

#include "election/timing.h"
#include "election/voter_set.h"
#include "util/random.h"

#include <cstdint>
#include <string>
#include <vector>

/// What one run of the simulator is made of; everything follows from its seed.
namespace clustd::sim {

/// What kind of trouble a run makes, and so what is asked of it.
enum class Family {
    Chaos, ///< Every fault at random: promises 1 and 2 always, a master once it is calm
    Sets, ///< Files edited in any order among faults: the same, and the set follows the files
    Single, ///< One fault in calm weather: promise 3 against failover_within
    Flapping ///< A minority comes and goes: promise 4, the master stays
};
inline constexpr int kFamilies = 4;
[[nodiscard]] const char *toText(Family family);

/// How network and disks behave. Delays are one way.
struct Weather
{
    Duration delayMin{};
    Duration delayMax{};
    unsigned lossPermille = 0;
    unsigned duplicatePermille = 0;
    unsigned latePermille = 0; ///< Messages that take up to lateMax and overtake nobody
    Duration lateMax{};
    Duration writeMax{};
    unsigned slowWritePermille = 0;
    Duration slowWriteMax{};
};

/// The configuration file of one machine: all machines that it names, itself included.
using MachineFile = std::vector<std::pair<NodeId, election::MachineRole>>;

struct MachinePlan
{
    NodeId id;
    election::MachineRole role = election::MachineRole::Voter;
    std::int64_t priority = 100;
    std::int64_t driftPpm = 0;
};

struct Plan
{
    std::uint64_t seed = 0;
    Family family = Family::Chaos;
    election::Timing timing;
    std::vector<MachinePlan> machines;
    Weather weather;
    Duration serviceStartMax{}; ///< Longest ordinary start
    Duration serviceStopMax{}; ///< Longest ordinary stop
    bool isFirstStart = false; ///< No machine has a state file yet (V4c)
    bool isTracing = false;

    [[nodiscard]] MachineFile file() const;
};

/// Calm weather by the timing's own figures: no round trip over rtt, no write over W.
[[nodiscard]] Weather calmWeather(const election::Timing &timing);

/// @p voters machines n1, n2, ...; drifts, spans and delays at random from @p random.
[[nodiscard]] Plan makePlan(Family family, std::uint64_t seed, Random &random);

/// For tests that tell one story: clocks without drift, calm weather, F = 2 s.
[[nodiscard]] Plan makeQuietPlan(std::size_t voters, std::uint64_t seed);

} // namespace clustd::sim
