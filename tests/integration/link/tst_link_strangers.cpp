#include "support/hand_client.h"
#include "support/link_fixture.h"
#include "support/mesh_machine.h"
#include "support/raw_socket.h"
#include "support/tcp_proxy.h"

#include <QTest>

/// What can somebody do who holds no key: hold places, fill memory, delay heartbeats, end the
/// process?
using namespace clustd;
using namespace clustd::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

class TestLinkStrangers : public LinkFixture
{
    Q_OBJECT
public:
    /// Strangers come from many addresses of the loopback net.
    TestLinkStrangers()
        : LinkFixture(QHostAddress::Any)
    {
    }

private Q_SLOTS:
    void originIsAnswered403();
    void anEmptyOriginIsRefusedToo();
    void missingSubprotocolIsAVersion();
    void garbageEndsTheConnection_data();
    void garbageEndsTheConnection();
    void slowLorisIsTimedOut_data();
    void slowLorisIsTimedOut();
    void endlessHeadIsCut();
    void framesWithoutEndAreCut_data();
    void framesWithoutEndAreCut();
    void ninthStrangerOfAnAddressDisplacesTheFirst();
    void thousandStrangersDoNotDisturbALink();
    void machineGetsInDuringAFlood();

private:
    void flood(int count, std::vector<std::unique_ptr<RawSocket>> &strangers);
};

void TestLinkStrangers::originIsAnswered403()
{
    RawSocket browser(m_n1->port(), upgradeHead("Origin: http://evil.example\r\n"));
    QTRY_VERIFY(browser.isClosed());
    QVERIFY2(browser.read().startsWith("HTTP/1.1 403"), browser.read().constData());
    QTRY_VERIFY(m_n1->refusedFor("malformed"));
}

void TestLinkStrangers::anEmptyOriginIsRefusedToo()
{
    RawSocket browser(m_n1->port(), upgradeHead("Origin: \r\n"));
    QTRY_VERIFY(browser.isClosed());
    QTRY_VERIFY(m_n1->refusedFor("malformed"));
}

void TestLinkStrangers::missingSubprotocolIsAVersion()
{
    RawSocket old(m_n1->port(), upgradeHead({}, false));
    QTRY_VERIFY(old.isClosed());
    QVERIFY(old.read().contains("version"));
    QTRY_VERIFY(m_n1->refusedFor("version"));
}

void TestLinkStrangers::garbageEndsTheConnection_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("afterUpgrade");
    QTest::newRow("no HTTP at all") << QByteArray("\x16\x03\x01\x02\r\n\r\n") << QByteArray();
    QTest::newRow("plain HTTP") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << QByteArray();
    QTest::newRow("reserved opcode") << upgradeHead() << QByteArray("\x8b\x80\0\0\0\0", 6);
    QTest::newRow("garbage for a hello")
        << upgradeHead() << binaryFrame(QByteArray(200, '\x5a'), true);
    QTest::newRow("an empty hello") << upgradeHead() << binaryFrame({}, true);
    QTest::newRow("a frame header that announces a gigabyte")
        << upgradeHead() << QByteArray("\x82\xff\0\0\0\0\x40\0\0\0\0\0\0\0", 14);
}

void TestLinkStrangers::garbageEndsTheConnection()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, afterUpgrade);
    RawSocket stranger(m_n1->port(), first);
    if (!afterUpgrade.isEmpty()) {
        QTRY_VERIFY(stranger.read().contains("101 Switching"));
        stranger.write(afterUpgrade);
    }
    QTRY_VERIFY(stranger.isClosed());
    QTRY_VERIFY(!m_n1->refusals.isEmpty());
    QCOMPARE(m_n1->ups.size(), 1U);
}

void TestLinkStrangers::slowLorisIsTimedOut_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::newRow("silent TCP") << QByteArray();
    QTest::newRow("half an HTTP head") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n");
    QTest::newRow("no hello") << upgradeHead();
}

void TestLinkStrangers::slowLorisIsTimedOut()
{
    QFETCH(QByteArray, first);
    RawSocket stranger(m_n1->port(), first);
    QTRY_VERIFY(stranger.wasConnected());
    QTRY_VERIFY_WITH_TIMEOUT(stranger.isClosed(), 10000);
    QTRY_VERIFY(m_n1->refusedFor("timeout"));
}

