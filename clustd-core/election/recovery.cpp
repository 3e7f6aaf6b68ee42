#include "election/recovery.h"

#include "election/mutation.h"

#include <algorithm>

namespace clustd::election {
namespace {

bool contains(const std::vector<NodeId> &list, const NodeId &id)
{
    return std::find(list.begin(), list.end(), id) != list.end();
}

void addOnce(std::vector<NodeId> &list, const NodeId &id)
{
    if (!contains(list, id))
        list.push_back(id);
}

} // namespace

Recover Recovery::nextQuestion()
{
    return Recover{m_firstNonce + m_questions++};
}

std::vector<NodeId> Recovery::required(const WantedChanged &file, const NodeId &self) const
{
    std::vector<NodeId> ids;
    for (const NodeId &id : file.others)
        addOnce(ids, id);
    if (!mutated(Mutation::RecoveryOfOwnFileOnly)) {
        for (const NodeId &id : m_known)
            addOnce(ids, id);
    }
    std::erase_if(ids, [&](const NodeId &id) { return id == self || contains(m_gone, id); });
    std::sort(ids.begin(), ids.end());
    return ids;
}

void Recovery::noteSet(const SharedVoterSet &set)
{
    if (!set || set == m_newestSet)
        return;
    for (const Member &member : set->members())
        addOnce(m_known, member.id);
    if (!m_newestSet || m_newestSet->epoch() < set->epoch())
        m_newestSet = set;
}

void Recovery::noteAnswer(const NodeId &from, const RecoverReply &reply)
{
    if (reply.nonce < m_firstNonce || reply.nonce - m_firstNonce >= m_questions)
        return;
    noteSet(reply.set);
    for (Answer &answer : m_answers) {
        if (answer.from == from) {
            answer.reply = reply;
            return;
        }
    }
    m_answers.push_back({from, reply});
}

void Recovery::adopt(const std::vector<NodeId> &gone)
{
    for (const NodeId &id : gone)
        addOnce(m_gone, id);
}

const RecoverReply *Recovery::answerOf(const NodeId &id) const
{
    const auto it = std::find_if(m_answers.begin(), m_answers.end(),
        [&](const Answer &answer) { return answer.from == id; });
    return it == m_answers.end() ? nullptr : &it->reply;
}

Term Recovery::highestTerm() const
{
    Term highest;
    for (const Answer &answer : m_answers)
        highest = std::max(highest, answer.reply.term);
    return highest;
}

/// (c): nobody ever voted, and all were told of the same machines.
bool Recovery::isFirstStart(const WantedChanged &file, const NodeId &self) const
{
    if (!file.complete || !file.wanted)
        return false;
    const std::vector<NodeId> ids = required(file, self);
    return std::all_of(ids.begin(), ids.end(), [&](const NodeId &id) {
        const RecoverReply *reply = answerOf(id);
        return reply && (!reply->hasFile || reply->term == Term{}) && reply->wanted == file.wanted;
    });
}

std::optional<Recovery::Outcome> Recovery::outcome(
    const WantedChanged &file, const NodeId &self) const
{
    const auto heard = [this](std::string why) {
        return Outcome{{highestTerm(), std::nullopt, m_newestSet}, std::move(why)};
    };
    for (const Answer &answer : m_answers) {
        if (answer.reply.leased && answer.reply.hasFile && m_newestSet)
            return heard("(a) " + answer.from.value() + " is master and holds its lease");
    }

    const std::vector<NodeId> ids = required(file, self);
    const auto hasFile = [this](const NodeId &id) {
        const RecoverReply *reply = answerOf(id);
        return reply && reply->hasFile;
    };
    if (mutated(Mutation::RecoveryFromMajority) && m_newestSet) {
        const auto answered = std::count_if(m_newestSet->members().begin(),
            m_newestSet->members().end(), [&](const Member &member) { return hasFile(member.id); });
        if (std::size_t(answered) + (m_newestSet->contains(self) ? 1 : 0)
            >= m_newestSet->majority())
            return heard("a majority has a state file");
    }
    const bool isFileComplete = file.complete || mutated(Mutation::RecoveryOfOwnFileOnly);
    if (isFileComplete && !ids.empty() && m_newestSet
        && std::all_of(ids.begin(), ids.end(), hasFile))
        return heard("(b) every other machine answered, each with a state file");

    if (isFirstStart(file, self)) {
        auto set = std::make_shared<const VoterSet>(Epoch{}, *file.wanted);
        return Outcome{{Term{}, std::nullopt, std::move(set)},
            "(c) all machines of the file are here and none ever voted: the first start"};
    }
    return std::nullopt;
}

std::vector<NodeId> Recovery::waitingFor(const WantedChanged &file, const NodeId &self) const
{
    const bool someoneHasFile = std::any_of(m_answers.begin(), m_answers.end(),
        [](const Answer &answer) { return answer.reply.hasFile && answer.reply.term > Term{}; });
    std::vector<NodeId> ids = required(file, self);
    std::erase_if(ids, [&](const NodeId &id) {
        const RecoverReply *reply = answerOf(id);
        return reply && (reply->hasFile || (!someoneHasFile && reply->wanted == file.wanted));
    });
    return ids;
}

} // namespace clustd::election
