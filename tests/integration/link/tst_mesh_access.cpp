#include "support/hand_client.h"
#include "support/mesh_machine.h"

#include <QTest>

/// Who gets in, who is told why not, and does either side learn the reason?
using namespace clustd;
using namespace clustd::test;
using crypto::PeerRole;
using namespace Qt::Literals::StringLiterals;

class TestMeshAccess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void otherSecretIsAnUnknownKeyOnBothSides();
    void otherClusterIsRefusedOnBothSides();
    void revokedNameIsRefused();
    void revokedMachineIsRefused();
    void previousSecretIsAcceptedWithAnAlarm();
    void previousSecretIsTriedOnceAfterTheCurrent();
    void aNewSecretIsBroughtRoundWithoutLosingALink();
    void aTokenOfAPreviousSecretIsNamed();
    void reloadClosesLinksOfADroppedKey();
    void reloadClosesARevokedClient();
    void observerIsAdmittedAndAnswered();
    void wrongRolesKeyIsNotAuthentic();
    void fifthClientOfOneNameIsBusy();
    void ninthAdminIsBusy();
    void clientMayNotSpeakInTheElection();
    void clientMessageOverItsLimitIsTooBig();

private:
    static std::unique_ptr<HandClient> client(const MeshMachine &machine, PeerRole role,
        const std::string &name, HandClient::StopAfter stop = HandClient::StopAfter::Nothing)
    {
        return std::make_unique<HandClient>(MeshMachine::uriOf(machine.port()), role, name,
            credentialsOf(kSecret, role, name), stop);
    }
};

void TestMeshAccess::otherSecretIsAnUnknownKeyOnBothSides()
{
    MeshMachine a("n1"), b("n2");
    b.config.secrets = {kOtherSecret};
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    b.knows(a.port());
    a.mesh->start();
    b.mesh->start();
    QTRY_VERIFY(a.refusedFor("unknown-key") && b.refusedFor("unknown-key"));
    QTRY_VERIFY(a.wasRefusedFor("unknown-key") && b.wasRefusedFor("unknown-key"));
    QVERIFY(a.hasAlarm("unknown-key") && b.hasAlarm("unknown-key"));
    QCOMPARE(a.mesh->peers().at(0).state, cluster::LinkState::Refused);
    QCOMPARE(a.mesh->peers().at(0).detail,
        u"unknown-key, says the other side: the two sides hold different secrets"_s);
    QVERIFY(a.ups.empty() && b.ups.empty());
}

void TestMeshAccess::otherClusterIsRefusedOnBothSides()
{
    MeshMachine a("n1"), b("n2");
    b.config.clusterName = "other";
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    b.knows(a.port());
    a.mesh->start();
    b.mesh->start();
    QTRY_VERIFY(a.refusedFor("wrong-cluster") && b.refusedFor("wrong-cluster"));
    QTRY_VERIFY(a.hasAlarm("wrong-cluster") && b.hasAlarm("wrong-cluster"));
    QVERIFY(a.ups.empty() && b.ups.empty());
}

void TestMeshAccess::revokedNameIsRefused()
{
    MeshMachine a("n1");
    a.config.revoked = {"observer/alice"};
    QCOMPARE(a.listen(), QString());
    const auto alice = client(a, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->isClosed());
    QCOMPARE(alice->closedWith(), u"revoked"_s);
    QTRY_VERIFY(a.refusedFor("revoked"));
    // The name alone is revoked, in that role alone.
    const auto admin = client(a, PeerRole::Admin, "alice");
    QTRY_VERIFY(admin->hasSession());
}

void TestMeshAccess::revokedMachineIsRefused()
{
    MeshMachine a("n1"), b("n2"), c("n3");
    a.config.revoked = {"node/n2"};
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    QCOMPARE(c.listen(), QString());
    b.knows(a.port());
    c.knows(a.port());
    b.mesh->start();
    c.mesh->start();
    QTRY_VERIFY(a.refusedFor("revoked"));
    QTRY_VERIFY(b.wasRefusedFor("revoked"));
    QTRY_VERIFY(a.isUp(c) && c.isUp(a));
    QVERIFY(!a.isUp(b) && !b.isUp(a));
    QVERIFY(b.hasAlarm("revoked"));
}

