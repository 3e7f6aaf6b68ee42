#pragma once

#include "election/election.h"

#include <QByteArray>
#include <QTest>

#include <algorithm>
#include <utility>

/// One election driven by hand: the test says what happens and when, and looks at what comes out.
/// No other machine runs, nothing is carried, no time passes by itself.
namespace clustd::test {

using namespace clustd::election;
using namespace std::chrono_literals;

inline Life life(const char *machine, std::uint64_t incarnation = 1)
{
    return {NodeId{machine}, Incarnation{incarnation}};
}

inline SharedVoterSet voterSet(Epoch epoch, std::vector<Member> members)
{
    return std::make_shared<const VoterSet>(epoch, std::move(members));
}

inline std::vector<Member> voters(std::initializer_list<const char *> ids)
{
    std::vector<Member> members;
    for (const char *id : ids)
        members.push_back({NodeId{id}, false});
    return members;
}

/// F = 2 s with round numbers: H 200, L 1200, D 500, P 1250, S 100, C 200, question 100 ms.
inline Timing roundTiming()
{
    TimingOverrides by;
    by.rtt = 10ms;
    by.write = 5ms;
    by.promise = 1250ms;
    return Timing::derive(2s, by);
}

class ElectionByHand
{
public:
    struct Setup
    {
        const char *self = "n1";
        std::vector<Member> set = voters({"n1", "n2", "n3"});
        Epoch epoch{Term{3}, 1};
        Term term{5};
        std::optional<Life> votedFor;
        bool hasFile = true;
        std::optional<std::vector<Member>> wanted; ///< Nothing: as `set`
        MachineRole role = MachineRole::Voter;
        bool isNaive = false;
        std::uint64_t incarnation = 1;
        Instant start{100s};
    };

    ElectionByHand()
        : ElectionByHand(Setup{})
    {
    }

    explicit ElectionByHand(const Setup &setup)
        : self(life(setup.self, setup.incarnation))
        , set(voterSet(setup.epoch, setup.set))
        , m_start(setup.start)
    {
        Options options;
        options.self = self;
        options.timing = timing;
        if (setup.hasFile)
            options.stored = DurableState{setup.term, setup.votedFor, set};
        options.wanted = wants(setup.wanted.value_or(setup.set), setup.role);
        options.trace = true;
        m_election = setup.isNaive ? makeNaiveElection(std::move(options), m_start)
                                   : makeElectionEngine(std::move(options), m_start);
    }

    /// What the file of this machine says when it names @p members.
    [[nodiscard]] WantedChanged wants(
        std::vector<Member> members, MachineRole role = MachineRole::Voter) const
    {
        WantedChanged wanted;
        for (const Member &member : members) {
            if (member.id != self.machine)
                wanted.others.push_back(member.id);
        }
        wanted.wanted = std::move(members);
        wanted.role = role;
        return wanted;
    }

    // ---- time: milliseconds since the start of this life

    [[nodiscard]] Instant at(Duration sinceStart) const { return m_start + sinceStart; }
    [[nodiscard]] Duration now() const { return m_now - m_start; }
    /// Only moves the time; nothing is stepped.
    void setNow(Duration sinceStart) { m_now = m_start + sinceStart; }
    /// Goes to that time and wakes the election on the way as often as it asked for.
    Effects wakeUntil(Duration sinceStart)
    {
        Effects all;
        const Instant end = at(sinceStart);
        while (m_wakeAt <= end) {
            m_now = std::max(m_now, m_wakeAt);
            add(all, step(Timeout{}));
        }
        m_now = end;
        add(all, step(Timeout{}));
        return all;
    }
    [[nodiscard]] Instant wakeAt() const { return m_wakeAt; }

    // ---- events

    Effects step(const Event &event)
    {
        Effects effects = m_election->step(event, m_now);
        if (effects.persist)
            m_lastWrite = effects.persist->write;
        m_wakeAt = effects.wakeAt;
        return effects;
    }
    Effects tell(const Life &from, Message message)
    {
        return step(Received{from, self.incarnation, std::move(message)});
    }
    /// All writes so far are on disk.
    Effects persisted() { return step(Persisted{m_lastWrite}); }
    /// Gossip of a machine that could be master.
    Effects status(const Life &from, bool isEligible = true, std::int64_t priority = 100)
    {
        NodeStatus status;
        status.term = m_election->view(m_now).term;
        status.eligible = isEligible;
        status.priority = priority;
        status.wanted = set->members();
        status.state = "follower";
        status.set = set;
        return tell(from, status);
    }
    Effects heartbeat(const Life &from, Term term, std::uint64_t seq = 1)
    {
        return tell(from, Heartbeat{term, seq, set});
    }

