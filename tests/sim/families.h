#pragma once

#include "sim/sim_cluster.h"

#include <functional>
#include <string>

namespace clustd::sim {

/// What came of one run.
struct Outcome
{
    std::uint64_t seed = 0;
    Family family = Family::Chaos;
    std::uint64_t events = 0;
    TrueTime lasted{};
    std::size_t activations = 0;
    std::optional<Violation> violation;
};

/// The family that seed @p seed belongs to: a seed alone names a run.
[[nodiscard]] Family familyOf(std::uint64_t seed);

/// Runs @p seed to its end or to the first violation. @p sayTo receives the transcript, if given.
[[nodiscard]] Outcome runSeed(
    std::uint64_t seed, const std::function<void(const std::string &)> &sayTo = {});

// Each to the end of its story; the judge of @p cluster holds what was seen.
void runChaos(SimCluster &cluster);
void runSets(SimCluster &cluster);
void runSingle(SimCluster &cluster);
void runFlapping(SimCluster &cluster);

/// Powers everything on and waits for the first master; reports promise 3 if there is none.
/// @return the master, or nothing if the run is broken
[[nodiscard]] std::optional<std::size_t> electFirst(SimCluster &cluster);
/// Reports promise 3 unless there is an active master within @p span.
void expectMaster(SimCluster &cluster, Duration span, const std::string &after);

} // namespace clustd::sim
