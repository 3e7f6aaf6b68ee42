#include "support/hand_client.h"
#include "support/link_fixture.h"
#include "support/mesh_machine.h"
#include "support/raw_socket.h"
#include "support/tcp_proxy.h"

#include <QTest>

/// What does somebody on the way achieve who records, repeats, drops, swaps, reflects or pastes
/// what passes?
using namespace clustd;
using namespace clustd::test;
using crypto::PeerRole;
using namespace Qt::Literals::StringLiterals;

namespace {

// Numbers of units: the head is 0. To the server: hello 1, frame 0 is 2. To the client: ticket 1,
// welcome 2, frame 0 is 3.
constexpr int kFirstFrameToServer = 2;
constexpr int kFirstFrameToClient = 3;

} // namespace

/// n2 comes to n1 through the attacker.
class TestLinkAttacks : public LinkFixture
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void replayOfTheClientSideIsNotAuthentic();
    void replayOfTheServerSideIsNotAuthentic();
    void helloOfAnotherConnectionIsNotAuthentic();
    void frameFromAnotherConnectionIsUnsealed();
    void reflectedFrameIsUnsealed_data();
    void reflectedFrameIsUnsealed();
    void wrongCounterIsUnsealed_data();
    void wrongCounterIsUnsealed();
    void nothingAfterABadFrameIsRead();
    void textIsMalformed();
    void shortFrameIsUnsealed();
    void badContentIsMalformed_data();
    void badContentIsMalformed();
    void hugeHelloIsTooBig();
    void wireTapSeesNoContent();

private:
    void linkN2();

    std::unique_ptr<MeshMachine> m_n2;
    std::unique_ptr<TcpProxy> m_attacker;
};

void TestLinkAttacks::init()
{
    LinkFixture::init();
    m_n2 = std::make_unique<MeshMachine>("n2");
    QCOMPARE(m_n2->listen(), QString());
    m_attacker = std::make_unique<TcpProxy>(m_n1->port());
}

void TestLinkAttacks::cleanup()
{
    LinkFixture::cleanup();
    m_n2.reset();
    m_attacker.reset();
}

void TestLinkAttacks::linkN2()
{
    m_n2->knows(m_attacker->port());
    m_n2->mesh->start();
    QTRY_VERIFY(m_n1->isUp(*m_n2) && m_n2->isUp(*m_n1));
}

void TestLinkAttacks::replayOfTheClientSideIsNotAuthentic()
{
    linkN2();
    QVERIFY(m_n2->mesh->send(m_n1->config.self, heartbeat(1)));
    QTRY_COMPARE(m_n1->heard.size(), 1U);
    const std::vector<QByteArray> recorded = m_attacker->recorded(0, Direction::ToServer);
    m_attacker->refuse();
    m_attacker->cut();
    QTRY_VERIFY(!m_n1->isUp(*m_n2));

    RawSocket replay(m_n1->port(), recorded[0]);
    QTRY_VERIFY(replay.read().contains("101 Switching"));
    for (std::size_t i = 1; i < recorded.size(); ++i)
        replay.write(recorded[i]);
    QTRY_VERIFY(replay.isClosed());
    QTRY_VERIFY(m_n1->refusedFor("not-authentic"));
    QVERIFY(replay.read().contains("not-authentic"));
    QCOMPARE(m_n1->heard.size(), 1U);
    QCOMPARE(m_n1->ups.size(), 2U);
}

void TestLinkAttacks::replayOfTheServerSideIsNotAuthentic()
{
    linkN2();
    QVERIFY(m_n1->mesh->send(m_n2->config.self, heartbeat(1)));
    QTRY_COMPARE(m_n2->heard.size(), 1U);
    std::vector<QByteArray> recorded = m_attacker->recorded(0, Direction::ToClient);
    recorded.erase(recorded.begin());
    ReplayServer impostor(recorded);
    m_attacker->refuse();
    m_attacker->cut();
    m_n2->config.machines.clear();
    m_n2->knows(impostor.port());
    QTRY_VERIFY(m_n2->refusedFor("not-authentic"));
    QCOMPARE(m_n2->heard.size(), 1U);
    QCOMPARE(m_n2->ups.size(), 1U);
    QCOMPARE(m_n2->mesh->peers().at(0).state, cluster::LinkState::Refused);
}

