// How does a machine without a state file learn what it may have promised, and for whom does it
// wait (V4)?

#include "election/recovery.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

constexpr std::uint64_t kFirst = 1000;
const NodeId kSelf{"n1"};

WantedChanged file(std::initializer_list<const char *> others = {"n2", "n3"})
{
    WantedChanged wanted;
    std::vector<Member> members{{kSelf}};
    for (const char *id : others) {
        wanted.others.push_back(NodeId{id});
        members.push_back({NodeId{id}});
    }
    wanted.wanted = std::move(members);
    return wanted;
}

SharedVoterSet threeOf(std::uint64_t term, std::uint64_t n = 1)
{
    return voterSet({Term{term}, n}, voters({"n1", "n2", "n3"}));
}

RecoverReply withFile(
    std::uint64_t term, SharedVoterSet set = threeOf(4), std::uint64_t nonce = kFirst)
{
    return {nonce, Term{term}, true, false, file().wanted, std::move(set)};
}

RecoverReply withoutFile(std::uint64_t nonce = kFirst)
{
    return {nonce, Term{}, false, false, file().wanted, {}};
}

Recovery asking()
{
    Recovery recovery(kFirst);
    (void)recovery.nextQuestion();
    return recovery;
}

/// "7 4.1": term and epoch of what would be stored; "nothing yet".
QByteArray outcomeOf(const Recovery &recovery, const WantedChanged &wanted = file())
{
    const std::optional<Recovery::Outcome> outcome = recovery.outcome(wanted, kSelf);
    if (!outcome)
        return "nothing yet";
    const Epoch epoch = outcome->state.set->epoch();
    return QByteArray::number(qulonglong(outcome->state.term.value())) + ' '
        + QByteArray::number(qulonglong(epoch.term.value())) + '.'
        + QByteArray::number(qulonglong(epoch.n)) + (outcome->state.votedFor ? " voted" : "");
}

QByteArray waitsFor(const Recovery &recovery, const WantedChanged &wanted = file())
{
    QByteArray text;
    for (const NodeId &id : recovery.waitingFor(wanted, kSelf))
        text += QByteArray::fromStdString(id.value()) + ' ';
    return text.trimmed();
}

bool asks(const Effects &effects)
{
    return !sent<Recover>(effects).empty();
}

ElectionByHand::Setup amnesiac()
{
    ElectionByHand::Setup setup;
    setup.hasFile = false;
    return setup;
}

