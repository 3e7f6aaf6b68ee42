// Does each story of docs/ELECTION.md ('What happens when ...') end as it says there?

#include "election/mutation.h"
#include "sim/sim_cluster.h"

#include <QTest>

#include <algorithm>

using namespace std::chrono_literals;
using namespace clustd;
using namespace clustd::sim;
using election::MachineRole;

namespace {

// Machines as people number them.
constexpr std::size_t n1 = 0;
constexpr std::size_t n2 = 1;
constexpr std::size_t n3 = 2;
constexpr std::size_t n4 = 3;
constexpr std::size_t n5 = 4;

constexpr Duration kWithin = 2s; ///< F of all stories

/// A cluster in calm weather whose first master is n1 unless a plan says otherwise.
class Story : public SimCluster
{
public:
    explicit Story(std::size_t voters)
        : SimCluster(makeQuietPlan(voters, 7))
    {
    }
    explicit Story(Plan plan)
        : SimCluster(std::move(plan))
    {
    }

    /// Everything on, a master active, all promises of the start over.
    void begin()
    {
        powerOnAll();
        runFor(2 * kWithin);
    }

    /// How long it took until a machine other than @p former was active; longest() if none was.
    [[nodiscard]] Duration untilAnotherThan(std::size_t former)
    {
        const TrueTime began = now();
        const bool isThere = runUntil([&] { return master() && *master() != former; }, longest());
        return isThere ? now() - began : longest();
    }
    [[nodiscard]] static Duration longest() { return 10 * kWithin; }

    [[nodiscard]] Term term(std::size_t index) const { return machine(index).view().term; }
    [[nodiscard]] bool follows(std::size_t index, std::size_t leader) const
    {
        const auto master = machine(index).view().master;
        return master && master->machine == machine(leader).id();
    }
    [[nodiscard]] bool hasAlarm(std::size_t index, const char *code) const
    {
        const auto alarms = machine(index).view().alarms;
        return std::any_of(alarms.begin(), alarms.end(),
            [&](const election::Notice &alarm) { return alarm.code == code; });
    }
    [[nodiscard]] std::vector<std::string> voters(std::size_t index) const
    {
        std::vector<std::string> ids;
        for (const election::Member &member : machine(index).view().set->members())
            ids.push_back(member.id.value());
        return ids;
    }
    [[nodiscard]] QByteArray broken() const
    {
        const auto &violation = judge().violation();
        return violation ? QByteArray::fromStdString(violation->text) : QByteArray();
    }
};

Plan twoVotersAndAWitness()
{
    Plan plan = makeQuietPlan(3, 7);
    plan.machines[n3].role = MachineRole::Witness;
    return plan;
}

/// Three voters; n4 and n5 wait as standbys.
Plan threeOfFive()
{
    Plan plan = makeQuietPlan(5, 7);
    plan.machines[n4].role = MachineRole::Standby;
    plan.machines[n5].role = MachineRole::Standby;
    return plan;
}

} // namespace

