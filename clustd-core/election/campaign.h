#pragma once

#include "election/timing.h"
#include "election/vote_tally.h"

#include <optional>
#include <utility>
#include <vector>

namespace clustd::election {

/// C1: a machine that may stand waits for its turn.
struct Turn
{
    Instant since; ///< When its promise was over and it was eligible
    unsigned extra = 0; ///< Further turns to let pass (M3: one, M6: two)
    bool isBySeniority = true; ///< False: at `since`, whatever the rank (M6's successor, or after a
                               ///< blind question)

    [[nodiscard]] Instant dueAt(std::size_t rank, Duration stagger) const
    {
        const auto turns = isBySeniority ? Duration::rep(rank + extra) : Duration::rep(extra);
        return since + turns * stagger;
    }
};

/// C2: the pre-vote, a question that changes no term (Ongaro 2014, §9.6).
class Question
{
public:
    /// @param endAt when it ends at the latest.
    Question(std::uint64_t nonce, Instant endAt, SharedVoterSet set);

    [[nodiscard]] std::uint64_t nonce() const { return m_nonce; }
    [[nodiscard]] Instant endAt() const { return m_endAt; }

    void grant(const NodeId &voter);
    /// @p voter refused, and will be free at @p freeAt; kNever if it named no time.
    void refuse(const NodeId &voter, Instant freeAt);

    [[nodiscard]] bool isGranted() const;
    /// When a majority will be free, once the answers of a majority say so; else kNever.
    [[nodiscard]] Instant majorityFreeAt() const;

private:
    void note(const NodeId &voter, Instant freeAt);

    std::uint64_t m_nonce;
    Instant m_endAt;
    SharedVoterSet m_set;
    std::vector<std::pair<NodeId, Instant>> m_freeAt; ///< Instant::min() for a grant
};

/// C2, C3: from the decision to stand for a term until it is won or given up.
struct Candidacy
{
    Candidacy(Term ofTerm, SharedVoterSet set)
        : term(ofTerm)
        , tally(std::move(set))
    {
    }

    Term term;
    VoteTally tally;
    std::optional<Instant>
        askedAt; ///< Just before RequestVote was sent; nothing while the own vote is written
};

} // namespace clustd::election
