#include "sim/faults.h"

#include <algorithm>

namespace clustd::sim {

using namespace std::chrono_literals;

Faults::Faults(SimCluster &cluster)
    : m_cluster(cluster)
    , m_random(cluster.random())
    , m_within(cluster.plan().timing.failoverWithin)
{
}

std::size_t Faults::anyMachine()
{
    return m_random.below(m_cluster.size());
}

/// Well below the time that a promise lasts: what must not be forgotten is asked for soon.
Duration Faults::aMoment()
{
    return m_random.upTo(m_random.chance(1, 2) ? m_within / 20 : m_within / 2);
}

Duration Faults::aWhile()
{
    return m_random.chance(1, 2) ? m_random.upTo(m_within) : m_random.upTo(m_within * 4);
}

void Faults::end(Duration after, std::function<void()> call)
{
    m_cluster.after(after, [this, call = std::move(call)] {
        if (!m_isCalm)
            call();
    });
}

void Faults::losePower(std::size_t machine)
{
    m_cluster.machine(machine).powerOff();
    end(m_random.chance(1, 3) ? aMoment() : aWhile(),
        [this, machine] { m_cluster.machine(machine).powerOn(); });
}

void Faults::hang(std::size_t machine)
{
    m_cluster.machine(machine).hang();
    end(m_random.chance(1, 2) ? aMoment() : aWhile(), [this, machine] {
        m_cluster.machine(machine).unhang();
        loseMasterSoon();
    });
}

void Faults::freeze(std::size_t machine)
{
    m_cluster.machine(machine).freeze();
    end(aWhile(), [this, machine] {
        m_cluster.machine(machine).thaw();
        loseMasterSoon();
    });
}

/// What a machine promises right after a stall is put to the test.
void Faults::loseMasterSoon()
{
    const auto master = m_cluster.master();
    if (!master || m_isMasterSpared || !m_random.chance(1, 3))
        return;
    end(m_random.upTo(m_cluster.plan().timing.heartbeat * 2),
        [this, machine = *master] { isolate(machine); });
}

Network::Cut Faults::kindOfCut()
{
    return m_random.chance(1, 2) ? Network::Cut::Loses : Network::Cut::Holds;
}

void Faults::isolate(std::size_t machine)
{
    m_cluster.say(machine, "cut off");
    m_cluster.isolate(machine, kindOfCut());
    end(aWhile(), [this, machine] {
        m_cluster.say(machine, "connected again");
        m_cluster.reconnect(machine);
    });
}

void Faults::cutOneWay(std::size_t from, std::size_t to)
{
    if (from == to)
        return;
    m_cluster.say(from, "what it sends to n" + std::to_string(to + 1) + " is lost");
    m_cluster.network().cut(from, to, kindOfCut());
    end(aWhile(), [this, from, to] { m_cluster.network().heal(from, to); });
}

void Faults::deafen(std::size_t machine)
{
    m_cluster.say(machine, "hears nobody");
    const Network::Cut kind = kindOfCut();
    for (std::size_t other = 0; other < m_cluster.size(); ++other) {
        if (other != machine)
            m_cluster.network().cut(other, machine, kind);
    }
    end(aWhile(), [this, machine] { m_cluster.reconnect(machine); });
}

void Faults::mute(std::size_t machine)
{
    m_cluster.say(machine, "is heard by nobody");
    const Network::Cut kind = kindOfCut();
    for (std::size_t other = 0; other < m_cluster.size(); ++other) {
        if (other != machine)
            m_cluster.network().cut(machine, other, kind);
    }
    end(aWhile(), [this, machine] { m_cluster.reconnect(machine); });
}

void Faults::partition()
{
    std::string sides;
    std::vector<bool> isLeft(m_cluster.size());
    for (std::size_t machine = 0; machine < m_cluster.size(); ++machine) {
        isLeft[machine] = m_random.chance(1, 2);
        sides += isLeft[machine] ? 'L' : 'R';
    }
    m_cluster.sayWorld("partition " + sides);
    const Network::Cut kind = kindOfCut();
    for (std::size_t a = 0; a < m_cluster.size(); ++a) {
        for (std::size_t b = 0; b < m_cluster.size(); ++b) {
            if (isLeft[a] != isLeft[b])
                m_cluster.network().cut(a, b, kind);
        }
    }
    end(aWhile(), [this] {
        m_cluster.sayWorld("all links healed");
        m_cluster.network().healAll();
    });
}

void Faults::changeWeather()
{
    const election::Timing &timing = m_cluster.plan().timing;
    Weather weather = calmWeather(timing);
    if (m_random.chance(1, 3))
        weather.lossPermille = unsigned(m_random.below(300));
    if (m_random.chance(1, 3))
        weather.duplicatePermille = unsigned(m_random.below(300));
    if (m_random.chance(1, 2)) {
        weather.latePermille = unsigned(m_random.below(300));
        weather.lateMax = m_random.chance(1, 2) ? timing.promise * 3 : timing.heartbeat * 2;
    }
    if (m_random.chance(1, 3)) {
        weather.slowWritePermille = unsigned(m_random.below(500));
        weather.slowWriteMax = m_random.chance(1, 2) ? timing.promise * 2 : timing.write * 4;
    }
    m_cluster.sayWorld("weather: loss " + std::to_string(weather.lossPermille) + ", duplicates "
        + std::to_string(weather.duplicatePermille) + ", late "
        + std::to_string(weather.latePermille) + ", slow writes "
        + std::to_string(weather.slowWritePermille) + " in 1000");
    m_cluster.network().weather = weather;
}

bool Faults::haveAllFiles() const
{
    for (std::size_t machine = 0; machine < m_cluster.size(); ++machine) {
        if (!m_cluster.machine(machine).hasFile())
            return false;
    }
    return true;
}

bool Faults::mayLoseFile() const
{
    if (m_oldFileOf && !m_cluster.machine(*m_oldFileOf).hasFile())
        return false;
    std::size_t without = 0;
    std::size_t majority = m_cluster.size();
    for (std::size_t machine = 0; machine < m_cluster.size(); ++machine) {
        const auto &file = m_cluster.machine(machine).file();
        if (!file)
            ++without;
        else if (file->set)
            majority = std::min(majority, file->set->majority());
    }
    return without + 1 < majority;
}

void Faults::loseFile(std::size_t machine)
{
    if (!mayLoseFile())
        return;
    m_cluster.machine(machine).powerOff();
    m_cluster.machine(machine).loseFile();
    end(aMoment(), [this, machine] { m_cluster.machine(machine).powerOn(); });
}

void Faults::raiseTerm(std::size_t machine)
{
    m_cluster.machine(machine).powerOff();
    m_cluster.machine(machine).raiseStoredTerm(
        1 + m_random.below(m_random.chance(1, 2) ? 3 : 1000));
    end(aMoment(), [this, machine] { m_cluster.machine(machine).powerOn(); });
}

void Faults::switchOver()
{
    const auto master = m_cluster.master();
    if (!master)
        return;
    std::optional<NodeId> to;
    if (m_random.chance(2, 3))
        to = m_cluster.machine(anyMachine()).id();
    m_cluster.machine(*master).handOver(to, election::HandOverReason::Switchover);
}

void Faults::maintain(std::size_t machine)
{
    m_cluster.machine(machine).setMaintenance(true);
    end(aWhile(), [this, machine] { m_cluster.machine(machine).setMaintenance(false); });
}

void Faults::sicken(std::size_t machine)
{
    m_cluster.machine(machine).setSick(true);
    end(aWhile(), [this, machine] { m_cluster.machine(machine).setSick(false); });
}

void Faults::pauseCluster()
{
    for (std::size_t machine = 0; machine < m_cluster.size(); ++machine) {
        end(aMoment(), [this, machine] { m_cluster.machine(machine).setPaused(true); });
        end(m_within + aWhile(), [this, machine] { m_cluster.machine(machine).setPaused(false); });
    }
}

/// A3 broken on purpose: the guard must see to it with its last resort.
void Faults::overrunStop(std::size_t machine)
{
    m_cluster.machine(machine).holdNextFence(m_within * 20);
}

void Faults::hangLeaseOnOneVoter()
{
    const auto master = m_cluster.master();
    if (!master)
        return;
    const auto &file = m_cluster.machine(*master).file();
    if (!file)
        return;
    std::vector<std::size_t> voters;
    for (const election::Member &member : file->set->members()) {
        const auto machine = m_cluster.indexOf(member.id);
        if (machine && *machine != *master)
            voters.push_back(*machine);
    }
    if (voters.size() < 2)
        return;
    for (std::size_t i = voters.size() - 1; i > 0; --i)
        std::swap(voters[i], voters[m_random.below(i + 1)]);
    const std::size_t needed = file->set->majority() - 1;
    for (std::size_t i = needed; i < voters.size(); ++i)
        m_cluster.cutBoth(*master, voters[i]);
    const std::size_t last = voters.front();
    m_cluster.say(*master, "its lease hangs on n" + std::to_string(last + 1));
    const election::Timing &timing = m_cluster.plan().timing;
    // By then the promises of the others are over or nearly so.
    const Duration stallAt = timing.promise - m_random.upTo(timing.heartbeat * 3);
    const Duration stall = m_random.upTo(timing.lease - timing.fence);
    const bool isHang = m_random.chance(1, 2);
    end(stallAt, [this, last, isHang] {
        if (isHang)
            m_cluster.machine(last).hang();
        else
            m_cluster.machine(last).freeze();
    });
    end(stallAt + stall, [this, last] {
        m_cluster.machine(last).unhang();
        m_cluster.machine(last).thaw();
    });
    end(stallAt + stall + m_random.upTo(timing.heartbeat),
        [this, machine = *master] { isolate(machine); });
}

void Faults::quickFault(std::size_t machine)
{
    Machine &target = m_cluster.machine(machine);
    switch (m_random.below(12)) {
    case 0:
        losePower(machine);
        return;
    case 1:
        target.killDaemon();
        return;
    case 2:
        target.killBoth();
        return;
    case 3:
        target.killGuard();
        return;
    case 4:
        hang(machine);
        return;
    case 5:
        freeze(machine);
        return;
    case 6:
        isolate(machine);
        return;
    case 7:
        deafen(machine);
        return;
    case 8:
        mute(machine);
        return;
    case 9:
        cutOneWay(machine, anyMachine());
        return;
    case 10:
        cutOneWay(anyMachine(), machine);
        return;
    default:
        partition();
        return;
    }
}

void Faults::strike()
{
    const std::size_t machine = anyMachine();
    switch (m_random.below(22)) {
    case 20:
    case 21:
        hangLeaseOnOneVoter();
        return;
    case 0:
        changeWeather();
        return;
    case 1:
        loseFile(machine);
        return;
    case 2:
        raiseTerm(machine);
        return;
    case 3:
        switchOver();
        return;
    case 4:
        maintain(machine);
        return;
    case 5:
        sicken(machine);
        return;
    case 6:
        if (m_random.chance(1, 3))
            pauseCluster();
        return;
    case 7:
        overrunStop(machine);
        return;
    case 8:
        if (const auto other = anyMachine(); other != machine) {
            m_cluster.network().breakLink(machine, other);
        }
        return;
    case 9:
        m_cluster.sayWorld("all links healed");
        m_cluster.network().healAll();
        return;
    default:
        quickFault(machine);
        return;
    }
}

void Faults::provoke(std::size_t machine, const election::Notice &notice)
{
    const bool isDecision = notice.name == "master-elected" || notice.name == "term-changed"
        || notice.name == "released" || notice.name == "fencing" || notice.name == "active"
        || notice.name == "demoting";
    const bool isSetNews = notice.name == kSetIssued;
    if (m_isCalm || !(isDecision || isSetNews) || !m_random.chance(1, isSetNews ? 3 : 12))
        return;
    if (isSetNews) {
        end(m_random.upTo(m_cluster.plan().timing.heartbeat), [this] { partition(); });
        return;
    }
    const std::size_t target = m_random.chance(2, 3) ? machine : anyMachine();
    const Duration soon = m_random.chance(1, 2)
        ? m_random.upTo(2ms)
        : m_random.upTo(m_cluster.plan().timing.heartbeat * 2);
    end(soon, [this, target] { quickFault(target); });
}

void Faults::calm()
{
    m_isCalm = true;
    m_cluster.sayWorld("calm");
    m_cluster.network().weather = calmWeather(m_cluster.plan().timing);
    m_cluster.network().healAll();
    for (std::size_t i = 0; i < m_cluster.size(); ++i) {
        Machine &machine = m_cluster.machine(i);
        machine.thaw();
        machine.unhang();
        machine.powerOn();
        machine.holdNextFence({});
        machine.setPaused(false);
        machine.setMaintenance(false);
        machine.setSick(false);
    }
}

} // namespace clustd::sim
