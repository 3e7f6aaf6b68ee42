// Does the voter set change one machine at a time, through a master that keeps its lease (S1-S4)?

#include "election/set_change.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

using Kind = ServiceCommand::Kind;

QByteArray idsOf(const std::vector<Member> &members)
{
    const VoterSet sorted({}, members);
    QByteArray text;
    for (const Member &member : sorted.members())
        text += QByteArray::fromStdString(member.id.value()) + (member.isWitness ? "w " : " ");
    return text.trimmed();
}

QByteArray steps(const std::vector<Member> &present, const std::vector<Member> &wanted)
{
    QByteArray text;
    for (const SetStep &step : nextSteps(present, wanted, NodeId{"n1"}))
        text += (text.isEmpty() ? "" : "; ") + QByteArray::fromStdString(step.what);
    return text;
}

/// n1 is master of {n1, n2, n3} with term 6; what the others want is said by their status.
class Changing
{
public:
    explicit Changing(std::vector<Member> wanted)
        : m_wanted(std::move(wanted))
    {
        becomeActive(hand);
        for (const Member &member : m_wanted) {
            if (member.id.value() != "n1")
                answering.push_back(member.id.value());
        }
        if (std::find(answering.begin(), answering.end(), "n2") == answering.end())
            answering.push_back("n2");
        if (std::find(answering.begin(), answering.end(), "n3") == answering.end())
            answering.push_back("n3");
    }

    /// One heartbeat interval: everyone that answers says what it wants and acknowledges, holding
    /// the newest set that it was sent.
    Effects beat()
    {
        Effects all = hand.wakeUntil(hand.now() + hand.timing.heartbeat);
        std::vector<Heartbeat> beats = sent<Heartbeat>(all);
        for (const std::string &id : answering) {
            NodeStatus status;
            status.term = hand.view().term;
            status.eligible = true;
            status.wanted = m_wanted;
            status.state = "follower";
            status.set = hand.set;
            ElectionByHand::add(all, hand.tell(life(id.c_str()), status));
            if (!beats.empty()) {
                const Heartbeat &last = beats.back();
                ElectionByHand::add(all,
                    hand.tell(life(id.c_str()),
                        HeartbeatAck{last.term, last.seq, true, isHolding ? last.set : hand.set}));
            }
        }
        return all;
    }

    /// Beats until a set was issued (it is not yet on disk), at most a few times.
    QByteArray issued()
    {
        for (int i = 0; i < 5; ++i) {
            const Effects effects = beat();
            if (effects.persist) {
                const VoterSet &set = *effects.persist->state.set;
                return QByteArray::number(qulonglong(set.epoch().term.value())) + '.'
                    + QByteArray::number(qulonglong(set.epoch().n)) + ' ' + idsOf(set.members());
            }
        }
        return "nothing";
    }

    ElectionByHand hand;
    std::vector<std::string> answering;
    bool isHolding = true;

private:
    std::vector<Member> m_wanted;
};

} // namespace

class TestSetChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void additionsComeBeforeRemovals()
    {
        QCOMPARE(steps(voters({"n1", "n2", "n3"}), voters({"n1", "n2", "n4"})),
            QByteArray("add n4; remove n3"));
        QCOMPARE(steps(voters({"n1", "n2"}), {{NodeId{"n1"}}, {NodeId{"n2"}, true}}),
            QByteArray("make n2 a witness"));
        QCOMPARE(steps({{NodeId{"n1"}}, {NodeId{"n2"}, true}}, voters({"n1", "n2"})),
            QByteArray("make n2 a voter"));
        QCOMPARE(steps(voters({"n1"}), voters({"n1"})), QByteArray());
    }

    void masterIsNeverRemovedByItself()
    {
        QCOMPARE(steps(voters({"n1", "n2", "n3"}), voters({"n2", "n3"})), QByteArray());
        QCOMPARE(steps(voters({"n1", "n2"}), {{NodeId{"n1"}, true}, {NodeId{"n2"}}}), QByteArray());
        QVERIFY(wouldUnseat(voters({"n1", "n2"}), voters({"n2"}), NodeId{"n1"}));
        QVERIFY(wouldUnseat(voters({"n1", "n2"}), {{NodeId{"n1"}, true}}, NodeId{"n1"}));
        QVERIFY(!wouldUnseat(voters({"n1", "n2"}), voters({"n1"}), NodeId{"n1"}));
        QVERIFY(!wouldUnseat(voters({"n2"}), voters({"n2"}), NodeId{"n1"})); // A standby
    }

    void refusalSaysWho_data()
    {
        QTest::addColumn<QByteArray>("heard");
        QTest::addColumn<QByteArray>("against");
        QTest::addColumn<QByteArray>("refusal");
        QTest::newRow("all agree") << QByteArray("n1 n2 n3 n4") << QByteArray() << QByteArray();
        QTest::newRow("one of the present set does not")
            << QByteArray("n1 n2 n3 n4") << QByteArray("n3") << QByteArray("n3 wants another set");
        QTest::newRow("one of the wanted set does not")
            << QByteArray("n1 n2 n3 n4") << QByteArray("n4") << QByteArray("n4 wants another set");
        QTest::newRow("who is not heard is not asked")
            << QByteArray("n1 n2 n4") << QByteArray("n3") << QByteArray();
        QTest::newRow("no majority of the present set") << QByteArray(
            "n1 n4") << QByteArray() << QByteArray("no majority of the present set is heard");
        QTest::newRow("no majority of the wanted set") << QByteArray(
            "n1 n3") << QByteArray() << QByteArray("no majority of the wanted set is heard");
    }

    /// From {n1, n2, n3} to {n1, n2, n4}.
    void refusalSaysWho()
    {
        QFETCH(QByteArray, heard);
        QFETCH(QByteArray, against);
        const std::vector<Member> wanted = voters({"n1", "n2", "n4"});
        const std::vector<Member> present = voters({"n1", "n2", "n3"});
        const std::optional<std::string> refusal = changeRefusal(
            VoterSet({}, present), wanted,
            [&](const NodeId &id) { return heard.contains(id.value().c_str()); },
            [&](const NodeId &id) { return id.value().c_str() == against ? nullptr : &wanted; });
        QTEST(QByteArray::fromStdString(refusal.value_or("")), "refusal");
    }

    // ---- the engine around it

    void s1NewerSetIsTakenOverBeforeItIsActedOn()
    {
        ElectionByHand::Setup setup;
        setup.self = "n3";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2"});
        const SharedVoterSet newer = voterSet({Term{4}, 0}, voters({"n1", "n2", "n3", "n4"}));
        const Effects effects = hand.tell(life("n1"), RequestVote{Term{6}, std::nullopt, newer});
        QVERIFY(effects.persist && effects.persist->state.set == newer);
        QVERIFY(effects.send.empty());
        const VoteReply reply = sentTo<VoteReply>("n1", hand.persisted());
        QCOMPARE(verdict(reply), QByteArray("granted"));
        QCOMPARE(reply.set, newer);
    }

    void s1NoVoteForAnOlderSet_data()
    {
        QTest::addColumn<quint64>("term");
        QTest::addColumn<quint64>("n");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("an older n") << quint64(3) << quint64(0) << QByteArray("older-set");
        QTest::newRow("an older term, a higher n")
            << quint64(2) << quint64(9) << QByteArray("older-set");
        QTest::newRow("the same") << quint64(3) << quint64(1) << QByteArray("granted");
    }

    void s1NoVoteForAnOlderSet()
    {
        QFETCH(quint64, term);
        QFETCH(quint64, n);
        ElectionByHand::Setup setup;
        setup.self = "n3";
        ElectionByHand hand(setup);
        settle(hand, {"n1", "n2"});
        const SharedVoterSet theirs = voterSet({Term{term}, n}, voters({"n1", "n2", "n3"}));
        const PreVoteReply reply
            = sentTo<PreVoteReply>("n1", hand.tell(life("n1"), PreVote{4, std::nullopt, theirs}));
        QTEST(verdict(reply), "answer");
        if (!reply.granted)
            QCOMPARE(reply.freeIn, Duration(0)); // It names no time
        QCOMPARE(hand.view().set, hand.set);
        QCOMPARE(verdict(sentTo<PreVoteReply>(
                     "n2", hand.tell(life("n2"), PreVote{4, std::nullopt, nullptr}))),
            QByteArray("older-set"));
    }

    void s1EngagedMachineOnlyMakesSets()
    {
        ElectionByHand hand;
        becomeActive(hand);
        NodeStatus status;
        status.term = Term{6};
        status.set = voterSet({Term{5}, 7}, voters({"n2", "n3"}));
        QVERIFY(!hand.tell(life("n2"), status).persist);
        QCOMPARE(hand.view().set, hand.set);
        QCOMPARE(hand.view().phase, Phase::Active);
    }

    void s1HeartbeatsCarryOnlyWhatIsHeld()
    {
        Changing change(voters({"n1", "n2", "n3", "n4"}));
        change.hand.step(change.hand.wants(voters({"n1", "n2", "n3", "n4"})));
        QVERIFY(change.issued() != "nothing");
        const Effects effects = change.beat();
        QCOMPARE(sent<Heartbeat>(effects).front().set, change.hand.set);
        change.hand.persisted();
        QCOMPARE(sent<Heartbeat>(change.beat()).front().set->epoch(), (Epoch{Term{6}, 2}));
    }

    void s2OneAtATimeEachHeldBeforeTheNext()
    {
        const std::vector<Member> wanted = voters({"n1", "n2", "n4", "n5"});
        Changing change(wanted);
        QCOMPARE(change.issued(), QByteArray("nothing")); // Its own file names the present set
        change.hand.step(change.hand.wants(wanted));
        // First the present one, under its own term.
        QCOMPARE(change.issued(), QByteArray("6.2 n1 n2 n3"));
        QVERIFY(change.hand.view().oldSet != nullptr);
        QCOMPARE(change.issued(), QByteArray("nothing"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("6.3 n1 n2 n3 n4"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("6.4 n1 n2 n3 n4 n5"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("6.5 n1 n2 n4 n5"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("nothing"));
        QVERIFY(!change.hand.view().oldSet);
        QCOMPARE(change.hand.view().phase, Phase::Active);
        QCOMPARE(change.hand.view().token, Term{6});
    }

    void s2NotBeforeAMajorityHoldsIt()
    {
        const std::vector<Member> wanted = voters({"n1", "n2", "n3", "n4"});
        Changing change(wanted);
        change.hand.step(change.hand.wants(wanted));
        change.isHolding = false; // They acknowledge, and hold the set of before
        QCOMPARE(change.issued(), QByteArray("6.2 n1 n2 n3"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("nothing"));
        change.isHolding = true;
        QCOMPARE(change.issued(), QByteArray("6.3 n1 n2 n3 n4"));
    }

    void s2WhoIsAddedMustBeAnswering()
    {
        const std::vector<Member> wanted = voters({"n1", "n2", "n3", "n4"});
        Changing change(wanted);
        change.answering = {"n2", "n3"};
        change.hand.step(change.hand.wants(wanted));
        QCOMPARE(change.issued(), QByteArray("6.2 n1 n2 n3"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("nothing"));
        change.answering = {"n2", "n3", "n4"};
        QCOMPARE(change.issued(), QByteArray("6.3 n1 n2 n3 n4"));
    }

    void s2NotWithoutTheLeaseInTheNewSet()
    {
        // n3 is silent: {n1, n2} would need both of them, and it has both; {n1, n3} would not.
        Changing change(voters({"n1", "n3"}));
        change.answering = {"n2"};
        change.hand.step(change.hand.wants(voters({"n1", "n3"})));
        QCOMPARE(change.issued(), QByteArray("nothing"));
    }

    void s2MasterHandsOverBeforeItIsRemoved()
    {
        const std::vector<Member> wanted = voters({"n2", "n3"});
        Changing change(wanted);
        WantedChanged own = change.hand.wants(wanted);
        own.role = MachineRole::Standby;
        change.hand.step(own);
        QCOMPARE(change.issued(), QByteArray("6.2 n1 n2 n3"));
        change.hand.persisted();
        Effects all;
        for (int i = 0; i < 3; ++i)
            ElectionByHand::add(all, change.beat());
        QVERIFY(hasCommand(all, Kind::Stop));
        const Released released = sentTo<Released>("n2", change.hand.step(ServiceStopped{Term{6}}));
        QVERIFY(released.successor == NodeId{"n2"});
        QVERIFY(change.hand.view().set->contains(NodeId{"n1"}));
    }

    void s3BothMajoritiesWhileItIsUnderWay()
    {
        const std::vector<Member> wanted = voters({"n1", "n2", "n3", "n4", "n5"});
        Changing change(wanted);
        change.hand.step(change.hand.wants(wanted));
        QCOMPARE(change.issued(), QByteArray("6.2 n1 n2 n3"));
        change.hand.persisted();
        QCOMPARE(change.issued(), QByteArray("6.3 n1 n2 n3 n4"));
        // Not on disk: {n1..n4} and {n1..n3} both count. n4 alone does not renew, nor does n2
        // alone.
        change.answering = {"n4"};
        const std::optional<Instant> before = change.hand.view().leaseUntil;
        change.beat();
        QCOMPARE(change.hand.view().leaseUntil, before);
        change.answering = {"n2"};
        change.beat();
        QVERIFY(*change.hand.view().leaseUntil < *before + change.hand.timing.heartbeat * 2);
        change.answering = {"n2", "n4"};
        change.beat();
        QVERIFY(*change.hand.view().leaseUntil >= *before + change.hand.timing.heartbeat * 3);
    }

    void s4DifferentWishesAreAnAlarmAndNothingElse()
    {
        Changing change(voters({"n1", "n2", "n3", "n4"}));
        const Effects effects = change.beat();
        QVERIFY(hasAlarm(effects, "voter-set-differs"));
        QVERIFY(!hasAlarm(change.beat(), "voter-set-differs")); // Once
        QCOMPARE(change.issued(), QByteArray("nothing"));
        QCOMPARE(change.hand.view().phase, Phase::Active);
        const Effects agreed
            = change.hand.step(change.hand.wants(voters({"n1", "n2", "n3", "n4"})));
        QVERIFY(hasNotice(agreed, "alarm-cleared"));
        QVERIFY(change.hand.view().alarms.empty());
    }

    void s2ReissuedAgainAfterARenewal()
    {
        const std::vector<Member> wanted = voters({"n1", "n2", "n3", "n4", "n5"});
        Changing change(wanted);
        ElectionByHand &hand = change.hand;
        hand.step(hand.wants(wanted));
        QCOMPARE(change.issued(), QByteArray("6.2 n1 n2 n3"));
        hand.persisted();
        QCOMPARE(change.issued(), QByteArray("6.3 n1 n2 n3 n4"));
        hand.tell(life("n3"), VoteReply{Term{8}, false, Refusal::Promised, hand.set});
        hand.persisted();
        QCOMPARE(change.issued(), QByteArray("nothing")); // Never during it
        for (const char *id : {"n2", "n3"})
            hand.tell(life(id), VoteReply{Term{9}, true, {}, hand.set});
        QCOMPARE(change.issued(), QByteArray("9.4 n1 n2 n3 n4"));
    }
};

QTEST_GUILESS_MAIN(TestSetChange)
#include "tst_set_change.moc"