class TestScenarios : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { election::g_mutation = election::Mutation::None; }

    void allVotersStart()
    {
        Story story(3);
        story.begin();
        QCOMPARE(story.master(), std::optional(n1));
        QVERIFY(story.follows(n2, n1) && story.follows(n3, n1));
        QCOMPARE(story.broken(), QByteArray());
    }

    void thePreferredMachineIsTheFirstMaster()
    {
        Plan plan = makeQuietPlan(3, 7);
        plan.machines[n3].priority = 200;
        Story story(plan);
        story.begin();
        QCOMPARE(story.master(), std::optional(n3));
    }

    void theVeryFirstStartWaitsForEveryMachineOfTheFile()
    {
        Plan plan = makeQuietPlan(3, 7);
        plan.isFirstStart = true;
        Story story(plan);
        story.machine(n2).powerOn();
        story.machine(n3).powerOn();
        story.runFor(5 * kWithin);
        QVERIFY(!story.master());
        QCOMPARE(story.machine(n2).view().waitingFor, std::vector<NodeId>{story.machine(n1).id()});
        QVERIFY(story.hasAlarm(n2, "recovering"));

        story.machine(n1).powerOn();
        QVERIFY(story.runUntil([&] { return story.master().has_value(); }, 2 * kWithin));
        QCOMPARE(story.master(), std::optional(n1));
        QCOMPARE(story.term(n1), Term{1});
        QVERIFY(!story.hasAlarm(n1, "recovering"));
    }

    void theMasterLosesPower()
    {
        Story story(3);
        story.begin();
        story.machine(n1).powerOff();
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QCOMPARE(story.master(), std::optional(n2));

        story.judge().expectStable(n2);
        story.machine(n1).powerOn();
        story.runFor(3 * kWithin);
        QVERIFY(story.follows(n1, n2));
        QCOMPARE(story.broken(), QByteArray());
    }

    void theDaemonOfTheMasterCrashes()
    {
        Story story(3);
        story.begin();
        story.machine(n1).killDaemon();
        // G3, V6: the guard has stopped the service and the new life says so; no lease runs out.
        const Duration took = story.untilAnotherThan(n1);
        QVERIFY(took < story.plan().timing.lease / 2 + story.plan().timing.fence / 2);
        QCOMPARE(story.master(), std::optional(n2));
        QCOMPARE(story.broken(), QByteArray());
    }

    void theDaemonOfTheMasterHangs()
    {
        Story story(3);
        story.begin();
        story.machine(n1).hang();
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        story.runFor(3 * kWithin);
        QVERIFY(story.follows(n1, n2)); // A new life of it; the guard ended the hung one.
        QCOMPARE(story.broken(), QByteArray());
    }

    void theMasterIsCutOffAndComesBack_data()
    {
        QTest::addColumn<bool>("speaks");
        QTest::addColumn<bool>("hears");
        QTest::newRow("neither heard nor hearing") << false << false;
        QTest::newRow("not heard") << false << true;
        QTest::newRow("not hearing") << true << false;
    }

    void theMasterIsCutOffAndComesBack()
    {
        QFETCH(bool, speaks);
        QFETCH(bool, hears);
        Story story(3);
        story.begin();
        const Term before = story.term(n2);
        for (const std::size_t other : {n2, n3}) {
            if (!speaks)
                story.network().cut(n1, other);
            if (!hears)
                story.network().cut(other, n1);
        }
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QCOMPARE(story.master(), std::optional(n2));
        QCOMPARE(story.term(n2), Term{before.value() + 1});

        story.runFor(2 * kWithin);
        story.judge().expectStable(n2);
        story.network().healAll();
        story.runFor(3 * kWithin);
        QVERIFY(story.follows(n1, n2));
        QCOMPARE(story.term(n2), Term{before.value() + 1}); // It came back without a number.
        QCOMPARE(story.broken(), QByteArray());
    }

    void inARowOfThreeTheMasterAtTheEndStays()
    {
        Story story(3);
        story.begin();
        story.judge().expectStable(n1);
        story.cutBoth(n1, n3);
        story.runFor(10 * kWithin);
        QCOMPARE(story.master(), std::optional(n1));
        QCOMPARE(story.broken(), QByteArray());
    }

    void theMasterReachesOnlyTheOneThatLinksTheOthers()
    {
        Story story(4);
        story.begin();
        story.cutBoth(n1, n3);
        story.cutBoth(n1, n4);
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QCOMPARE(story.broken(), QByteArray());
    }

    void aMachineWithAHigherNumberDisturbsNobody()
    {
        Story story(3);
        story.begin();
        const Term token = story.judge().highestToken();
        story.judge().expectStable(n1);
        story.machine(n3).powerOff();
        story.machine(n3).raiseStoredTerm(1000);
        story.machine(n3).powerOn();
        story.runFor(3 * kWithin);
        // M4: the mandate was renewed above its number, and the token stayed.
        QVERIFY(story.follows(n3, n1));
        QVERIFY(story.term(n1) > Term{1000});
        QCOMPARE(story.judge().highestToken(), token);
        QCOMPARE(story.broken(), QByteArray());
    }

    void aMajorityThatReturnsDuringFencingIsTooLate()
    {
        Story story(3);
        story.begin();
        bool isFencing = false;
        story.onNotice = [&](std::size_t, const election::Notice &notice) {
            isFencing = isFencing || notice.name == "fencing";
        };
        story.isolate(n1);
        QVERIFY(story.runUntil([&] { return isFencing; }, kWithin));
        story.reconnect(n1);
        // M3: no way back. Released lets the next one go at once, and n1 lets a turn pass.
        const election::Timing &timing = story.plan().timing;
        const Duration took = story.untilAnotherThan(n1);
        QVERIFY(took < timing.fence / 2 + 4 * timing.stagger);
        QCOMPARE(story.master(), std::optional(n2));
        QCOMPARE(story.broken(), QByteArray());
    }

    void aSwitchoverGoesToTheMachineAskedFor()
    {
        Story story(3);
        story.begin();
        story.machine(n1).handOver(story.machine(n3).id(), election::HandOverReason::Switchover);
        const Duration took = story.untilAnotherThan(n1);
        QCOMPARE(story.master(), std::optional(n3));
        QVERIFY(took < story.plan().serviceStopMax + story.plan().timing.heartbeat);
        QCOMPARE(story.broken(), QByteArray());
    }

    /// Found with real daemons: the machine asked for still waited for the order of a first start,
    /// and another took the role.
    void aSwitchoverRightAfterTheFirstStartGoesToTheMachineAskedFor()
    {
        Plan plan = makeQuietPlan(3, 7);
        plan.isFirstStart = true;
        Story story(plan);
        for (const std::size_t machine : {n1, n3, n2}) {
            story.machine(machine).powerOn();
            story.runFor(kWithin / 20);
        }
        QVERIFY(story.runUntil([&] { return story.master().has_value(); }, 2 * kWithin));
        QCOMPARE(story.master(), std::optional(n1));
        story.machine(n1).handOver(story.machine(n3).id(), election::HandOverReason::Switchover);
        static_cast<void>(story.untilAnotherThan(n1));
        QVERIFY(story.machine(n1).answers().back().accepted);
        QCOMPARE(story.master(), std::optional(n3));
        QCOMPARE(story.broken(), QByteArray());
    }

    void theSuccessorOfASwitchoverDies()
    {
        Story story(3);
        story.begin();
        story.onNotice = [&](std::size_t machine, const election::Notice &notice) {
            if (machine == n1 && notice.name == "released")
                story.after(0ms, [&] { story.machine(n3).powerOff(); });
        };
        story.machine(n1).handOver(story.machine(n3).id(), election::HandOverReason::Switchover);
        // M6: two turns and an election.
        const election::Timing &timing = story.plan().timing;
        const Term before = story.judge().highestToken();
        const TrueTime began = story.now();
        QVERIFY(story.runUntil(
            [&] { return story.master() && story.judge().highestToken() > before; }, kWithin));
        QVERIFY(story.now() - began
            < story.plan().serviceStopMax + 3 * timing.stagger + timing.heartbeat);
        QVERIFY(story.master() != n3);
        QCOMPARE(story.broken(), QByteArray());
    }

    void aHandOverWithNobodyToTakeItIsRefused()
    {
        Story story(3);
        story.begin();
        story.judge().expectStable(n1);
        story.machine(n2).setMaintenance(true);
        story.machine(n3).setMaintenance(true);
        story.runFor(kWithin);
        story.machine(n1).handOver(std::nullopt, election::HandOverReason::Switchover);
        story.runFor(kWithin);
        QVERIFY(!story.machine(n1).answers().back().accepted);
        QCOMPARE(QByteArray::fromStdString(story.machine(n1).answers().back().why),
            QByteArray("no other eligible machine is in reach"));
        QCOMPARE(story.broken(), QByteArray());
    }

    void theDiskOfAVoterIsReplaced()
    {
        Story story(3);
        story.begin();
        story.judge().expectStable(n1);
        story.machine(n3).powerOff();
        story.machine(n3).loseFile();
        story.machine(n3).powerOn();
        const election::Timing &timing = story.plan().timing;
        QVERIFY(story.runUntil([&] { return story.machine(n3).hasFile(); },
            timing.promise + 2 * timing.heartbeat)); // V4a
        story.runFor(kWithin);
        QVERIFY(story.follows(n3, n1));
        QCOMPARE(story.broken(), QByteArray());
    }

    void withTwoVotersAndAWitnessEitherMayBeMissed()
    {
        Story story(twoVotersAndAWitness());
        story.begin();
        QCOMPARE(story.master(), std::optional(n1));
        story.judge().expectStable(n1);
        story.machine(n3).powerOff();
        story.runFor(3 * kWithin);
        story.machine(n3).powerOn();
        story.runFor(2 * kWithin);
        QCOMPARE(story.broken(), QByteArray());

        story.judge().expectNothing();
        story.machine(n1).powerOff();
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QCOMPARE(story.master(), std::optional(n2));
        story.machine(n2).powerOff();
        story.runFor(5 * kWithin);
        QVERIFY(!story.master()); // A witness never serves.
        QCOMPARE(story.broken(), QByteArray());
    }

    void oneVoterDiesWhileAnotherRecoversItsFile()
    {
        Story story(twoVotersAndAWitness());
        story.begin();
        story.machine(n3).powerOff();
        story.machine(n3).loseFile();
        story.machine(n3).powerOn();
        story.machine(n1).powerOff();
        story.runFor(5 * kWithin);
        QVERIFY(!story.master());
        QCOMPARE(story.machine(n3).view().waitingFor, std::vector<NodeId>{story.machine(n1).id()});

        // V4: a person's word that n1 is gone for good.
        story.machine(n3).adopt({story.machine(n1).id()});
        QVERIFY(story.runUntil([&] { return story.master().has_value(); }, 2 * kWithin));
        QCOMPARE(story.master(), std::optional(n2));
        QCOMPARE(story.broken(), QByteArray());
    }

    void filesAreEditedOneByOneFromThreeToFiveVoters()
    {
        Story story(threeOfFive());
        story.begin();
        story.judge().expectStable(n1);
        MachineFile five = story.machine(n1).configuration();
        for (auto &[id, role] : five)
            role = MachineRole::Voter;
        for (const std::size_t machine : {n4, n2, n5, n1, n3}) {
            QCOMPARE(story.voters(n1).size(), std::size_t(3)); // S4: not before all agree.
            story.machine(machine).setFile(five);
            story.runFor(kWithin);
        }
        QCOMPARE(story.voters(n1).size(), std::size_t(5));
        for (std::size_t machine = 0; machine < story.size(); ++machine) {
            QCOMPARE(story.voters(machine), story.voters(n1));
            QVERIFY(!story.hasAlarm(machine, "voter-set-differs"));
        }
        QCOMPARE(story.broken(), QByteArray());
    }

    void oneWrongFileIsAnAlarmAndNothingElse()
    {
        Story story(3);
        story.begin();
        story.judge().expectStable(n1);
        MachineFile wrong = story.machine(n3).configuration();
        wrong.erase(wrong.begin() + n2);
        story.machine(n3).setFile(wrong);
        story.runFor(3 * kWithin);
        for (const std::size_t machine : {n1, n2, n3})
            QVERIFY(story.hasAlarm(machine, "voter-set-differs"));
        QCOMPARE(story.voters(n1).size(), std::size_t(3));

        story.machine(n3).setFile(story.machine(n1).configuration());
        story.runFor(kWithin);
        for (const std::size_t machine : {n1, n2, n3})
            QVERIFY(!story.hasAlarm(machine, "voter-set-differs"));
        QCOMPARE(story.broken(), QByteArray());
    }

    void aSickServiceIsHandedOver()
    {
        Story story(3);
        story.begin();
        story.machine(n1).setSick(true);
        const Duration took = story.untilAnotherThan(n1);
        QVERIFY(took < story.plan().serviceStopMax + story.plan().timing.heartbeat);
        QCOMPARE(story.master(), std::optional(n2));
        QCOMPARE(story.broken(), QByteArray());
    }

    void aStopByForceHangs()
    {
        Story story(3);
        story.begin();
        story.machine(n1).holdNextFence(100 * kWithin);
        story.isolate(n1);
        // G5: the machine is reset by its deadline, and nobody was elected before.
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QVERIFY(!story.machine(n1).isPowered());
        QCOMPARE(story.broken(), QByteArray());
    }

    void aSlowDiskCostsNoMastership()
    {
        Story story(3);
        story.begin();
        story.judge().expectStable(n1);
        Weather weather = story.network().weather;
        weather.slowWritePermille = 1000;
        weather.slowWriteMax = 5 * kWithin;
        story.network().weather = weather;
        story.machine(n3).powerOff();
        story.machine(n3).raiseStoredTerm(5);
        story.machine(n3).powerOn();
        story.runFor(20 * kWithin);
        QCOMPARE(story.master(), std::optional(n1));
        QCOMPARE(story.broken(), QByteArray());
    }

    void aPauseTakesNoActionAndKeepsNoLease()
    {
        Story story(3);
        story.begin();
        for (const std::size_t machine : {n1, n2, n3})
            story.machine(machine).setPaused(true);
        story.machine(n1).powerOff();
        story.runFor(5 * kWithin);
        QVERIFY(!story.master()); // C4: nobody campaigns.
        for (const std::size_t machine : {n2, n3})
            story.machine(machine).setPaused(false);
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QCOMPARE(story.broken(), QByteArray());
    }

    void underAPauseAPersonsWordStillMovesTheRole()
    {
        Story story(3);
        story.begin();
        for (const std::size_t machine : {n1, n2, n3})
            story.machine(machine).setPaused(true);
        story.machine(n1).handOver(story.machine(n3).id(), election::HandOverReason::Switchover);
        QVERIFY(story.untilAnotherThan(n1) < kWithin);
        QCOMPARE(story.master(), std::optional(n3));
        // That word is used up: the next loss is nobody's to mend.
        story.runFor(kWithin);
        story.machine(n3).powerOff();
        story.runFor(5 * kWithin);
        QVERIFY(!story.master());
        QCOMPARE(story.broken(), QByteArray());
    }

    /// S1 gives no vote to a machine whose set is older, and a set that a former master issued
    /// before it was lost is newer than that of the next master, who must outdo it (S2).
    void aSetOfAFormerMasterDoesNotBarARenewal()
    {
        Story story(5);
        story.begin();
        // n2 is taken out of all files, and n1 is cut off when it issues the set without it.
        unsigned issued = 0;
        story.onNotice = [&](std::size_t machine, const election::Notice &notice) {
            if (machine != n1 || notice.name != kSetIssued || ++issued != 2)
                return;
            for (const std::size_t left : {n1, n2}) {
                for (const std::size_t right : {n3, n4, n5})
                    story.cutBoth(left, right);
            }
        };
        const MachineFile five = story.machine(n1).configuration();
        MachineFile four = five;
        four[n2].second = MachineRole::Standby;
        for (const std::size_t machine : {n1, n2, n3, n4, n5})
            story.machine(machine).setFile(four);
        QVERIFY(story.untilAnotherThan(n1) < 2 * kWithin);
        QCOMPARE(story.master(), std::optional(n3));
        QCOMPARE(story.voters(n2).size(), std::size_t(4));
        QCOMPARE(story.voters(n3).size(), std::size_t(5));

        // They think better of it, so n3 has no reason of its own to make a set.
        for (const std::size_t machine : {n1, n2, n3, n4, n5})
            story.machine(machine).setFile(five);
        story.judge().expectStable(n3);
        story.network().healAll();
        story.runFor(kWithin);
        story.machine(n5).powerOff();
        story.machine(n5).raiseStoredTerm(50);
        story.machine(n5).powerOn();
        story.runFor(3 * kWithin);
        for (const std::size_t machine : {n1, n2, n4, n5})
            QVERIFY(story.follows(machine, n3));
        QVERIFY(story.term(n3) > Term{50});
        QCOMPARE(story.voters(n2).size(), std::size_t(5));
        QCOMPARE(story.broken(), QByteArray());
    }

    void aLateHeartbeatOfADeposedMasterFreesNobody_data()
    {
        QTest::addColumn<bool>("isRuleKept");
        QTest::newRow("the rule is kept") << true;
        QTest::newRow("a vote for it outweighs a newer promise: two masters") << false;
    }

    /// V5 acknowledges the old term of the machine that a voter voted for. That vote says nothing
    /// any more once another machine has won that term and was promised to.
    void aLateHeartbeatOfADeposedMasterFreesNobody()
    {
        QFETCH(bool, isRuleKept);
        if (!isRuleKept)
            election::g_mutation = election::Mutation::OldTermTakesPromise;
        Story story(5);
        story.begin();
        // n1 renews its mandate because of n5's number, and only n2 hears of that.
        story.onNotice = [&](std::size_t machine, const election::Notice &notice) {
            if (machine != n1 || notice.name != "term-changed")
                return;
            for (const std::size_t other : {n3, n4, n5})
                story.cutBoth(n1, other);
        };
        story.machine(n2).setMaintenance(true); // It votes and never stands.
        story.machine(n5).powerOff();
        story.machine(n5).raiseStoredTerm(1);
        story.machine(n5).powerOn();
        const Term renewed{story.term(n1).value() + 2};
        QVERIFY(story.runUntil([&] { return story.term(n2) == renewed; }, kWithin));
        story.onNotice = {};
        // What n1 says to n2 from now on is held up on its way; n3 learns nothing of n2's number.
        story.network().cut(n1, n2, Network::Cut::Holds);
        story.cutBoth(n2, n3);
        QVERIFY(story.untilAnotherThan(n1) < 2 * kWithin);
        QCOMPARE(story.master(), std::optional(n3));
        QCOMPARE(story.term(n3), renewed);
        story.healBoth(n2, n3);
        story.runFor(story.plan().timing.heartbeat * 2);
        QVERIFY(story.follows(n2, n3));
        // n3 lives on n2 and n5, and n4's promise is over, when what n1 had said arrives.
        story.cutBoth(n3, n4);
        story.runFor(story.plan().timing.promise * 102 / 100);
        QCOMPARE(story.master(), std::optional(n3));
        story.network().heal(n1, n2);
        story.runFor(story.plan().timing.rtt / 10);
        // Now n3 is cut off, and its lease still has its time to run.
        for (const std::size_t other : {n1, n2, n4, n5})
            story.cutBoth(n3, other);
        story.healBoth(n1, n4);
        story.runFor(2 * kWithin);
        QCOMPARE(story.broken().isEmpty(), isRuleKept);
    }
};

QTEST_GUILESS_MAIN(TestScenarios)
#include "tst_scenarios.moc"
