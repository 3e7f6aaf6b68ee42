#include "link/link.h"
#include "support/hand_client.h"
#include "support/mesh_machine.h"
#include "support/tcp_proxy.h"

#include <QTest>

/// Is there one bit of a handshake or a frame that may be flipped without ending the link?
using namespace clustd;
using namespace clustd::test;
using crypto::PeerRole;
using namespace Qt::Literals::StringLiterals;

namespace {

/// One flipped bit and what became of the link that it hit.
struct Attempt
{
    Direction direction = Direction::ToServer;
    int unit = 0;
    int byte = 0;
    std::unique_ptr<link::Link> link;
    bool wasUp = false;
    bool hasContent = false;
    std::optional<link::Ending> ending;
};

link::Link::ClientSide observer(quint16 port, int number)
{
    const std::string name = "eve-" + std::to_string(number);
    link::Link::ClientSide self;
    self.uri = MeshMachine::uriOf(port);
    self.self = {PeerRole::Observer, name, {}, {}, {}};
    self.credentials = credentialsOf(kSecret, PeerRole::Observer, name);
    self.ready.software = u"test"_s;
    return self;
}

} // namespace

class TestLinkTampering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anyFlippedBitEndsTheLink_data();
    void anyFlippedBitEndsTheLink();
};

void TestLinkTampering::anyFlippedBitEndsTheLink_data()
{
    QTest::addColumn<bool>("toServer");
    QTest::addColumn<int>("unit");
    QTest::newRow("in the ticket") << false << 1;
    QTest::newRow("in the hello") << true << 1;
    QTest::newRow("in the welcome") << false << 2;
    QTest::newRow("in the client's frame 0") << true << 2;
    QTest::newRow("in the server's frame 0") << false << 3;
    QTest::newRow("in a later frame of the client") << true << 3;
    QTest::newRow("in a later frame of the server") << false << 4;
}

void TestLinkTampering::anyFlippedBitEndsTheLink()
{
    QFETCH(bool, toServer);
    QFETCH(int, unit);
    const Direction target = toServer ? Direction::ToServer : Direction::ToClient;

    MeshMachine machine("n1"), bystander("n3");
    QCOMPARE(machine.listen(), QString());
    QCOMPARE(bystander.listen(), QString());
    bystander.knows(machine.port());
    bystander.mesh->start();
    QTRY_VERIFY(machine.isUp(bystander));

    TcpProxy attacker(machine.port());
    attacker.setSourceNet(7);
    // One byte each, a different bit from byte to byte; a few attempts at a time, below the limits
    // for strangers.
    int size = 0;
    attacker.setFilter([&](int, Direction direction, int index,
                           const QByteArray &bytes) -> std::vector<QByteArray> {
        if (direction == target && index == unit)
            size = int(bytes.size());
        return {bytes};
    });
    {
        link::Link probe(observer(attacker.port(), 0), nullptr, machine.clock, nullptr);
        probe.start();
        QTRY_VERIFY(size > 0);
        QTRY_VERIFY(probe.isUp());
    }
    QVERIFY(size > 28);
    // Every bit of the WebSocket header's first bytes, and of all that follows one in each byte,
    // another from byte to byte.
    std::vector<std::pair<int, int>> positions;
    for (int byte = 0; byte < size; ++byte) {
        for (int bit = 0; bit < 8; ++bit) {
            if (byte < 4 || bit == byte % 8)
                positions.emplace_back(byte, bit);
        }
    }
    // A few attempts at a time, below the limits for strangers.
    constexpr std::size_t kAtATime = 50;
    for (std::size_t from = 0; from < positions.size(); from += kAtATime) {
        const int firstConnection = attacker.connectionCount();
        attacker.setFilter(
            [&positions, firstConnection, from, target, unit](int connection, Direction direction,
                int index, const QByteArray &bytes) -> std::vector<QByteArray> {
                const std::size_t position
                    = from + static_cast<std::size_t>(connection - firstConnection);
                if (direction != target || index != unit || position >= positions.size())
                    return {bytes};
                const auto [byte, bit] = positions[position];
                if (byte >= bytes.size())
                    return {bytes};
                QByteArray altered = bytes;
                altered[byte] = static_cast<char>(altered[byte] ^ (1 << bit));
                return {altered};
            });
        const int count = static_cast<int>(std::min(kAtATime, positions.size() - from));
        std::vector<std::unique_ptr<Attempt>> attempts;
        int ended = 0;
        for (int i = 0; i < count; ++i) {
            auto attempt = std::make_unique<Attempt>();
            Attempt &one = *attempt;
            // Its parent is none, and it deletes itself after lost().
            auto *link
                = new link::Link(observer(attacker.port(), 1 + i), nullptr, machine.clock, nullptr);
            connect(link, &link::Link::up, this, [&one, link] {
                one.wasUp = true;
                link->send(wire::Request{1, u"get_master"_s, {}, {}});
            });
            connect(link, &link::Link::received, this, [&one] { one.hasContent = true; });
            connect(link, &link::Link::lost, this, [&one, &ended](const link::Ending &ending) {
                one.ending = ending;
                ++ended;
            });
            link->start();
            attempts.push_back(std::move(attempt));
        }
        // Where a length or a FIN bit was hit, a side waits for what never comes, until the
        // handshake's time is over; a link that was up waits for the timeout of a frame left
        // incomplete.
        QTRY_COMPARE_WITH_TIMEOUT(ended, count, 25000);
        for (const auto &attempt : attempts) {
            // Somebody always says why, and it is never a friendly word. A side that waits for the
            // rest of a frame takes the other's word for it, if the other's time is over first.
            if (!attempt->ending->reason)
                QTRY_VERIFY2(machine.refusedFor("timeout"), qPrintable(attempt->ending->text()));
            QVERIFY2(attempt->ending->reason != crypto::CloseReason::Bye,
                "an altered connection ended with bye");
            QVERIFY(!attempt->hasContent);
            if (unit < (toServer ? 2 : 4))
                QVERIFY2(!attempt->wasUp, "up in spite of a flipped bit");
        }
    }
    QVERIFY(bystander.downs.empty());
    QVERIFY(machine.isUp(bystander));
    QVERIFY(machine.clientContents.empty() || unit > 3);
}

QTEST_GUILESS_MAIN(TestLinkTampering)
#include "tst_link_tampering.moc"
