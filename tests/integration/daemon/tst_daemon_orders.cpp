// Does a cluster do what a person orders, refuse with a reason what it cannot do, and remember it?

#include "support/daemon_cluster.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;

namespace {

int uptime(const DaemonCluster &cluster, int i)
{
    return cluster.status(i)[u"nodes"_s][i][u"uptime_s"_s].toInt();
}

/// @p count of them, as an option says it, or as many more as all else takes longer.
QString seconds(int count)
{
    return u"%1s"_s.arg(count * kPatience);
}

} // namespace

class TestDaemonOrders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyTakesOverWhileTheClusterIsPaused()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        QCOMPARE(cluster.command(2, {u"pause"_s}).code, 0);
        // When it is confirmed all know it: who relies on it may pull a cable now.
        for (int i = 0; i < 3; ++i)
            QVERIFY(cluster.status(i)[u"paused"_s].toBool());
        // A person's word moves the role all the same, there and back.
        QCOMPARE(cluster.command(0, {u"switchover"_s, u"--to"_s, u"cm-3"_s}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-3"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(2), u"cm-3"_s, kWait);
        QCOMPARE(cluster.command(0, {u"switchover"_s, u"--to"_s, u"cm-1"_s}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-1"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-1"_s, kWait);

        cluster.cutPower(0);
        cluster.cutPower(1);
        cluster.start(1);
        QTRY_VERIFY_WITH_TIMEOUT(uptime(cluster, 1) >= 4 * kPatience, kWait);
        QVERIFY(cluster.status(1)[u"paused"_s].toBool());
        QVERIFY(cluster.status(1)[u"master"_s].isNull());
        QVERIFY(cluster.status(2)[u"master"_s].isNull());

        QCOMPARE(cluster.command(1, {u"resume"_s}).code, 0);
        QCOMPARE(cluster.waitForMaster(), 1);
        QCOMPARE(cluster.judge(), QString());
    }

    void aPauseForATimeEndsByItself()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        QCOMPARE(cluster.command(0, {u"pause"_s, u"--for"_s, seconds(6)}).code, 0);
        cluster.cutPower(0);
        QVERIFY(cluster.status(1)[u"paused"_s].toBool());
        // Whichever sees first that the time is over.
        QVERIFY(cluster.waitForMaster() > 0);
        QVERIFY(!cluster.status(1)[u"paused"_s].toBool());
        QCOMPARE(cluster.judge(), QString());
    }

    void maintenanceForATimeEndsByItself()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const QStringList order{u"maintenance"_s, u"on"_s, u"cm-1"_s, u"--for"_s, seconds(4)};
        QCOMPARE(cluster.command(1, order).code, 0);
        QCOMPARE(cluster.waitForMaster(), 1);
        const auto isMaintained
            = [&] { return cluster.status(1)[u"nodes"_s][0][u"maintenance"_s].toBool(); };
        QTRY_VERIFY_WITH_TIMEOUT(!isMaintained(), kWait);
        QCOMPARE(cluster.activeMaster(0), u"cm-2"_s);
    }

    void anOrderThatWasRefusedIsNoCause()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        for (const int i : {1, 2})
            QCOMPARE(cluster.command(i, {u"maintenance"_s, u"on"_s}).code, 0);
        // Nothing is stopped for it.
        const auto refused = cluster.command(0, {u"switchover"_s});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("no other eligible machine"), refused.err.constData());
        QCOMPARE(cluster.runs().size(), size_t(1));
        for (const int i : {1, 2})
            QCOMPARE(cluster.command(i, {u"maintenance"_s, u"off"_s}).code, 0);
        cluster.cutPower(0);
        QCOMPARE(cluster.waitForMaster(), 1);
        const QString why = cluster.status(1)[u"why"_s].toString();
        QVERIFY2(why.contains(u"was lost"_s), qPrintable(why));
    }

    void aSwitchoverThatCannotBeIsRefusedWithTheReason()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto refusal = [&](const QString &to) {
            const auto result = cluster.command(0, {u"switchover"_s, u"--to"_s, to, u"--json"_s});
            return result.code == 1 ? result.json()[u"error"_s].toString() : QString();
        };
        QCOMPARE(refusal(u"cm-1"_s), u"cm-1 is master already"_s);
        QCOMPARE(refusal(u"nobody"_s), u"no machine 'nobody' is known here"_s);
        QCOMPARE(cluster.command(0, {u"maintenance"_s, u"on"_s, u"cm-3"_s}).code, 0);
        QVERIFY(refusal(u"cm-3"_s).contains(u"maintenance"_s));
        cluster.cutPower(2);
        QTRY_VERIFY_WITH_TIMEOUT(refusal(u"cm-3"_s).contains(u"not linked"_s), kWait);
        cluster.cutPower(1);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.command(0, {u"switchover"_s}).code, 6, kWait);
        QCOMPARE(cluster.judge(), QString());
    }
};

QTEST_GUILESS_MAIN(TestDaemonOrders)
#include "tst_daemon_orders.moc"
