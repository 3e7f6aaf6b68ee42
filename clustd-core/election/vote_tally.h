#pragma once

#include "election/voter_set.h"

#include <vector>

namespace clustd::election {

/// Counts grants for one term (or one pre-vote), each voter once.
class VoteTally
{
public:
    /// @param oldSet S3: while a set change is under way its majority is needed as well; else null.
    explicit VoteTally(SharedVoterSet set, SharedVoterSet oldSet = {});

    /// Grants of machines outside the sets are remembered and count for nothing.
    void count(const NodeId &voter);

    [[nodiscard]] bool isWon() const;
    /// The same over other sets than it began with: a change may have ended meanwhile.
    [[nodiscard]] bool isWonIn(const VoterSet &set, const VoterSet *oldSet) const;
    [[nodiscard]] const std::vector<NodeId> &granters() const { return m_granters; }

private:
    [[nodiscard]] bool has(const NodeId &voter) const;

    SharedVoterSet m_set;
    SharedVoterSet m_oldSet;
    std::vector<NodeId> m_granters;
};

} // namespace clustd::election