void TestLinkStrangers::endlessHeadIsCut()
{
    RawSocket stranger(m_n1->port(), "GET / HTTP/1.1\r\nX: " + QByteArray(20000, 'x'));
    QTRY_VERIFY(stranger.isClosed());
    QTRY_VERIFY(m_n1->refusedFor("too-big"));
}

void TestLinkStrangers::framesWithoutEndAreCut_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("frame");
    const QByteArray mask(4, '\0');
    QTest::newRow("empty pings") << QByteArray() << "\x89\x80" + mask;
    QTest::newRow("pings") << QByteArray() << "\x89\xfd" + mask + QByteArray(125, 'x');
    QTest::newRow("pongs") << QByteArray() << "\x8a\x80" + mask;
    QTest::newRow("empty fragments") << "\x02\x80" + mask << QByteArray("\0\x80", 2) + mask;
}

/// The library answers or drops such frames by itself, each in the thread that sends the
/// heartbeats. Megabytes of them came in one turn.
void TestLinkStrangers::framesWithoutEndAreCut()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, frame);
    const auto before = m_n1->refusalCount;
    RawSocket stranger(m_n1->port(), upgradeHead() + first + frame.repeated(300'000));
    QTRY_VERIFY(stranger.isClosed());
    QTRY_VERIFY(m_n1->refusalCount > before);
    QVERIFY(m_n1->refusedFor("too-big"));
    // What it was told in the one turn that it had.
    QVERIFY2(stranger.read().size() < 10'000, qPrintable(QString::number(stranger.read().size())));
}

void TestLinkStrangers::ninthStrangerOfAnAddressDisplacesTheFirst()
{
    std::vector<std::unique_ptr<RawSocket>> strangers;
    for (int i = 0; i < 9; ++i) {
        strangers.push_back(std::make_unique<RawSocket>(m_n1->port(), QByteArray()));
        QTRY_VERIFY(strangers.back()->wasConnected());
    }
    QTRY_VERIFY(strangers[0]->isClosed());
    QVERIFY(!strangers[8]->isClosed());
    QTRY_VERIFY(m_n1->refusedFor("busy"));
}

void TestLinkStrangers::flood(int count, std::vector<std::unique_ptr<RawSocket>> &strangers)
{
    for (int i = 0; i < count; ++i) {
        const QHostAddress source(0x7f000000U + 0x10000U + static_cast<quint32>(i % 200));
        strangers.push_back(std::make_unique<RawSocket>(
            m_n1->port(), i % 2 == 0 ? QByteArray() : upgradeHead(), source));
    }
}

void TestLinkStrangers::thousandStrangersDoNotDisturbALink()
{
    std::vector<std::unique_ptr<RawSocket>> strangers;
    std::uint64_t seq = 1;
    for (int round = 0; round < 10; ++round) {
        flood(100, strangers);
        QVERIFY(m_n3->mesh->send(m_n1->config.self, election::Heartbeat{Term{1}, seq++, nullptr}));
        QTRY_COMPARE(m_n1->heartbeatsInOrder(), std::size_t(seq - 1));
    }
    // All but as many as may be unauthenticated are gone again.
    const auto closed = [&] {
        return std::count_if(
            strangers.begin(), strangers.end(), [](const auto &one) { return one->isClosed(); });
    };
    QTRY_VERIFY(closed() >= 1000 - 64);
    QVERIFY(m_n1->isUp(*m_n3) && m_n3->isUp(*m_n1));
    // Strangers in their hundreds were reported in a few lines.
    QTRY_VERIFY(m_n1->refusalCount >= 900);
    QVERIFY2(m_n1->refusals.size() < 60, qPrintable(QString::number(m_n1->refusals.size())));
}

void TestLinkStrangers::machineGetsInDuringAFlood()
{
    std::vector<std::unique_ptr<RawSocket>> strangers;
    flood(300, strangers);
    MeshMachine n2("n2");
    QCOMPARE(n2.listen(), QString());
    n2.knows(m_n1->port());
    n2.mesh->start();
    QTRY_VERIFY(m_n1->isUp(n2) && n2.isUp(*m_n1));
}

QTEST_GUILESS_MAIN(TestLinkStrangers)
#include "tst_link_strangers.moc"
