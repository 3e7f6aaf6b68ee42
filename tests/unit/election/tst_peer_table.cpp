// Who comes before whom, and when does silence change that (C1)?

#include "election/peer_table.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

constexpr Duration kSpan = 400ms; // 2 H
constexpr Instant kNow{10s};

void hear(PeerTable &table, const char *id, Duration ago, bool isEligible = true,
    std::int64_t priority = 100)
{
    Peer *peer = table.add(NodeId{id});
    peer->incarnation = Incarnation{1};
    peer->heardAt = kNow - ago;
    peer->isEligible = isEligible;
    peer->priority = priority;
}

std::size_t rankOf(const PeerTable &table, const char *id, std::int64_t priority = 100)
{
    return table.rankOf(NodeId{id}, priority, kSpan, kNow);
}

} // namespace

class TestPeerTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lowerIdGoesFirst()
    {
        PeerTable table;
        hear(table, "n3", 10ms);
        hear(table, "n1", 10ms);
        QCOMPARE(rankOf(table, "n2"), std::size_t(1));
        QCOMPARE(rankOf(table, "n0"), std::size_t(0));
        QCOMPARE(rankOf(table, "n4"), std::size_t(2));
        QCOMPARE(table.firstEligible(kSpan, kNow)->id, NodeId{"n1"});
    }

    void higherPriorityGoesBeforeTheId()
    {
        PeerTable table;
        hear(table, "n1", 10ms, true, 50);
        hear(table, "n3", 10ms, true, 200);
        QCOMPARE(rankOf(table, "n2"), std::size_t(1));
        QCOMPARE(rankOf(table, "n2", 300), std::size_t(0));
        QCOMPARE(rankOf(table, "n2", 10), std::size_t(2));
        QCOMPARE(table.firstEligible(kSpan, kNow)->id, NodeId{"n3"});
    }

    void onlyEligibleMachinesThatAreHeardCount()
    {
        PeerTable table;
        hear(table, "n1", 401ms);
        hear(table, "n2", 10ms, false);
        table.add(NodeId{"n3"});
        QCOMPARE(rankOf(table, "n9"), std::size_t(0));
        QVERIFY(!table.firstEligible(kSpan, kNow));
        hear(table, "n1", 400ms);
        QCOMPARE(rankOf(table, "n9"), std::size_t(1));
    }

    void saysWhenSilenceCouldChangeARank()
    {
        PeerTable table;
        QCOMPARE(table.nextSilence(kSpan, kNow), kNever);
        hear(table, "n1", 100ms);
        hear(table, "n2", 300ms);
        hear(table, "n3", 350ms, false);
        const Instant next = table.nextSilence(kSpan, kNow);
        QCOMPARE(next, kNow + 100ms + Duration(1));
        QVERIFY(!table.find(NodeId{"n2"})->isHeardWithin(kSpan, next));
    }

    void tableIsBounded()
    {
        PeerTable table;
        for (int i = 0; i < 128; ++i)
            QVERIFY(table.add(NodeId{"m" + std::to_string(i)}));
        QVERIFY(!table.add(NodeId{"stranger"}));
        QVERIFY(table.add(NodeId{"m7"}));
        QCOMPARE(table.all().size(), std::size_t(128));
    }
};

QTEST_GUILESS_MAIN(TestPeerTable)
#include "tst_peer_table.moc"
