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
    const auto granted = [this](const NodeId &voter) { return has(voter); };
    return m_set && isMajority(*m_set, granted) && (!m_oldSet || isMajority(*m_oldSet, granted));
}

} // namespace clustd::election