void TestMeshAccess::previousSecretIsAcceptedWithAnAlarm()
{
    MeshMachine a("n1"), b("n2");
    a.config.secrets = {kOtherSecret, kSecret};
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    b.knows(a.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b));
    QVERIFY(a.alarms.contains(u"old-secret n2"_s));
    QVERIFY(a.viewOf(b).usesPreviousSecret);
    b.mesh->shutdown({});
    QTRY_VERIFY(a.alarms.isEmpty());
}

void TestMeshAccess::previousSecretIsTriedOnceAfterTheCurrent()
{
    MeshMachine a("n1"), b("n2");
    a.config.secrets = {kOtherSecret, kSecret};
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    a.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    QVERIFY(b.refusedFor("unknown-key"));
    QVERIFY(a.viewOf(b).usesPreviousSecret);
    QVERIFY(!b.viewOf(a).usesPreviousSecret);
}

void TestMeshAccess::aNewSecretIsBroughtRoundWithoutLosingALink()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    b.knows(a.port());
    a.mesh->start();
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));

    a.config.secrets = {kOtherSecret, kSecret};
    a.mesh->reconfigure(a.config);
    QVERIFY(a.alarms.contains(u"old-secret n2"_s));
    QVERIFY(a.viewOf(b).usesPreviousSecret);
    QTRY_VERIFY(b.refusedFor("unknown-key"));
    QVERIFY(!b.alarms.contains(u"old-secret n1"_s));

    b.config.secrets = {kOtherSecret, kSecret};
    b.mesh->reconfigure(b.config);
    QVERIFY(b.alarms.contains(u"old-secret n1"_s));
    QTRY_VERIFY(!a.alarms.contains(u"old-secret n2"_s) && !b.alarms.contains(u"old-secret n1"_s));

    a.config.secrets = {kOtherSecret};
    a.mesh->reconfigure(a.config);
    b.config.secrets = {kOtherSecret};
    b.mesh->reconfigure(b.config);
    QVERIFY(a.isUp(b) && b.isUp(a));
    QVERIFY(a.mesh->send({NodeId{"n2"}, {}}, heartbeat(1)));
    QTRY_COMPARE(b.heartbeatsInOrder(), 1U);
    QVERIFY(a.downs.empty() && b.downs.empty());
    QCOMPARE(a.viewOf(b).state, cluster::LinkState::Up);
}

void TestMeshAccess::aTokenOfAPreviousSecretIsNamed()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    const auto alice = client(a, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(a.clientUps.size(), 1U);
    QVERIFY(a.alarms.isEmpty());
    a.config.secrets = {kOtherSecret, kSecret};
    a.mesh->reconfigure(a.config);
    QCOMPARE(a.alarms, QStringList{u"old-secret observer/alice"_s});
    a.mesh->closeClient(a.clientUps[0].id, {});
    QTRY_VERIFY(a.alarms.isEmpty());
}

void TestMeshAccess::reloadClosesLinksOfADroppedKey()
{
    MeshMachine a("n1"), b("n2");
    a.config.secrets = {kOtherSecret, kSecret};
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    b.knows(a.port());
    b.mesh->start();
    QTRY_VERIFY(a.isUp(b) && b.isUp(a));
    a.config.secrets = {kOtherSecret};
    a.mesh->reconfigure(a.config);
    QTRY_COMPARE(b.downs.size(), 1U);
    QVERIFY2(b.downReasons[0].startsWith(u"revoked, says the other side"_s),
        qPrintable(b.downReasons[0]));
    QTRY_VERIFY(b.wasRefusedFor("unknown-key"));
    QTRY_VERIFY(!a.isUp(b));
}

void TestMeshAccess::reloadClosesARevokedClient()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    const auto alice = client(a, PeerRole::Admin, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(a.clientUps.size(), 1U);
    a.config.revoked = {"admin/alice"};
    a.mesh->reconfigure(a.config);
    QTRY_VERIFY(alice->isClosed());
    QTRY_COMPARE(a.clientDowns, 1);
    QVERIFY(a.mesh->clients().empty());
}

