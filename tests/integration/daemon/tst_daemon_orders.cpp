// Does a cluster do what a person orders, refuse with a reason what it cannot do, and remember it?

#include "support/daemon_cluster.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QJsonDocument>
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
        // A daemon takes all that the command line does.
        const QStringList most{u"switchover"_s, u"--dry-run"_s, u"--wait"_s, u"10m"_s,
            u"--reason"_s, QString(1000, u'x')};
        QTRY_COMPARE_WITH_TIMEOUT(cluster.command(0, most).code, 0, kWait);
        const auto tooLong = cluster.command(0, {u"switchover"_s, u"--wait"_s, u"601s"_s});
        QCOMPARE(tooLong.code, 2);
        QVERIFY2(tooLong.err.contains("--wait: '601s' is longer than 10m"), tooLong.err);
        QCOMPARE(cluster.command(0, {u"maintenance"_s, u"on"_s, u"cm-3"_s}).code, 0);
        QVERIFY(refusal(u"cm-3"_s).contains(u"maintenance"_s));
        cluster.cutPower(2);
        QTRY_VERIFY_WITH_TIMEOUT(refusal(u"cm-3"_s).contains(u"not linked"_s), kWait);
        cluster.cutPower(1);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.command(0, {u"switchover"_s}).code, 6, kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    void aDriverTriedByHandDoesNotMeddleWithTheCluster()
    {
        DaemonCluster::Options options;
        options.drivers = [](int i) {
            return u"drivers:\n  - {name: web, type: exec, start: 'true', stop: 'echo %1 >> "
                   u"FOLDER/stops', check: 'true'}\n"_s.arg(i);
        };
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto tried = [&cluster](int i, const QString &action) {
            return cluster.command(i, {u"driver"_s, u"test"_s, u"web"_s, action});
        };
        QCOMPARE(tried(0, u"check"_s).code, 0);
        const auto onMaster = tried(0, u"stop"_s);
        QCOMPARE(onMaster.code, 1);
        QVERIFY2(onMaster.err.contains("this machine is 'active'"), onMaster.err);
        QCOMPARE(tried(0, u"start"_s).code, 1);
        const auto beside = tried(1, u"start"_s);
        QCOMPARE(beside.code, 1);
        QVERIFY2(
            beside.err.contains("cm-1 is master, and the service would run twice"), beside.err);
        QCOMPARE(tried(1, u"stop"_s).code, 0);
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);
    }

    /// Whoever hands over before it was active has interrupted nothing: the gap is longer.
    void theGapRunsFromTheLastMomentSomebodyWasActive()
    {
        DaemonCluster::Options options;
        options.drivers = [](int i) {
            return u"drivers:\n  - {name: web, type: exec, start: '%1', stop: 'true'}\n"_s.arg(
                i == 1 ? u"sleep 60"_s : u"true"_s);
        };
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const QStringList away{u"switchover"_s, u"--to"_s, u"cm-2"_s, u"--wait"_s, u"0"_s};
        QCOMPARE(cluster.command(0, away).code, 0);
        const auto state
            = [&cluster](int i) { return cluster.status(i)[u"nodes"_s][i][u"state"_s].toString(); };
        QTRY_COMPARE_WITH_TIMEOUT(state(1), u"promoting"_s, kWait);
        // Asked of another one, which may not know yet how it stands.
        const auto on = [&cluster] {
            return cluster.command(2,
                {u"switchover"_s, u"--to"_s, u"cm-3"_s, u"--wait"_s, u"60s"_s, u"--json"_s},
                2 * kWait);
        };
        // Not QTRY: it asks once more after it has succeeded.
        const QDeadlineTimer deadline(kWait);
        clustd::test::CommandResult moved = on();
        while (moved.code == 1 && !deadline.hasExpired())
            moved = on();
        QVERIFY2(moved.code == 0, moved.err);

        const auto atMs = [&cluster](const QString &node, const QString &event) {
            const auto result
                = cluster.command(2, {u"events"_s, u"--since"_s, u"0"_s, u"--json"_s});
            for (const QByteArray &line : result.out.split('\n')) {
                const QJsonObject entry = QJsonDocument::fromJson(line).object();
                if (entry[u"node"_s] == node && entry[u"event"_s] == event)
                    return entry[u"boot_ms"_s].toDouble();
            }
            return 0.0;
        };
        const double gap = atMs(u"cm-3"_s, u"active"_s) - atMs(u"cm-1"_s, u"inactive"_s);
        QVERIFY2(qAbs(moved.json()[u"gap_ms"_s].toDouble() - gap) < 1,
            moved.out + QByteArray::number(gap));
    }
};

QTEST_GUILESS_MAIN(TestDaemonOrders)
#include "tst_daemon_orders.moc"