void TestLinkAttacks::helloOfAnotherConnectionIsNotAuthentic()
{
    linkN2();
    const QByteArray hello = m_attacker->recorded(0, Direction::ToServer).at(1);
    m_attacker->setFilter(
        [hello](int connection, Direction direction, int index, const QByteArray &unit) {
            const bool isHello = connection == 1 && direction == Direction::ToServer && index == 1;
            return std::vector{isHello ? hello : unit};
        });
    m_attacker->cut();
    QTRY_VERIFY(m_n1->refusedFor("not-authentic"));
    QTRY_VERIFY(m_n2->wasRefusedFor("not-authentic"));
    // Once the attacker leaves it alone, it comes back.
    QTRY_VERIFY(m_n1->isUp(*m_n2) && m_n2->isUp(*m_n1));
}

void TestLinkAttacks::frameFromAnotherConnectionIsUnsealed()
{
    linkN2();
    QVERIFY(m_n2->mesh->send(m_n1->config.self, heartbeat(1)));
    QTRY_COMPARE(m_n1->heard.size(), 1U);
    const std::vector<QByteArray> first = m_attacker->recorded(0, Direction::ToServer);
    m_attacker->setFilter(
        [first](int connection, Direction direction, int index, const QByteArray &unit) {
            const bool isTarget = connection == 1 && direction == Direction::ToServer
                && index == kFirstFrameToServer + 1;
            return std::vector{isTarget ? first.at(kFirstFrameToServer + 1) : unit};
        });
    m_attacker->cut();
    QTRY_VERIFY(std::any_of(m_n1->downReasons.begin(), m_n1->downReasons.end(),
        [](const QString &reason) { return reason.startsWith(u"unsealed"_s); }));
    QCOMPARE(m_n1->heard.size(), 1U);
}

void TestLinkAttacks::reflectedFrameIsUnsealed_data()
{
    QTest::addColumn<bool>("toServer");
    QTest::newRow("the server gets its own frame back") << true;
    QTest::newRow("the client gets its own frame back") << false;
}

void TestLinkAttacks::reflectedFrameIsUnsealed()
{
    QFETCH(bool, toServer);
    linkN2();
    MeshMachine &victim = toServer ? *m_n1 : *m_n2;
    const Direction fromVictim = toServer ? Direction::ToClient : Direction::ToServer;
    const QByteArray own = payloadOf(m_attacker->recorded(0, fromVictim).back());
    QVERIFY(own.size() > 28);
    m_attacker->inject(
        0, toServer ? Direction::ToServer : Direction::ToClient, binaryFrame(own, toServer));
    QTRY_VERIFY(!victim.downReasons.isEmpty());
    QVERIFY2(victim.downReasons[0].startsWith(u"unsealed"_s), qPrintable(victim.downReasons[0]));
    QVERIFY(m_n1->heard.empty() && m_n2->heard.empty());
}

void TestLinkAttacks::wrongCounterIsUnsealed_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("toServer");
    for (const bool toServer : {true, false}) {
        const QByteArray suffix
            = toServer ? " on the way to the server" : " on the way to the client";
        for (const char *what :
            {"repeated", "left out", "swapped with the next", "shortened", "lengthened"})
            QTest::newRow("a frame " + QByteArray(what) + suffix)
                << QString::fromLatin1(what) << toServer;
    }
}

void TestLinkAttacks::wrongCounterIsUnsealed()
{
    QFETCH(QString, what);
    QFETCH(bool, toServer);
    const Direction target = toServer ? Direction::ToServer : Direction::ToClient;
    const int first = toServer ? kFirstFrameToServer : kFirstFrameToClient;
    auto held = std::make_shared<QByteArray>(); // The filter keeps it between calls.
    m_attacker->setFilter([=](int connection, Direction direction, int index,
                              const QByteArray &unit) -> std::vector<QByteArray> {
        if (connection != 0 || direction != target)
            return {unit};
        const QByteArray payload = payloadOf(unit);
        if (index == first + 2) {
            if (what == u"repeated"_s)
                return {unit, unit};
            if (what == u"left out"_s)
                return {};
            if (what == u"shortened"_s)
                return {binaryFrame(payload.chopped(1), toServer)};
            if (what == u"lengthened"_s)
                return {binaryFrame(payload + 'x', toServer)};
            *held = unit;
            return {};
        }
        if (index == first + 3 && !held->isEmpty())
            return {unit, *held};
        return {unit};
    });
    linkN2();
    // Pings go both ways by themselves, so the frames in question come.
    MeshMachine &victim = toServer ? *m_n1 : *m_n2;
    QTRY_VERIFY(!victim.downReasons.isEmpty());
    QVERIFY2(victim.downReasons[0].startsWith(u"unsealed"_s), qPrintable(victim.downReasons[0]));
    // It is dialled again, and then nobody interferes.
    QTRY_VERIFY(m_n1->isUp(*m_n2) && m_n2->isUp(*m_n1));
}

