// When does a machine stand for election, whom does it ask, and when does it give up (C1-C4)?

#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

/// n2 is the second in order as long as n1 is heard and eligible.
ElectionByHand::Setup second()
{
    ElectionByHand::Setup setup;
    setup.self = "n2";
    return setup;
}

bool asks(const Effects &effects)
{
    return !sent<PreVote>(effects).empty();
}

PreVoteReply granted(const ElectionByHand &hand, std::uint64_t nonce, std::uint64_t term = 5)
{
    return {nonce, Term{term}, true, {}, {}, hand.set};
}

PreVoteReply refused(const ElectionByHand &hand, std::uint64_t nonce, Duration freeIn,
    Refusal why = Refusal::Promised)
{
    return {nonce, Term{5}, false, why, freeIn, hand.set};
}

/// n1, first in order, has just asked; the nonce of its question.
std::uint64_t startAsking(ElectionByHand &hand)
{
    settle(hand);
    return sentTo<PreVote>("n2", hand.step(Timeout{})).nonce;
}

/// n1 stands for term 6 and its request has left.
void stand(ElectionByHand &hand)
{
    const std::uint64_t nonce = startAsking(hand);
    hand.tell(life("n2"), granted(hand, nonce));
    hand.persisted();
    QCOMPARE(hand.view().role, Role::Candidate);
}

} // namespace

