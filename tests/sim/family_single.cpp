#include "sim/families.h"
#include "sim/faults.h"

#include <algorithm>

/// One fault in calm weather, and the clock: promise 3 against failover_within.
namespace clustd::sim {

using namespace std::chrono_literals;
using election::Timing;

namespace {

enum class Fault {
    PowerLost,
    DaemonKilled,
    GuardKilled,
    BothKilled,
    DaemonHung,
    Isolated,
    Deaf,
    Mute,
    LeftWithMinority,
    OnlyOneReached,
    VoterRestarts,
    CandidateDies,
    SuccessorDies,
    StopHangs,
    DeafAndStopHangs,
    FirstTwoCutApart,
    RequestsLost,
    kCount
};

const char *toText(Fault fault)
{
    switch (fault) {
    case Fault::PowerLost:
        return "the master loses power";
    case Fault::DaemonKilled:
        return "the master's daemon is killed";
    case Fault::GuardKilled:
        return "the master's guard is killed";
    case Fault::BothKilled:
        return "guard and daemon of the master are killed";
    case Fault::DaemonHung:
        return "the master's daemon hangs";
    case Fault::Isolated:
        return "the master is cut off";
    case Fault::Deaf:
        return "the master hears nobody";
    case Fault::Mute:
        return "nobody hears the master";
    case Fault::LeftWithMinority:
        return "the master is left with a minority";
    case Fault::OnlyOneReached:
        return "the master reaches one machine alone";
    case Fault::VoterRestarts:
        return "the master loses power and a voter restarts during the election";
    case Fault::CandidateDies:
        return "the next master dies as soon as it is elected";
    case Fault::SuccessorDies:
        return "a switchover's successor dies";
    case Fault::StopHangs:
        return "the master is cut off and its stop hangs";
    case Fault::DeafAndStopHangs:
        return "the master hears nobody and its stop hangs";
    case Fault::FirstTwoCutApart:
        return "the master loses power and the next two do not hear each other";
    case Fault::RequestsLost:
        return "the master loses power and the first candidate's requests are lost";
    case Fault::kCount:
        break;
    }
    return "?";
}

class SingleFault
{
public:
    SingleFault(SimCluster &cluster, std::size_t master)
        : m_cluster(cluster)
        , m_random(cluster.random())
        , m_timing(cluster.plan().timing)
        , m_master(master)
        , m_set(cluster.machine(master).file()->set)
        , m_limit(m_timing.failoverWithin)
    {
        cluster.onNotice = [this](std::size_t machine, const election::Notice &notice) {
            noticed(machine, notice);
        };
    }
    ~SingleFault() { m_cluster.onNotice = {}; }
    SingleFault(const SingleFault &) = delete;
    SingleFault &operator=(const SingleFault &) = delete;

    void run()
    {
        if (!m_set->contains(m_cluster.machine(m_master).id()))
            return; // A standby is master: its loss takes no vote away, which is easier.
        Fault fault = Fault::kCount;
        while (fault == Fault::kCount || !isPossible(fault))
            fault = Fault(m_random.below(std::uint64_t(Fault::kCount)));
        m_cluster.sayWorld(std::string("fault: ") + toText(fault));
        m_since = m_cluster.now();
        m_fault = fault;
        strike(fault);
        if (m_mustStay) {
            m_cluster.judge().expectStable(m_master);
            m_cluster.runFor(m_timing.failoverWithin * 4);
            return;
        }
        await(fault);
        if (!m_cluster.isBroken())
            returnAndFollow();
    }

private:
    [[nodiscard]] std::size_t spare() const { return m_set->size() - m_set->majority(); }

    [[nodiscard]] bool isPossible(Fault fault) const
    {
        const bool isWitnessed = std::any_of(m_set->members().begin(), m_set->members().end(),
            [](const election::Member &member) { return member.isWitness; });
        switch (fault) {
        case Fault::CandidateDies:
            return spare() >= 2;
        case Fault::SuccessorDies:
            return spare() >= 1 && !isWitnessed;
        case Fault::FirstTwoCutApart:
            return m_set->size() >= 4;
        case Fault::OnlyOneReached:
        case Fault::PowerLost:
        case Fault::DaemonKilled:
        case Fault::GuardKilled:
        case Fault::BothKilled:
        case Fault::DaemonHung:
        case Fault::Isolated:
        case Fault::Deaf:
        case Fault::Mute:
        case Fault::LeftWithMinority:
        case Fault::VoterRestarts:
        case Fault::StopHangs:
        case Fault::DeafAndStopHangs:
        case Fault::RequestsLost:
        case Fault::kCount:
            break;
        }
        return true;
    }

    void forOthers(const std::function<void(std::size_t)> &call)
    {
        for (std::size_t other = 0; other < m_cluster.size(); ++other) {
            if (other != m_master)
                call(other);
        }
    }

