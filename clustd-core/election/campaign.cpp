#include "election/campaign.h"

#include "election/quorum.h"

namespace clustd::election {

Question::Question(std::uint64_t nonce, Instant endAt, SharedVoterSet set)
    : m_nonce(nonce)
    , m_endAt(endAt)
    , m_set(std::move(set))
{
}

void Question::grant(const NodeId &voter)
{
    note(voter, Instant::min());
}

void Question::refuse(const NodeId &voter, Instant freeAt)
{
    note(voter, freeAt);
}

void Question::note(const NodeId &voter, Instant freeAt)
{
    for (auto &[id, at] : m_freeAt) {
        if (id == voter) {
            at = freeAt;
            return;
        }
    }
    m_freeAt.emplace_back(voter, freeAt);
}

bool Question::isGranted() const
{
    return majorityFreeAt() == Instant::min();
}

Instant Question::majorityFreeAt() const
{
    return earliestOfMajority(*m_set, [this](const NodeId &voter) {
        for (const auto &[id, at] : m_freeAt) {
            if (id == voter)
                return at;
        }
        return kNever;
    });
}

} // namespace clustd::election
