#pragma once

#include "election/messages.h"

#include <optional>
#include <vector>

namespace clustd::election {

/// V6: what everyone remembers of released lives, so that their late requests and heartbeats are
/// refused.
class ReleasedLives
{
public:
    /// Remembers the highest term of each of the last kLivesPerMachine lives of each machine.
    /// True if it says more than was known; a repeat is harmless and says false.
    bool note(const ReleasedLife &released);

    /// Whether what @p life says for @p term is to be refused.
    [[nodiscard]] bool covers(const Life &life, Term term) const;
    /// Whether everything of @p life is to be refused: it is dead.
    [[nodiscard]] bool isDead(const Life &life) const { return covers(life, kForEver); }

    /// The last that said more than was known: what this machine passes on as `released`.
    [[nodiscard]] const std::optional<ReleasedLife> &last() const { return m_last; }

private:
    static constexpr std::size_t kLivesPerMachine = 4;

    std::vector<ReleasedLife> m_known; ///< Oldest first; a handful, so a walk beats a map
    std::optional<ReleasedLife> m_last;
};

} // namespace clustd::election
