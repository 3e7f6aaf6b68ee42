#pragma once

#include "election/effects.h"

#include <optional>
#include <string>
#include <vector>

namespace clustd::election {

/// V4: how a machine without a state file learns what it may have promised before.
/// It exists only until the state is known; the engine asks nothing else of such a machine.
class Recovery
{
public:
    /// @param firstNonce of the first question; the following ones count up from it.
    explicit Recovery(std::uint64_t firstNonce)
        : m_firstNonce(firstNonce)
    {
    }

    /// The next question. Answers to any question so far count.
    [[nodiscard]] Recover nextQuestion();
    [[nodiscard]] std::uint64_t questions() const { return m_questions; }

    /// Whose answers are needed: the other machines of the file and of every set that was heard of,
    /// less those that a person gave up.
    [[nodiscard]] std::vector<NodeId> required(const WantedChanged &file, const NodeId &self) const;

    void noteSet(const SharedVoterSet &set);
    void noteAnswer(const NodeId &from, const RecoverReply &reply);
    void adopt(const std::vector<NodeId> &gone);

    struct Outcome
    {
        DurableState state;
        std::string why; ///< "(a) n1 is master with a lease", ...
    };
    /// The state to store, as soon as (a), (b) or (c) holds.
    [[nodiscard]] std::optional<Outcome> outcome(
        const WantedChanged &file, const NodeId &self) const;

    /// Required machines that are silent, or that have no file while others have one.
    [[nodiscard]] std::vector<NodeId> waitingFor(
        const WantedChanged &file, const NodeId &self) const;

private:
    struct Answer
    {
        NodeId from;
        RecoverReply reply;
    };

    [[nodiscard]] const RecoverReply *answerOf(const NodeId &id) const;
    [[nodiscard]] Term highestTerm() const;
    [[nodiscard]] bool isFirstStart(const WantedChanged &file, const NodeId &self) const;

    std::uint64_t m_firstNonce;
    std::uint64_t m_questions = 0;
    std::vector<Answer> m_answers; ///< The last of each machine
    std::vector<NodeId> m_known; ///< Members of all sets that were heard of
    std::vector<NodeId> m_gone;
    SharedVoterSet m_newestSet;
};

} // namespace clustd::election
