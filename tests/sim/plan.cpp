#include "sim/plan.h"

namespace clustd::sim {

using namespace std::chrono_literals;
using election::MachineRole;

const char *toText(Family family)
{
    switch (family) {
    case Family::Chaos:
        return "chaos";
    case Family::Sets:
        return "sets";
    case Family::Single:
        return "single";
    case Family::Flapping:
        return "flapping";
    }
    return "?";
}

MachineFile Plan::file() const
{
    MachineFile file;
    for (const MachinePlan &machine : machines)
        file.emplace_back(machine.id, machine.role);
    return file;
}

Weather calmWeather(const election::Timing &timing)
{
    Weather weather;
    weather.delayMin = timing.rtt / 100;
    weather.delayMax = timing.rtt / 2;
    weather.writeMax = timing.write;
    return weather;
}

namespace {

MachinePlan machineNumber(std::size_t number, MachineRole role)
{
    MachinePlan machine;
    machine.id = NodeId("n" + std::to_string(number));
    machine.role = role;
    return machine;
}

/// A timing that a configuration could have: F, and rtt and W of a given network and disk.
election::Timing randomTiming(Random &random)
{
    static constexpr Duration kWithin[] = {300ms, 1s, 2s, 3s};
    const Duration within = kWithin[random.below(std::size(kWithin))];
    election::TimingOverrides overrides;
    if (random.chance(1, 3)) {
        overrides.rtt = std::max<Duration>(within / 400, 1ms);
        // A disk that is slow beside its network: a campaign must bear its writes as well.
        overrides.write = random.chance(1, 2) ? within / 18 : within / 400;
    }
    election::Timing timing = election::Timing::derive(within, overrides);
    if (!election::violations(timing).empty())
        timing = election::Timing::derive(within);
    return timing;
}

} // namespace

Plan makePlan(Family family, std::uint64_t seed, Random &random)
{
    Plan plan;
    plan.family = family;
    plan.seed = seed;
    plan.timing = randomTiming(random);

    std::size_t number = 1;
    const auto add = [&](std::size_t count, MachineRole role) {
        for (std::size_t i = 0; i < count; ++i)
            plan.machines.push_back(machineNumber(number++, role));
    };
    switch (family == Family::Sets ? 8 : random.below(8)) {
    case 8: // some of five, the rest waits to be let in
        add(2 + random.below(3), MachineRole::Voter);
        add(6 - number, MachineRole::Standby);
        break;
    case 0: // two voters and a witness
        add(2, MachineRole::Voter);
        add(1, MachineRole::Witness);
        break;
    case 1:
        add(3, MachineRole::Voter);
        add(1, MachineRole::Standby);
        break;
    case 2:
        add(4, MachineRole::Voter);
        break;
    case 3:
    case 4:
        add(5, MachineRole::Voter);
        break;
    default:
        add(3, MachineRole::Voter);
        break;
    }
    const bool hasPriorities = random.chance(1, 3);
    for (MachinePlan &machine : plan.machines) {
        machine.driftPpm = std::int64_t(random.below(20'001)) - 10'000;
        if (hasPriorities)
            machine.priority = 100 + std::int64_t(random.below(3)) * 50;
    }
    plan.weather = calmWeather(plan.timing);
    plan.serviceStartMax = plan.timing.heartbeat * 2;
    plan.serviceStopMax = plan.timing.heartbeat * 3;
    plan.isFirstStart = random.chance(1, 5);
    return plan;
}

Plan makeQuietPlan(std::size_t voters, std::uint64_t seed)
{
    Plan plan;
    plan.seed = seed;
    plan.timing = election::Timing::derive(2s);
    for (std::size_t number = 1; number <= voters; ++number)
        plan.machines.push_back(machineNumber(number, MachineRole::Voter));
    plan.weather.delayMin = 100us;
    plan.weather.delayMax = 300us;
    plan.weather.writeMax = 2ms;
    plan.serviceStartMax = 20ms;
    plan.serviceStopMax = 50ms;
    return plan;
}

} // namespace clustd::sim
