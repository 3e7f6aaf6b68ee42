#include "link/listener.h"
#include "support/hand_client.h"
#include "support/link_fixture.h"
#include "support/mesh_machine.h"
#include "support/raw_socket.h"
#include "support/tcp_proxy.h"

#include <QTcpSocket>
#include <QTest>
#include <QTimer>

/// Does every bound of docs/PROTOCOL.md, Limits, hold against who sends too much, too slowly or
/// nothing, on both sides of a connection?
using namespace clustd;
using namespace clustd::test;
using crypto::PeerRole;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kSealedOverhead = 28;

/// A map that nobody knows, of exactly @p size bytes: borne and ignored.
QByteArray plaintextOf(qsizetype size)
{
    const QByteArray head
        = QByteArray::fromHex("a2656576656e746178637061645a"); // {event: "x", pad: h''}
    const qsizetype rest = size - head.size() - 4;
    QByteArray plaintext = head;
    for (const int shift : {24, 16, 8, 0})
        plaintext += static_cast<char>(static_cast<quint64>(rest) >> shift);
    return plaintext + QByteArray(rest, 'p');
}

std::unique_ptr<HandClient> clientOf(
    const MeshMachine &machine, PeerRole role, const std::string &name)
{
    return std::make_unique<HandClient>(
        MeshMachine::uriOf(machine.port()), role, name, credentialsOf(kSecret, role, name));
}

/// Admits everyone; the listener alone, without a mesh behind it.
struct OpenGate : link::Gatekeeper
{
    void judge(link::Link &link) override { link.admit({Duration::zero(), 15s}); }
};

link::Link::ServerSide serverSide()
{
    auto keys = std::vector<crypto::ClusterKeys>();
    keys.push_back(crypto::ClusterKeys::derive(kSecret, "test").value());
    link::Link::ServerSide self;
    self.id = "n1";
    self.incarnation = Incarnation{1};
    // Shared with every handshake under way.
    self.keys = std::make_shared<const std::vector<crypto::ClusterKeys>>(std::move(keys));
    self.ready.uri = u"ws://127.0.0.1:1"_s;
    self.ready.role = u"voter"_s;
    self.ready.priority = 1;
    return self;
}

struct OpenListener
{
    SystemClock clock;
    OpenGate gate;
    link::Listener listener{gate, clock};

    /// @return whether it listens
    [[nodiscard]] bool listen(const QHostAddress &address)
    {
        listener.setSelf(serverSide());
        return listener.listen(address, 0).has_value();
    }
};

} // namespace

class TestLinkLimits : public LinkFixture
{
    Q_OBJECT
private Q_SLOTS:
    void frame0OverItsLimitIsTooBig();
    void fragmentsCountTogether();
    void longestMessageOfAMachineIsRead();
    void longerMessageOfAMachineIsTooBig();
    void longestMessageOfAClientIsRead();
    void longerMessageOfAClientIsTooBig();
    void clientThatFloodsIsBusy();
    void clientThatFloodsBelowTheMessagesIsBusy();
    void machineMaySendAsMuchAsItLikes();
    void mapOfTooManyEntriesIsMalformed();
    void helloInDripsIsTimedOut();
    void clientThatNeverSaysReadyIsTimedOut();
    void serversThatFallSilentAreTimedOut();
    void serverThatSendsRubbishIsRefused_data();
    void serverThatSendsRubbishIsRefused();
    void serverThatRefusesTheUpgradeIsDialledAgain();
    void anotherPathIsMalformed();
    void sixtyFifthObserverAndThirtyThirdDriverAreBusy();
    void serverThatProvesOurOwnNameIsAnAlarm();
    void displacedStrangersDoNotPileUp();
    void bothEndsSendWithoutDelay();
};

void TestLinkLimits::frame0OverItsLimitIsTooBig()
{
    const auto eve = clientOf(*m_n1, PeerRole::Observer, "eve");
    QTRY_VERIFY(eve->hasSession());
    eve->sendRaw(eve->sealed(plaintextOf(1024 - kSealedOverhead + 1)));
    QTRY_VERIFY(eve->isClosed());
    QCOMPARE(eve->closeCode(), 1009);
    QTRY_VERIFY(m_n1->refusedFor("too-big"));
    QVERIFY(m_n1->clientUps.empty());
}

