#include "cluster/roster.h"

#include <QTest>

/// Can a misdirected connection or a wrong file make the roster look complete when it is not?
using namespace clustd;
using namespace clustd::cluster;
using election::MachineRole;
using namespace Qt::Literals::StringLiterals;

namespace {

const QUrl kAt2{u"ws://10.0.0.2:3001"_s};
const QUrl kAt3{u"ws://10.0.0.3:3001"_s};

wire::Ready ready(const QString &uri, const QString &role = u"voter"_s)
{
    wire::Ready frame;
    frame.uri = uri;
    frame.role = role;
    return frame;
}

QStringList codes(const Roster &roster)
{
    QStringList list;
    for (const Roster::Problem &problem : roster.problems())
        list << problem.code + u' ' + problem.node;
    return list;
}

} // namespace

class TestRoster : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void completeOnlyWhenEveryIdIsKnown();
    void configuredIdNeedsNoMeeting();
    void claimTeachesAnIdWhereOnlyTheOtherSideCanDial();
    void claimNeverOverridesADial();
    void wrongClaimIsDroppedWhenTheDialSaysElse();
    void spellingsOfOneUriAreOne();
    void ownIdIsAProblem();
    void oneIdAtTwoUrisIsAProblem();
    void differingRoleIsAProblemUntilItAgrees();
    void reloadKeepsWhatIsKnownOfTheSameUri();

private:
    Roster m_roster;
};

void TestRoster::init()
{
    m_roster = {};
    m_roster.configure(NodeId{"n1"},
        {{kAt2, std::nullopt, MachineRole::Voter}, {kAt3, std::nullopt, MachineRole::Voter}});
}

void TestRoster::completeOnlyWhenEveryIdIsKnown()
{
    QVERIFY(!m_roster.roster().complete);
    m_roster.metAt(kAt2, NodeId{"n2"});
    QVERIFY(!m_roster.roster().complete);
    m_roster.metAt(kAt3, NodeId{"n3"});
    QVERIFY(m_roster.roster().complete);
    QCOMPARE(m_roster.roster().machines[1].id, NodeId{"n3"});
}

void TestRoster::configuredIdNeedsNoMeeting()
{
    m_roster.configure(NodeId{"n1"}, {{kAt2, NodeId{"n2"}, MachineRole::Witness}});
    QVERIFY(m_roster.roster().complete);
    m_roster.metAt(kAt2, NodeId{"n3"});
    QVERIFY(!m_roster.roster().complete);
    QCOMPARE(codes(m_roster), QStringList{u"id-differs n2"_s});
}

void TestRoster::claimTeachesAnIdWhereOnlyTheOtherSideCanDial()
{
    m_roster.metAt(kAt2, NodeId{"n2"});
    m_roster.heard(NodeId{"n3"}, ready(kAt3.toString()));
    QVERIFY(m_roster.roster().complete);
}

void TestRoster::claimNeverOverridesADial()
{
    m_roster.metAt(kAt2, NodeId{"n2"});
    m_roster.heard(NodeId{"n9"}, ready(kAt2.toString()));
    QCOMPARE(m_roster.roster().machines[0].id, NodeId{"n2"});
}

void TestRoster::wrongClaimIsDroppedWhenTheDialSaysElse()
{
    // n2 was set up with n3's address as its own.
    m_roster.heard(NodeId{"n2"}, ready(kAt3.toString()));
    QCOMPARE(m_roster.roster().machines[1].id, NodeId{"n2"});
    m_roster.metAt(kAt2, NodeId{"n2"});
    QVERIFY(!m_roster.roster().machines[1].id);
    QVERIFY(!m_roster.roster().complete);
    QVERIFY(m_roster.problems().empty());
}

void TestRoster::spellingsOfOneUriAreOne()
{
    m_roster.configure(
        NodeId{"n1"}, {{QUrl(u"ws://CM-2.example:80/"_s), std::nullopt, MachineRole::Voter}});
    m_roster.metAt(QUrl(u"ws://cm-2.example"_s), NodeId{"n2"});
    QVERIFY(m_roster.roster().complete);
}

void TestRoster::ownIdIsAProblem()
{
    m_roster.metAt(kAt2, NodeId{"n1"});
    m_roster.metAt(kAt3, NodeId{"n3"});
    QVERIFY(!m_roster.roster().complete);
    QCOMPARE(codes(m_roster), QStringList{u"own-id ws://10.0.0.2:3001"_s});
}

void TestRoster::oneIdAtTwoUrisIsAProblem()
{
    m_roster.metAt(kAt2, NodeId{"n2"});
    m_roster.metAt(kAt3, NodeId{"n2"});
    QVERIFY(!m_roster.roster().complete);
    QCOMPARE(codes(m_roster), QStringList{u"id-twice n2"_s});
    m_roster.metAt(kAt3, NodeId{"n3"});
    QVERIFY(m_roster.roster().complete);
}

void TestRoster::differingRoleIsAProblemUntilItAgrees()
{
    m_roster.metAt(kAt2, NodeId{"n2"});
    m_roster.metAt(kAt3, NodeId{"n3"});
    m_roster.heard(NodeId{"n3"}, ready(kAt3.toString(), u"witness"_s));
    QVERIFY(!m_roster.roster().complete);
    QCOMPARE(codes(m_roster), QStringList{u"role-differs n3"_s});
    m_roster.heard(NodeId{"n3"}, ready(kAt3.toString()));
    QVERIFY(m_roster.roster().complete);
}

void TestRoster::reloadKeepsWhatIsKnownOfTheSameUri()
{
    m_roster.metAt(kAt2, NodeId{"n2"});
    m_roster.metAt(kAt3, NodeId{"n3"});
    m_roster.configure(NodeId{"n1"}, {{kAt3, std::nullopt, MachineRole::Voter}});
    QVERIFY(m_roster.roster().complete);
    // What was known of an entry that left is forgotten.
    m_roster.configure(NodeId{"n1"}, {{kAt2, std::nullopt, MachineRole::Voter}});
    QVERIFY(!m_roster.roster().complete);
}

QTEST_APPLESS_MAIN(TestRoster)
#include "tst_roster.moc"
