#include "support/mesh_machine.h"
#include "support/tcp_proxy.h"

#include <QTest>

/// Do two machines always end with exactly one working link, whoever dials, restarts or vanishes?
using namespace clustd;
using namespace clustd::test;
using namespace Qt::Literals::StringLiterals;

class TestMesh : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void machinesThatKnowEachOtherTalk();
    void oneSideThatCanDialIsEnough();
    void simultaneousDialsEndWithOneLink();
    void contentArrivesInOrderWhileTheSecondLinkGoes();
    void restartedPeerReplacesItsVanishedLife();
    void silentPeerIsSuspectThenTimedOut();
    void reconnectsAfterACut();
    void roundTripsAreMeasured();
    void messagesForAFormerLifeAreNotSent();
    void shutdownSaysByeAndFinishes();
    void peerThatDoesNotReadIsClosedAsSlow();
    void usedPortIsNamed();
};

void TestMesh::machinesThatKnowEachOtherTalk()
{
    MeshMachine a("n1"), b("n2", 7);
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    b.knows(a.port());
    a.mesh->start();
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    QTRY_VERIFY(a.mesh->roster().complete && b.mesh->roster().complete);
    QCOMPARE(a.mesh->roster().machines.at(0).id, NodeId{"n2"});
    QCOMPARE(a.ups.at(0), (election::Life{NodeId{"n2"}, Incarnation{7}}));
    QCOMPARE(a.viewOf(b).ready->software, u"clustd test"_s);

    const Instant before = clusterNow();
    QVERIFY(a.mesh->send({NodeId{"n2"}, {}}, heartbeat(1)));
    QTRY_COMPARE(b.heard.size(), 1U);
    QCOMPARE(b.heard[0].from, a.config.self);
    QCOMPARE(std::get<election::Heartbeat>(b.heard[0].content).seq, 1U);
    QVERIFY(b.heard[0].at >= before && b.heard[0].at <= clusterNow());
}

void TestMesh::oneSideThatCanDialIsEnough()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    // n1 knows where n2 is, but a firewall lets nobody reach it: only n2 dials. It learns the id
    // all the same.
    QTcpServer nobody;
    QVERIFY(nobody.listen(QHostAddress::LocalHost));
    const quint16 closedPort = nobody.serverPort();
    nobody.close();
    a.knows(closedPort);
    b.config.remoteAddress = MeshMachine::uriOf(closedPort);
    b.knows(a.port());
    a.mesh->start();
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    QTRY_VERIFY(a.mesh->roster().complete);
    QVERIFY(a.mesh->send(b.config.self, heartbeat(1)));
    QTRY_COMPARE(b.heard.size(), 1U);
}

void TestMesh::simultaneousDialsEndWithOneLink()
{
    for (std::uint64_t round = 1; round <= 10; ++round) {
        MeshMachine a("n1", round), b("n2", round);
        QCOMPARE(a.listen(), QString());
        QCOMPARE(b.listen(), QString());
        TcpProxy toA(a.port()), toB(b.port());
        a.knows(toB.port());
        b.knows(toA.port());
        a.mesh->start();
        b.mesh->start();
        QTRY_VERIFY(a.isUp(b) && b.isUp(a));
        QTRY_COMPARE(toA.openCount() + toB.openCount(), 1);
        QTRY_VERIFY(a.mesh->roster().complete && b.mesh->roster().complete);
        QVERIFY(a.mesh->send(b.config.self, heartbeat(1)));
        QVERIFY(b.mesh->send(a.config.self, heartbeat(1)));
        QTRY_VERIFY(a.heard.size() == 1 && b.heard.size() == 1);
        // One life, one report: the second link was never visible.
        QCOMPARE(a.ups.size(), 1U);
        QCOMPARE(b.ups.size(), 1U);
        QVERIFY(a.downs.empty() && b.downs.empty());
    }
}

void TestMesh::contentArrivesInOrderWhileTheSecondLinkGoes()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    b.knows(a.port());
    a.mesh->start();
    b.mesh->start();
    // The lower id keeps the older link, so what it writes is never written to one that it closes.
    std::uint64_t seq = 0;
    QTRY_VERIFY([&] {
        if (a.mesh->send(b.config.self, heartbeat(seq + 1)))
            ++seq;
        return seq >= 20;
    }());
    QTRY_COMPARE(b.heartbeatsInOrder(), std::size_t(seq));
}