    [[nodiscard]] View view() const { return m_election->view(m_now); }

    const Timing timing = roundTiming();
    const Life self;
    const SharedVoterSet set; ///< That of the start

    /// Adds what came out later; the last wake counts.
    static void add(Effects &all, Effects more)
    {
        const auto append = [](auto &to, auto &from) {
            to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
        };
        if (more.persist)
            all.persist = std::move(more.persist);
        append(all.deadlines, more.deadlines);
        append(all.send, more.send);
        append(all.service, more.service);
        append(all.answers, more.answers);
        append(all.notices, more.notices);
        append(all.trace, more.trace);
        all.wakeAt = more.wakeAt;
    }

private:
    const Instant m_start;
    Instant m_now = m_start;
    Instant m_wakeAt = m_start;
    std::uint64_t m_lastWrite = 0;
    std::unique_ptr<Election> m_election;
};

/// All messages of type @p Body among those that left, in their order.
template <typename Body> std::vector<Body> sent(const Effects &effects)
{
    std::vector<Body> found;
    for (const Envelope &envelope : effects.send) {
        if (const auto *body = std::get_if<Body>(&envelope.message))
            found.push_back(*body);
    }
    return found;
}

/// The only message of type @p Body to @p machine; fails the test if there is none or another one.
template <typename Body> Body sentTo(const char *machine, const Effects &effects)
{
    std::vector<Body> found;
    for (const Envelope &envelope : effects.send) {
        const auto *body = std::get_if<Body>(&envelope.message);
        if (body && envelope.to.machine.value() == machine)
            found.push_back(*body);
    }
    if (found.size() != 1) {
        QTest::qFail("not exactly one such message", __FILE__, __LINE__);
        return {};
    }
    return found.front();
}

inline bool hasNotice(const Effects &effects, const char *name)
{
    return std::any_of(effects.notices.begin(), effects.notices.end(),
        [name](const Notice &notice) { return notice.name == name; });
}

inline bool hasAlarm(const Effects &effects, const char *code)
{
    return std::any_of(effects.notices.begin(), effects.notices.end(),
        [code](const Notice &notice) { return notice.name == "alarm" && notice.code == code; });
}

inline bool hasCommand(const Effects &effects, ServiceCommand::Kind kind)
{
    return std::any_of(effects.service.begin(), effects.service.end(),
        [kind](const ServiceCommand &command) { return command.kind == kind; });
}

/// Votes and heartbeats that were answered with yes or no, for a one-line comparison: "granted",
/// "promised", "older-set", ...
template <typename Reply> QByteArray verdict(const Reply &reply)
{
    return reply.granted ? "granted" : reply.why ? toText(*reply.why) : "no reason";
}

// ---- the usual ways

/// Past V3, with @p others just heard.
inline void settle(ElectionByHand &hand, std::initializer_list<const char *> others = {"n2", "n3"})
{
    hand.step(Timeout{});
    hand.setNow(hand.timing.promise - 1ms);
    for (const char *other : others)
        hand.status(life(other), other[0] == 'n');
    hand.setNow(hand.timing.promise);
}

/// A machine that is first in order asks, stands and wins with the vote of n2. Its RequestVote left
/// at the time of return.
inline Term winElection(ElectionByHand &hand)
{
    settle(hand);
    const Effects asked = hand.step(Timeout{});
    const std::vector<PreVote> question = sent<PreVote>(asked);
    if (question.empty()) {
        QTest::qFail("no pre-vote", __FILE__, __LINE__);
        return {};
    }
    hand.tell(
        life("n2"), PreVoteReply{question.front().nonce, hand.view().term, true, {}, {}, hand.set});
    hand.persisted();
    const Term term = hand.view().term;
    hand.tell(life("n2"), VoteReply{term, true, {}, hand.set});
    if (hand.view().role != Role::Master)
        QTest::qFail("not elected", __FILE__, __LINE__);
    return term;
}

/// As winElection(), and the service runs.
inline Term becomeActive(ElectionByHand &hand)
{
    const Term term = winElection(hand);
    hand.step(GuardReady{term});
    hand.step(ServiceStarted{term});
    if (hand.view().phase != Phase::Active)
        QTest::qFail("not active", __FILE__, __LINE__);
    return term;
}

} // namespace clustd::test
