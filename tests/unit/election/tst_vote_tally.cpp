// Is a majority a majority, for grants and for times (M1, C2, S3)?

#include "election/quorum.h"
#include "election/vote_tally.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

class TestVoteTally : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void majorityOfVoters_data()
    {
        QTest::addColumn<int>("voterCount");
        QTest::addColumn<int>("needed");
        QTest::newRow("one voter: itself") << 1 << 1;
        QTest::newRow("two voters: both") << 2 << 2;
        QTest::newRow("three voters") << 3 << 2;
        QTest::newRow("four voters: a tie loses") << 4 << 3;
        QTest::newRow("five voters") << 5 << 3;
        QTest::newRow("seven voters") << 7 << 4;
    }

    void majorityOfVoters()
    {
        QFETCH(int, voterCount);
        QFETCH(int, needed);
        std::vector<Member> members;
        members.reserve(std::size_t(voterCount));
        for (int i = 0; i < voterCount; ++i)
            members.push_back({NodeId{"n" + std::to_string(i)}, false});
        VoteTally tally(voterSet({}, members));
        for (int i = 0; i < needed; ++i) {
            QVERIFY(!tally.isWon());
            tally.count(members[std::size_t(i)].id);
        }
        QVERIFY(tally.isWon());
    }

    void countsEachVoterOnce()
    {
        VoteTally tally(voterSet({}, voters({"n1", "n2", "n3"})));
        tally.count(NodeId{"n2"});
        tally.count(NodeId{"n2"});
        QVERIFY(!tally.isWon());
        QCOMPARE(tally.granters().size(), std::size_t(1));
    }

    void strangersCountForNothing()
    {
        VoteTally tally(voterSet({}, voters({"n1", "n2", "n3"})));
        tally.count(NodeId{"n1"});
        tally.count(NodeId{"s1"});
        tally.count(NodeId{"n9"});
        QVERIFY(!tally.isWon());
    }

    void changeNeedsBothMajorities()
    {
        VoteTally tally(voterSet({}, voters({"n1", "n2", "n3", "n4"})),
            voterSet({}, voters({"n1", "n2", "n3"})));
        tally.count(NodeId{"n1"});
        tally.count(NodeId{"n4"});
        tally.count(NodeId{"n5"});
        QVERIFY(!tally.isWon());
        tally.count(NodeId{"n2"});
        QVERIFY(tally.isWon());
    }

    void emptySetIsNeverWon()
    {
        QVERIFY(!VoteTally(voterSet({}, {})).isWon());
        QVERIFY(!VoteTally(nullptr).isWon());
        QCOMPARE(
            latestOfMajority(VoterSet{}, [](const NodeId &) { return kNever; }), Instant::min());
        QCOMPARE(
            earliestOfMajority(VoterSet{}, [](const NodeId &) { return Instant::min(); }), kNever);
    }

    void timesOfAMajority()
    {
        const VoterSet set({}, voters({"n1", "n2", "n3", "n4"}));
        const auto timeOf = [](const NodeId &id) {
            return Instant(std::chrono::milliseconds(100 * (id.value().back() - '0')));
        };
        // Three of four: all but the latest, and all but the earliest.
        QCOMPARE(earliestOfMajority(set, timeOf), Instant(300ms));
        QCOMPARE(latestOfMajority(set, timeOf), Instant(200ms));
    }

    void setsAreSortedAndWithoutDoubles()
    {
        const VoterSet set({}, voters({"n3", "n1", "n3", "n2"}));
        QCOMPARE(set.size(), std::size_t(3));
        QCOMPARE(set.members().front().id, NodeId{"n1"});
        QVERIFY((Epoch{Term{2}, 9} < Epoch{Term{3}, 0}));
        QVERIFY((Epoch{Term{3}, 1} < Epoch{Term{3}, 2}));
    }
};

QTEST_GUILESS_MAIN(TestVoteTally)
#include "tst_vote_tally.moc"
