// Does nothing leave before what it depends on is on disk, and in order?

#include "election/durable_gate.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

DurableState state(std::uint64_t term, std::uint64_t n = 0)
{
    return {Term{term}, std::nullopt, voterSet({Term{1}, n}, voters({"n1", "n2", "n3"}))};
}

Envelope note(std::uint64_t nonce)
{
    return {life("n2"), Recover{nonce}};
}

QByteArray nonces(const std::vector<Envelope> &leaving)
{
    QByteArray text;
    for (const Envelope &envelope : leaving)
        text += QByteArray::number(qulonglong(std::get<Recover>(envelope.message).nonce)) + ' ';
    return text.trimmed();
}

} // namespace

class TestDurableGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingWaitsWithoutAWrite()
    {
        DurableGate gate(state(5));
        std::vector<Envelope> leaving;
        gate.pass(note(1), leaving);
        QCOMPARE(nonces(leaving), QByteArray("1"));
        QCOMPARE(gate.durable()->term, Term{5});
        QVERIFY(!gate.isWriting());
    }

    void waitsFromTheDecisionOn()
    {
        DurableGate gate(state(5));
        std::vector<Envelope> leaving;
        gate.pass(note(1), leaving);
        gate.touch(); // Decided, not yet handed to the disk
        gate.pass(note(2), leaving);
        QCOMPARE(nonces(leaving), QByteArray("1"));
        const DurableWrite write = gate.begin(state(6));
        gate.pass(note(3), leaving);
        QCOMPARE(nonces(leaving), QByteArray("1"));
        QCOMPARE(gate.durable()->term, Term{5});
        gate.finish(write.write, leaving);
        QCOMPARE(nonces(leaving), QByteArray("1 2 3"));
        QCOMPARE(gate.durable()->term, Term{6});
    }

    void secondWriteHoldsOnlyWhatCameAfterIt()
    {
        DurableGate gate(state(5));
        std::vector<Envelope> leaving;
        gate.touch();
        gate.pass(note(1), leaving);
        const DurableWrite first = gate.begin(state(6));
        gate.touch();
        gate.pass(note(2), leaving);
        const DurableWrite second = gate.begin(state(7));
        QVERIFY(second.write > first.write);
        gate.finish(first.write, leaving);
        QCOMPARE(nonces(leaving), QByteArray("1"));
        QVERIFY(gate.isWriting());
        gate.finish(second.write, leaving);
        QCOMPARE(nonces(leaving), QByteArray("1 2"));
    }

    void newestOfSeveralFinishesAll()
    {
        DurableGate gate(state(5));
        std::vector<Envelope> leaving;
        for (std::uint64_t i = 1; i <= 3; ++i) {
            gate.touch();
            gate.pass(note(i), leaving);
            (void)gate.begin(state(5 + i));
        }
        gate.finish(3, leaving);
        QCOMPARE(nonces(leaving), QByteArray("1 2 3"));
        QCOMPARE(gate.durable()->term, Term{8});
        gate.finish(2, leaving); // Late and known
        QCOMPARE(gate.durable()->term, Term{8});
    }

    void machineWithoutAFileHoldsNothing()
    {
        DurableGate gate(std::nullopt);
        QVERIFY(!gate.durable());
        gate.touch();
        std::vector<Envelope> leaving;
        gate.finish(gate.begin(state(1)).write, leaving);
        QCOMPARE(gate.durable()->term, Term{1});
    }

    void heldAcknowledgementSaysWhatIsHeldByThen()
    {
        DurableGate gate(state(5, 1));
        std::vector<Envelope> leaving;
        gate.touch();
        gate.pass({life("n2"), HeartbeatAck{Term{6}, 1, true, gate.durable()->set}}, leaving);
        gate.finish(gate.begin(state(6, 2)).write, leaving);
        QCOMPARE(leaving.size(), std::size_t(1));
        QCOMPARE(std::get<HeartbeatAck>(leaving.front().message).set->epoch().n, std::uint64_t(2));
    }

    void aStatusSaysWhatIsOnDiskAndDoesNotWait()
    {
        DurableGate gate(state(5, 1));
        std::vector<Envelope> leaving;
        gate.touch();
        const DurableWrite write = gate.begin(state(6, 2));
        NodeStatus status;
        status.term = Term{6};
        status.set = state(6, 2).set;
        gate.pass({life("n2"), status}, leaving);
        QCOMPARE(leaving.size(), std::size_t(1));
        const auto &said = std::get<NodeStatus>(leaving.front().message);
        QCOMPARE(said.term, Term{5});
        QCOMPARE(said.set->epoch().n, std::uint64_t(1));
        leaving.clear();
        gate.finish(write.write, leaving);
        QVERIFY(leaving.empty());
    }

    void aStatusWaitsWhereNothingIsOnDiskYet()
    {
        DurableGate gate(std::nullopt);
        std::vector<Envelope> leaving;
        gate.touch();
        const DurableWrite write = gate.begin(state(1));
        gate.pass({life("n2"), NodeStatus{}}, leaving);
        QVERIFY(leaving.empty());
        gate.finish(write.write, leaving);
        QCOMPARE(leaving.size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestDurableGate)
#include "tst_durable_gate.moc"