void TestLinkLimits::fragmentsCountTogether()
{
    RawSocket eve(m_n1->port(), upgradeHead());
    QTRY_VERIFY(eve.read().contains("101 Switching"));
    QByteArray begin = binaryFrame(QByteArray(600, 'x'), true, 2);
    begin[0] = 0x02; // Not the last fragment.
    QByteArray more = binaryFrame(QByteArray(600, 'x'), true, 0);
    more[0] = 0x00;
    eve.write(begin + more);
    QTRY_VERIFY(eve.isClosed());
    QTRY_VERIFY(m_n1->refusedFor("too-big"));
}

void TestLinkLimits::longestMessageOfAMachineIsRead()
{
    const auto n7 = clientOf(*m_n1, PeerRole::Node, "n7");
    QTRY_VERIFY(n7->hasSession());
    n7->sendReady();
    QTRY_COMPARE(m_n1->ups.size(), 2U);
    n7->sendPlaintext(plaintextOf(1024 * 1024 - kSealedOverhead));
    n7->sendContent(election::Heartbeat{Term{1}, 1, nullptr});
    QTRY_COMPARE(m_n1->heartbeatsInOrder(), 1U);
    QVERIFY(!n7->isClosed());
}

void TestLinkLimits::longerMessageOfAMachineIsTooBig()
{
    const auto n7 = clientOf(*m_n1, PeerRole::Node, "n7");
    QTRY_VERIFY(n7->hasSession());
    n7->sendReady();
    QTRY_COMPARE(m_n1->ups.size(), 2U);
    n7->sendPlaintext(plaintextOf(1024 * 1024 - kSealedOverhead + 1));
    QTRY_VERIFY(n7->isClosed());
    QTRY_COMPARE(m_n1->downs.size(), 1U);
    QVERIFY2(m_n1->downReasons[0].startsWith(u"too-big"_s), qPrintable(m_n1->downReasons[0]));
}