    void strike(Fault fault)
    {
        Machine &master = m_cluster.machine(m_master);
        Network &network = m_cluster.network();
        const Duration endless = m_timing.failoverWithin * 100;
        switch (fault) {
        case Fault::PowerLost:
        case Fault::RequestsLost:
            master.powerOff();
            return;
        case Fault::CandidateDies:
            m_isLastStruck = false;
            master.powerOff();
            return;
        case Fault::DaemonKilled:
            master.killDaemon();
            return;
        case Fault::GuardKilled:
            master.killGuard();
            return;
        case Fault::BothKilled:
            master.killBoth();
            return;
        case Fault::DaemonHung:
            master.hang();
            return;
        case Fault::StopHangs:
            master.holdNextFence(endless);
            m_cluster.isolate(m_master);
            return;
        case Fault::Isolated:
            m_cluster.isolate(m_master);
            return;
        case Fault::DeafAndStopHangs:
            master.holdNextFence(endless);
            // Its heartbeats arrive until it stops sending them (M3), so the promises begin then.
            m_limit = m_timing.lease - m_timing.fence + promisedFor() + 3 * m_timing.rtt
                + 2 * m_timing.write + 2ms;
            forOthers([&](std::size_t other) { network.cut(other, m_master); });
            return;
        case Fault::Deaf:
            forOthers([&](std::size_t other) { network.cut(other, m_master); });
            return;
        case Fault::Mute:
            forOthers([&](std::size_t other) { network.cut(m_master, other); });
            return;
        case Fault::LeftWithMinority: {
            std::size_t company = m_random.below(spare());
            std::vector<bool> isWithMaster(m_cluster.size());
            isWithMaster[m_master] = true;
            forOthers([&](std::size_t other) {
                if (company > 0 && m_set->contains(m_cluster.machine(other).id())) {
                    isWithMaster[other] = true;
                    --company;
                }
            });
            for (std::size_t a = 0; a < m_cluster.size(); ++a) {
                for (std::size_t b = 0; b < m_cluster.size(); ++b) {
                    if (isWithMaster[a] != isWithMaster[b])
                        network.cut(a, b);
                }
            }
            return;
        }
        case Fault::OnlyOneReached: {
            const std::size_t kept = otherVoter();
            forOthers([&](std::size_t other) {
                if (other != kept)
                    m_cluster.cutBoth(m_master, other);
            });
            m_mustStay = m_set->majority() <= 2;
            return;
        }
        case Fault::VoterRestarts: {
            m_isLastStruck = false;
            master.powerOff();
            const std::size_t voter = otherVoter();
            m_cluster.after(m_random.upTo(m_timing.promise), [this, voter] {
                m_cluster.machine(voter).powerOff();
                m_since = m_cluster.now();
            });
            const Duration later = m_timing.promise + m_random.upTo(m_timing.heartbeat);
            m_cluster.after(later, [this, voter] {
                m_cluster.machine(voter).powerOn();
                m_since = m_cluster.now();
                m_isLastStruck = true;
            });
            return;
        }
        case Fault::SuccessorDies: {
            m_successor = otherVoter();
            m_isLastStruck = false;
            master.handOver(
                m_cluster.machine(m_successor).id(), election::HandOverReason::Switchover);
            return;
        }
        case Fault::FirstTwoCutApart:
            cutFirstTwoApart();
            master.powerOff();
            return;
        case Fault::kCount:
            return;
        }
    }

    /// P of a slow clock after a heartbeat that was under way.
    [[nodiscard]] Duration promisedFor() const
    {
        return m_timing.rtt / 2 + m_timing.promise * (100 + election::kClockErrorPercent) / 100;
    }

    [[nodiscard]] std::size_t otherVoter()
    {
        std::size_t machine = m_master;
        while (machine == m_master || !m_set->contains(m_cluster.machine(machine).id()))
            machine = m_random.below(m_cluster.size());
        return machine;
    }

    void cutFirstTwoApart()
    {
        std::vector<std::size_t> order;
        forOthers([&](std::size_t other) { order.push_back(other); });
        std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            const auto priority
                = [this](std::size_t m) { return m_cluster.machine(m).plan().priority; };
            return priority(a) != priority(b) ? priority(a) > priority(b) : a < b;
        });
        m_cluster.cutBoth(order[0], order[1]);
    }