void TestLinkAttacks::nothingAfterABadFrameIsRead()
{
    HandClient client(MeshMachine::uriOf(m_n1->port()), PeerRole::Observer, "eve",
        credentialsOf(kSecret, PeerRole::Observer, "eve"));
    QTRY_VERIFY(client.hasSession());
    client.sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    client.sendRaw(QByteArray(64, 'x'));
    client.sendContent(wire::Request{1, u"get_master"_s, {}, {}}); // Well sealed, but behind it.
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(client.closedWith(), u"unsealed"_s);
    QTRY_COMPARE(m_n1->clientDowns, 1);
    QVERIFY(m_n1->clientContents.empty());
}

void TestLinkAttacks::textIsMalformed()
{
    HandClient before(MeshMachine::uriOf(m_n1->port()), PeerRole::Observer, "eve",
        credentialsOf(kSecret, PeerRole::Observer, "eve"));
    QTRY_VERIFY(before.hasSession());
    before.sendText(u"hello"_s);
    QTRY_VERIFY(before.isClosed());
    QCOMPARE(before.closedWith(), u"malformed"_s);
    QTRY_VERIFY(m_n1->refusedFor("malformed"));

    HandClient after(MeshMachine::uriOf(m_n1->port()), PeerRole::Observer, "eve",
        credentialsOf(kSecret, PeerRole::Observer, "eve"));
    QTRY_VERIFY(after.hasSession());
    after.sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    after.sendText(u"hello"_s);
    QTRY_VERIFY(after.isClosed());
    QCOMPARE(after.closedWith(), u"malformed"_s);
    QTRY_COMPARE(m_n1->clientDowns, 1);
}

void TestLinkAttacks::shortFrameIsUnsealed()
{
    for (const int size : {0, 1, 12, 27, 28}) {
        HandClient client(MeshMachine::uriOf(m_n1->port()), PeerRole::Observer, "eve",
            credentialsOf(kSecret, PeerRole::Observer, "eve"));
        QTRY_VERIFY(client.hasSession());
        client.sendRaw(QByteArray(size, '\0'));
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(client.closedWith(), u"unsealed"_s);
    }
    QVERIFY(m_n1->clientUps.empty());
}

void TestLinkAttacks::badContentIsMalformed_data()
{
    QTest::addColumn<bool>("isFrame0");
    QTest::addColumn<QByteArray>("plaintext");
    QTest::newRow("frame 0 is a ping")
        << true << QByteArray::fromHex("a3636d73676470696e67627431016373657101");
    QTest::newRow("frame 0 is no CBOR") << true << QByteArray("\xff\xff\xff\xff");
    QTest::newRow("a later frame is an array") << false << QByteArray::fromHex("8101");
    QTest::newRow("a later frame has trailing bytes") << false << QByteArray::fromHex("a0a0");
    QTest::newRow("a later frame is an empty map") << false << QByteArray::fromHex("a0");
}

void TestLinkAttacks::badContentIsMalformed()
{
    QFETCH(bool, isFrame0);
    QFETCH(QByteArray, plaintext);
    HandClient client(MeshMachine::uriOf(m_n1->port()), PeerRole::Observer, "eve",
        credentialsOf(kSecret, PeerRole::Observer, "eve"));
    QTRY_VERIFY(client.hasSession());
    if (!isFrame0) {
        client.sendReady();
        QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    }
    client.sendPlaintext(plaintext);
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(client.closedWith(), u"malformed"_s);
    QVERIFY(m_n1->clientContents.empty());
}

void TestLinkAttacks::hugeHelloIsTooBig()
{
    HandClient client(MeshMachine::uriOf(m_n1->port()), PeerRole::Observer, "eve",
        credentialsOf(kSecret, PeerRole::Observer, "eve"), HandClient::StopAfter::Upgrade);
    RawSocket raw(m_n1->port(), upgradeHead());
    QTRY_VERIFY(raw.read().contains("101 Switching"));
    raw.write(binaryFrame(QByteArray(1025, 'x'), true));
    QTRY_VERIFY(raw.isClosed());
    QTRY_VERIFY(m_n1->refusedFor("too-big"));
}

void TestLinkAttacks::wireTapSeesNoContent()
{
    linkN2();
    wire::NodeStatusMessage status;
    status.status.state = "a-very-visible-state";
    QVERIFY(m_n2->mesh->send(m_n1->config.self, status));
    QTRY_COMPARE(m_n1->heard.size(), 1U);
    for (const QByteArray &unit : m_attacker->recorded(0, Direction::ToServer)) {
        QVERIFY(!payloadOf(unit).contains("visible"));
        QVERIFY(!payloadOf(unit).contains(kSecret));
    }
}

QTEST_GUILESS_MAIN(TestLinkAttacks)
#include "tst_link_attacks.moc"