/// The nonce of the last question to n2.
std::uint64_t nonceOf(const Effects &effects)
{
    const std::vector<Recover> questions = sent<Recover>(effects);
    return questions.empty() ? 0 : questions.back().nonce;
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void v4aAMasterWithALeaseIsEnough()
    {
        Recovery recovery = asking();
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        RecoverReply reply = withFile(7);
        reply.leased = true;
        recovery.noteAnswer(NodeId{"n2"}, reply);
        QCOMPARE(outcomeOf(recovery), QByteArray("7 4.1"));
    }

    void v4aStoresTheHighestTermAndNewestSetOfAllAnswers()
    {
        Recovery recovery = asking();
        recovery.noteAnswer(NodeId{"n3"}, withFile(9, threeOf(3, 8)));
        RecoverReply reply = withFile(7);
        reply.leased = true;
        recovery.noteAnswer(NodeId{"n2"}, reply);
        QCOMPARE(outcomeOf(recovery), QByteArray("9 4.1"));
    }

    void v4bNeedsEveryOtherMachineWithAFile()
    {
        Recovery recovery = asking();
        recovery.noteAnswer(NodeId{"n2"}, withFile(7));
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(waitsFor(recovery), QByteArray("n3"));
        recovery.noteAnswer(NodeId{"n3"}, withoutFile());
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(waitsFor(recovery), QByteArray("n3"));
        recovery.noteAnswer(NodeId{"n3"}, withFile(8, threeOf(4, 2)));
        QCOMPARE(outcomeOf(recovery), QByteArray("8 4.2"));
        QCOMPARE(waitsFor(recovery), QByteArray());
    }

    void v4bAsksTheMachinesOfEverySetItHearsOf()
    {
        Recovery recovery = asking();
        recovery.noteSet(voterSet({Term{5}, 1}, voters({"n1", "n2", "n3", "n4"})));
        recovery.noteAnswer(NodeId{"n2"}, withFile(7));
        recovery.noteAnswer(NodeId{"n3"}, withFile(7));
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(waitsFor(recovery), QByteArray("n4"));
        recovery.noteAnswer(NodeId{"n4"}, withFile(7));
        QCOMPARE(outcomeOf(recovery), QByteArray("7 5.1"));
    }

    void v4bAnUnknownMachineOfTheFileCouldKnowMore()
    {
        Recovery recovery = asking();
        WantedChanged incomplete = file();
        incomplete.complete = false;
        recovery.noteAnswer(NodeId{"n2"}, withFile(7));
        recovery.noteAnswer(NodeId{"n3"}, withFile(7));
        QCOMPARE(outcomeOf(recovery, incomplete), QByteArray("nothing yet"));
    }

    void v4cFirstStartOfAllTogether()
    {
        Recovery recovery = asking();
        recovery.noteAnswer(NodeId{"n2"}, withoutFile());
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(waitsFor(recovery), QByteArray("n3"));
        // One of them has concluded already and stored term 0.
        recovery.noteAnswer(NodeId{"n3"}, withFile(0, voterSet({}, voters({"n1", "n2", "n3"}))));
        QCOMPARE(outcomeOf(recovery), QByteArray("0 0.0"));
    }

    void v4cNotWhenSomebodyHasVoted()
    {
        Recovery recovery = asking();
        recovery.noteAnswer(NodeId{"n2"}, withoutFile());
        recovery.noteAnswer(NodeId{"n3"}, withFile(1));
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(waitsFor(recovery), QByteArray("n2"));
    }

    void v4cNotWhenTheFilesNameDifferentMachines()
    {
        Recovery recovery = asking();
        RecoverReply other = withoutFile();
        other.wanted = voters({"n1", "n2"});
        recovery.noteAnswer(NodeId{"n2"}, other);
        recovery.noteAnswer(NodeId{"n3"}, withoutFile());
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(waitsFor(recovery), QByteArray("n2"));
        // Nor when another one does not know all ids yet.
        other.wanted = {};
        recovery.noteAnswer(NodeId{"n2"}, other);
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        recovery.noteAnswer(NodeId{"n2"}, withoutFile());
        QCOMPARE(outcomeOf(recovery), QByteArray("0 0.0"));
    }

    void v4cLoneMachineWaitsForNobody()
    {
        const Recovery recovery = asking();
        QCOMPARE(outcomeOf(recovery, file({})), QByteArray("0 0.0"));
    }

    void onlyAnswersToItsQuestionsCount()
    {
        Recovery recovery(kFirst);
        RecoverReply reply = withFile(7);
        reply.leased = true;
        recovery.noteAnswer(NodeId{"n2"}, reply); // Nothing was asked yet
        QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        QCOMPARE(recovery.nextQuestion().nonce, kFirst);
        for (const std::uint64_t nonce : {kFirst - 1, kFirst + 1, std::uint64_t(0)}) {
            reply.nonce = nonce;
            recovery.noteAnswer(NodeId{"n2"}, reply);
            QCOMPARE(outcomeOf(recovery), QByteArray("nothing yet"));
        }
        QCOMPARE(recovery.nextQuestion().nonce, kFirst + 1);
        reply.nonce = kFirst; // Any of its questions
        recovery.noteAnswer(NodeId{"n2"}, reply);
        QCOMPARE(outcomeOf(recovery), QByteArray("7 4.1"));
    }

    void adoptedMachinesNeedNotAnswer()
    {
        Recovery recovery = asking();
        recovery.noteAnswer(NodeId{"n2"}, withFile(7));
        recovery.adopt({NodeId{"n3"}});
        QCOMPARE(waitsFor(recovery), QByteArray());
        QCOMPARE(outcomeOf(recovery), QByteArray("7 4.1"));
    }

    // ---- the engine around it

    void machineWithoutAFileSaysNothingButThat()
    {
        ElectionByHand hand(amnesiac());
        hand.wakeUntil(100ms);
        QVERIFY(hand.view().isRecovering);
        QVERIFY(hand.heartbeat(life("n2"), Term{5}).send.empty());
        const PreVoteReply preVote
            = sentTo<PreVoteReply>("n2", hand.tell(life("n2"), PreVote{4, std::nullopt, hand.set}));
        QCOMPARE(verdict(preVote), QByteArray("amnesia"));
        QCOMPARE(preVote.freeIn, hand.timing.promise - 100ms);
        QCOMPARE(verdict(sentTo<VoteReply>(
                     "n2", hand.tell(life("n2"), RequestVote{Term{6}, std::nullopt, hand.set}))),
            QByteArray("amnesia"));
        const RecoverReply reply = sentTo<RecoverReply>("n2", hand.tell(life("n2"), Recover{8}));
        QVERIFY(!reply.hasFile);
        QVERIFY(!reply.leased);
        QVERIFY(!reply.set);
        QVERIFY(bool(reply.wanted));
        QCOMPARE(reply.nonce, std::uint64_t(8));
    }

    void asksOnlyAfterItsStartAndEveryH()
    {
        ElectionByHand hand(amnesiac());
        QVERIFY(!asks(hand.wakeUntil(hand.timing.promise - 1ms)));
        const std::uint64_t first = nonceOf(hand.wakeUntil(hand.timing.promise));
        QVERIFY(first != 0);
        QVERIFY(!asks(hand.wakeUntil(hand.timing.promise + 199ms)));
        const Effects again = hand.wakeUntil(hand.timing.promise + 200ms);
        QCOMPARE(nonceOf(again), first + 1);
        QVERIFY(hasAlarm(again, "recovering"));
        QCOMPARE(hand.view().waitingFor.size(), std::size_t(2));
    }

    void theAlarmSaysForWhomItWaitsAndWhatHelps_data()
    {
        QTest::addColumn<QByteArray>("others"); ///< Met, and silent
        QTest::addColumn<QByteArray>("unmet");
        QTest::addColumn<QByteArray>("says");
        QTest::addColumn<QByteArray>("helps");
        QTest::newRow("silent") << QByteArray("n2") << QByteArray() << QByteArray("answer of n2 ->")
                                << QByteArray("clustd adopt");
        QTest::newRow("never met") << QByteArray() << QByteArray("ws://a:1")
                                   << QByteArray("state file, never met: ws://a:1 ->")
                                   << QByteArray("take it out of cluster.machines");
        QTest::newRow("both") << QByteArray("n2") << QByteArray("ws://a:1")
                              << QByteArray("answer of n2, and never met: ws://a:1 ->")
                              << QByteArray("take it out of cluster.machines");
        QTest::newRow("a contradiction") << QByteArray() << QByteArray()
                                         << QByteArray("contradict each other ->") << QByteArray();
    }

    void theAlarmSaysForWhomItWaitsAndWhatHelps()
    {
        QFETCH(QByteArray, others);
        QFETCH(QByteArray, unmet);
        QFETCH(QByteArray, says);
        QFETCH(QByteArray, helps);
        ElectionByHand hand(amnesiac());
        WantedChanged wanted;
        wanted.complete = false;
        if (!others.isEmpty())
            wanted.others.push_back(NodeId{others.toStdString()});
        if (!unmet.isEmpty())
            wanted.unmet.push_back(unmet.toStdString());
        hand.step(wanted);
        const Effects effects = hand.wakeUntil(hand.timing.promise + 200ms);
        QVERIFY(hasAlarm(effects, "recovering"));
        const auto alarm = std::find_if(effects.notices.begin(), effects.notices.end(),
            [](const Notice &notice) { return notice.code == "recovering"; });
        const QByteArray text = QByteArray::fromStdString(alarm->text);
        QVERIFY2(text.contains(says), text.constData());
        QVERIFY2(text.contains(helps), text.constData());
    }

    void answersThatCameTooEarlyDoNotCount()
    {
        ElectionByHand hand(amnesiac());
        hand.wakeUntil(300ms);
        // Whatever nonce: it has asked nothing.
        for (std::uint64_t nonce = 0; nonce < 3; ++nonce)
            hand.tell(life("n2"), RecoverReply{nonce, Term{7}, true, true, {}, hand.set});
        QVERIFY(hand.view().isRecovering);
    }

    void storesBeforeItSpeaks()
    {
        ElectionByHand hand(amnesiac());
        const std::uint64_t nonce = nonceOf(hand.wakeUntil(hand.timing.promise));
        const Effects effects = hand.tell(
            life("n2"), RecoverReply{nonce, Term{7}, true, true, hand.set->members(), hand.set});
        QVERIFY(effects.persist);
        QCOMPARE(effects.persist->state.term, Term{7});
        QVERIFY(!effects.persist->state.votedFor);
        QCOMPARE(effects.persist->state.set, hand.set);
        QVERIFY(!hand.view().isRecovering);
        // It acknowledges, once that is on disk.
        QVERIFY(sent<HeartbeatAck>(hand.heartbeat(life("n2"), Term{7})).empty());
        QVERIFY(sentTo<HeartbeatAck>("n2", hand.persisted()).ok);
    }

    void firstStartLetsTheOrderDecide()
    {
        ElectionByHand::Setup setup = amnesiac();
        setup.epoch = {};
        ElectionByHand hand(setup);
        const std::uint64_t nonce = nonceOf(hand.wakeUntil(hand.timing.promise));
        const RecoverReply none{nonce, Term{}, false, false, hand.set->members(), {}};
        hand.tell(life("n2"), none);
        const Effects effects = hand.tell(life("n3"), none);
        QVERIFY(effects.persist && effects.persist->state.term == Term{});
        QCOMPARE(effects.persist->state.set->epoch(), Epoch{});
        hand.persisted();
        hand.status(life("n2"));
        hand.status(life("n3"));
        // Not before all know that all may stand.
        const Duration from = hand.now() + 2 * hand.timing.heartbeat + hand.timing.rtt;
        QVERIFY(sent<PreVote>(hand.wakeUntil(from - 1ms)).empty());
        QCOMPARE(sent<PreVote>(hand.wakeUntil(from)).size(), std::size_t(2));
    }

    void aPersonCanEndTheWait()
    {
        ElectionByHand hand(amnesiac());
        const std::uint64_t nonce = nonceOf(hand.wakeUntil(hand.timing.promise));
        hand.tell(
            life("n2"), RecoverReply{nonce, Term{7}, true, false, hand.set->members(), hand.set});
        QVERIFY(hand.view().isRecovering);
        QVERIFY(hand.step(Adopted{{NodeId{"n3"}}}).persist);
        QVERIFY(!hand.view().isRecovering);
        QVERIFY(!hand.step(Adopted{{NodeId{"n3"}}}).persist);
    }

    void machineWithAFileAnswersAndNeverAsks()
    {
        ElectionByHand hand;
        settle(hand);
        const RecoverReply reply = sentTo<RecoverReply>("n3", hand.tell(life("n3", 2), Recover{8}));
        QVERIFY(reply.hasFile);
        QVERIFY(!reply.leased);
        QCOMPARE(reply.term, Term{5});
        QCOMPARE(reply.set, hand.set);
        QVERIFY(!asks(hand.wakeUntil(4s)));
    }
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
