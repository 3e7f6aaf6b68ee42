// What does a machine promise, grant, acknowledge and forget (V1, V2, V3, V5, V6)?

#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

/// n3 is last in order, so it does not stand by itself while a test talks to it.
ElectionByHand::Setup follower()
{
    ElectionByHand::Setup setup;
    setup.self = "n3";
    return setup;
}

/// Past V3 with n1 and n2 heard; term 5 and nothing promised.
void settleAsFollower(ElectionByHand &hand)
{
    settle(hand, {"n1", "n2"});
    hand.step(Timeout{});
}

PreVote preVote(const ElectionByHand &hand, std::optional<ReleasedLife> released = {})
{
    return {77, std::move(released), hand.set};
}

RequestVote request(const ElectionByHand &hand, std::uint64_t term)
{
    return {Term{term}, std::nullopt, hand.set};
}

/// What n2 is answered when it asks.
QByteArray askedByN2(ElectionByHand &hand, std::optional<ReleasedLife> released = {})
{
    return verdict(
        sentTo<PreVoteReply>("n2", hand.tell(life("n2"), preVote(hand, std::move(released)))));
}

/// n3 voted for n1 in term 6, and that is on disk.
void voteForN1(ElectionByHand &hand)
{
    hand.tell(life("n1"), request(hand, 6));
    hand.persisted();
}

} // namespace

