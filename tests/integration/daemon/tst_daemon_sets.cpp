// Does the set of voters follow the files, edited in any order, while the service runs on? And does
// a machine that lost its disk find its way back?

#include "support/daemon_cluster.h"

#include <QDir>
#include <QJsonArray>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using clustd::test::DaemonCluster;
using clustd::test::kWait;

namespace {

/// The voters in force as machine @p i knows them.
QStringList voters(const DaemonCluster &cluster, int i)
{
    // An object's keys are in order.
    return cluster.status(i)[u"set"_s][u"voters"_s].toObject().keys();
}

} // namespace

class TestDaemonSets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesInAnyOrderGrowAndShrinkTheCluster()
    {
        DaemonCluster::Options options;
        options.machines = 5;
        DaemonCluster cluster(options);
        const QList<int> three{0, 1, 2};
        const QList<int> five{0, 1, 2, 3, 4};
        const QList<int> four{0, 1, 2, 3};
        for (const int i : three) {
            cluster.list(i, three);
            cluster.start(i);
        }
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(2), u"cm-1"_s, kWait);
        QCOMPARE(voters(cluster, 1), (QStringList{u"cm-1"_s, u"cm-2"_s, u"cm-3"_s}));

        const auto edit = [&](int i, const QList<int> &machines) {
            cluster.list(i, machines);
            return cluster.command(i, {u"reload"_s}).code;
        };
        // Their ids are learnt by meeting them, so they are there first.
        cluster.start(4);
        cluster.start(3);
        QCOMPARE(edit(1, five), 0);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(0).contains(u"voter-set-differs"_s), kWait);
        QCOMPARE(edit(0, five), 0);
        QCOMPARE(edit(2, five), 0);
        const QStringList all{u"cm-1"_s, u"cm-2"_s, u"cm-3"_s, u"cm-4"_s, u"cm-5"_s};
        for (const int i : five)
            QTRY_COMPARE_WITH_TIMEOUT(voters(cluster, i), all, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(0).contains(u"voter-set-differs"_s), kWait);
        QCOMPARE(cluster.status(0)[u"quorum"_s][u"needed"_s].toInt(), 3);

        for (const int i : {3, 0, 2, 1})
            QCOMPARE(edit(i, four), 0);
        cluster.strike(4, DaemonCluster::Fault::EndDaemon);
        for (const int i : four)
            QTRY_COMPARE_WITH_TIMEOUT(voters(cluster, i), all.first(4), kWait);

        // The master stayed, and never stopped serving.
        QCOMPARE(cluster.activeMaster(3), u"cm-1"_s);
        QCOMPARE(cluster.runs().size(), size_t(1));
    }

    void aRoleIsChangedByEditingTheFiles()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        // The master itself becomes a witness, so the role goes to another machine.
        cluster.replaceInConfig(0, u"  id: cm-1\n"_s, u"  id: cm-1\n  role: witness\n"_s);
        const QString address = u"ws://127.0.0.1:%1"_s.arg(cluster.port(0));
        for (const int i : {1, 2})
            cluster.replaceInConfig(
                i, u"- "_s + address, u"- {uri: '%1', role: witness}"_s.arg(address));
        for (const int i : {2, 0, 1})
            QCOMPARE(cluster.command(i, {u"reload"_s}).code, 0);
        for (const int i : {0, 1, 2}) {
            QTRY_COMPARE_WITH_TIMEOUT(
                cluster.status(i)[u"set"_s][u"voters"_s][u"cm-1"_s].toString(), u"witness"_s,
                kWait);
            QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(i), u"cm-2"_s, kWait);
            QTRY_COMPARE_WITH_TIMEOUT(cluster.alarms(i), QStringList(), kWait);
        }
        const auto refused = cluster.command(1, {u"switchover"_s, u"--to"_s, u"cm-1"_s});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("its role is witness"), refused.err.constData());
        QCOMPARE(cluster.judge(), QString());
    }

    void oneWrongFileIsAnAlarmAndNothingElse()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        cluster.list(2, {0, 2});
        QCOMPARE(cluster.command(2, {u"reload"_s}).code, 0);
        for (const int i : {0, 1, 2})
            QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(i).contains(u"voter-set-differs"_s), kWait);
        QCOMPARE(voters(cluster, 0).size(), 3);
        QCOMPARE(cluster.activeMaster(2), u"cm-1"_s);

        cluster.list(2, {0, 1, 2});
        QCOMPARE(cluster.command(2, {u"reload"_s}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(1).contains(u"voter-set-differs"_s), kWait);
        QCOMPARE(cluster.runs().size(), size_t(1));
    }

    void aReplacedDiskFollowsAndThenCounts()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        cluster.cutPower(1);
        QVERIFY(QDir(cluster.folder() + u"/state-cm-2"_s).removeRecursively());
        cluster.start(1);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-1"_s, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(1).contains(u"recovering"_s), kWait);
        QCOMPARE(cluster.runs().size(), size_t(1));

        // Its vote is needed for this one.
        cluster.cutPower(0);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.activeMaster(2).isEmpty()
                && cluster.activeMaster(2) == cluster.activeMaster(1),
            kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    void aFirstStartNamesWhomItHasNeverMet()
    {
        DaemonCluster cluster({});
        cluster.start(0);
        cluster.start(1);
        const QString address = u"ws://127.0.0.1:%1"_s.arg(cluster.port(2));
        QTRY_COMPARE_WITH_TIMEOUT(
            cluster.status(0)[u"waiting_for"_s].toArray(), QJsonArray{address}, kWait);
        const auto alarmText
            = [&] { return cluster.status(0)[u"alarms"_s][0][u"text"_s].toString(); };
        QTRY_VERIFY_WITH_TIMEOUT(alarmText().contains(u"never met: "_s + address), kWait);
        const auto refused = cluster.command(0, {u"adopt"_s, u"--yes"_s});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("take those that will never be there out of"),
            refused.err.constData());

        // The remedy that it names.
        for (const int i : {0, 1}) {
            cluster.list(i, {0, 1});
            QCOMPARE(cluster.command(i, {u"reload"_s}).code, 0);
        }
        QVERIFY(cluster.waitForMaster() >= 0);
    }

    void adoptIsAPersonsWordForMachinesThatAreGone()
    {
        DaemonCluster::Options options;
        options.namesIds = true;
        DaemonCluster cluster(options);
        QCOMPARE(cluster.startOnFirst(), QString());
        for (const int i : {0, 1, 2})
            cluster.cutPower(i);
        // cm-3 is gone for good, and cm-2 lost its disk: nobody knows what cm-3 has voted.
        QVERIFY(QDir(cluster.folder() + u"/state-cm-2"_s).removeRecursively());
        cluster.start(0);
        cluster.start(1);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(1).contains(u"recovering"_s), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(
            cluster.status(1)[u"waiting_for"_s].toArray(), QJsonArray{u"cm-3"_s}, kWait);
        QCOMPARE(cluster.activeMaster(0), QString());

        // A word for whom it does not wait for changes nothing, and does not look as if it had.
        const auto refused = cluster.command(1, {u"adopt"_s, u"--yes"_s, u"cm-9"_s});
        QVERIFY(refused.code != 0);
        QVERIFY2(refused.err.contains("does not wait for 'cm-9'; it waits for: cm-3"),
            refused.err.constData());
        QCOMPARE(cluster.command(1, {u"adopt"_s, u"--yes"_s}).code, 0);
        // Either of the two: cm-1 waits some 200 ms between its questions.
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.activeMaster(1).isEmpty()
                && cluster.activeMaster(0) == cluster.activeMaster(1),
            kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());
    }
};

QTEST_GUILESS_MAIN(TestDaemonSets)
#include "tst_daemon_sets.moc"
