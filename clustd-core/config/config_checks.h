#pragma once

#include "config/config.h"
#include "config/findings.h"

#include <QHash>

#include <cstddef>
#include <vector>

namespace clustd::config {

/// How many machines a cluster of this file can lose.
struct Tolerance
{
    std::size_t voters = 0; ///< Machines that vote: voters and witnesses, this one included
    std::size_t needed = 0; ///< A majority of them
    std::size_t mayFail = 0; ///< Voters that may be gone while a master can still be elected

    friend bool operator==(const Tolerance &, const Tolerance &) = default;
};

[[nodiscard]] Tolerance toleranceOf(const Cluster &cluster);

/// What the fences of all drivers may need of the guard: the plan must fit into a buffer of fixed
/// size (guard::FencePlan).
struct FenceRoom
{
    static constexpr std::size_t kSteps = 64;
    static constexpr std::size_t kBytes = std::size_t{16} * 1024;
    /// Of one command, beside its own words: the variables that clustd sets, and the cgroup.
    static constexpr std::size_t kBytesOfClustd = 1024;

    std::size_t steps = 0;
    std::size_t bytes = 0;
};

/// No more than this is needed.
[[nodiscard]] FenceRoom fenceRoomOf(const std::vector<Driver> &drivers);

/// What several keys say together: machines, the voter set, the timing, and what this build lacks.
/// @param lines key path -> line of every key in the file; a machine with an empty URI was already
///              found faulty and is left out.
void checkConfig(const Config &config, const QHash<QString, int> &lines, Findings &findings);

} // namespace clustd::config
