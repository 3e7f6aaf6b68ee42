#pragma once

#include "election/mutation.h"
#include "sim/families.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace clustd::sim {

/// Seeds first, first + step, ... of a number of runs, spread over threads.
struct Batch
{
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t step = 1;
    unsigned threads = 1;
    election::Mutation mutation = election::Mutation::None;
    /// Whether the batch may end with this outcome; called by one thread at a time.
    std::function<bool(const Outcome &)> isEnough;
};

struct BatchResult
{
    std::uint64_t runs = 0;
    std::uint64_t events = 0;
    std::uint64_t activations = 0;
    Duration simulated{};
    Duration took{}; ///< Of the wall clock
    Duration busy{}; ///< CPU time of all threads together
    std::vector<Outcome> violations; ///< In order of seeds
};

/// Blocks until all have run or one was enough. Deterministic but for which runs were under way
/// when one was enough.
[[nodiscard]] BatchResult runBatch(const Batch &batch);

} // namespace clustd::sim
