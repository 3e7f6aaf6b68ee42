// Do two machines without a quorum agree as far as they can, and does a cut end as N1-N5 say?

#include "support/election_by_hand.h"

#include <functional>
#include <map>

using namespace clustd;
using namespace clustd::test;

namespace {

using Kind = ServiceCommand::Kind;

/// Two machines, a wire and two services in virtual time: 5 ms a message, 2 ms a write, 1 ms the
/// guard, 10 ms a start, 30 ms a stop by force, 50 ms an ordinary one.
class Pair
{
public:
    struct Machine
    {
        std::unique_ptr<ElectionByHand> hand;
        bool isUp = true;
        bool isServing = false;
        std::vector<Term> tokens; ///< Of every start
        std::vector<Kind> commands;
        std::vector<std::string> notices; ///< "name" or, of alarms, "name:code"
        std::optional<DurableState> disk;
        std::uint64_t incarnation = 1;
    };

    explicit Pair(bool isBothThere = true)
    {
        n1 = make("n1");
        n2 = make("n2");
        n2.isUp = isBothThere;
    }

    Machine n1;
    Machine n2;
    bool isCut = false;
    bool isBothServing = false; ///< At any time so far

    void run(Duration until)
    {
        for (;;) {
            Instant next = at(until) + Duration(1);
            for (Machine *machine : {&n1, &n2}) {
                if (machine->isUp)
                    next = std::min(next, std::max(m_now, machine->hand->wakeAt()));
            }
            const bool isQueueFirst = !m_queue.empty() && m_queue.begin()->first <= next;
            if (isQueueFirst)
                next = m_queue.begin()->first;
            if (next > at(until))
                break;
            m_now = std::max(m_now, next);
            if (isQueueFirst) {
                const auto what = std::move(m_queue.begin()->second);
                m_queue.erase(m_queue.begin());
                what();
                continue;
            }
            for (Machine *machine : {&n1, &n2}) {
                if (machine->isUp && machine->hand->wakeAt() <= m_now)
                    step(*machine, Timeout{});
            }
        }
        m_now = at(until);
    }

    void step(Machine &machine, const Event &event)
    {
        machine.hand->setNow(m_now - machine.hand->at(0ms));
        carry(machine, machine.hand->step(event));
    }

    /// Power off: everything of it is gone at once.
    void stop(Machine &machine)
    {
        machine.isUp = false;
        machine.isServing = false;
    }

    /// Its next life, with what was on its disk.
    void start(Machine &machine, const char *id)
    {
        Machine next = make(id, machine.disk, machine.incarnation + 1);
        next.tokens = machine.tokens;
        machine = std::move(next);
        machine.hand->setNow(m_now - machine.hand->at(0ms));
        link();
    }

    void heal()
    {
        isCut = false;
        link();
    }

    void link()
    {
        step(n1, PeerUp{n2.hand->self});
        step(n2, PeerUp{n1.hand->self});
    }

    [[nodiscard]] Duration now() const { return m_now - at(0ms); }

private:
    static constexpr Instant at(Duration sinceStart) { return Instant(100s) + sinceStart; }

    Machine make(
        const char *id, std::optional<DurableState> disk = {}, std::uint64_t incarnation = 1)
    {
        ElectionByHand::Setup setup;
        setup.self = id;
        setup.set = voters({"n1", "n2"});
        setup.isNaive = true;
        setup.hasFile = disk.has_value();
        if (disk)
            setup.term = disk->term;
        setup.incarnation = incarnation;
        setup.start = m_now;
        Machine machine;
        machine.hand = std::make_unique<ElectionByHand>(setup);
        machine.disk = std::move(disk);
        machine.incarnation = incarnation;
        return machine;
    }

    /// Later, if the machine still lives the life that asked for it.
    void later(Machine &machine, Duration after, Event event)
    {
        m_queue.emplace(
            m_now + after, [this, &machine, life = machine.incarnation, what = std::move(event)] {
                if (machine.isUp && machine.incarnation == life)
                    step(machine, what);
            });
    }

