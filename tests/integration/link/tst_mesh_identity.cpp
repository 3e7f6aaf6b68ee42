#include "support/mesh_machine.h"
#include "support/tcp_proxy.h"

#include <QTest>

/// Is a machine ever taken for another: itself, a twin, a copy, a stranger behind a wrong address?
using namespace clustd;
using namespace clustd::test;
using namespace Qt::Literals::StringLiterals;

class TestMeshIdentity : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void connectionToItselfIsRefused();
    void twinWithOurIdIsAnAlarmOnBothSides();
    void secondLifeWhileTheFirstAnswersIsRefused();
    void sameLifeFromAnotherAddressIsAnAlarm();
    void oneMachineAtTwoAddressesLeavesTheRosterIncomplete();
    void otherIdThanConfiguredLeavesTheRosterIncomplete();
    void otherRoleThanConfiguredLeavesTheRosterIncomplete();
    void machineOutsideTheFileIsLinkedButNotOnTheRoster();
    void contradictionThatEndsClearsItsAlarm();
};

void TestMeshIdentity::connectionToItselfIsRefused()
{
    MeshMachine a("n1");
    QCOMPARE(a.listen(), QString());
    a.knows(a.port());
    a.mesh->start();
    QTRY_VERIFY(a.refusedFor("self"));
    QTRY_VERIFY(a.wasRefusedFor("self"));
    QVERIFY(a.hasAlarm("own-id"));
    QVERIFY(!a.hasAlarm("duplicate-id"));
    QVERIFY(!a.mesh->roster().complete);
    QVERIFY(a.ups.empty());
}

void TestMeshIdentity::twinWithOurIdIsAnAlarmOnBothSides()
{
    MeshMachine a("n1", 1), twin("n1", 2);
    QCOMPARE(a.listen(), QString());
    QCOMPARE(twin.listen(), QString());
    twin.knows(a.port());
    twin.mesh->start();
    QTRY_VERIFY(a.refusedFor("self"));
    QTRY_VERIFY(a.hasAlarm("duplicate-id"));
    QTRY_VERIFY(twin.hasAlarm("own-id"));
    QVERIFY(a.ups.empty() && twin.ups.empty());
    QVERIFY(!twin.mesh->roster().complete);
}

void TestMeshIdentity::secondLifeWhileTheFirstAnswersIsRefused()
{
    MeshMachine a("n1"), first("n2", 1), second("n2", 2);
    QCOMPARE(a.listen(), QString());
    QCOMPARE(first.listen(), QString());
    QCOMPARE(second.listen(), QString());
    first.knows(a.port());
    first.mesh->start();
    QTRY_VERIFY(a.isUp(first) && first.isUp(a));
    second.knows(a.port());
    second.mesh->start();
    QTRY_VERIFY(a.refusedFor("duplicate-id"));
    QTRY_VERIFY(second.wasRefusedFor("duplicate-id"));
    QVERIFY(a.hasAlarm("duplicate-id"));
    QCOMPARE(a.ups.size(), 1U);
    QVERIFY(a.downs.empty());
    QVERIFY(second.ups.empty());
    QCOMPARE(second.mesh->peers().at(0).state, cluster::LinkState::Refused);
}

void TestMeshIdentity::sameLifeFromAnotherAddressIsAnAlarm()
{
    MeshMachine a("n1"), original("n2", 9), copy("n2", 9);
    a.config.bindAddress = QHostAddress::Any;
    QCOMPARE(a.listen(), QString());
    QCOMPARE(original.listen(), QString());
    QCOMPARE(copy.listen(), QString());
    original.knows(a.port());
    original.mesh->start();
    QTRY_VERIFY(a.isUp(original));
    TcpProxy elsewhere(a.port());
    elsewhere.setSource(QHostAddress(u"127.0.0.9"_s));
    copy.knows(elsewhere.port());
    copy.mesh->start();
    QTRY_VERIFY(a.hasAlarm("cloned-machine"));
}

void TestMeshIdentity::oneMachineAtTwoAddressesLeavesTheRosterIncomplete()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    TcpProxy misdirected(b.port());
    a.knows(b.port());
    a.knows(misdirected.port());
    a.mesh->start();
    QTRY_VERIFY(a.alarms.contains(u"id-twice n2"_s));
    QVERIFY(!a.mesh->roster().complete);
    QVERIFY(a.isUp(b));
}

void TestMeshIdentity::otherIdThanConfiguredLeavesTheRosterIncomplete()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port(), "n3");
    QVERIFY(a.mesh->roster().complete);
    a.mesh->start();
    QTRY_VERIFY(a.alarms.contains(u"id-differs n3"_s));
    QVERIFY(!a.mesh->roster().complete);
}

void TestMeshIdentity::otherRoleThanConfiguredLeavesTheRosterIncomplete()
{
    MeshMachine a("n1"), b("n2");
    b.config.role = election::MachineRole::Witness;
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port());
    a.mesh->start();
    QTRY_VERIFY(a.alarms.contains(u"role-differs n2"_s));
    QVERIFY(!a.mesh->roster().complete);
}

void TestMeshIdentity::machineOutsideTheFileIsLinkedButNotOnTheRoster()
{
    MeshMachine a("n1"), newcomer("n9");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(newcomer.listen(), QString());
    newcomer.knows(a.port());
    newcomer.mesh->start();
    QTRY_VERIFY(a.isUp(newcomer));
    QVERIFY(a.mesh->roster().complete);
    QVERIFY(a.mesh->roster().machines.empty());
    QCOMPARE(a.viewOf(newcomer).state, cluster::LinkState::Up);
}

void TestMeshIdentity::contradictionThatEndsClearsItsAlarm()
{
    MeshMachine a("n1"), b("n2");
    QCOMPARE(a.listen(), QString());
    QCOMPARE(b.listen(), QString());
    a.knows(b.port(), nullptr, election::MachineRole::Witness);
    a.mesh->start();
    QTRY_VERIFY(a.alarms.contains(u"role-differs n2"_s));
    // The file is put right and reloaded.
    const int changes = a.rosterChanges;
    a.config.machines[0].role = election::MachineRole::Voter;
    a.mesh->reconfigure(a.config);
    QVERIFY(a.alarms.isEmpty());
    QVERIFY(a.mesh->roster().complete);
    QVERIFY(a.rosterChanges > changes);
    QVERIFY(a.isUp(b));
}

QTEST_GUILESS_MAIN(TestMeshIdentity)
#include "tst_mesh_identity.moc"
