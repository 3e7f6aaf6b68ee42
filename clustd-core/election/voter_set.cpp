#include "election/voter_set.h"

#include <algorithm>

namespace clustd::election {

VoterSet::VoterSet(Epoch epoch, std::vector<Member> members)
    : m_epoch(epoch)
    , m_members(std::move(members))
{
    std::sort(m_members.begin(), m_members.end(),
        [](const Member &a, const Member &b) { return a.id < b.id; });
    m_members.erase(std::unique(m_members.begin(), m_members.end(),
                        [](const Member &a, const Member &b) { return a.id == b.id; }),
        m_members.end());
}

const Member *VoterSet::find(const NodeId &id) const
{
    // Sets have at most a few dozen members; a walk beats a search tree.
    const auto it = std::find_if(m_members.begin(), m_members.end(),
        [&id](const Member &member) { return member.id == id; });
    return it == m_members.end() ? nullptr : &*it;
}

} // namespace clustd::election
