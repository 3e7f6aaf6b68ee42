#include "election/vote_tally.h"

#include "election/quorum.h"

namespace clustd::election {

VoteTally::VoteTally(SharedVoterSet set, SharedVoterSet oldSet)
    : m_set(std::move(set))
    , m_oldSet(std::move(oldSet))
{
}

void VoteTally::count(const NodeId &voter)
{
    if (!has(voter))
        m_granters.push_back(voter);
}

bool VoteTally::has(const NodeId &voter) const
{
    return std::find(m_granters.begin(), m_granters.end(), voter) != m_granters.end();
}

bool VoteTally::isWon() const
{
    return m_set && isWonIn(*m_set, m_oldSet.get());
}

bool VoteTally::isWonIn(const VoterSet &set, const VoterSet *oldSet) const
{
    const auto granted = [this](const NodeId &voter) { return has(voter); };
    return isMajority(set, granted) && (!oldSet || isMajority(*oldSet, granted));
}

} // namespace clustd::election
