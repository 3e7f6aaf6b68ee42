#include "sim/families.h"
#include "sim/faults.h"

#include <algorithm>

namespace clustd::sim {

using election::MachineRole;

namespace {

std::string describe(const MachineFile &file)
{
    std::string text;
    for (const auto &[id, role] : file)
        text += (text.empty() ? "" : " ") + id.value()
            + (role == MachineRole::Witness        ? "(w)"
                    : role == MachineRole::Standby ? "(s)"
                                                   : "");
    return text;
}

/// A person with an editor: files are changed one by one, in any order, sometimes wrongly.
class Editor
{
public:
    explicit Editor(SimCluster &cluster)
        : m_cluster(cluster)
        , m_random(cluster.random())
        , m_goal(cluster.machine(0).configuration())
    {
    }

    /// A new goal, and a time for each machine at which its file will say so.
    void rethink()
    {
        MachineFile goal = m_goal;
        const std::size_t changes = 1 + m_random.below(m_random.chance(1, 2) ? 2 : goal.size());
        for (std::size_t i = 0; i < changes; ++i) {
            auto &[id, role] = goal[m_random.below(goal.size())];
            static constexpr MachineRole kRoles[] = {
                MachineRole::Voter, MachineRole::Voter, MachineRole::Standby, MachineRole::Witness};
            role = kRoles[m_random.below(std::size(kRoles))];
        }
        const auto voters = std::count_if(goal.begin(), goal.end(),
            [](const auto &entry) { return entry.second == MachineRole::Voter; });
        if (voters < 2)
            return;
        m_goal = std::move(goal);
        m_cluster.sayWorld("the files are to say: " + describe(m_goal));
        bringRound(m_cluster.plan().timing.failoverWithin * 2);
    }

    void bringRound(Duration within)
    {
        for (std::size_t machine = 0; machine < m_cluster.size(); ++machine) {
            if (m_random.chance(1, 8)) {
                m_cluster.after(m_random.upTo(within), [this, machine] { editWrongly(machine); });
                continue; // Until the next time round.
            }
            m_cluster.after(m_random.upTo(within),
                [this, machine, file = m_goal] { m_cluster.machine(machine).setFile(file); });
        }
    }

    void editWrongly(std::size_t machine)
    {
        MachineFile file = m_goal;
        const std::size_t dropped = m_random.below(file.size());
        if (dropped != machine)
            file.erase(file.begin() + std::ptrdiff_t(dropped));
        m_cluster.machine(machine).setFile(std::move(file));
    }

    /// A machine is set up anew with a file from when there were fewer.
    void installOldFile(std::size_t machine)
    {
        MachineFile file = m_goal;
        // It must name one that knows more (V4): a file that names nobody founds a cluster.
        const std::size_t kept = (machine + 1 + m_random.below(file.size() - 1)) % file.size();
        for (std::size_t i = file.size(); i-- > 0;) {
            if (i != machine && i != kept && m_random.chance(1, 2))
                file.erase(file.begin() + std::ptrdiff_t(i));
        }
        m_cluster.machine(machine).setFile(std::move(file));
    }

    /// The same, naming it and these alone.
    void installOldFile(std::size_t machine, const std::vector<std::size_t> &kept)
    {
        MachineFile file = m_goal;
        for (std::size_t i = file.size(); i-- > 0;) {
            if (i != machine && std::find(kept.begin(), kept.end(), i) == kept.end())
                file.erase(file.begin() + std::ptrdiff_t(i));
        }
        m_cluster.machine(machine).setFile(std::move(file));
    }

    void finish()
    {
        for (std::size_t machine = 0; machine < m_cluster.size(); ++machine)
            m_cluster.machine(machine).setFile(m_goal);
    }