    void carry(Machine &machine, const Effects &effects)
    {
        if (effects.persist) {
            const DurableWrite write = *effects.persist;
            m_queue.emplace(m_now + 2ms, [this, &machine, life = machine.incarnation, write] {
                if (!machine.isUp || machine.incarnation != life)
                    return;
                machine.disk = write.state;
                step(machine, Persisted{write.write});
            });
        }
        Machine &other = &machine == &n1 ? n2 : n1;
        for (const Envelope &envelope : effects.send) {
            if (isCut || !other.isUp)
                continue;
            later(other, 5ms,
                Received{machine.hand->self, other.hand->self.incarnation, envelope.message});
        }
        for (const ServiceCommand &command : effects.service) {
            machine.commands.push_back(command.kind);
            carryOut(machine, command);
        }
        for (const Notice &notice : effects.notices)
            machine.notices.push_back(
                notice.code.empty() ? notice.name : notice.name + ":" + notice.code);
        isBothServing = isBothServing || (n1.isServing && n2.isServing);
    }

    void carryOut(Machine &machine, const ServiceCommand &command)
    {
        switch (command.kind) {
        case Kind::Prepare:
            later(machine, 1ms, GuardReady{command.token});
            break;
        case Kind::Start:
            // N5: the token is on disk before anything runs under it.
            QVERIFY(machine.disk && machine.disk->term >= command.token);
            machine.isServing = true;
            machine.tokens.push_back(command.token);
            later(machine, 10ms, ServiceStarted{command.token});
            break;
        case Kind::Reassert:
            break;
        case Kind::Stop:
        case Kind::Fence:
            m_queue.emplace(m_now + (command.kind == Kind::Stop ? 50ms : 30ms),
                [this, &machine, life = machine.incarnation, token = command.token] {
                    if (!machine.isUp || machine.incarnation != life)
                        return;
                    machine.isServing = false;
                    step(machine, ServiceStopped{token});
                });
            break;
        }
    }

    Instant m_now{100s};
    std::multimap<Instant, std::function<void()>> m_queue;
};

bool has(const std::vector<Kind> &commands, Kind kind)
{
    return std::find(commands.begin(), commands.end(), kind) != commands.end();
}

int count(const std::vector<std::string> &notices, const char *name)
{
    return int(std::count(notices.begin(), notices.end(), name));
}

const Duration kPromise = roundTiming().promise;
/// From the decision to a running service: write and guard.
constexpr Duration kToServe = 3ms;

ElectionByHand::Setup alone()
{
    ElectionByHand::Setup setup;
    setup.set = voters({"n1", "n2"});
    setup.isNaive = true;
    return setup;
}

HandOverAsked handOver(HandOverReason reason = HandOverReason::Switchover)
{
    HandOverAsked asked;
    asked.reason = reason;
    asked.byPerson = reason != HandOverReason::Failback;
    return asked;
}

} // namespace

