// Until when may a master act unasked (M1, S3)?

#include "election/lease.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

constexpr Instant at(Duration sinceStart)
{
    return Instant(sinceStart);
}

const VoterSet kThree({}, voters({"n1", "n2", "n3"}));
const VoterSet kFive({}, voters({"n1", "n2", "n3", "n4", "n5"}));

} // namespace

class TestLease : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsFromTheTimeOfSending()
    {
        Lease lease(NodeId{"n1"}, roundTiming());
        lease.noteSent(4, Term{7}, at(100ms));
        const std::optional<Instant> sentAt = lease.sentAt(4, Term{7});
        QVERIFY(sentAt.has_value());
        lease.count(NodeId{"n2"}, *sentAt);
        QVERIFY(lease.renew(kThree, nullptr, at(900ms)));
        QCOMPARE(lease.q(), at(100ms));
        QCOMPARE(lease.until(), at(1300ms)); // + L
        QCOMPARE(lease.fenceAt(), at(800ms)); // + L - D
    }

    void knowsOnlyWhatItSent()
    {
        Lease lease(NodeId{"n1"}, roundTiming());
        lease.noteSent(4, Term{7}, at(100ms));
        QVERIFY(!lease.sentAt(4, Term{8}));
        QVERIFY(!lease.sentAt(5, Term{7}));
        QVERIFY(!lease.sentAt(0, Term{}));
        for (std::uint64_t seq = 5; seq < 200; ++seq)
            lease.noteSent(seq, Term{7}, at(9000ms));
        QVERIFY(!lease.sentAt(4, Term{7})); // Too old to matter
    }

    void remembersAWholeLeaseOfShortHeartbeats()
    {
        Timing timing = roundTiming();
        timing.heartbeat = 1ms;
        Lease lease(NodeId{"n1"}, timing);
        const auto perLease = std::uint64_t(timing.lease / timing.heartbeat);
        for (std::uint64_t seq = 1; seq <= perLease; ++seq)
            lease.noteSent(seq, Term{7}, at(std::chrono::milliseconds(seq)));
        QCOMPARE(lease.sentAt(1, Term{7}), std::optional(at(1ms)));
    }

    void takesTheMajorityNotTheLatest()
    {
        Lease lease(NodeId{"n1"}, roundTiming());
        lease.count(NodeId{"n2"}, at(300ms));
        QCOMPARE(lease.majorityAt(kFive, at(400ms)), Instant::min());
        lease.count(NodeId{"n3"}, at(200ms));
        lease.count(NodeId{"n4"}, at(100ms));
        QCOMPARE(lease.majorityAt(kFive, at(400ms)), at(200ms));
    }

    void standbyDoesNotCountItself()
    {
        Lease lease(NodeId{"s1"}, roundTiming());
        lease.count(NodeId{"n2"}, at(300ms));
        QCOMPARE(lease.majorityAt(kThree, at(400ms)), Instant::min());
        lease.count(NodeId{"n3"}, at(200ms));
        QCOMPARE(lease.majorityAt(kThree, at(400ms)), at(200ms));
    }

    void lateAnswersNeverLowerIt()
    {
        Lease lease(NodeId{"n1"}, roundTiming());
        lease.count(NodeId{"n2"}, at(300ms));
        QVERIFY(lease.renew(kThree, nullptr, at(400ms)));
        lease.count(NodeId{"n2"}, at(100ms));
        lease.count(NodeId{"n3"}, at(200ms));
        QVERIFY(!lease.renew(kThree, nullptr, at(500ms)));
        QCOMPARE(lease.q(), at(300ms));
    }

    void changeNeedsBothSets()
    {
        Lease lease(NodeId{"n1"}, roundTiming());
        const VoterSet four({}, voters({"n1", "n2", "n3", "n4"}));
        lease.count(NodeId{"n2"}, at(300ms));
        QVERIFY(!lease.renew(four, &kThree, at(400ms)));
        lease.count(NodeId{"n4"}, at(200ms));
        QVERIFY(lease.renew(four, &kThree, at(400ms)));
        QCOMPARE(lease.q(), at(200ms));
    }
};

QTEST_GUILESS_MAIN(TestLease)
#include "tst_lease.moc"
