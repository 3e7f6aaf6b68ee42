// Do the holes stay closed that a review of the rules found? Each slot failed once.

#include "election/set_change.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

using Kind = ServiceCommand::Kind;

class TestElectionEngineFindings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void v5LateHeartbeatOfTheLifeVotedForDoesNotReplaceANewerPromise()
    {
        ElectionByHand::Setup setup;
        setup.self = "n3";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2"});
        hand.tell(life("n1"), RequestVote{Term{6}, std::nullopt, hand.set}); // n1 renews (M4)
        hand.persisted();
        hand.heartbeat(life("n2"), Term{6}); // n2 won 6 with the votes of others
        const HeartbeatAck late = sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1"), Term{5}));
        hand.tell(life("n1"), Released{Incarnation{1}, Term{6}, std::nullopt, hand.set});
        const PreVoteReply reply
            = sentTo<PreVoteReply>("n1", hand.tell(life("n1"), PreVote{4, std::nullopt, hand.set}));
        QCOMPARE(verdict(reply), QByteArray("promised")); // To n2, whose lease rests on it
        QVERIFY(!late.ok);
    }

    void m2AGuardThatNeverAnswersEndsTheMandate()
    {
        ElectionByHand hand;
        winElection(hand);
        Effects all;
        while (hand.now() < 6s) {
            const Effects effects = hand.wakeUntil(hand.now() + 200ms);
            ElectionByHand::add(all, effects);
            for (const Heartbeat &beat : sent<Heartbeat>(effects))
                hand.tell(life("n2"), HeartbeatAck{beat.term, beat.seq, true, hand.set});
        }
        QVERIFY(hasCommand(all, Kind::Fence));
    }

    void m6DirectReleaseAfterTheRelayedOneStillNamesTheSuccessor_data()
    {
        QTest::addColumn<QByteArray>("successor");
        QTest::addColumn<int>("after");
        QTest::newRow("it is the successor") << QByteArray("n2") << 0;
        QTest::newRow("another one is") << QByteArray("n1") << 300;
    }

    void m6DirectReleaseAfterTheRelayedOneStillNamesTheSuccessor()
    {
        QFETCH(QByteArray, successor);
        QFETCH(int, after);
        ElectionByHand::Setup setup;
        setup.self = "n2";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n3"});
        hand.heartbeat(life("n3"), Term{5});
        hand.status(life("n1"));
        const Duration begin = hand.now();
        NodeStatus relayed;
        relayed.term = Term{5};
        relayed.eligible = true;
        relayed.released = ReleasedLife{life("n3"), Term{5}};
        relayed.set = hand.set;
        hand.tell(life("n1"), relayed);
        Effects effects = hand.tell(life("n3"),
            Released{Incarnation{1}, Term{5}, NodeId{successor.toStdString()}, hand.set});
        if (after > 0) {
            QVERIFY(sent<PreVote>(hand.wakeUntil(begin + std::chrono::milliseconds(after) - 1ms))
                        .empty());
            effects = hand.wakeUntil(begin + std::chrono::milliseconds(after));
        }
        QCOMPARE(sent<PreVote>(effects).size(), std::size_t(2));
    }

    void c1AReleaseThatFreesNobodyDoesNotRestartTheTurn()
    {
        ElectionByHand::Setup setup;
        setup.self = "n2";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n3"});
        hand.step(Timeout{});
        hand.setNow(hand.timing.promise + 90ms);
        hand.tell(life("n3"), Released{Incarnation{77}, kForEver, std::nullopt, hand.set});
        const Effects effects = hand.wakeUntil(hand.timing.promise + hand.timing.stagger);
        QCOMPARE(sent<PreVote>(effects).size(), std::size_t(2));
    }

    void s2StandbyThatIsMasterDoesNotMakeItselfAWitness()
    {
        const std::vector<Member> wanted = {{NodeId{"n1"}, true}, {NodeId{"n2"}}, {NodeId{"n3"}}};
        QVERIFY(nextSteps(voters({"n2", "n3"}), wanted, NodeId{"n1"}).empty());
        QVERIFY(wouldUnseat(voters({"n2", "n3"}), wanted, NodeId{"n1"}));
    }

    void aReleaseOfAnEarlierTermDoesNotLoseTheMaster()
    {
        ElectionByHand::Setup setup;
        setup.self = "n3";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2"});
        hand.heartbeat(life("n1"), Term{6});
        hand.persisted();
        const Effects effects
            = hand.tell(life("n1"), Released{Incarnation{1}, Term{5}, std::nullopt, hand.set});
        QVERIFY(!hasNotice(effects, "master-lost"));
        QVERIFY(hand.view().master == life("n1"));
    }

    void damagedRelayIsDropped()
    {
        ElectionByHand::Setup setup;
        setup.self = "n3";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2"});
        NodeStatus status;
        status.term = Term{5};
        status.released = ReleasedLife{life("n1"), Term{std::uint64_t(1) << 60U}};
        status.set = hand.set;
        QVERIFY(hasAlarm(hand.tell(life("n2"), status), "term-damaged"));
        hand.tell(life("n1"), RequestVote{Term{6}, std::nullopt, hand.set});
        QCOMPARE(verdict(sentTo<VoteReply>("n1", hand.persisted())), QByteArray("granted"));
    }

    void aSetFarAheadIsDropped()
    {
        ElectionByHand::Setup setup;
        setup.self = "n3";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2"});
        NodeStatus status;
        status.term = Term{5};
        status.set = voterSet({Term{3}, (std::uint64_t(1) << 63U) - 1}, voters({"n2"}));
        const Effects effects = hand.tell(life("n2"), status);
        QVERIFY(hasAlarm(effects, "term-damaged"));
        QVERIFY(!effects.persist);
        QCOMPARE(hand.view().set, hand.set);
    }

    void loneVoterThatWasStalledKeepsItsLease()
    {
        ElectionByHand::Setup setup;
        setup.set = voters({"n1"});
        ElectionByHand hand(setup);
        settle(hand, {});
        hand.step(Timeout{});
        hand.persisted();
        hand.step(GuardReady{Term{6}});
        hand.step(ServiceStarted{Term{6}});
        hand.setNow(hand.now() + 5s);
        QVERIFY(!hasCommand(hand.step(Timeout{}), Kind::Fence));
    }

    void m4AVoterWithoutAVoteLeftIsAskedForAHigherTerm()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const Term own = hand.view().term;
        NodeStatus status;
        status.term = Term{own.value() + 3};
        status.set = hand.set;
        hand.tell(life("n3"), status); // M4
        const Term asked{own.value() + 4};
        QCOMPARE(sentTo<RequestVote>("n2", hand.persisted()).term, asked);
        // n2 recovered to that very term from this master (V4a), so it may have voted in it.
        hand.tell(life("n2"), VoteReply{asked, false, Refusal::Voted, hand.set});
        QCOMPARE(sentTo<RequestVote>("n2", hand.persisted()).term, Term{asked.value() + 1});
    }

    void c3HearingFewForAMomentIsNoReasonToGiveUp()
    {
        ElectionByHand hand;
        settle(hand);
        const std::uint64_t nonce = sentTo<PreVote>("n2", hand.step(Timeout{})).nonce;
        hand.tell(life("n2"), PreVoteReply{nonce, Term{5}, true, {}, {}, hand.set});
        // The disk is slow: 3 H pass before the requests leave.
        hand.setNow(hand.now() + 700ms);
        hand.persisted();
        QVERIFY(sent<Released>(hand.step(SelfChanged{})).empty());
        QCOMPARE(hand.view().role, Role::Candidate);
    }

    void aVoterWhoseDiskHangsTellsItAndCountsAsNoVoterMeanwhile()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const auto isHeard = [&hand](const char *id) {
            const std::vector<NodeId> heard = hand.view().heardVoters;
            return std::find(heard.begin(), heard.end(), NodeId{id}) != heard.end();
        };
        // Until now n3 was heard; from now on it says what it holds on disk, a term that is over.
        QVERIFY(isHeard("n3"));
        NodeStatus status;
        status.term = Term{hand.view().term.value() - 1};
        status.set = hand.set;
        for (int i = 0; i < 4; ++i) {
            hand.setNow(hand.now() + 200ms);
            hand.tell(life("n2"), HeartbeatAck{hand.view().term, 1, true, hand.set});
            hand.tell(life("n3"), status);
        }
        QVERIFY(isHeard("n2"));
        QVERIFY(!isHeard("n3"));
        hand.status(life("n3"));
        QVERIFY(isHeard("n3"));
    }
};

QTEST_GUILESS_MAIN(TestElectionEngineFindings)
#include "tst_election_engine_findings.moc"