void TestMesh::restartedPeerReplacesItsVanishedLife()
{
    MeshMachine a("n1"), old("n2", 1), young("n2", 2);
    QCOMPARE(a.listen(), QString());
    QCOMPARE(old.listen(), QString());
    QCOMPARE(young.listen(), QString());
    TcpProxy cable(a.port());
    old.knows(cable.port());
    old.mesh->start();
    QTRY_VERIFY(a.isUp(old));
    cable.stall(); // Power off: no FIN, no answer.
    young.knows(a.port());
    young.mesh->start();
    QTRY_COMPARE(a.ups.size(), 2U);
    QCOMPARE(a.downs.size(), 1U);
    QCOMPARE(a.downs[0], old.config.self);
    QCOMPARE(a.ups[1], young.config.self);
    QTRY_VERIFY(young.isUp(a));
    QVERIFY(!a.hasAlarm("duplicate-id"));
    QVERIFY(a.mesh->send(young.config.self, heartbeat(1)));
    QTRY_COMPARE(young.heard.size(), 1U);
}

void TestMesh::silentPeerIsSuspectThenTimedOut()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    TcpProxy cable(a.port());
    b.knows(cable.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    cable.stall();
    QTRY_VERIFY(a.viewOf(b).state == cluster::LinkState::Suspect);
    QTRY_COMPARE_WITH_TIMEOUT(a.downs.size(), 1U, 10000);
    QVERIFY2(a.downReasons[0].startsWith(u"timeout"_s), qPrintable(a.downReasons[0]));
    QTRY_COMPARE(b.downs.size(), 1U);
    QTRY_VERIFY(b.viewOf(a).state != cluster::LinkState::Up);
}

void TestMesh::reconnectsAfterACut()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    TcpProxy cable(a.port());
    b.knows(cable.port());
    b.mesh->start();
    for (std::size_t round = 1; round <= 3; ++round) {
        QTRY_COMPARE(a.ups.size(), round);
        QTRY_COMPARE(b.ups.size(), round);
        cable.cut();
        QTRY_COMPARE(b.downs.size(), round);
    }
    QVERIFY2(b.downReasons[0].startsWith(u"lost"_s), qPrintable(b.downReasons[0]));
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
}

void TestMesh::roundTripsAreMeasured()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    b.knows(a.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    QTRY_VERIFY(a.viewOf(b).rtt > Duration::zero());
    QTRY_VERIFY(b.viewOf(a).rtt > Duration::zero());
    QCOMPARE(a.viewOf(b).lossPpm, 0);
}

void TestMesh::messagesForAFormerLifeAreNotSent()
{
    MeshMachine a("n1"), b("n2", 5);
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    b.knows(a.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b));
    QVERIFY(!a.mesh->send({NodeId{"n2"}, Incarnation{4}}, heartbeat(1)));
    QVERIFY(!a.mesh->send({NodeId{"n3"}, {}}, heartbeat(1)));
    QVERIFY(a.mesh->send({NodeId{"n2"}, Incarnation{5}}, heartbeat(1)));
}

void TestMesh::shutdownSaysByeAndFinishes()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    b.knows(a.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    a.mesh->shutdown(u"a new release is installed"_s);
    QTRY_VERIFY(a.isFinished);
    QTRY_COMPARE(b.downs.size(), 1U);
    QCOMPARE(b.downReasons[0], u"bye, says the other side: a new release is installed"_s);
}

void TestMesh::peerThatDoesNotReadIsClosedAsSlow()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    TcpProxy cable(a.port());
    b.knows(cable.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    cable.stall();
    wire::NodeStatusMessage big;
    big.status.state = "follower";
    big.detail = QCborMap{{u"text"_s, QString(4000, u'x')}};
    bool wasHeartbeatDropped = false;
    // The proxy reads nothing more, so first the kernel's buffers fill and then ours.
    for (int i = 0; i < 20000 && a.mesh->send(b.config.self, big); ++i) {
        QCoreApplication::processEvents();
        if (!wasHeartbeatDropped && !a.mesh->send(b.config.self, heartbeat(1)))
            wasHeartbeatDropped = a.isUp(b);
    }
    QVERIFY(wasHeartbeatDropped);
    QTRY_COMPARE(a.downs.size(), 1U);
    QVERIFY2(a.downReasons[0].startsWith(u"slow"_s), qPrintable(a.downReasons[0]));
}

void TestMesh::usedPortIsNamed()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    b.config.bindPort = a.port();
    const QString error = b.listen();
    QVERIFY2(error.contains(u"127.0.0.1:%1"_s.arg(a.port())) && error.contains(u"in use"_s),
        qPrintable(error));
}

QTEST_GUILESS_MAIN(TestMesh)
#include "tst_mesh.moc"