void TestLinkLimits::longestMessageOfAClientIsRead()
{
    const auto alice = clientOf(*m_n1, PeerRole::Admin, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    alice->sendPlaintext(plaintextOf(64 * 1024 - kSealedOverhead));
    alice->sendContent(wire::Request{1, u"get_master"_s, {}, {}});
    QTRY_VERIFY(std::any_of(m_n1->clientContents.begin(), m_n1->clientContents.end(),
        [](const auto &content) { return std::holds_alternative<wire::Request>(content); }));
    QVERIFY(!alice->isClosed());
}

void TestLinkLimits::longerMessageOfAClientIsTooBig()
{
    const auto alice = clientOf(*m_n1, PeerRole::Admin, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    alice->sendPlaintext(plaintextOf(64 * 1024 - kSealedOverhead + 1));
    QTRY_VERIFY(alice->isClosed());
    QCOMPARE(alice->closeCode(), 1009);
    QTRY_COMPARE(m_n1->clientDowns, 1);
    QVERIFY(m_n1->clientContents.empty());
}

void TestLinkLimits::clientThatFloodsIsBusy()
{
    const auto alice = clientOf(*m_n1, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    // Each is answered; all of them would come in one turn of the event loop.
    for (std::uint64_t i = 0; i < 20000; ++i)
        alice->sendContent(wire::Ping{i, i});
    QTRY_VERIFY(alice->isClosed());
    QCOMPARE(alice->closedWith(), u"busy"_s);
    QTRY_COMPARE(m_n1->clientDowns, 1);
}

/// Pings of WebSocket itself are answered by the library, and are not shown to us.
void TestLinkLimits::clientThatFloodsBelowTheMessagesIsBusy()
{
    const auto alice = clientOf(*m_n1, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    alice->sendPings(200'000);
    QTRY_VERIFY(alice->isClosed());
    QCOMPARE(alice->closedWith(), u"busy"_s);
    QTRY_COMPARE(m_n1->clientDowns, 1);
}

void TestLinkLimits::machineMaySendAsMuchAsItLikes()
{
    constexpr std::uint64_t kCount = 3000;
    for (std::uint64_t seq = 1; seq <= kCount; ++seq)
        QVERIFY(m_n3->mesh->send(
            m_n1->config.self, election::HeartbeatAck{Term{1}, seq, true, nullptr}));
    QTRY_COMPARE(m_n1->heard.size(), std::size_t(kCount));
    QVERIFY(m_n1->isUp(*m_n3));
}

void TestLinkLimits::mapOfTooManyEntriesIsMalformed()
{
    // 13000 of them, 64 KiB, once took two seconds of the thread that decides.
    const auto alice = clientOf(*m_n1, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(m_n1->clientUps.size(), 1U);
    QCborMap params;
    for (int i = 0; i < 129; ++i)
        params[QString::number(i)] = i;
    alice->sendContent(wire::Request{1, u"get_master"_s, params, {}});
    QTRY_VERIFY(alice->isClosed());
    QCOMPARE(alice->closedWith(), u"malformed"_s);
    QVERIFY(m_n1->clientContents.empty());
}

void TestLinkLimits::helloInDripsIsTimedOut()
{
    RawSocket loris(m_n1->port(), upgradeHead());
    QTRY_VERIFY(loris.read().contains("101 Switching"));
    const QByteArray hello = binaryFrame(QByteArray(200, 'x'), true);
    qsizetype sent = 0;
    QTimer drip;
    connect(&drip, &QTimer::timeout, &loris, [&] {
        if (sent < hello.size())
            loris.write(hello.mid(sent++, 1));
    });
    drip.start(50ms);
    QTRY_VERIFY_WITH_TIMEOUT(loris.isClosed(), 10000);
    QVERIFY(sent < hello.size());
    QTRY_VERIFY(m_n1->refusedFor("timeout"));
}

void TestLinkLimits::clientThatNeverSaysReadyIsTimedOut()
{
    // It has proven its name, and yet it may not hold a place for ever without being up.
    const auto alice = clientOf(*m_n1, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->hasSession());
    QTRY_VERIFY_WITH_TIMEOUT(alice->isClosed(), 10000);
    QCOMPARE(alice->closedWith(), u"timeout"_s);
    QTRY_VERIFY(m_n1->refusedFor("timeout"));
    QVERIFY(m_n1->clientUps.empty());
}

void TestLinkLimits::serversThatFallSilentAreTimedOut()
{
    // One accepts and says nothing, one upgrades and gives no ticket, one gives a ticket and no
    // welcome.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    ReplayServer withoutTicket({QByteArray()});
    auto random = crypto::HandshakeRandom::draw();
    const std::vector<crypto::ClusterKeys> noKeys;
    const crypto::ServerHandshake handshake({"n9", Incarnation{1}, {}}, noKeys, std::move(*random));
    ReplayServer withoutWelcome({binaryFrame(handshake.ticket(), false)});

    MeshMachine n2("n2");
    QCOMPARE(n2.listen(), QString());
    n2.knows(silent.serverPort());
    n2.knows(withoutTicket.port());
    n2.knows(withoutWelcome.port());
    n2.mesh->start();
    QTRY_VERIFY_WITH_TIMEOUT(n2.refusalCount >= 3, 10000);
    QCOMPARE(n2.refusals.count(u"timeout"_s), n2.refusals.size());
    QVERIFY(n2.ups.empty());
}

void TestLinkLimits::serverThatSendsRubbishIsRefused_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QString>("reason");
    QTest::newRow("garbage for a ticket")
        << binaryFrame(QByteArray(38, 'x'), false) << u"malformed"_s;
    QTest::newRow("an empty ticket") << binaryFrame({}, false) << u"malformed"_s;
    QTest::newRow("text") << binaryFrame("hello", false, 1) << u"malformed"_s;
    QTest::newRow("a reserved opcode") << binaryFrame("hello", false, 3) << u"malformed"_s;
    QTest::newRow("a ticket of 1025 bytes")
        << binaryFrame(QByteArray(1025, 'x'), false) << u"too-big"_s;
}

void TestLinkLimits::serverThatSendsRubbishIsRefused()
{
    QFETCH(QByteArray, first);
    QFETCH(QString, reason);
    ReplayServer impostor({first});
    MeshMachine n2("n2");
    QCOMPARE(n2.listen(), QString());
    n2.knows(impostor.port());
    n2.mesh->start();
    QTRY_VERIFY(!n2.refusals.isEmpty());
    QCOMPARE(n2.refusals.first(), reason);
    QVERIFY(n2.ups.empty());
}

void TestLinkLimits::serverThatRefusesTheUpgradeIsDialledAgain()
{
    QTcpServer http;
    QVERIFY(http.listen(QHostAddress::LocalHost));
    int count = 0;
    connect(&http, &QTcpServer::newConnection, &http, [&] {
        ++count;
        // Left open: it is the client who must not wait.
        http.nextPendingConnection()->write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    });
    MeshMachine n2("n2");
    QCOMPARE(n2.listen(), QString());
    n2.knows(http.serverPort());
    n2.mesh->start();
    QTRY_VERIFY(count >= 3);
    QVERIFY(!n2.mesh->peers().at(0).detail.isEmpty());
}

void TestLinkLimits::anotherPathIsMalformed()
{
    QByteArray head = upgradeHead();
    head.replace("GET / ", "GET /other ");
    RawSocket lost(m_n1->port(), head);
    QTRY_VERIFY(lost.isClosed());
    QTRY_VERIFY(m_n1->refusedFor("malformed"));
    QVERIFY(lost.read().contains("malformed"));
}

void TestLinkLimits::sixtyFifthObserverAndThirtyThirdDriverAreBusy()
{
    std::vector<std::unique_ptr<HandClient>> all;
    const auto add = [&](PeerRole role, int number) {
        all.push_back(clientOf(*m_n1, role, "c" + std::to_string(number)));
    };
    for (const auto &[role, most] :
        {std::pair{PeerRole::Observer, 64}, std::pair{PeerRole::Driver, 32}}) {
        for (int i = 0; i < most; ++i) {
            add(role, i);
            QTRY_VERIFY(all.back()->hasSession());
            all.back()->sendReady();
        }
        add(role, most);
        QTRY_VERIFY(all.back()->isClosed());
        QCOMPARE(all.back()->closedWith(), u"busy"_s);
        all.pop_back();
    }
    QTRY_COMPARE(m_n1->clientUps.size(), 96U);
    QVERIFY(std::none_of(all.begin(), all.end(), [](const auto &one) { return one->isClosed(); }));
}

void TestLinkLimits::serverThatProvesOurOwnNameIsAnAlarm()
{
    // It does not look whether we have its name, so we must.
    OpenListener open;
    link::Listener &listener = open.listener;
    QVERIFY(open.listen(QHostAddress::LocalHost));
    MeshMachine twin("n1", 7);
    QCOMPARE(twin.listen(), QString());
    twin.knows(listener.port(), "n9");
    twin.mesh->start();
    QTRY_VERIFY(twin.alarms.contains(u"own-id 127.0.0.1:%1"_s.arg(listener.port())));
    QVERIFY(twin.ups.empty());
}

void TestLinkLimits::displacedStrangersDoNotPileUp()
{
    // They never answer a close frame. Were each waited for, a flood would eat up the descriptors
    // that the service needs to start. Qt closes at once what has nothing left to write.
    OpenListener open;
    link::Listener &listener = open.listener;
    QVERIFY(open.listen(QHostAddress::Any));
    qsizetype most = 0;
    connect(&listener, &link::Listener::linkMade, this,
        [&] { most = std::max(most, listener.findChildren<link::Link *>().size()); });
    int refusals = 0;
    connect(&listener, &link::Listener::refused, this, [&] { ++refusals; });
    std::vector<std::unique_ptr<RawSocket>> strangers;
    for (int i = 0; i < 800; ++i) {
        const QHostAddress source(0x7f000000U + 0x20000U + static_cast<quint32>(i % 200));
        strangers.push_back(std::make_unique<RawSocket>(listener.port(), upgradeHead(), source));
    }
    QTRY_VERIFY_WITH_TIMEOUT(refusals >= 800 - 64, 20000);
    // Beside those who may be there, a few turns' worth that are about to be deleted.
    QVERIFY2(most <= 64 + 4 * 8, qPrintable(QString::number(most)));
}

void TestLinkLimits::bothEndsSendWithoutDelay()
{
    OpenListener open;
    link::Listener &listener = open.listener;
    QVERIFY(open.listen(QHostAddress::LocalHost));
    link::Link *accepted = nullptr;
    connect(&listener, &link::Listener::linkMade, this, [&](link::Link *made) { accepted = made; });
    link::Link::ClientSide self;
    self.uri = MeshMachine::uriOf(listener.port());
    self.self = {PeerRole::Observer, "alice", {}, {}, {}};
    self.credentials = credentialsOf(kSecret, PeerRole::Observer, "alice");
    link::Link dialled(std::move(self), nullptr, open.clock, nullptr);
    dialled.start();
    QTRY_VERIFY(dialled.isUp());
    QTRY_VERIFY(accepted != nullptr && accepted->isUp());
    for (const link::Link *end :
        {static_cast<const link::Link *>(&dialled), static_cast<const link::Link *>(accepted)}) {
        auto *tcp = end->findChild<QTcpSocket *>();
        QVERIFY(tcp != nullptr);
        QCOMPARE(tcp->socketOption(QAbstractSocket::LowDelayOption).toInt(), 1);
        QCOMPARE(tcp->socketOption(QAbstractSocket::KeepAliveOption).toInt(), 1);
    }
}

QTEST_GUILESS_MAIN(TestLinkLimits)
#include "tst_link_limits.moc"