class TestNaiveElection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void n1ListensFirst()
    {
        Pair pair(false);
        pair.run(kPromise - 1ms);
        QVERIFY(pair.n1.commands.empty());
        pair.run(kPromise + kToServe);
        QVERIFY(pair.n1.isServing);
    }

    void n2FirstInOrderOfTwoThatAreHeard()
    {
        Pair pair;
        pair.run(kPromise + kToServe);
        QVERIFY(pair.n1.isServing);
        pair.run(10s);
        QVERIFY(pair.n1.isServing);
        QVERIFY(pair.n2.commands.empty());
        QVERIFY(!pair.isBothServing);
        QCOMPARE(pair.n2.hand->view().master->machine, NodeId{"n1"});
        QCOMPARE(count(pair.n2.notices, "master-elected"), 1);
        QCOMPARE(count(pair.n1.notices, "master-elected"), 1);
        QCOMPARE(count(pair.n1.notices, "alarm:naive-election"), 1);
    }

    void n2PriorityGoesBeforeTheId()
    {
        Pair pair;
        SelfChanged machine;
        machine.priority = 200;
        pair.step(pair.n2, machine);
        pair.run(3s);
        QVERIFY(pair.n2.isServing);
        QVERIFY(!pair.n1.isServing);
    }

    void n2WhoIsNotEligibleIsNotWaitedFor()
    {
        Pair pair;
        SelfChanged machine;
        machine.maintenance = true;
        pair.step(pair.n1, machine);
        pair.run(kPromise + kToServe);
        QVERIFY(pair.n2.isServing);
    }

    void n2TakesOverTheMomentPIsOver()
    {
        Pair pair;
        pair.run(3030ms);
        pair.stop(pair.n1);
        // n1 spoke every H since its start at the latest; 5 ms on the way.
        pair.run(3030ms + kPromise + 5ms + kToServe);
        QVERIFY(pair.n2.isServing);
        QCOMPARE(count(pair.n2.notices, "master-lost"), 1);
        const Instant heardAt = pair.n2.hand->at(0ms);
        QVERIFY(heardAt < kNever);
    }

    /// The moment itself, without two clocks in the way.
    void n2IsNotLateByAHeartbeat()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        hand.wakeUntil(1170ms);
        NodeStatus status;
        status.state = "active";
        status.eligible = true;
        hand.tell(life("n2"), status);
        const Duration end = 1170ms + kPromise;
        hand.wakeUntil(end - 1ms);
        QCOMPARE(hand.view().phase, Phase::None);
        QVERIFY(hand.wakeAt() <= hand.at(end));
        hand.wakeUntil(end);
        QCOMPARE(hand.view().phase, Phase::Preparing);
    }

    void n2DeadlineComesBeforeTheMessage()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        hand.wakeUntil(kPromise - 1ms);
        hand.setNow(kPromise);
        NodeStatus status;
        status.state = "active";
        hand.tell(life("n2"), status); // T2: it was not heard for P
        QCOMPARE(hand.view().phase, Phase::Preparing);
    }

    void n2AMachineThatWasItselfStalledReadsFirst()
    {
        Pair pair;
        pair.run(3s);
        // n2 is stopped for longer than P (SIGSTOP) and finds n1's words unread.
        Pair::Machine &n2 = pair.n2;
        n2.hand->setNow(3s + 2 * kPromise);
        QVERIFY(n2.hand->step(Timeout{}).service.empty());
        NodeStatus status;
        status.term = Term{1};
        status.state = "active";
        n2.hand->tell(life("n1"), status);
        n2.hand->wakeUntil(n2.hand->now() + kPromise - 1ms);
        QCOMPARE(n2.hand->view().phase, Phase::None);
    }

    void n3WhoReturnsDisplacesNobody()
    {
        Pair pair;
        pair.run(3s);
        pair.stop(pair.n1);
        pair.run(6s);
        QVERIFY(pair.n2.isServing);
        pair.start(pair.n1, "n1");
        pair.run(20s);
        QVERIFY(pair.n2.isServing);
        QVERIFY(!pair.n1.isServing);
        QVERIFY(!pair.isBothServing);
        QVERIFY(!has(pair.n2.commands, Kind::Stop));
    }

    void n3FailbackStopsReleasesAndThenStarts()
    {
        Pair pair;
        pair.run(3s);
        pair.stop(pair.n1);
        pair.run(6s);
        pair.start(pair.n1, "n1");
        pair.run(10s);
        HandOverAsked asked = handOver(HandOverReason::Failback);
        asked.to = NodeId{"n1"};
        pair.step(pair.n2, asked);
        pair.run(10s + 49ms);
        QVERIFY(pair.n2.isServing);
        QVERIFY(!pair.n1.isServing);
        pair.run(10s + 50ms + 5ms + kToServe);
        QVERIFY(pair.n1.isServing);
        pair.run(20s);
        QVERIFY(pair.n1.isServing);
        QVERIFY(!pair.isBothServing);
    }

    void switchoverReachesTheLaterInOrderAndStaysThere()
    {
        Pair pair;
        pair.run(3s);
        pair.step(pair.n1, handOver());
        pair.run(3s + 50ms + 5ms + kToServe);
        QVERIFY(pair.n2.isServing);
        pair.run(20s);
        QVERIFY(pair.n2.isServing);
        QVERIFY(!pair.n1.isServing);
        QVERIFY(!pair.isBothServing);
        QVERIFY(pair.n2.tokens.back() > pair.n1.tokens.back());
    }

    void successorThatDoesNotStartGivesTheRoleBack()
    {
        Pair pair;
        pair.run(3s);
        pair.step(pair.n1, handOver());
        pair.stop(pair.n2);
        pair.run(3s + 50ms + kPromise + 5ms + kToServe);
        QVERIFY(pair.n1.isServing);
    }

    void n4LaterInOrderStopsByForceTheFirstGoesOn()
    {
        Pair pair;
        pair.run(3s);
        pair.isCut = true;
        pair.run(6s);
        QVERIFY(pair.n1.isServing);
        QVERIFY(pair.n2.isServing); // Split brain: this is what naive accepts
        pair.heal();
        pair.run(6s + 5ms + 30ms);
        QVERIFY(pair.n1.isServing);
        QVERIFY(!pair.n2.isServing);
        QVERIFY(has(pair.n2.commands, Kind::Fence));
        QVERIFY(!has(pair.n2.commands, Kind::Stop));
        pair.run(15s);
        QVERIFY(!has(pair.n1.commands, Kind::Stop));
        QVERIFY(!has(pair.n1.commands, Kind::Fence));
        QCOMPARE(pair.n1.tokens.size(), std::size_t(1));
        QVERIFY(!pair.n2.isServing);
        // Told once on both sides, and shown until a person may have seen it; who goes on tells the
        // world anew.
        QVERIFY(has(pair.n1.commands, Kind::Reassert));
        for (const auto *machine : {&pair.n1, &pair.n2}) {
            QCOMPARE(count(machine->notices, "alarm:both-active"), 1);
            QCOMPARE(count(machine->notices, "alarm-cleared:both-active"), 0);
            QCOMPARE(machine->hand->view().alarms.size(), std::size_t(2));
        }
        pair.run(15s + 1min);
        for (const auto *machine : {&pair.n1, &pair.n2}) {
            QCOMPARE(count(machine->notices, "alarm-cleared:both-active"), 1);
            QCOMPARE(machine->hand->view().alarms.size(), std::size_t(1));
        }
    }

    void n4AnOrdinaryStopUnderWayBecomesForced()
    {
        ElectionByHand::Setup setup = alone();
        setup.self = "n2";
        ElectionByHand hand(setup);
        hand.step(Timeout{});
        hand.wakeUntil(kPromise);
        hand.persisted();
        hand.step(GuardReady{Term{6}});
        hand.step(ServiceStarted{Term{6}});
        HandOverAsked asked = handOver(HandOverReason::Shutdown);
        QVERIFY(hasCommand(hand.step(asked), Kind::Stop));
        NodeStatus status;
        status.state = "active";
        QVERIFY(hasCommand(hand.tell(life("n1"), status), Kind::Fence));
    }

    void n4OldWordOfAnActiveMachineStopsNobody()
    {
        // n1 was active, fell silent, n2 took over; n1's next life speaks before it says what it
        // does.
        ElectionByHand::Setup setup = alone();
        setup.self = "n2";
        ElectionByHand hand(setup);
        hand.step(Timeout{});
        NodeStatus status;
        status.state = "active";
        status.eligible = true;
        hand.tell(life("n1"), status);
        hand.wakeUntil(2 * kPromise);
        QCOMPARE(hand.view().phase, Phase::Preparing);
        QVERIFY(
            hand.tell(life("n1", 2), Released{Incarnation{1}, kForEver, {}, {}}).service.empty());
        QCOMPARE(hand.view().phase, Phase::Preparing);
    }

    void n5TokenIsAboveAllThatWasSeenEvenAfterARestart()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        NodeStatus status;
        status.term = Term{41};
        status.state = "follower";
        const Effects seen = hand.tell(life("n2"), status);
        QVERIFY(seen.persist && seen.persist->state.term == Term{41});
        hand.persisted();
        const Effects effects = hand.wakeUntil(kPromise);
        QVERIFY(effects.persist && effects.persist->state.term == Term{42});
        QVERIFY(effects.persist->state.votedFor == hand.self);
        QVERIFY(effects.service.empty());
        const Effects written = hand.persisted();
        QVERIFY(hasCommand(written, Kind::Prepare));
        QCOMPARE(written.service.front().token, Term{42});
    }

    void n5TokensRiseThroughAllThatHappens()
    {
        Pair pair;
        pair.run(3s);
        pair.stop(pair.n1);
        pair.run(6s);
        pair.start(pair.n1, "n1");
        pair.run(10s);
        pair.stop(pair.n2);
        pair.run(15s);
        QVERIFY(pair.n1.isServing);
        QVERIFY(!pair.isBothServing);
        QCOMPARE(pair.n1.tokens.size(), std::size_t(2));
        QVERIFY(pair.n1.tokens[0] < pair.n2.tokens[0]);
        QVERIFY(pair.n2.tokens[0] < pair.n1.tokens[1]);
    }

    void n5DamagedTermIsDropped()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        NodeStatus status;
        status.term = Term{6 + (std::uint64_t(1) << 32U)};
        status.state = "active";
        const Effects effects = hand.tell(life("n2"), status);
        QVERIFY(hasAlarm(effects, "term-damaged"));
        QVERIFY(!effects.persist);
        QCOMPARE(hand.view().heardVoters.size(), std::size_t(1));
    }

    void nothingIsSaidThatIsNotOnDisk()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        hand.wakeUntil(kPromise);
        const NodeStatus status = sentTo<NodeStatus>("n2", hand.step(PeerUp{life("n2")}));
        QCOMPARE(status.state, std::string("promoting"));
        QCOMPARE(status.term, Term{5});
        hand.persisted();
        QCOMPARE(sentTo<NodeStatus>("n2", hand.step(PeerUp{life("n2")})).term, Term{6});
    }

    void fencingMachineStillCountsAsActive()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        hand.wakeUntil(kPromise - 1ms);
        NodeStatus status;
        status.state = "fencing";
        status.eligible = true;
        hand.tell(life("n2"), status);
        hand.wakeUntil(kPromise + 100ms);
        QCOMPARE(hand.view().phase, Phase::None);
        hand.tell(life("n2"), Released{Incarnation{1}, Term{5}, {}, {}});
        QCOMPARE(hand.view().phase, Phase::Preparing);
    }

    void lateReleaseSaysNothingOfANewActivation()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        hand.wakeUntil(kPromise - 1ms);
        NodeStatus status;
        status.term = Term{7};
        status.state = "active";
        hand.tell(life("n2"), status);
        hand.tell(life("n2"), Released{Incarnation{1}, Term{6}, NodeId{"n1"}, {}}); // Delayed
        hand.tell(life("n2"), Released{Incarnation{9}, kForEver, NodeId{"n1"}, {}}); // Another life
        hand.wakeUntil(kPromise + 100ms);
        QCOMPARE(hand.view().phase, Phase::None);
    }

    void decisionTakenBackBeforeTheWriteStartsNothing()
    {
        ElectionByHand hand(alone());
        hand.step(Timeout{});
        hand.wakeUntil(kPromise);
        const Effects effects = hand.step(FenceNow{"the guard is gone"});
        QVERIFY(effects.service.empty());
        QCOMPARE(hand.view().phase, Phase::None);
        SelfChanged machine;
        machine.barred = "leaving";
        hand.step(machine);
        QVERIFY(hand.persisted().service.empty());
    }

    void whoMayNotStandDoesNot_data()
    {
        QTest::addColumn<QByteArray>("reason");
        for (const char *reason :
            {"witness", "maintenance", "sick", "leaving", "naive is for two machines"})
            QTest::newRow(reason) << QByteArray(reason);
    }

    void whoMayNotStandDoesNot()
    {
        QFETCH(QByteArray, reason);
        ElectionByHand::Setup setup = alone();
        if (reason == "witness")
            setup.role = MachineRole::Witness;
        if (reason.startsWith("naive"))
            setup.set = voters({"n1", "n2", "n3"});
        ElectionByHand hand(setup);
        SelfChanged machine;
        machine.maintenance = reason == "maintenance";
        machine.sick = reason == "sick";
        machine.barred = reason == "leaving" ? "leaving" : "";
        Effects effects = hand.step(machine);
        QCOMPARE(hasAlarm(effects, "naive-machines"), reason.startsWith("naive"));
        QCOMPARE(QByteArray::fromStdString(hand.view().whyNotEligible), reason);
        hand.wakeUntil(2 * kPromise);
        QCOMPARE(hand.view().phase, Phase::None);
    }

    void pauseStartsNothingAndStopsNothing()
    {
        Pair pair;
        pair.run(3s);
        pair.step(pair.n1, PauseChanged{true});
        pair.step(pair.n2, PauseChanged{true});
        HandOverAsked failback = handOver(HandOverReason::Failback);
        const Effects refused = pair.n1.hand->step(failback);
        QCOMPARE(refused.answers.front().why, std::string("the cluster is paused"));
        pair.stop(pair.n1);
        pair.run(10s);
        QVERIFY(!pair.n2.isServing);
        pair.step(pair.n2, PauseChanged{false});
        pair.run(10s + kToServe);
        QVERIFY(pair.n2.isServing);
    }

    void whatCannotBeStoppedIsNotReleased()
    {
        Pair pair;
        pair.run(3s);
        pair.n1.hand->setNow(3s);
        pair.n1.hand->step(handOver());
        const Effects failed = pair.n1.hand->step(StopFailed{pair.n1.tokens.front()});
        QVERIFY(hasAlarm(failed, "stop-failed"));
        QVERIFY(sent<Released>(failed).empty());
        QVERIFY(!hasAlarm(pair.n1.hand->step(StopFailed{pair.n1.tokens.front()}), "stop-failed"));
    }

    void stateFileNeverNamesThisMachineAsTheOnlyVoter()
    {
        ElectionByHand::Setup setup = alone();
        setup.hasFile = false;
        ElectionByHand hand(setup);
        WantedChanged unknown;
        unknown.complete = false; // The other one's id was never learnt
        hand.step(unknown);
        hand.wakeUntil(kPromise - 1ms);
        const Effects effects = hand.wakeUntil(kPromise);
        QVERIFY(effects.persist);
        QCOMPARE(
            effects.persist->state.set->members(), (std::vector<Member>{{NodeId{"n1"}, true}}));
        hand.step(hand.wants(voters({"n1", "n2"})));
        NodeStatus status;
        status.term = Term{9};
        QCOMPARE(hand.tell(life("n2"), status).persist->state.set->size(), std::size_t(2));
    }

    void setOfAnEarlierQuorumIsKept()
    {
        ElectionByHand::Setup setup = alone();
        setup.set = voters({"n1", "n2", "n3"});
        setup.wanted = voters({"n1", "n2"});
        ElectionByHand hand(setup);
        hand.step(Timeout{});
        const Effects effects = hand.wakeUntil(kPromise);
        QCOMPARE(effects.persist->state.set, hand.set);
    }
};

QTEST_GUILESS_MAIN(TestNaiveElection)
#include "tst_naive_election.moc"