class TestElectionEngineVoter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void v1VoteAndAcknowledgementPromise_data()
    {
        QTest::addColumn<bool>("isVote");
        QTest::newRow("a vote") << true;
        QTest::newRow("an acknowledged heartbeat") << false;
    }

    void v1VoteAndAcknowledgementPromise()
    {
        QFETCH(bool, isVote);
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        if (isVote)
            hand.tell(life("n1"), request(hand, 6));
        else
            hand.heartbeat(life("n1"), Term{6});
        QVERIFY(hand.view().promisedTo == life("n1"));
        QCOMPARE(hand.view().promiseUntil, hand.at(hand.now() + hand.timing.promise));
        hand.persisted();

        QCOMPARE(askedByN2(hand), QByteArray("promised"));
        const Duration end = hand.now() + hand.timing.promise;
        hand.setNow(end - 1ms);
        hand.status(life("n1"));
        const PreVoteReply reply = sentTo<PreVoteReply>("n2", hand.tell(life("n2"), preVote(hand)));
        QCOMPARE(verdict(reply), QByteArray("promised"));
        QCOMPARE(reply.freeIn, Duration(1ms));
        hand.setNow(end);
        QCOMPARE(askedByN2(hand), QByteArray("granted"));
    }

    void v1RefusesEvenAHigherTerm()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.heartbeat(life("n1"), Term{5});
        const VoteReply reply = sentTo<VoteReply>("n2", hand.tell(life("n2"), request(hand, 900)));
        QCOMPARE(verdict(reply), QByteArray("promised"));
        QCOMPARE(reply.term, Term{5});
    }

    void v1HolderIsGrantedAsIfFree()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.heartbeat(life("n1"), Term{5});
        QCOMPARE(verdict(sentTo<PreVoteReply>("n1", hand.tell(life("n1"), preVote(hand)))),
            QByteArray("granted"));
        // The machine alone is not the holder: this is its next life.
        QCOMPARE(verdict(sentTo<PreVoteReply>("n1", hand.tell(life("n1", 2), preVote(hand)))),
            QByteArray("promised"));
        hand.tell(life("n1"), request(hand, 6));
        QCOMPARE(verdict(sentTo<VoteReply>("n1", hand.persisted())), QByteArray("granted"));
    }

    void v1DoesNotStandWhilePromised()
    {
        ElectionByHand hand; // n1, the first in order
        settle(hand);
        hand.heartbeat(life("n3"), Term{5});
        const Duration end = hand.now() + hand.timing.promise;
        hand.setNow(end - 1ms);
        hand.status(life("n2"));
        QVERIFY(sent<PreVote>(hand.wakeUntil(end - 1ms)).empty());
        QCOMPARE(sent<PreVote>(hand.wakeUntil(end)).size(), std::size_t(2));
    }

    void v2VoteLeavesOnlyWhenItIsOnDisk()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        const Effects decided = hand.tell(life("n1"), request(hand, 6));
        QVERIFY(decided.persist);
        QCOMPARE(decided.persist->state.term, Term{6});
        QVERIFY(decided.persist->state.votedFor == life("n1"));
        QVERIFY(decided.send.empty());
        // Decided is decided: what comes during the write is answered by it, after it, in order.
        QVERIFY(hand.tell(life("n2"), request(hand, 6)).send.empty());
        QVERIFY(hand.tell(life("n1"), request(hand, 6)).send.empty());
        const Effects written = hand.persisted();
        const std::vector<VoteReply> replies = sent<VoteReply>(written);
        QCOMPARE(replies.size(), std::size_t(3));
        QCOMPARE(verdict(replies[0]), QByteArray("granted"));
        QCOMPARE(verdict(replies[1]), QByteArray("promised"));
        QCOMPARE(verdict(replies[2]), QByteArray("granted"));
        QCOMPARE(replies[2].term, Term{6});
    }

    void v2OneVotePerTermAcrossARestart_data()
    {
        QTest::addColumn<QByteArray>("machine");
        QTest::addColumn<quint64>("incarnation");
        QTest::addColumn<quint64>("term");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("the very life again")
            << QByteArray("n1") << quint64(1) << quint64(5) << QByteArray("granted");
        QTest::newRow("its next life")
            << QByteArray("n1") << quint64(2) << quint64(5) << QByteArray("voted");
        QTest::newRow("another machine")
            << QByteArray("n2") << quint64(1) << quint64(5) << QByteArray("voted");
        QTest::newRow("a lower term")
            << QByteArray("n1") << quint64(1) << quint64(4) << QByteArray("older-term");
        QTest::newRow("a higher term")
            << QByteArray("n2") << quint64(1) << quint64(6) << QByteArray("granted");
    }

    void v2OneVotePerTermAcrossARestart()
    {
        QFETCH(QByteArray, machine);
        QFETCH(quint64, incarnation);
        QFETCH(quint64, term);
        ElectionByHand::Setup setup = follower();
        setup.votedFor = life("n1");
        ElectionByHand hand(setup);
        settleAsFollower(hand);
        Effects effects = hand.tell(life(machine.constData(), incarnation), request(hand, term));
        if (effects.send.empty())
            effects = hand.persisted();
        QTEST(verdict(sentTo<VoteReply>(machine.constData(), effects)), "answer");
    }

    void v2NumbersThatAreOnlySeenRaiseNothing()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.tell(life("n1"), VoteReply{Term{9}, false, Refusal::Promised, hand.set});
        hand.tell(life("n1"), PreVoteReply{1, Term{9}, false, Refusal::Promised, 1s, hand.set});
        hand.tell(life("n1"), HeartbeatAck{Term{9}, 1, false, hand.set});
        hand.tell(life("n1"), Released{Incarnation{1}, Term{9}, std::nullopt, hand.set});
        NodeStatus status;
        status.term = Term{9};
        status.set = hand.set;
        const Effects effects = hand.tell(life("n1"), status);
        QVERIFY(!effects.persist);
        QCOMPARE(hand.view().term, Term{5});
    }

    void v3NobodyIsElectedRightAfterAStart()
    {
        ElectionByHand hand(follower());
        hand.setNow(300ms);
        const PreVoteReply reply = sentTo<PreVoteReply>("n2", hand.tell(life("n2"), preVote(hand)));
        QCOMPARE(verdict(reply), QByteArray("starting"));
        QCOMPARE(reply.freeIn, hand.timing.promise - 300ms);
        QCOMPARE(verdict(sentTo<VoteReply>("n1", hand.tell(life("n1"), request(hand, 6)))),
            QByteArray("starting"));
    }

    void v3NothingShortensIt()
    {
        ElectionByHand hand(follower());
        hand.setNow(300ms);
        hand.heartbeat(life("n1"), Term{5});
        hand.tell(life("n1"), Released{Incarnation{1}, kForEver, NodeId{"n2"}, hand.set});
        QCOMPARE(askedByN2(hand), QByteArray("starting"));
        hand.setNow(hand.timing.promise - 1ms);
        QCOMPARE(askedByN2(hand), QByteArray("starting"));
        hand.setNow(hand.timing.promise);
        QCOMPARE(askedByN2(hand), QByteArray("granted"));
    }

    void v3HeartbeatsAreAcknowledgedAllTheSame()
    {
        ElectionByHand hand(follower());
        hand.setNow(300ms);
        QVERIFY(sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1"), Term{5})).ok);
    }

    void v5SameTermIsAcknowledgedAtOnceWhateverThePromise()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.heartbeat(life("n1"), Term{5});
        const Effects effects = hand.heartbeat(life("n2"), Term{5}, 42);
        const HeartbeatAck ack = sentTo<HeartbeatAck>("n2", effects);
        QVERIFY(ack.ok);
        QCOMPARE(ack.seq, std::uint64_t(42));
        QCOMPARE(ack.term, Term{5});
        QVERIFY(hand.view().promisedTo == life("n2"));
        QVERIFY(hasNotice(effects, "master-elected"));
    }

    void v5HigherTermIsDurableFirst()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        const Effects decided = hand.heartbeat(life("n1"), Term{6});
        QVERIFY(decided.persist && decided.persist->state.term == Term{6});
        QVERIFY(!decided.persist->state.votedFor);
        QVERIFY(sent<HeartbeatAck>(decided).empty());
        // From the decision on the old term is refused.
        QVERIFY(hand.heartbeat(life("n2"), Term{5}).send.empty());
        const std::vector<HeartbeatAck> acks = sent<HeartbeatAck>(hand.persisted());
        QCOMPARE(acks.size(), std::size_t(2));
        QVERIFY(acks[0].ok);
        QVERIFY(!acks[1].ok);
        QCOMPARE(acks[1].term, Term{6});
    }

    void v5OtherWritesDoNotHoldAcknowledgementsUp()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.heartbeat(life("n1"), Term{5});
        // n1 renews its mandate (M4): the vote for term 6 is being written, the old term goes on.
        QVERIFY(hand.tell(life("n1"), request(hand, 6)).persist);
        QVERIFY(sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1"), Term{5}, 8)).ok);
    }

    void v5LowerTermIsRefusedWithOwnTerm()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        const HeartbeatAck ack = sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1"), Term{4}, 9));
        QVERIFY(!ack.ok);
        QCOMPARE(ack.term, Term{5});
        QCOMPARE(ack.seq, std::uint64_t(9));
        QVERIFY(!hand.view().promisedTo);
    }

    void v5LowerTermOfTheLifeVotedForIsAcknowledged()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        voteForN1(hand);
        QVERIFY(sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1"), Term{5})).ok);
        QVERIFY(!sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1", 2), Term{5})).ok);
        QVERIFY(!sentTo<HeartbeatAck>("n2", hand.heartbeat(life("n2"), Term{5})).ok);
        // The promise keeps the higher term: released up to 5 does not end it.
        hand.tell(life("n1"), Released{Incarnation{1}, Term{5}, std::nullopt, hand.set});
        QCOMPARE(askedByN2(hand), QByteArray("promised"));
    }

    void v6OnlyAFullMatchFrees_data()
    {
        QTest::addColumn<QByteArray>("machine");
        QTest::addColumn<quint64>("incarnation");
        QTest::addColumn<quint64>("upTo");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("that life and term")
            << QByteArray("n1") << quint64(1) << quint64(6) << QByteArray("granted");
        QTest::newRow("a later term")
            << QByteArray("n1") << quint64(1) << quint64(8) << QByteArray("granted");
        QTest::newRow("that life is dead")
            << QByteArray("n1") << quint64(1) << quint64(kForEver.value()) << QByteArray("granted");
        QTest::newRow("an earlier term")
            << QByteArray("n1") << quint64(1) << quint64(5) << QByteArray("promised");
        QTest::newRow("another life")
            << QByteArray("n1") << quint64(2) << quint64(6) << QByteArray("promised");
        QTest::newRow("another machine")
            << QByteArray("n2") << quint64(1) << quint64(6) << QByteArray("promised");
    }

    void v6OnlyAFullMatchFrees()
    {
        QFETCH(QByteArray, machine);
        QFETCH(quint64, incarnation);
        QFETCH(quint64, upTo);
        QFETCH(QByteArray, answer);
        {
            ElectionByHand hand(follower());
            settleAsFollower(hand);
            voteForN1(hand);
            // A life may speak for an earlier one of its machine, so the sender's own does not
            // matter.
            hand.tell(life(machine.constData(), 9),
                Released{Incarnation{incarnation}, Term{upTo}, std::nullopt, hand.set});
            QCOMPARE(askedByN2(hand), answer);
        }
        {
            // Relayed, it is taken in before the question that carries it is answered.
            ElectionByHand hand(follower());
            settleAsFollower(hand);
            voteForN1(hand);
            QCOMPARE(
                askedByN2(hand, ReleasedLife{life(machine.constData(), incarnation), Term{upTo}}),
                answer);
        }
    }

    void v6LaterMessagesOfAReleasedLifeAreRefused()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.tell(life("n1"), Released{Incarnation{1}, Term{7}, std::nullopt, hand.set});
        QCOMPARE(verdict(sentTo<VoteReply>("n1", hand.tell(life("n1"), request(hand, 7)))),
            QByteArray("released"));
        const HeartbeatAck ack = sentTo<HeartbeatAck>("n1", hand.heartbeat(life("n1"), Term{7}));
        QVERIFY(!ack.ok);
        QCOMPARE(ack.term, Term{5});
        // A released life may win a later term; a dead one may not even ask.
        QCOMPARE(verdict(sentTo<PreVoteReply>("n1", hand.tell(life("n1"), preVote(hand)))),
            QByteArray("granted"));
        hand.tell(life("n1"), Released{Incarnation{1}, kForEver, std::nullopt, hand.set});
        QCOMPARE(verdict(sentTo<PreVoteReply>("n1", hand.tell(life("n1"), preVote(hand)))),
            QByteArray("released"));
    }

    void v6TheLastReleaseIsPassedOn()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        hand.tell(life("n1"), Released{Incarnation{1}, Term{7}, std::nullopt, hand.set});
        const NodeStatus status = sentTo<NodeStatus>("n2", hand.step(PeerUp{life("n2")}));
        QVERIFY((status.released == ReleasedLife{life("n1"), Term{7}}));
    }

    void g3DeadFormerLifeIsToldToEveryLink()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        const Released all = sentTo<Released>("n1", hand.step(FormerLifeDead{Incarnation{99}}));
        QCOMPARE(all.incarnation, Incarnation{99});
        QCOMPARE(all.upTo, kForEver);
        QCOMPARE(
            sentTo<Released>("n2", hand.step(PeerUp{life("n2")})).incarnation, Incarnation{99});
        QVERIFY(sent<Released>(hand.step(FormerLifeDead{hand.self.incarnation})).empty());
    }

    void absurdNumbersAreDamage()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        const std::uint64_t limit = 5 + (std::uint64_t(1) << 32U);
        const Effects damaged = hand.tell(life("n1"), request(hand, limit + 1));
        QVERIFY(damaged.send.empty());
        QVERIFY(hasAlarm(damaged, "term-damaged"));
        QCOMPARE(hand.view().term, Term{5});
        const Effects far = hand.tell(
            life("n1"), Heartbeat{Term{5}, 1, voterSet({Term{limit + 1}, 0}, voters({"n1"}))});
        QVERIFY(far.send.empty());
        QCOMPARE(hand.view().set->size(), std::size_t(3));

        hand.tell(life("n1"), request(hand, limit));
        QCOMPARE(hand.view().term, Term{limit});
    }

    void ownMessagesComeFromNobody()
    {
        ElectionByHand hand(follower());
        settleAsFollower(hand);
        QVERIFY(hand.tell(hand.self, request(hand, 9)).send.empty());
        QVERIFY(hand.heartbeat(life("n3", 8), Term{9}).send.empty());
        QCOMPARE(hand.view().term, Term{5});
    }
};

QTEST_GUILESS_MAIN(TestElectionEngineVoter)
#include "tst_election_engine_voter.moc"
