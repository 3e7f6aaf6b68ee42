// Is a set that no rule makes refused before anybody stores it?

#include "wire/codec.h"

#include <QTest>

using namespace clustd;
using namespace clustd::election;

class TestVoterSets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSetNeedsAVoter_data()
    {
        QTest::addColumn<int>("voters");
        QTest::addColumn<int>("witnesses");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("one") << 1 << 0 << true;
        QTest::newRow("with witnesses") << 1 << 2 << true;
        QTest::newRow("witnesses alone") << 0 << 3 << false;
        QTest::newRow("nobody") << 0 << 0 << false;
    }

    void aSetNeedsAVoter()
    {
        QFETCH(int, voters);
        QFETCH(int, witnesses);
        QFETCH(bool, isTaken);
        std::vector<Member> members;
        members.reserve(std::size_t(voters) + std::size_t(witnesses));
        for (int i = 0; i < voters + witnesses; ++i)
            members.push_back({NodeId{"n" + std::to_string(i)}, i >= voters});
        const auto set = std::make_shared<const VoterSet>(Epoch{Term{1}, 2}, std::move(members));
        const auto content = wire::decode(
            wire::encode(HeartbeatAck{Term{1}, 1, true, set}), crypto::PeerRole::Node, false);
        QCOMPARE(content.has_value(), isTaken);
        if (!isTaken)
            QCOMPARE(content.error(), crypto::CloseReason::Malformed);
    }
};

QTEST_APPLESS_MAIN(TestVoterSets)
#include "tst_voter_sets.moc"
