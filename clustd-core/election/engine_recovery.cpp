// V4: a machine without a state file, and how others answer it.

#include "election/election_engine.h"

#include <algorithm>

namespace clustd::election {
namespace {

const std::string &textOf(const NodeId &id)
{
    return id.value();
}

const std::string &textOf(const std::string &text)
{
    return text;
}

template <typename Word> std::string join(const std::vector<Word> &words)
{
    std::string text;
    for (const Word &word : words)
        text += (text.empty() ? "" : ", ") + textOf(word);
    return text;
}

} // namespace

/// V4: asks only after the time of V3, since an answer from before it may hide a promise that this
/// machine made in the life before.
void ElectionEngine::askForState()
{
    m_askStateAt = m_now + m_timing.heartbeat;
    concludeRecovery();
    if (!m_recovery)
        return;
    if (m_recovery->questions() > 0)
        tellWhomWeWaitFor();
    const Recover question = m_recovery->nextQuestion();
    sendToAll(question);
    // Where there is nobody to ask, nobody needs to answer.
    concludeRecovery();
}

void ElectionEngine::tellWhomWeWaitFor()
{
    const std::vector<NodeId> missing = m_recovery->waitingFor(m_wanted, m_self.machine);
    std::string text = "no state file, ";
    if (!missing.empty())
        text += "no sufficient answer of " + join(missing);
    if (!m_wanted.unmet.empty())
        text += (missing.empty() ? "" : ", and ") + ("never met: " + join(m_wanted.unmet));
    else if (missing.empty() && !m_wanted.complete)
        text += "two entries of the configuration contradict each other";
    else if (missing.empty())
        text += "the other machines' files name different machines, or some have a state and some "
                "none";
    text += " -> this machine neither votes nor stands; it goes on asking (V4).";
    if (!missing.empty())
        text += " If machines are gone for good: clustd adopt.";
    if (!m_wanted.unmet.empty())
        text += " What will never be there: take it out of cluster.machines of every file, and "
                "reload.";
    m_alarms.raise("recovering", m_self.machine, m_term, std::move(text), m_effects.notices);
}

void ElectionEngine::onMessage(const Received &event, const RecoverReply &message)
{
    if (!m_recovery)
        return;
    m_recovery->noteAnswer(event.from.machine, message);
    concludeRecovery();
}

void ElectionEngine::concludeRecovery()
{
    if (!m_recovery || m_recovery->questions() == 0)
        return;
    std::optional<Recovery::Outcome> outcome = m_recovery->outcome(m_wanted, m_self.machine);
    if (!outcome)
        return;
    m_recovery.reset();
    m_askStateAt = kNever;
    m_set = std::move(outcome->state.set);
    setTerm(outcome->state.term, std::nullopt, false, "no state file, " + outcome->why);
    m_alarms.clear("recovering", m_self.machine, m_term, m_effects.notices);
    // At a first start the order of C1 and not a race decides. Two rounds of gossip pass, in which
    // all say that they may stand. Whoever is not the first of all waits moreover until the time of
    // V3 is over for the machine that came last: that may be the first, and cannot stand earlier.
    m_tickAt = m_now;
    if (m_term == Term{}) {
        const bool isFirst
            = std::none_of(m_peers.all().begin(), m_peers.all().end(), [this](const Peer &peer) {
                  return peer.priority > m_machine.priority
                      || (peer.priority == m_machine.priority && peer.id < m_self.machine);
              });
        m_standFrom = m_now + 2 * m_timing.heartbeat + m_timing.rtt;
        if (!isFirst && m_newestLifeAt != Instant::min())
            m_standFrom += std::max(m_newestLifeAt + m_timing.promise - m_now, Duration::zero());
    }
    for (const Member &member : m_set->members()) {
        if (member.id != m_self.machine)
            m_peers.add(member.id);
    }
}

void ElectionEngine::onMessage(const Received &event, const Recover &message)
{
    // V4a: a master answers when it knows that it still is one, see answerRecoverAskers().
    if (isLeading()) {
        auto &askers = m_mandate->recoverAskers;
        const bool isKnown = std::any_of(askers.begin(), askers.end(),
            [&](const Mandate::Asker &asker) { return asker.life == event.from; });
        // The older question is answered first; an asker that asks again counts any answer.
        if (!isKnown)
            askers.push_back({event.from, message.nonce, m_now});
        return;
    }
    RecoverReply reply;
    reply.nonce = message.nonce;
    reply.term = m_term;
    reply.hasFile = !m_recovery;
    reply.wanted = m_wanted.complete ? m_wanted.wanted : WantedMembers{};
    reply.set = m_set;
    send(event.from, std::move(reply));
}

/// V4a: `leased` is true only if a majority has acknowledged what was sent after the question came.
void ElectionEngine::answerRecoverAskers()
{
    auto &askers = m_mandate->recoverAskers;
    for (const Mandate::Asker &asker : askers) {
        if (m_mandate->lease.q() <= asker.arrivedAt)
            continue;
        RecoverReply reply;
        reply.nonce = asker.nonce;
        reply.term = m_term;
        reply.hasFile = true;
        reply.leased = true;
        reply.wanted = m_wanted.complete ? m_wanted.wanted : WantedMembers{};
        reply.set = m_set;
        send(asker.life, std::move(reply));
    }
    std::erase_if(askers,
        [&](const Mandate::Asker &asker) { return m_mandate->lease.q() > asker.arrivedAt; });
}

} // namespace clustd::election