class TestElectionEngineCandidate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void c1FirstInOrderAsksAtOnce()
    {
        ElectionByHand hand;
        settle(hand);
        const Effects effects = hand.step(Timeout{});
        QCOMPARE(sent<PreVote>(effects).size(), std::size_t(2));
        QCOMPARE(hand.view().role, Role::PreCandidate);
        QVERIFY(!effects.persist);
        QCOMPARE(hand.view().term, Term{5});
    }

    void c1EveryOneElseWaitsItsTurn()
    {
        ElectionByHand hand(second());
        settle(hand, {"n1", "n3"});
        const Duration turn = hand.timing.promise + hand.timing.stagger;
        QVERIFY(!asks(hand.wakeUntil(turn - 1ms)));
        QVERIFY(asks(hand.wakeUntil(turn)));
    }

    void c1RankIsReadAnew_data()
    {
        QTest::addColumn<bool>("isEligible");
        QTest::addColumn<qint64>("priority");
        QTest::newRow("the first says it is not eligible") << false << qint64(100);
        QTest::newRow("the first says it comes later") << true << qint64(50);
    }

    void c1RankIsReadAnew()
    {
        QFETCH(bool, isEligible);
        QFETCH(qint64, priority);
        ElectionByHand hand(second());
        settle(hand, {"n1", "n3"});
        hand.step(Timeout{});
        hand.setNow(hand.timing.promise + 10ms);
        QVERIFY(asks(hand.status(life("n1"), isEligible, priority)));
    }

    void c1SilenceMovesTheOthersUp()
    {
        ElectionByHand::Setup setup;
        setup.self = "n7";
        setup.set = voters({"n1", "n2", "n3", "n4", "n5", "n6", "n7"});
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2", "n3", "n4", "n5", "n6"});
        // Its turn would come after 600 ms, but 2 H after their last word nobody is before it.
        QVERIFY(!asks(hand.wakeUntil(hand.timing.promise + 399ms)));
        QVERIFY(asks(hand.wakeUntil(hand.timing.promise + 400ms)));
    }

    void c1NewLifeIsNotEligibleUntilItSaysSo()
    {
        ElectionByHand hand(second());
        settle(hand, {"n1", "n3"});
        hand.step(Timeout{});
        QVERIFY(asks(hand.tell(life("n1", 2), Recover{1})));
    }

    void c1WhoMayNotStandDoesNot_data()
    {
        QTest::addColumn<QByteArray>("reason");
        for (const char *reason : {"maintenance", "sick", "leaving", "witness",
                 "not in the voter set", "hears 1 of 3 voters"})
            QTest::newRow(reason) << QByteArray(reason);
    }

    void c1WhoMayNotStandDoesNot()
    {
        QFETCH(QByteArray, reason);
        ElectionByHand::Setup setup;
        if (reason == "witness")
            setup.set = {{NodeId{"n1"}, true}, {NodeId{"n2"}, false}, {NodeId{"n3"}, false}};
        if (reason == "not in the voter set")
            setup.set = voters({"n2", "n3", "n4"});
        ElectionByHand hand(setup);
        SelfChanged machine;
        machine.maintenance = reason == "maintenance";
        machine.sick = reason == "sick";
        machine.barred = reason == "leaving" ? "leaving" : "";
        hand.step(machine);
        if (reason.startsWith("hears"))
            hand.setNow(hand.timing.promise);
        else
            settle(hand);
        hand.step(Timeout{});
        QCOMPARE(QByteArray::fromStdString(hand.view().whyNotEligible), reason);
        QVERIFY(!asks(hand.wakeUntil(hand.now() + 300ms)));
        QVERIFY(!hand.view().isEligible);
    }

    void c1StandbyOutsideTheSetStands()
    {
        ElectionByHand::Setup setup;
        setup.set = voters({"n2", "n3", "n4"});
        setup.role = MachineRole::Standby;
        ElectionByHand hand(setup);
        settle(hand);
        const std::vector<PreVote> questions = sent<PreVote>(hand.step(Timeout{}));
        QCOMPARE(questions.size(), std::size_t(3));
        // Its own vote counts for nothing: two of three others are needed.
        hand.tell(life("n2"), granted(hand, questions.front().nonce));
        QCOMPARE(hand.view().role, Role::PreCandidate);
        hand.tell(life("n3"), granted(hand, questions.front().nonce));
        QCOMPARE(hand.view().role, Role::Candidate);
    }

    void c1SetInForceDecidesTheRole()
    {
        // The file says witness by now; the set in force still has it as a voter.
        ElectionByHand::Setup setup;
        setup.role = MachineRole::Witness;
        ElectionByHand hand(setup);
        settle(hand);
        QVERIFY(asks(hand.step(Timeout{})));
    }

    void c1ATurnThatWasInterruptedBeginsAnew()
    {
        ElectionByHand hand(second());
        settle(hand, {"n1", "n3"});
        hand.step(Timeout{});
        SelfChanged machine;
        machine.maintenance = true;
        hand.setNow(hand.timing.promise + 60ms);
        hand.step(machine);
        machine.maintenance = false;
        hand.step(machine);
        QVERIFY(!asks(hand.wakeUntil(hand.timing.promise + 159ms)));
        QVERIFY(asks(hand.wakeUntil(hand.timing.promise + 160ms)));
    }

    void c2MajorityOfGrantsMakesACandidate()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Effects decided = hand.tell(life("n2"), granted(hand, nonce));
        QVERIFY(decided.persist);
        QCOMPARE(decided.persist->state.term, Term{6});
        QVERIFY(decided.persist->state.votedFor == hand.self);
        QVERIFY(sent<RequestVote>(decided).empty());
        const Effects written = hand.persisted();
        QCOMPARE(sent<RequestVote>(written).size(), std::size_t(2));
        QCOMPARE(sent<RequestVote>(written).front().term, Term{6});
        // Once: nothing is asked again while it waits.
        QVERIFY(sent<RequestVote>(hand.wakeUntil(hand.now() + hand.timing.campaign - 1ms)).empty());
    }

    void c2TermIsAboveAllThatWasAnswered()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        PreVoteReply no = refused(hand, nonce, 1s);
        no.term = Term{9};
        hand.tell(life("n3"), no);
        hand.tell(life("n2"), granted(hand, nonce, 7));
        QCOMPARE(hand.view().term, Term{10});
    }

    void c2OtherAnswersDoNotCount_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("another question's") << 0;
        QTest::newRow("one to a former life") << 1;
        QTest::newRow("a machine's outside the set") << 2;
        QTest::newRow("one voter's twice, of five") << 3;
    }

    void c2OtherAnswersDoNotCount()
    {
        QFETCH(int, which);
        ElectionByHand::Setup setup;
        if (which == 3)
            setup.set = voters({"n1", "n2", "n3", "n4", "n5"});
        ElectionByHand hand(setup);
        const std::uint64_t nonce = startAsking(hand);
        if (which == 0)
            hand.tell(life("n2"), granted(hand, nonce + 1));
        else if (which == 1)
            hand.step(Received{life("n2"), Incarnation{99}, granted(hand, nonce)});
        else if (which == 2)
            hand.tell(life("n8"), granted(hand, nonce));
        else
            hand.tell(life("n2"), granted(hand, nonce));
        if (which == 3)
            hand.tell(life("n2"), granted(hand, nonce));
        QCOMPARE(hand.view().role, Role::PreCandidate);
    }

    void c2OwnPromiseEndsTheAsking_data()
    {
        QTest::addColumn<bool>("isVote");
        QTest::newRow("it granted a vote meanwhile") << true;
        QTest::newRow("it accepted a heartbeat meanwhile") << false;
    }

    void c2OwnPromiseEndsTheAsking()
    {
        QFETCH(bool, isVote);
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        if (isVote)
            hand.tell(life("n3"), RequestVote{Term{6}, std::nullopt, hand.set});
        else
            hand.heartbeat(life("n3"), Term{6});
        hand.persisted();
        hand.tell(life("n2"), granted(hand, nonce));
        QCOMPARE(hand.view().role, Role::Follower);
        QCOMPARE(hand.view().term, Term{6});
        QVERIFY(!asks(hand.wakeUntil(hand.now() + 300ms)));
    }

    void c2GrantingAPreVoteEndsNothing()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Effects effects = hand.tell(life("n3"), PreVote{4, std::nullopt, hand.set});
        QCOMPARE(verdict(sentTo<PreVoteReply>("n3", effects)), QByteArray("granted"));
        hand.tell(life("n2"), granted(hand, nonce));
        QCOMPARE(hand.view().role, Role::Candidate);
    }

    void c2AsksAgainWhenAMajorityIsFree()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Duration asked = hand.now();
        hand.setNow(asked + 10ms);
        hand.tell(life("n3"), refused(hand, nonce, 500ms));
        hand.tell(life("n2"), refused(hand, nonce, 300ms));
        // With itself n2 makes the majority, 310 ms after the question.
        hand.setNow(asked + 150ms);
        hand.status(life("n2"));
        hand.status(life("n3"));
        QVERIFY(!asks(hand.wakeUntil(asked + 309ms)));
        QVERIFY(asks(hand.wakeUntil(asked + 310ms)));
    }

    void c2AnAbsurdTimeDoesNotSilenceIt()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Duration asked = hand.now();
        for (const char *voter : {"n2", "n3"})
            hand.tell(life(voter), refused(hand, nonce, 1h));
        const Duration longest = 2 * hand.timing.promise;
        for (Duration after = 50ms; after < longest; after += 50ms) {
            QVERIFY(!asks(hand.wakeUntil(asked + after)));
            for (const char *voter : {"n2", "n3"})
                QVERIFY(!asks(hand.status(life(voter))));
        }
        QVERIFY(asks(hand.wakeUntil(asked + longest)));
    }

    void c2DoesNotWaitForTheEndOfTheQuestion()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Duration asked = hand.now();
        hand.tell(life("n2"), refused(hand, nonce, 20ms));
        const Effects again = hand.wakeUntil(asked + 20ms);
        QCOMPARE(sent<PreVote>(again).size(), std::size_t(2));
        QVERIFY(sent<PreVote>(again).front().nonce != nonce);
    }

    void c2AsksAgainInTurn()
    {
        ElectionByHand hand(second());
        settle(hand, {"n1", "n3"});
        const Effects effects = hand.wakeUntil(hand.timing.promise + hand.timing.stagger);
        const Duration asked = hand.now();
        const std::uint64_t nonce = sentTo<PreVote>("n1", effects).nonce;
        hand.status(life("n1"));
        hand.tell(life("n1"), refused(hand, nonce, 50ms));
        QVERIFY(!asks(hand.wakeUntil(asked + 149ms)));
        QVERIFY(asks(hand.wakeUntil(asked + 150ms))); // 50 ms and one turn
    }

    void c2WithoutATimeItTriesAgainAtRandom_data()
    {
        QTest::addColumn<bool>("isAnswered");
        QTest::newRow("nobody answers") << false;
        QTest::newRow("refused for the set, which names no time") << true;
    }

    void c2WithoutATimeItTriesAgainAtRandom()
    {
        QFETCH(bool, isAnswered);
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Duration asked = hand.now();
        if (isAnswered) {
            hand.tell(life("n2"), refused(hand, nonce, 0ms, Refusal::OlderSet));
            hand.tell(life("n3"), refused(hand, nonce, 0ms, Refusal::NotAVoter));
        }
        const Duration end = asked + 100ms; // max(2 rtt, H/2)
        const Duration soonest = end + hand.timing.stagger / 2;
        QVERIFY(!asks(hand.wakeUntil(soonest - 1ms)));
        hand.status(life("n2"));
        QVERIFY(asks(hand.wakeUntil(soonest + hand.timing.stagger)));
    }

    void c2NewReleaseIsANewTurn()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        const Duration asked = hand.now();
        hand.tell(life("n2"), refused(hand, nonce, 1s));
        hand.tell(life("n3"), refused(hand, nonce, 1s));
        hand.setNow(asked + 30ms);
        QVERIFY(asks(
            hand.tell(life("n2"), Released{Incarnation{44}, kForEver, std::nullopt, hand.set})));
    }

    void c3GivesUpAfterC()
    {
        ElectionByHand hand;
        stand(hand);
        const Duration asked = hand.now();
        QVERIFY(sent<Released>(hand.wakeUntil(asked + hand.timing.campaign - 1ms)).empty());
        const Effects lost = hand.wakeUntil(asked + hand.timing.campaign);
        const Released released = sentTo<Released>("n2", lost);
        QCOMPARE(released.incarnation, hand.self.incarnation);
        QCOMPARE(released.upTo, Term{6});
        QVERIFY(!released.successor);
        QVERIFY(!hand.view().promisedTo);
        // A late vote is ignored.
        hand.tell(life("n2"), VoteReply{Term{6}, true, {}, hand.set});
        hand.tell(life("n3"), VoteReply{Term{6}, true, {}, hand.set});
        QVERIFY(hand.view().role != Role::Master);
    }

    void c3TheVoteAtTheLastMomentComesTooLate()
    {
        ElectionByHand hand;
        stand(hand);
        hand.setNow(hand.now() + hand.timing.campaign);
        // T2: the deadline that has passed comes before the vote.
        const Effects effects = hand.tell(life("n2"), VoteReply{Term{6}, true, {}, hand.set});
        QVERIFY(hand.view().role != Role::Master);
        QCOMPARE(sentTo<Released>("n2", effects).upTo, Term{6});
    }

    void c3VotesOfOtherTermsDoNotCount()
    {
        ElectionByHand hand;
        stand(hand);
        hand.tell(life("n2"), VoteReply{Term{5}, true, {}, hand.set});
        hand.step(Received{life("n2"), Incarnation{99}, VoteReply{Term{6}, true, {}, hand.set}});
        QCOMPARE(hand.view().role, Role::Candidate);
    }

    void c3AcceptedHeartbeatEndsIt()
    {
        ElectionByHand hand;
        stand(hand);
        const Effects lower = hand.heartbeat(life("n3"), Term{5});
        QVERIFY(!sentTo<HeartbeatAck>("n3", lower).ok);
        QCOMPARE(hand.view().role, Role::Candidate);

        Effects accepted = hand.heartbeat(life("n3"), Term{6});
        QCOMPARE(sentTo<Released>("n2", accepted).upTo, Term{6});
        QVERIFY(sentTo<HeartbeatAck>("n3", accepted).ok);
        QVERIFY(hand.view().promisedTo == life("n3"));
        hand.tell(life("n2"), VoteReply{Term{6}, true, {}, hand.set});
        QCOMPARE(hand.view().role, Role::Follower);
    }

    void c3NewerSetEndsItEvenBeforeTheWrite()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = startAsking(hand);
        hand.tell(life("n2"), granted(hand, nonce));
        NodeStatus status;
        status.term = Term{5};
        status.set = voterSet({Term{4}, 1}, voters({"n1", "n2", "n3", "n4"}));
        hand.tell(life("n3"), status);
        QVERIFY(hand.view().role != Role::Candidate);
        const Effects written = hand.persisted();
        QCOMPARE(sentTo<Released>("n2", written).upTo, Term{6});
        QVERIFY(sent<RequestVote>(written).empty());
        QCOMPARE(hand.view().set->size(), std::size_t(4));
    }

    void c3CandidateGrantsNothing()
    {
        ElectionByHand hand;
        stand(hand);
        QCOMPARE(verdict(sentTo<VoteReply>(
                     "n3", hand.tell(life("n3"), RequestVote{Term{9}, std::nullopt, hand.set}))),
            QByteArray("engaged"));
        QCOMPARE(verdict(sentTo<PreVoteReply>(
                     "n3", hand.tell(life("n3"), PreVote{4, std::nullopt, hand.set}))),
            QByteArray("engaged"));
    }

    void c3NeverVotesTwiceInTheTermItLost()
    {
        ElectionByHand hand;
        stand(hand);
        hand.wakeUntil(hand.now() + hand.timing.campaign);
        QCOMPARE(verdict(sentTo<VoteReply>(
                     "n3", hand.tell(life("n3"), RequestVote{Term{6}, std::nullopt, hand.set}))),
            QByteArray("voted"));
    }

    void c4NobodyCampaignsInAPause()
    {
        ElectionByHand hand;
        hand.step(PauseChanged{true});
        settle(hand);
        QVERIFY(!asks(hand.wakeUntil(hand.now() + 300ms)));
        hand.status(life("n2"));
        QVERIFY(hand.view().isPaused);
        QVERIFY(asks(hand.step(PauseChanged{false})));
        QVERIFY(!asks(hand.step(PauseChanged{true})));
        QCOMPARE(hand.view().role, Role::Follower);
    }

    void c4APauseEndsACandidacy()
    {
        ElectionByHand hand;
        stand(hand);
        QCOMPARE(sentTo<Released>("n2", hand.step(PauseChanged{true})).upTo, Term{6});
    }

    void loneVoterElectsItself()
    {
        ElectionByHand::Setup setup;
        setup.set = voters({"n1"});
        ElectionByHand hand(setup);
        settle(hand, {});
        hand.step(Timeout{});
        QVERIFY(hasCommand(hand.persisted(), ServiceCommand::Kind::Prepare));
        QCOMPARE(hand.view().token, Term{6});
    }
};

QTEST_GUILESS_MAIN(TestElectionEngineCandidate)
#include "tst_election_engine_candidate.moc"
