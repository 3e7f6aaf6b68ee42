// What does a machine do from the moment it wins until everything has stopped (M1-M6, V4a, G2)?

#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

using Kind = ServiceCommand::Kind;

/// n1 is active with term 6; its request left at 1250 ms, so without an acknowledgement it fences
/// at 1950.
constexpr Duration kAsked = 1250ms;
constexpr Duration kFenceAt = kAsked + 700ms;

HeartbeatAck ack(const ElectionByHand &hand, const Heartbeat &heartbeat)
{
    return {heartbeat.term, heartbeat.seq, true, hand.set};
}

/// The next heartbeat that is sent, with the time set to then.
Heartbeat nextHeartbeat(ElectionByHand &hand)
{
    while (hand.now() < 60s) {
        hand.setNow(std::max(hand.now(), hand.wakeAt() - hand.at(0ms)));
        const std::vector<Heartbeat> beats = sent<Heartbeat>(hand.step(Timeout{}));
        if (!beats.empty())
            return beats.front();
    }
    QTest::qFail("no heartbeat", __FILE__, __LINE__);
    return {};
}

/// The lease of 6 is renewed by n2, who is heard and eligible, until @p sinceStart.
void holdUntil(ElectionByHand &hand, Duration sinceStart)
{
    while (hand.now() < sinceStart) {
        const Heartbeat beat = nextHeartbeat(hand);
        hand.tell(life("n2"), ack(hand, beat));
        hand.status(life("n2"));
    }
}

HandOverAsked switchover(std::optional<NodeId> to = {})
{
    HandOverAsked asked;
    asked.request = 12;
    asked.to = std::move(to);
    asked.byPerson = true;
    return asked;
}

QByteArray answerOf(const Effects &effects)
{
    if (effects.answers.size() != 1)
        return "no answer";
    const Answer &answer = effects.answers.front();
    return answer.accepted ? QByteArray("accepted") : QByteArray::fromStdString(answer.why);
}

} // namespace