    void noticed(std::size_t machine, const election::Notice &notice)
    {
        // I4: each split round costs a campaign and a pause, however many gave up in it. It is
        // known for one when a second machine stands for the same term.
        const bool isGivenUp
            = notice.name == "released" && notice.text.find("given up") != std::string::npos;
        const bool stands = isStanding(notice);
        const bool isSplit = stands && notice.term == m_stoodFor;
        if (stands)
            m_stoodFor = notice.term;
        if (isGivenUp || isSplit) {
            if (m_cluster.now() >= m_splitAt + m_timing.campaign / 2)
                m_limit += m_timing.campaign + m_timing.stagger;
            m_splitAt = m_cluster.now() + (isSplit ? m_timing.campaign : Duration::zero());
        }
        // No vote is split, but the round is lost in the same way, and costs as much.
        if (m_fault == Fault::RequestsLost && machine != m_master) {
            if (!m_hasStruckAgain && stands) {
                m_hasStruckAgain = true;
                m_cluster.say(machine, "what it sends is lost until it gives up");
                muteCandidate(machine);
            } else if (isGivenUp && m_hasStruckAgain) {
                m_cluster.network().healAll();
            }
        }
        if (m_fault == Fault::CandidateDies && machine != m_master && !m_hasStruckAgain
            && notice.name == "master-elected" && notice.node == m_cluster.machine(machine).id())
            strikeAgain(machine);
        if (m_fault == Fault::SuccessorDies && machine == m_master && !m_hasStruckAgain
            && notice.name == "released")
            strikeAgain(m_successor);
    }

    [[nodiscard]] static bool isStanding(const election::Notice &notice)
    {
        return notice.name == "term-changed"
            && notice.text.find("would vote for this machine") != std::string::npos;
    }

    void muteCandidate(std::size_t machine)
    {
        for (std::size_t other = 0; other < m_cluster.size(); ++other) {
            if (other != machine)
                m_cluster.network().cut(machine, other);
        }
    }

    void strikeAgain(std::size_t machine)
    {
        m_hasStruckAgain = true;
        m_cluster.after(m_random.upTo(m_timing.rtt), [this, machine] {
            m_cluster.machine(machine).powerOff();
            m_since = m_cluster.now();
            m_isLastStruck = true;
        });
    }

    [[nodiscard]] bool isRefused() const
    {
        const auto &answers = m_cluster.machine(m_master).answers();
        return !answers.empty() && !answers.back().accepted;
    }

    /// Somebody whose service is active since the fault.
    void await(Fault fault)
    {
        const TrueTime began = m_cluster.now();
        const auto isServed = [&] {
            const auto active = m_cluster.master();
            return active && m_isLastStruck && *m_cluster.judge().activeSince(*active) >= began;
        };
        while (!m_cluster.isBroken() && !isRefused()) {
            // The limit moves while it runs: with a later fault, with each split round.
            if (isServed())
                return;
            const TrueTime end
                = m_isLastStruck ? m_since + m_limit : began + 10 * m_timing.failoverWithin;
            if (m_cluster.now() >= end && !m_isLastStruck)
                return; // It never came to that.
            if (m_cluster.now() >= end) {
                m_cluster.judge().report(3, m_cluster.now(),
                    std::string(toText(fault)) + ": no other machine is active within "
                        + timeText(m_limit) + " ms");
                return;
            }
            (void)m_cluster.runUntil(isServed, std::min<Duration>(end - m_cluster.now(), 5ms));
        }
    }

    /// Promise 4: what was lost comes back and follows.
    void returnAndFollow()
    {
        const auto active = m_cluster.master();
        // Where the switchover had ended before its successor died, the next fault is under way.
        if (!active)
            return;
        m_cluster.judge().expectStable(*active);
        m_cluster.runFor(m_timing.failoverWithin);
        m_cluster.network().healAll();
        for (std::size_t machine = 0; machine < m_cluster.size(); ++machine) {
            m_cluster.machine(machine).unhang();
            m_cluster.machine(machine).powerOn();
        }
        m_cluster.runFor(m_timing.failoverWithin * 4);
    }

    SimCluster &m_cluster;
    Random &m_random;
    const Timing m_timing;
    const std::size_t m_master;
    const election::SharedVoterSet m_set;
    Fault m_fault = Fault::kCount;
    TrueTime m_since{}; ///< The last fault
    bool m_isLastStruck = true; ///< False: a further fault is still to come
    Duration m_limit;
    TrueTime m_splitAt{}; ///< The last split round
    Term m_stoodFor; ///< By the last machine that stood
    bool m_mustStay = false;
    bool m_hasStruckAgain = false;
    std::size_t m_successor = 0;
};

} // namespace

void runSingle(SimCluster &cluster)
{
    const std::optional<std::size_t> master = electFirst(cluster);
    if (!master)
        return;
    const Timing &timing = cluster.plan().timing;
    cluster.runFor(timing.promise * 2 + cluster.random().upTo(timing.heartbeat));
    if (cluster.isBroken())
        return;
    if (cluster.master() != master) {
        cluster.judge().report(
            4, cluster.now(), "the first master did not stay although nothing happened");
        return;
    }
    SingleFault(cluster, *master).run();
}

} // namespace clustd::sim
