#include "sim/families.h"

#include "election/quorum.h"
#include "sim/faults.h"

#include <algorithm>

namespace clustd::sim {

using namespace std::chrono_literals;

Family familyOf(std::uint64_t seed)
{
    return Family(seed % kFamilies);
}

Outcome runSeed(std::uint64_t seed, const std::function<void(const std::string &)> &sayTo)
{
    Random random(seed);
    Plan plan = makePlan(familyOf(seed), seed, random);
    plan.isTracing = bool(sayTo);
    SimCluster cluster(std::move(plan));
    cluster.sayTo = sayTo;
    switch (cluster.plan().family) {
    case Family::Chaos:
        runChaos(cluster);
        break;
    case Family::Sets:
        runSets(cluster);
        break;
    case Family::Single:
        runSingle(cluster);
        break;
    case Family::Flapping:
        runFlapping(cluster);
        break;
    }
    for (std::size_t machine = 0; sayTo && machine < cluster.size(); ++machine)
        cluster.say(machine, "at the end: " + cluster.machine(machine).describe());
    Outcome outcome;
    outcome.seed = seed;
    outcome.family = cluster.plan().family;
    outcome.events = cluster.events();
    outcome.lasted = cluster.now();
    outcome.activations = cluster.judge().activations();
    outcome.violation = cluster.judge().violation();
    return outcome;
}

namespace {

/// Promise 3 asks for a majority of voters with their state files, and for one among all machines
/// with a file that may be master; else a person must decide.
bool isElectionPossible(const SimCluster &cluster)
{
    election::SharedVoterSet newest;
    for (std::size_t machine = 0; machine < cluster.size(); ++machine) {
        const auto &file = cluster.machine(machine).file();
        if (file && (!newest || newest->epoch() < file->set->epoch()))
            newest = file->set;
    }
    if (!newest)
        return true; // The first start.
    const auto hasFile = [&](const NodeId &id) {
        const auto machine = cluster.indexOf(id);
        return machine && cluster.machine(*machine).hasFile();
    };
    const bool isOneEligible = std::any_of(newest->members().begin(), newest->members().end(),
        [&](const election::Member &member) { return !member.isWitness && hasFile(member.id); });
    return isOneEligible && election::isMajority(*newest, hasFile);
}

} // namespace

void expectMaster(SimCluster &cluster, Duration span, const std::string &after)
{
    if (!cluster.isBroken() && !isElectionPossible(cluster))
        return;
    const bool isThere = cluster.runUntil([&] { return cluster.master().has_value(); }, span);
    if (!isThere)
        cluster.judge().report(
            3, cluster.now(), "no master within " + timeText(span) + " ms of " + after);
}

std::optional<std::size_t> electFirst(SimCluster &cluster)
{
    for (std::size_t i = 0; i < cluster.size(); ++i)
        cluster.after(cluster.random().upTo(cluster.plan().timing.heartbeat),
            [&cluster, i] { cluster.machine(i).powerOn(); });
    // P for everyone to be free, a recovery's question and two rounds of gossip, an election.
    expectMaster(cluster, cluster.plan().timing.failoverWithin * 4, "the start of all machines");
    return cluster.isBroken() ? std::nullopt : cluster.master();
}

void runChaos(SimCluster &cluster)
{
    const Duration within = cluster.plan().timing.failoverWithin;
    Random &random = cluster.random();
    Faults faults(cluster);
    cluster.onNotice = [&faults](std::size_t machine, const election::Notice &notice) {
        faults.provoke(machine, notice);
    };
    for (std::size_t i = 0; i < cluster.size(); ++i)
        cluster.after(random.upTo(within), [&cluster, i] { cluster.machine(i).powerOn(); });
    if (random.chance(1, 2))
        cluster.runFor(within * 2);
    const TrueTime end = cluster.now() + within * 20;
    const Duration pace = random.chance(1, 2) ? within : within / 4;
    while (!cluster.isBroken() && cluster.now() < end) {
        cluster.runFor(random.upTo(pace));
        faults.strike();
    }
    if (cluster.isBroken())
        return;
    faults.calm();
    // The slowest way back: a reset machine boots, recovers its file by V4, and a split or two.
    cluster.runFor(within * 5);
    expectMaster(cluster, within * 3, "the end of all faults");
    const auto master = cluster.master();
    if (cluster.isBroken() || !master)
        return;
    cluster.judge().expectStable(*master);
    cluster.runFor(within * 3);
}

void runFlapping(SimCluster &cluster)
{
    const std::optional<std::size_t> master = electFirst(cluster);
    if (!master)
        return;
    const Duration within = cluster.plan().timing.failoverWithin;
    cluster.runFor(within * 2);
    if (cluster.isBroken() || cluster.master() != master)
        return;
    Random &random = cluster.random();
    Faults faults(cluster);
    faults.spareTheMaster();

    // Standbys and as many voters as can be missed, but not the master.
    const election::SharedVoterSet set = cluster.machine(*master).file()->set;
    std::size_t toSpare = set->size() - set->majority();
    std::vector<std::size_t> minority;
    const std::size_t first = faults.anyMachine();
    for (std::size_t i = 0; i < cluster.size(); ++i) {
        const std::size_t machine = (first + i) % cluster.size();
        if (machine == *master)
            continue;
        if (!set->contains(cluster.machine(machine).id()))
            minority.push_back(machine);
        else if (toSpare > 0) {
            minority.push_back(machine);
            --toSpare;
        }
    }
    const auto isMinor = [&](std::size_t machine) {
        return std::find(minority.begin(), minority.end(), machine) != minority.end();
    };
    cluster.judge().expectStable(*master);
    const TrueTime end = cluster.now() + within * 15;
    while (!cluster.isBroken() && cluster.now() < end) {
        cluster.runFor(random.upTo(within / 2));
        const std::size_t machine = minority[random.below(minority.size())];
        const std::size_t other = faults.anyMachine();
        switch (random.below(11)) {
        case 0:
            faults.losePower(machine);
            break;
        case 1:
            faults.loseFile(machine);
            break;
        case 2:
        case 3:
            faults.raiseTerm(machine);
            break;
        case 4:
            cluster.machine(machine).killDaemon();
            break;
        case 5:
            faults.hang(machine);
            break;
        case 6:
            faults.isolate(machine);
            break;
        case 7:
            faults.cutOneWay(machine, other);
            break;
        case 8:
            faults.cutOneWay(other, machine);
            break;
        case 9:
            faults.deafen(machine);
            break;
        default:
            faults.mute(machine);
            break;
        }
    }
    if (cluster.isBroken())
        return;
    faults.calm();
    // Now they must come back: the mandate is renewed over their higher terms (M4), lost files are
    // recovered from the master (V4a).
    const auto isFollowing = [&](std::size_t machine) {
        const Machine &m = cluster.machine(machine);
        return m.isWell() && m.view().master
            && m.view().master->machine == cluster.machine(*master).id();
    };
    const bool areAllBack = cluster.runUntil(
        [&] {
            for (std::size_t machine = 0; machine < cluster.size(); ++machine) {
                if (!isFollowing(machine))
                    return false;
            }
            return true;
        },
        within * 5);
    if (!areAllBack) {
        std::string who;
        for (std::size_t machine = 0; machine < cluster.size(); ++machine) {
            if (!isFollowing(machine))
                who += " n" + std::to_string(machine + 1) + (isMinor(machine) ? "" : " (majority)");
        }
        cluster.judge().report(
            4, cluster.now(), "these do not follow the master after they came back:" + who);
    }
    cluster.runFor(within * 2);
}

} // namespace clustd::sim