void TestMeshAccess::observerIsAdmittedAndAnswered()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    const auto alice = client(a, PeerRole::Observer, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(a.clientUps.size(), 1U);
    QCOMPARE(a.clientUps[0].role, PeerRole::Observer);
    QCOMPARE(a.clientUps[0].name, u"alice"_s);
    alice->sendContent(wire::Request{1, u"get_master"_s, {}, {}});
    QTRY_COMPARE(a.clientContents.size(), 1U);
    QCOMPARE(std::get<wire::Request>(a.clientContents[0]).method, u"get_master"_s);
    wire::Response response;
    response.id = 1;
    response.data = {{u"term"_s, 7}};
    QVERIFY(a.mesh->sendToClient(a.clientUps[0].id, response));
    alice->sendContent(wire::Ping{5, 9});
    QTRY_COMPARE(alice->received().size(), 3U);
    QCOMPARE(std::get<wire::Response>(alice->received()[1]).data.value(u"term"_s).toInteger(), 7);
    QCOMPARE(std::get<wire::Pong>(alice->received()[2]).t1, 9U);
    a.mesh->closeClient(a.clientUps[0].id, u"busy"_s);
    QTRY_VERIFY(alice->isClosed());
    QTRY_COMPARE(a.clientDowns, 1);
}

void TestMeshAccess::wrongRolesKeyIsNotAuthentic()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    // An observer's token that says it is an admin's, and a client's that says it is a machine's.
    auto asAdmin = credentialsOf(kSecret, PeerRole::Observer, "alice");
    asAdmin.role = PeerRole::Admin;
    HandClient admin(MeshMachine::uriOf(a.port()), PeerRole::Admin, "alice", std::move(asAdmin));
    QTRY_VERIFY(admin.isClosed());
    QCOMPARE(admin.closedWith(), u"not-authentic"_s);
    auto asNode = credentialsOf(kSecret, PeerRole::Admin, "n2");
    asNode.role = PeerRole::Node;
    HandClient node(MeshMachine::uriOf(a.port()), PeerRole::Node, "n2", std::move(asNode));
    QTRY_VERIFY(node.isClosed());
    QCOMPARE(node.closedWith(), u"not-authentic"_s);
    QTRY_VERIFY(a.refusedFor("not-authentic"));
    QVERIFY(a.ups.empty() && a.clientUps.empty());
}

void TestMeshAccess::fifthClientOfOneNameIsBusy()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    std::vector<std::unique_ptr<HandClient>> four;
    for (int i = 0; i < 4; ++i) {
        four.push_back(client(a, PeerRole::Observer, "alice"));
        QTRY_VERIFY(four.back()->hasSession());
        four.back()->sendReady();
    }
    QTRY_COMPARE(a.clientUps.size(), 4U);
    const auto fifth = client(a, PeerRole::Observer, "alice");
    QTRY_VERIFY(fifth->isClosed());
    QCOMPARE(fifth->closedWith(), u"busy"_s);
    const auto bob = client(a, PeerRole::Observer, "bob");
    QTRY_VERIFY(bob->hasSession());
    // A place that is given up is free again.
    four.pop_back();
    QTRY_COMPARE(a.clientDowns, 1);
    const auto again = client(a, PeerRole::Observer, "alice");
    QTRY_VERIFY(again->hasSession());
}

void TestMeshAccess::ninthAdminIsBusy()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    std::vector<std::unique_ptr<HandClient>> eight;
    for (int i = 0; i < 8; ++i) {
        eight.push_back(client(a, PeerRole::Admin, "admin-" + std::to_string(i)));
        QTRY_VERIFY(eight.back()->hasSession());
    }
    const auto ninth = client(a, PeerRole::Admin, "admin-9");
    QTRY_VERIFY(ninth->isClosed());
    QCOMPARE(ninth->closedWith(), u"busy"_s);
    const auto observer = client(a, PeerRole::Observer, "alice");
    QTRY_VERIFY(observer->hasSession());
}

void TestMeshAccess::clientMayNotSpeakInTheElection()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    const auto alice = client(a, PeerRole::Admin, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(a.clientUps.size(), 1U);
    election::Heartbeat heartbeat;
    heartbeat.term = Term{99};
    alice->sendContent(heartbeat);
    QTRY_VERIFY(alice->isClosed());
    QCOMPARE(alice->closedWith(), u"malformed"_s);
    QVERIFY(a.clientContents.empty() && a.heard.empty());
}

void TestMeshAccess::clientMessageOverItsLimitIsTooBig()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    const auto alice = client(a, PeerRole::Admin, "alice");
    QTRY_VERIFY(alice->hasSession());
    alice->sendReady();
    QTRY_COMPARE(a.clientUps.size(), 1U);
    alice->sendRaw(alice->sealed(QByteArray(64 * 1024, 'x')));
    QTRY_VERIFY(alice->isClosed());
    QTRY_COMPARE(a.clientDowns, 1);
}

QTEST_GUILESS_MAIN(TestMeshAccess)
#include "tst_mesh_access.moc"