    [[nodiscard]] const MachineFile &goal() const { return m_goal; }

private:
    SimCluster &m_cluster;
    Random &m_random;
    MachineFile m_goal;
};

/// A master is elected behind a cut; one of its voters loses its disk, and comes back with an old
/// file on the other side, where nobody has heard of that term: with it they would be a majority.
void reinstallAcrossACut(SimCluster &cluster, Faults &faults, Editor &editor)
{
    const auto master = cluster.master();
    if (!master || !faults.mayLoseFile() || !faults.haveAllFiles())
        return;
    const election::SharedVoterSet set = cluster.machine(*master).file()->set;
    std::vector<std::size_t> few{*master};
    std::vector<std::size_t> many;
    for (std::size_t i = 0; i < cluster.size(); ++i) {
        const bool isOne
            = set->contains(cluster.machine(i).id()) && few.size() + 1 < set->majority();
        if (i != *master)
            (isOne ? few : many).push_back(i);
    }
    for (const std::size_t i : few) {
        for (const std::size_t j : many)
            cluster.cutBoth(i, j);
    }
    const Duration within = cluster.plan().timing.failoverWithin;
    const auto isOneOfMany
        = [&](std::size_t i) { return std::find(many.begin(), many.end(), i) != many.end(); };
    cluster.runUntil(
        [&] { return cluster.master() && isOneOfMany(*cluster.master()); }, within * 2);
    const auto elected = cluster.master();
    if (elected && isOneOfMany(*elected) && faults.mayLoseFile() && faults.haveAllFiles()) {
        std::size_t crossing = *elected;
        while (crossing == *elected)
            crossing = many[cluster.random().below(many.size())];
        cluster.machine(crossing).powerOff();
        cluster.machine(crossing).loseFile();
        cluster.say(crossing, "has a new disk and an old file, on the other side of a cut");
        faults.noteOldFile(crossing);
        editor.installOldFile(crossing, few);
        for (const std::size_t i : many)
            cluster.cutBoth(crossing, i);
        for (const std::size_t i : few)
            cluster.healBoth(crossing, i);
        cluster.machine(crossing).powerOn();
        cluster.runFor(within * 3);
    }
    cluster.network().healAll();
}

} // namespace

void runSets(SimCluster &cluster)
{
    const Duration within = cluster.plan().timing.failoverWithin;
    Random &random = cluster.random();
    Faults faults(cluster);
    Editor editor(cluster);
    for (std::size_t i = 0; i < cluster.size(); ++i)
        cluster.after(random.upTo(within / 4), [&cluster, i] { cluster.machine(i).powerOn(); });
    cluster.runFor(within * 3);
    cluster.onNotice = [&faults](std::size_t machine, const election::Notice &notice) {
        faults.provoke(machine, notice);
    };
    const TrueTime end = cluster.now() + within * 25;
    while (!cluster.isBroken() && cluster.now() < end) {
        cluster.runFor(random.upTo(within));
        switch (random.below(6)) {
        case 0:
        case 1:
        case 2:
            editor.rethink();
            break;
        case 3:
            faults.strike();
            break;
        case 4: {
            const std::size_t machine = faults.anyMachine();
            if (faults.mayLoseFile() && faults.haveAllFiles() && random.chance(1, 2)) {
                faults.noteOldFile(machine);
                editor.installOldFile(machine);
            }
            faults.loseFile(machine);
            break;
        }
        default:
            if (random.chance(1, 4))
                reinstallAcrossACut(cluster, faults, editor);
            break;
        }
    }
    if (cluster.isBroken())
        return;
    faults.calm();
    cluster.runFor(within * 3);
    editor.finish();
    cluster.runFor(within * 3);
    expectMaster(cluster, within * 3, "the end of all faults");
    if (cluster.isBroken() || !cluster.master())
        return;

    // S2: the set follows the files, one voter at a time.
    std::vector<election::Member> wanted;
    for (const auto &[id, role] : editor.goal()) {
        if (role != MachineRole::Standby)
            wanted.push_back({id, role == MachineRole::Witness});
    }
    std::sort(wanted.begin(), wanted.end(),
        [](const election::Member &a, const election::Member &b) { return a.id < b.id; });
    const auto isDone = [&] {
        for (std::size_t machine = 0; machine < cluster.size(); ++machine) {
            const auto &file = cluster.machine(machine).file();
            if (!file || !file->set || file->set->members() != wanted)
                return false;
        }
        return true;
    };
    if (!cluster.runUntil(isDone, within * 12)) {
        cluster.judge().report(3, cluster.now(),
            "the voter set does not become what all files say: " + describe(editor.goal()));
        return;
    }
    expectMaster(cluster, within * 2, "the last change of the set");
}

} // namespace clustd::sim