class TestElectionEngineMaster : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // ---- M1, M2

    void m2WinnerHasTheGuardReadyBeforeAnythingStarts()
    {
        ElectionByHand hand;
        const std::uint64_t nonce = [&] {
            settle(hand);
            return sentTo<PreVote>("n2", hand.step(Timeout{})).nonce;
        }();
        hand.tell(life("n2"), PreVoteReply{nonce, Term{5}, true, {}, {}, hand.set});
        hand.persisted();
        hand.setNow(kAsked + 40ms);
        const Effects won = hand.tell(life("n2"), VoteReply{Term{6}, true, {}, hand.set});
        QVERIFY(hasCommand(won, Kind::Prepare));
        QVERIFY(!hasCommand(won, Kind::Start));
        // M1: from the time of sending its requests, not of the vote.
        QCOMPARE(won.service.front().deadline, hand.at(kAsked + hand.timing.lease));
        QCOMPARE(won.service.front().token, Term{6});
        QCOMPARE(sent<Heartbeat>(won).size(), std::size_t(2));
        QCOMPARE(sent<Heartbeat>(won).front().term, Term{6});
        QVERIFY(hasNotice(won, "master-elected"));

        QVERIFY(!hasCommand(hand.step(GuardReady{Term{5}}), Kind::Start));
        QVERIFY(hasCommand(hand.step(GuardReady{Term{6}}), Kind::Start));
        QVERIFY(!hasCommand(hand.step(GuardReady{Term{6}}), Kind::Start));
        hand.step(ServiceStarted{Term{5}});
        QCOMPARE(hand.view().phase, Phase::Starting);
        QVERIFY(hasNotice(hand.step(ServiceStarted{Term{6}}), "active"));
    }

    void m2AGuardThatIsReadyTooLateStartsNothing()
    {
        ElectionByHand hand;
        winElection(hand);
        hand.setNow(kFenceAt);
        const Effects effects = hand.step(GuardReady{Term{6}});
        QVERIFY(!hasCommand(effects, Kind::Start));
        QVERIFY(hasCommand(effects, Kind::Fence));
        QCOMPARE(sentTo<Released>("n2", hand.step(ServiceStopped{Term{6}})).upTo, Term{6});
    }

    void m1RenewsByTheTimeOfSending()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const Heartbeat beat = nextHeartbeat(hand);
        const Duration sentAt = hand.now();
        hand.setNow(sentAt + 190ms);
        const Effects effects = hand.tell(life("n2"), ack(hand, beat));
        QCOMPARE(effects.deadlines.size(), std::size_t(1));
        QCOMPARE(effects.deadlines.front().deadline, hand.at(sentAt + hand.timing.lease));
        QCOMPARE(effects.deadlines.front().token, Term{6});
        // Again, and one for a heartbeat of before: no news.
        QVERIFY(hand.tell(life("n2"), ack(hand, beat)).deadlines.empty());
    }

    void m1WhatIsNoAcknowledgementRenewsNothing_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("a refusal") << 0;
        QTest::newRow("one of another term") << 1;
        QTest::newRow("one of a heartbeat never sent") << 2;
        QTest::newRow("one for a former life") << 3;
        QTest::newRow("one of a machine that does not vote") << 4;
    }

    void m1WhatIsNoAcknowledgementRenewsNothing()
    {
        QFETCH(int, which);
        ElectionByHand hand;
        becomeActive(hand);
        HeartbeatAck reply = ack(hand, nextHeartbeat(hand));
        Life from = life("n2");
        Incarnation asked = hand.self.incarnation;
        if (which == 0)
            reply.ok = false;
        else if (which == 1)
            reply.term = Term{5};
        else if (which == 2)
            reply.seq += 5;
        else if (which == 3)
            asked = Incarnation{99};
        else
            from = life("n7");
        QVERIFY(hand.step(Received{from, asked, reply}).deadlines.empty());
        QCOMPARE(*hand.view().leaseUntil, hand.at(kAsked + hand.timing.lease));
    }

    void m1LateGrantCountsFromTheRequest()
    {
        ElectionByHand::Setup setup;
        setup.set = voters({"n1", "n2", "n3", "n4", "n5"});
        ElectionByHand hand(setup);
        settle(hand, {"n2", "n3", "n4", "n5"});
        const std::uint64_t nonce = sentTo<PreVote>("n2", hand.step(Timeout{})).nonce;
        for (const char *voter : {"n2", "n3"})
            hand.tell(life(voter), PreVoteReply{nonce, Term{5}, true, {}, {}, hand.set});
        hand.persisted();
        for (const char *voter : {"n2", "n3"})
            hand.tell(life(voter), VoteReply{Term{6}, true, {}, hand.set});
        QCOMPARE(hand.view().role, Role::Master);
        const Heartbeat beat = nextHeartbeat(hand);
        QVERIFY(hand.tell(life("n2"), ack(hand, beat)).deadlines.empty());
        hand.tell(life("n4"), VoteReply{Term{6}, true, {}, hand.set});
        QCOMPARE(*hand.view().leaseUntil, hand.at(kAsked + hand.timing.lease));
        QVERIFY(!hand.tell(life("n4"), ack(hand, beat)).deadlines.empty());
    }

    // ---- M3

    void m3FencesAtTheMoment()
    {
        ElectionByHand hand;
        becomeActive(hand);
        QVERIFY(!hasCommand(hand.wakeUntil(kFenceAt - 1ms), Kind::Fence));
        QVERIFY(hand.wakeAt() <= hand.at(kFenceAt));
        const Effects effects = hand.wakeUntil(kFenceAt);
        QVERIFY(hasCommand(effects, Kind::Fence));
        QVERIFY(hasNotice(effects, "fencing"));
    }

    void m3AnAcknowledgementAtTheMomentComesTooLate()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const Heartbeat beat = nextHeartbeat(hand);
        hand.setNow(kFenceAt);
        const Effects effects = hand.tell(life("n2"), ack(hand, beat));
        QVERIFY(hasCommand(effects, Kind::Fence));
        QVERIFY(effects.deadlines.empty());
    }

    void m3ThereIsNoWayBack()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const Heartbeat beat = nextHeartbeat(hand);
        hand.wakeUntil(kFenceAt);
        QVERIFY(hand.tell(life("n2"), ack(hand, beat)).deadlines.empty());
        const Effects later = hand.wakeUntil(kFenceAt + 1s);
        QVERIFY(sent<Heartbeat>(later).empty());
        QCOMPARE(hand.view().phase, Phase::Fencing);
        QVERIFY(sent<Released>(later).empty());
        // Nothing is granted while anything may still run.
        QCOMPARE(verdict(sentTo<PreVoteReply>(
                     "n2", hand.tell(life("n2"), PreVote{4, std::nullopt, hand.set}))),
            QByteArray("engaged"));
    }

    void m3ReleasedWhenAllHasStoppedAndOneTurnLater()
    {
        ElectionByHand hand;
        becomeActive(hand);
        hand.wakeUntil(kFenceAt);
        QVERIFY(hand.step(ServiceStopped{Term{5}}).send.empty());
        hand.status(life("n2"), false);
        const Duration stopped = kFenceAt + 50ms;
        hand.setNow(stopped);
        hand.status(life("n2"), false);
        const Effects effects = hand.step(ServiceStopped{Term{6}});
        const Released released = sentTo<Released>("n2", effects);
        QCOMPARE(released.incarnation, hand.self.incarnation);
        QCOMPARE(released.upTo, Term{6});
        QVERIFY(!released.successor);
        QVERIFY(hasNotice(effects, "inactive"));
        QVERIFY(!hand.view().promisedTo);
        // Rank 0, but one extra turn.
        QVERIFY(sent<PreVote>(hand.wakeUntil(stopped + hand.timing.stagger - 1ms)).empty());
        QVERIFY(!sent<PreVote>(hand.wakeUntil(stopped + hand.timing.stagger)).empty());
    }

    void g4FenceNowIsTheSameWay()
    {
        ElectionByHand hand;
        QVERIFY(hand.step(FenceNow{"the guard is gone"}).service.empty());
        becomeActive(hand);
        QVERIFY(hasCommand(hand.step(FenceNow{"the guard is gone"}), Kind::Fence));
        QVERIFY(hand.step(FenceNow{"the guard is gone"}).service.empty());
    }

    // ---- M4

    void m4HigherNumberRenewsTheMandate()
    {
        ElectionByHand hand;
        becomeActive(hand);
        NodeStatus status;
        status.term = Term{9};
        status.set = hand.set;
        const Effects seen = hand.tell(life("n3"), status);
        QVERIFY(seen.persist);
        QCOMPARE(seen.persist->state.term, Term{10});
        QVERIFY(seen.persist->state.votedFor == hand.self);
        QVERIFY(seen.service.empty());
        // The old term goes on while the disk is slow.
        QCOMPARE(nextHeartbeat(hand).term, Term{6});
        const Effects written = hand.persisted();
        QVERIFY(sent<PreVote>(written).empty());
        const std::vector<RequestVote> requests = sent<RequestVote>(written);
        QCOMPARE(requests.size(), std::size_t(2));
        QCOMPARE(requests.front().term, Term{10});
        // Asked again every H.
        const Heartbeat beat = nextHeartbeat(hand);
        QCOMPARE(beat.term, Term{6});
        hand.tell(life("n2"), ack(hand, beat));
        QCOMPARE(sent<RequestVote>(hand.wakeUntil(hand.now() + hand.timing.heartbeat)).size(),
            std::size_t(2));

        const Effects won = hand.tell(life("n2"), VoteReply{Term{10}, true, {}, hand.set});
        QCOMPARE(sent<Heartbeat>(won).front().term, Term{10});
        QVERIFY(sent<Released>(won).empty());
        QVERIFY(won.service.empty());
        QCOMPARE(hand.view().token, Term{6});
        QCOMPARE(hand.view().phase, Phase::Active);
    }

    void m4NumbersCountInAnyMessageButAHeartbeat_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("a refused heartbeat") << 0;
        QTest::newRow("a request for votes") << 1;
        QTest::newRow("an answer to an old question") << 2;
        QTest::newRow("a refused vote") << 3;
        QTest::newRow("Released") << 4;
        QTest::newRow("an answer of a state file") << 5;
    }

    void m4NumbersCountInAnyMessageButAHeartbeat()
    {
        QFETCH(int, which);
        ElectionByHand hand;
        becomeActive(hand);
        const Message messages[] = {HeartbeatAck{Term{9}, 1, false, hand.set},
            RequestVote{Term{9}, std::nullopt, hand.set},
            PreVoteReply{1, Term{9}, true, {}, {}, hand.set},
            VoteReply{Term{9}, false, Refusal::Promised, hand.set},
            Released{Incarnation{1}, Term{9}, std::nullopt, hand.set},
            RecoverReply{1, Term{9}, true, false, {}, hand.set}};
        hand.tell(life("n3"), messages[which]);
        QCOMPARE(hand.view().term, Term{10});
        QCOMPARE(hand.view().phase, Phase::Active);
    }

    void m4WhatIsNotHigherChangesNothing()
    {
        ElectionByHand hand;
        becomeActive(hand);
        QVERIFY(!hand.tell(life("n3"), HeartbeatAck{Term{6}, 1, false, hand.set}).persist);
        QVERIFY(!hand.tell(life("n3"), Released{Incarnation{1}, kForEver, {}, hand.set}).persist);
        QVERIFY(!hand.step(Received{life("n3"), Incarnation{99},
                               HeartbeatAck{Term{9}, 1, false, hand.set}})
                     .persist); // To a former life
        QCOMPARE(hand.view().term, Term{6});
    }

    void m4HeartbeatOfAHigherTermFences()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const Effects lower = hand.heartbeat(life("n3"), Term{5});
        QVERIFY(!sentTo<HeartbeatAck>("n3", lower).ok);
        const Effects higher = hand.heartbeat(life("n3"), Term{7});
        QVERIFY(hasCommand(higher, Kind::Fence));
        QVERIFY(hasAlarm(higher, "higher-heartbeat"));
        QVERIFY(sent<HeartbeatAck>(higher).empty());
        QCOMPARE(hand.view().term, Term{6});
    }

    void m4RenewalThatFailsEndsInFencing()
    {
        ElectionByHand hand;
        becomeActive(hand);
        hand.tell(life("n3"), HeartbeatAck{Term{9}, 1, false, hand.set});
        hand.persisted();
        const Effects effects = hand.wakeUntil(kFenceAt);
        QVERIFY(hasCommand(effects, Kind::Fence));
        QVERIFY(sent<Released>(effects).empty());
        // A vote that comes now changes nothing any more.
        QVERIFY(sent<Heartbeat>(hand.tell(life("n2"), VoteReply{Term{10}, true, {}, hand.set}))
                    .empty());
        // Up to the highest that it asked votes for.
        QCOMPARE(sentTo<Released>("n2", hand.step(ServiceStopped{Term{6}})).upTo, Term{10});
    }

    void m4RenewalIsRenewedForAStillHigherNumber()
    {
        ElectionByHand hand;
        becomeActive(hand);
        hand.tell(life("n3"), HeartbeatAck{Term{9}, 1, false, hand.set});
        hand.persisted();
        hand.tell(life("n3"), HeartbeatAck{Term{12}, 1, false, hand.set});
        hand.persisted();
        hand.tell(life("n2"), VoteReply{Term{10}, true, {}, hand.set});
        QVERIFY(sent<Heartbeat>(hand.tell(life("n2"), VoteReply{Term{13}, true, {}, hand.set}))
                    .front()
                    .term
            == Term{13});
    }

    void v1EngagedMachineGrantsNothing()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const PreVoteReply reply
            = sentTo<PreVoteReply>("n3", hand.tell(life("n3"), PreVote{4, std::nullopt, hand.set}));
        QCOMPARE(verdict(reply), QByteArray("engaged"));
        QCOMPARE(reply.freeIn, hand.timing.lease); // Until q + L
        QCOMPARE(verdict(sentTo<VoteReply>(
                     "n3", hand.tell(life("n3"), RequestVote{Term{6}, std::nullopt, hand.set}))),
            QByteArray("engaged"));
    }

    // ---- M5, M6

    void m5StopsWhileTheLeaseIsRenewedThenNamesTheSuccessor()
    {
        ElectionByHand hand;
        becomeActive(hand);
        holdUntil(hand, 1700ms);
        const Effects asked = hand.step(switchover(NodeId{"n2"}));
        QCOMPARE(answerOf(asked), QByteArray("accepted"));
        QCOMPARE(asked.answers.front().request, std::uint64_t(12));
        QVERIFY(hasCommand(asked, Kind::Stop));
        QVERIFY(sent<Released>(asked).empty());
        // However long the drivers take.
        holdUntil(hand, 8s);
        QCOMPARE(hand.view().phase, Phase::Stopping);
        const Effects stopped = hand.step(ServiceStopped{Term{6}});
        const Released released = sentTo<Released>("n3", stopped);
        QCOMPARE(released.upTo, Term{6});
        QVERIFY(released.successor == NodeId{"n2"});
        QVERIFY(sent<Heartbeat>(stopped).empty());
        // M6: the former master too lets two turns pass, and its rank.
        hand.status(life("n2"), false);
        const Duration end = hand.now();
        QVERIFY(sent<PreVote>(hand.wakeUntil(end + 199ms)).empty());
        QVERIFY(!sent<PreVote>(hand.wakeUntil(end + 200ms)).empty());
    }

    void m5SuccessorIsTheFirstInOrderWhereNoneWasAskedFor()
    {
        ElectionByHand hand;
        becomeActive(hand);
        holdUntil(hand, 1700ms);
        hand.status(life("n3"), true, 500);
        QCOMPARE(answerOf(hand.step(switchover())), QByteArray("accepted"));
        QVERIFY(
            sentTo<Released>("n2", hand.step(ServiceStopped{Term{6}})).successor == NodeId{"n3"});
    }

    void m5WhoIsNoLongerEligibleIsNotTheSuccessor()
    {
        ElectionByHand hand;
        becomeActive(hand);
        holdUntil(hand, 1700ms);
        hand.status(life("n3"));
        hand.step(switchover(NodeId{"n3"}));
        hand.status(life("n3"), false);
        QVERIFY(
            sentTo<Released>("n2", hand.step(ServiceStopped{Term{6}})).successor == NodeId{"n2"});
        QVERIFY(!sent<Released>(hand.step(ServiceStopped{Term{6}})).size());
    }

    void m5RefusalsSayWhy_data()
    {
        QTest::addColumn<QByteArray>("why");
        QTest::newRow("itself") << QByteArray("n1 is master already");
        QTest::newRow("nobody knows it") << QByteArray("n9 is unknown");
        QTest::newRow("not heard for 2 H") << QByteArray("n3 is not in reach");
        QTest::newRow("not eligible") << QByteArray("n2 is not eligible");
        QTest::newRow("none eligible") << QByteArray("no other eligible machine is in reach");
        QTest::newRow("paused") << QByteArray("the cluster is paused");
        QTest::newRow("twice") << QByteArray("a hand-over is under way already");
        QTest::newRow("fencing") << QByteArray("it is stopping by force already");
    }

    void m5RefusalsSayWhy()
    {
        QFETCH(QByteArray, why);
        ElectionByHand hand;
        becomeActive(hand);
        holdUntil(hand, 1700ms);
        const QByteArray first = why.first(2);
        HandOverAsked asked = switchover();
        if (first == "n1" || first == "n9" || first == "n3" || first == "n2")
            asked.to = NodeId{first.toStdString()};
        if (why.endsWith("eligible") || why.startsWith("no other"))
            hand.status(life("n2"), false);
        if (why.endsWith("paused")) {
            hand.step(PauseChanged{true});
            asked.byPerson = false;
        }
        if (why.contains("under way"))
            hand.step(switchover());
        if (why.contains("by force"))
            hand.step(FenceNow{"a test"});
        const Effects effects = hand.step(asked);
        QCOMPARE(answerOf(effects), why);
        QVERIFY(!hasCommand(effects, Kind::Stop));
    }

    void m5FollowerRefuses()
    {
        ElectionByHand hand;
        settle(hand);
        QCOMPARE(answerOf(hand.step(switchover())),
            QByteArray("this machine is not master, and none is known"));
        hand.heartbeat(life("n3"), Term{5});
        QCOMPARE(
            answerOf(hand.step(switchover())), QByteArray("this machine is not master; n3 is"));
    }

    void m5ShutdownGoesInAnyCaseAndAPersonEvenInAPause()
    {
        ElectionByHand hand;
        becomeActive(hand);
        hand.status(life("n2"), false);
        hand.status(life("n3"), false);
        hand.step(PauseChanged{true});
        HandOverAsked asked;
        asked.reason = HandOverReason::Shutdown;
        asked.byPerson = true;
        QCOMPARE(answerOf(hand.step(asked)), QByteArray("accepted"));
        QVERIFY(!sentTo<Released>("n2", hand.step(ServiceStopped{Term{6}})).successor);
    }

    void m5WhatCannotBeStoppedKeepsTheLease()
    {
        ElectionByHand hand;
        becomeActive(hand);
        holdUntil(hand, 1700ms);
        hand.step(switchover());
        const Effects failed = hand.step(StopFailed{Term{6}});
        QVERIFY(hasAlarm(failed, "stop-failed"));
        QVERIFY(failed.send.empty());
        QVERIFY(!hasAlarm(hand.step(StopFailed{Term{6}}), "stop-failed")); // Once
        holdUntil(hand, 5s);
        QCOMPARE(hand.view().phase, Phase::Stopping);
        QCOMPARE(hand.view().alarms.size(), std::size_t(1));
        // A person got it to stop after all.
        const Effects stopped = hand.step(ServiceStopped{Term{6}});
        QCOMPARE(sentTo<Released>("n2", stopped).upTo, Term{6});
        QVERIFY(hasNotice(stopped, "alarm-cleared"));
    }

    void m5LeaseThatIsLostMeanwhileIsFenced()
    {
        ElectionByHand hand;
        becomeActive(hand);
        hand.step(switchover());
        const Effects effects = hand.wakeUntil(kFenceAt);
        QVERIFY(hasCommand(effects, Kind::Fence));
        QVERIFY(!sentTo<Released>("n2", hand.step(ServiceStopped{Term{6}})).successor);
    }

    void m6TheSuccessorGoesAtOnceTheOthersTwoTurnsLater_data()
    {
        QTest::addColumn<QByteArray>("successor");
        QTest::addColumn<int>("after");
        QTest::newRow("it is the successor") << QByteArray("n2") << 0;
        QTest::newRow("another one is") << QByteArray("n1") << 300; // Rank 1 and two turns
        QTest::newRow("none was named") << QByteArray() << 100;
    }

    void m6TheSuccessorGoesAtOnceTheOthersTwoTurnsLater()
    {
        QFETCH(QByteArray, successor);
        QFETCH(int, after);
        ElectionByHand::Setup setup;
        setup.self = "n2";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n3"});
        hand.heartbeat(life("n3"), Term{5});
        hand.status(life("n1"));
        Released released{Incarnation{1}, Term{5}, std::nullopt, hand.set};
        if (!successor.isEmpty())
            released.successor = NodeId{successor.toStdString()};
        const Duration begin = hand.now();
        Effects effects = hand.tell(life("n3"), released);
        if (after > 0) {
            QVERIFY(sent<PreVote>(hand.wakeUntil(begin + std::chrono::milliseconds(after) - 1ms))
                        .empty());
            effects = hand.wakeUntil(begin + std::chrono::milliseconds(after));
        }
        QCOMPARE(sent<PreVote>(effects).size(), std::size_t(2));
        // It carries the release, so that whoever did not hear of it is freed by the question
        // itself.
        QVERIFY((sent<PreVote>(effects).front().released == ReleasedLife{life("n3"), Term{5}}));
    }

    void m6StatusRepeatsTheReleaseUntilTheNextMandate()
    {
        ElectionByHand hand;
        becomeActive(hand);
        QVERIFY(!sentTo<NodeStatus>("n2", hand.step(PeerUp{life("n2")})).released);
        hand.step(FenceNow{"a test"});
        hand.step(ServiceStopped{Term{6}});
        QVERIFY((sentTo<NodeStatus>("n2", hand.step(PeerUp{life("n2")})).released
            == ReleasedLife{hand.self, Term{6}}));
    }

    // ---- what others ask of a master

    void v4aLeasedOnlyAfterALaterHeartbeatWasAcknowledged()
    {
        ElectionByHand hand;
        becomeActive(hand);
        const Heartbeat before = nextHeartbeat(hand);
        hand.setNow(hand.now() + 10ms);
        QVERIFY(sent<RecoverReply>(hand.tell(life("n3", 2), Recover{31})).empty());
        QVERIFY(sent<RecoverReply>(hand.tell(life("n2"), ack(hand, before))).empty());
        const Heartbeat after = nextHeartbeat(hand);
        const RecoverReply reply
            = sentTo<RecoverReply>("n3", hand.tell(life("n2"), ack(hand, after)));
        QVERIFY(reply.leased);
        QVERIFY(reply.hasFile);
        QCOMPARE(reply.nonce, std::uint64_t(31));
        QCOMPARE(reply.term, Term{6});
        // Answered once.
        QVERIFY(sent<RecoverReply>(hand.tell(life("n2"), ack(hand, nextHeartbeat(hand)))).empty());
    }

    void v4aWhoIsFencingIsNotLeased()
    {
        ElectionByHand hand;
        becomeActive(hand);
        hand.step(FenceNow{"a test"});
        const RecoverReply reply
            = sentTo<RecoverReply>("n3", hand.tell(life("n3", 2), Recover{31}));
        QVERIFY(!reply.leased);
        QVERIFY(reply.hasFile);
    }

    void machinesThatComeBackAreAnnouncedTo()
    {
        ElectionByHand hand;
        becomeActive(hand);
        holdUntil(hand, 3s); // n3 was heard at 1249 ms
        QVERIFY(!hasCommand(hand.status(life("n3")), Kind::Reassert));
        QVERIFY(hasCommand(hand.wakeUntil(hand.now() + hand.timing.heartbeat), Kind::Reassert));
    }
};

QTEST_GUILESS_MAIN(TestElectionEngineMaster)
#include "tst_election_engine_master.moc"
