#include "sim/sim_cluster.h"

#include <cstdio>

namespace clustd::sim {

using namespace std::chrono_literals;

SimCluster::SimCluster(Plan plan)
    : m_plan(std::move(plan))
    , m_random(m_plan.seed ^ 0x5eedc105a11dULL)
    , m_network(m_plan.machines.size(), m_scheduler, m_random, m_plan)
    , m_judge(m_plan.machines.size())
{
    for (std::size_t i = 0; i < m_plan.machines.size(); ++i)
        m_machines.push_back(std::make_unique<Machine>(*this, i, m_plan.machines[i]));
    m_network.linkUp
        = [this](std::size_t machine, Incarnation life, std::size_t peer, Incarnation peerLife) {
              m_machines[machine]->linkUp(life, {m_machines[peer]->id(), peerLife});
          };
    if (m_plan.isFirstStart)
        return;
    std::vector<election::Member> voters;
    for (const MachinePlan &machine : m_plan.machines) {
        if (machine.role != election::MachineRole::Standby)
            voters.push_back({machine.id, machine.role == election::MachineRole::Witness});
    }
    const Term term{1 + m_random.below(20)};
    const auto set = std::make_shared<const election::VoterSet>(election::Epoch{term, 1}, voters);
    for (auto &machine : m_machines)
        machine->begin({term, std::nullopt, set});
}

void SimCluster::runUntil(TrueTime time)
{
    while (!isBroken() && m_scheduler.nextAt() <= time)
        perform(m_scheduler.pop());
    if (!isBroken())
        m_scheduler.advanceTo(time);
}

bool SimCluster::runUntil(const std::function<bool()> &isReached, Duration span)
{
    const TrueTime limit = now() + span;
    while (!isBroken()) {
        if (isReached())
            return true;
        if (m_scheduler.nextAt() > limit) {
            m_scheduler.advanceTo(limit);
            return false;
        }
        perform(m_scheduler.pop());
    }
    return false;
}

void SimCluster::perform(const Item &item)
{
    if (item.level == Level::World) {
        m_scheduler.takeCall(item.slot)();
        return;
    }
    m_machines[item.machine]->perform(item);
}

void SimCluster::after(Duration span, std::function<void()> call)
{
    m_scheduler.postCall(now() + span, Level::World, 0, 0, std::move(call));
}

void SimCluster::powerOnAll()
{
    for (auto &machine : m_machines)
        machine->powerOn();
}

void SimCluster::isolate(std::size_t machine, Network::Cut kind)
{
    for (std::size_t other = 0; other < size(); ++other) {
        if (other != machine)
            cutBoth(machine, other, kind);
    }
}

void SimCluster::reconnect(std::size_t machine)
{
    for (std::size_t other = 0; other < size(); ++other) {
        if (other != machine)
            healBoth(machine, other);
    }
}

void SimCluster::cutBoth(std::size_t a, std::size_t b, Network::Cut kind)
{
    m_network.cut(a, b, kind);
    m_network.cut(b, a, kind);
}

void SimCluster::healBoth(std::size_t a, std::size_t b)
{
    m_network.heal(a, b);
    m_network.heal(b, a);
}

std::optional<std::size_t> SimCluster::indexOf(const NodeId &id) const
{
    // All ids are n1, n2, ...
    std::size_t number = 0;
    for (std::size_t i = 1; i < id.value().size(); ++i)
        number = number * 10 + std::size_t(id.value()[i] - '0');
    return number >= 1 && number <= size() ? std::optional(number - 1) : std::nullopt;
}

void SimCluster::say(std::size_t machine, const std::string &text)
{
    if (!m_plan.isTracing)
        return;
    char head[64];
    std::snprintf(head, sizeof head, "[%10.3f] n%-3zu ", double(now().count()) / 1e6, machine + 1);
    if (sayTo)
        sayTo(head + text);
    else
        m_transcript.push_back(head + text);
}

void SimCluster::sayWorld(const std::string &text)
{
    if (!m_plan.isTracing)
        return;
    char head[64];
    std::snprintf(head, sizeof head, "[%10.3f] ---- ", double(now().count()) / 1e6);
    if (sayTo)
        sayTo(head + text);
    else
        m_transcript.push_back(head + text);
}

void SimCluster::noticed(std::size_t machine, const election::Notice &notice)
{
    if (onNotice)
        onNotice(machine, notice);
}

Duration SimCluster::timerJitter()
{
    return m_random.upTo(200us);
}

} // namespace clustd::sim
