#pragma once

#include "config/config.h"
#include "config/findings.h"

#include <QHash>

#include <cstddef>

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

/// What several keys say together: machines, the voter set, the timing, and what this build lacks.
/// @param lines key path -> line of every key in the file; a machine with an empty URI was already
///              found faulty and is left out.
void checkConfig(const Config &config, const QHash<QString, int> &lines, Findings &findings);

} // namespace clustd::config
