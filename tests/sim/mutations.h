#pragma once

#include "election/mutation.h"
#include "sim/plan.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace clustd::sim {

/// A change to the rules that the simulator must notice, or it is not to be trusted.
struct MutationCase
{
    election::Mutation mutation;
    const char *name; ///< For --mutation
    const char *what; ///< For people
    int promise; ///< That must be seen broken
    Family family; ///< Whose runs show it soonest
};

[[nodiscard]] std::span<const MutationCase> allMutations();
[[nodiscard]] const MutationCase *findMutation(const std::string &name);

} // namespace clustd::sim
