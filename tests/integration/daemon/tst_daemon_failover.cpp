// Do real daemons elect one master, keep the service on one machine, and move it whatever happens
// to that machine?

#include "support/daemon_cluster.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <signal.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;
using Fault = DaemonCluster::Fault;

class TestDaemonFailover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFreshClusterElectsTheLowestIdAndAgrees()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        QJsonObject first = cluster.status(0);
        for (int i = 0; i < 3; ++i) {
            const QJsonObject status = cluster.status(i);
            for (const QString &key :
                {u"cluster"_s, u"master"_s, u"active"_s, u"term"_s, u"election"_s, u"paused"_s})
                QCOMPARE(status[key], first[key]);
            QCOMPARE(status[u"self"_s].toString(), cluster.id(i));
            QCOMPARE(status[u"quorum"_s][u"reachable"_s].toInt(), 3);
            QCOMPARE(status[u"nodes"_s].toArray().size(), 3);
        }
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(1), kWait);
    }

    void theServiceMovesWhateverHappensToTheMaster_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("the daemon is killed") << Fault::KillDaemon;
        QTest::newRow("the guard is killed") << Fault::KillGuard;
        QTest::newRow("both are killed with all they started") << Fault::CutPower;
        QTest::newRow("the daemon hangs") << Fault::HangDaemon;
        QTest::newRow("the daemon is told to end") << Fault::EndDaemon;
    }

    void theServiceMovesWhateverHappensToTheMaster()
    {
        QFETCH(Fault, fault);
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());

        cluster.strike(0, fault);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(2), u"cm-2"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());

        if (fault != Fault::KillDaemon && fault != Fault::HangDaemon) { // Those the guard mends.
            QVERIFY(cluster.waitEnded(0, 10s * kPatience).has_value() || !cluster.isRunning(0));
            cluster.start(0);
        }
        // It is told why, and of whom, though something else may have happened to another
        // meanwhile.
        QTRY_VERIFY_WITH_TIMEOUT(
            cluster.status(1)[u"why"_s].toString().startsWith(u"cm-2 was elected: "_s), kWait);
        QVERIFY2(cluster.status(1)[u"why"_s].toString().contains(u"cm-1"_s),
            qPrintable(cluster.status(1)[u"why"_s].toString()));
        // Back again, it follows and disturbs nobody.
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-2"_s, kWait);
        QCOMPARE(cluster.runs().size(), size_t(2));
        QCOMPARE(cluster.judge(), QString());
    }

    void aDaemonThatIsToldToEndEndsInOrder()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        cluster.signalGuard(0, SIGTERM);
        QCOMPARE(cluster.waitEnded(0, 15s * kPatience), std::optional<int>(0));
        QCOMPARE(cluster.waitForMaster(), 1);
        QCOMPARE(cluster.judge(), QString());
    }

    void aSwitchoverMovesTheRoleToTheMachineAskedFor()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto result = cluster.command(1,
            {u"switchover"_s, u"--to"_s, u"cm-3"_s, u"--wait"_s, u"30s"_s, u"--json"_s}, 2 * kWait);
        QVERIFY2(result.code == 0, result.err);
        QVERIFY2(result.json().contains(u"gap_ms"_s), result.out);
        QCOMPARE(cluster.waitForMaster(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    void maintenanceExcludesAMachineAndSurvivesItsRestart()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto on
            = cluster.command(0, {u"maintenance"_s, u"on"_s, u"--reason"_s, u"new disk"_s});
        QVERIFY2(on.code == 0, on.err);
        QCOMPARE(cluster.waitForMaster(), 1);

        cluster.cutPower(0);
        cluster.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-2"_s, kWait);
        cluster.cutPower(1);
        QCOMPARE(cluster.waitForMaster(), 2);
        const auto off = cluster.command(0, {u"maintenance"_s, u"off"_s});
        QVERIFY2(off.code == 0, off.err);
        cluster.start(1);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(0)[u"quorum"_s][u"reachable"_s].toInt(), 3, kWait);
        cluster.cutPower(2);
        QCOMPARE(cluster.waitForMaster(), 0);
        QCOMPARE(cluster.judge(), QString());
    }

    void aServiceThatIsSickEverywhereStaysWhereItIs()
    {
        DaemonCluster::Options options;
        options.drivers = [](int) {
            return u"drivers:\n  - name: sick\n    type: exec\n    start: 'true'\n    stop: "
                   u"'true'\n"
                   "    check: 'false'\n    check_interval: 200ms\n    retries: 1\n"_s;
        };
        DaemonCluster cluster(options);
        cluster.startAll();
        // Each machine is tried once; the last one keeps the role, sick as it is.
        QTRY_VERIFY_WITH_TIMEOUT(
            cluster.status(0)[u"term"_s].toInt() >= 3 && !cluster.activeMaster(0).isEmpty(), kWait);
        // By the event: where it was tried before, the alarm ends with its stop.
        const auto hasAlarmed = [&] {
            return cluster.command(0, {u"events"_s, u"--json"_s})
                .out.contains("it stays on this machine");
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasAlarmed(), kWait);
        const QJsonObject settled = cluster.status(0);
        // Fifteen more checks fail in this time.
        const int term = settled[u"term"_s].toInt();
        const auto uptime = [&] { return cluster.status(0)[u"nodes"_s][0][u"uptime_s"_s].toInt(); };
        const int from = uptime();
        QTRY_VERIFY_WITH_TIMEOUT(uptime() >= from + 3 * kPatience, kWait);
        QCOMPARE(cluster.status(0)[u"term"_s].toInt(), term);
    }

    void aServiceThatEndsIsStartedAgainWhereItMustStay()
    {
        DaemonCluster::Options options;
        options.machines = 1;
        options.drivers = [](int) {
            return u"drivers:\n  - name: short\n    type: exec\n"
                   "    run: echo x >>'FOLDER/starts'; sleep 0.2; exit 3\n"_s;
        };
        DaemonCluster cluster(options);
        cluster.start(0);
        QFile starts(cluster.folder() + u"/starts"_s);
        QTRY_VERIFY_WITH_TIMEOUT(starts.size() >= 4 * 2, kWait);
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);
        // To have started is not to be well: the alarm stands meanwhile.
        const QByteArray events = cluster.command(0, {u"events"_s, u"--json"_s}).out;
        QVERIFY(events.contains("\"service-sick\""));
        QVERIFY2(!events.contains("\"alarm-cleared\""), events.constData());
        QCOMPARE(cluster.status(0)[u"term"_s].toInt(), 1);
    }

    void aServiceThatDoesNotStartIsTriedAgain()
    {
        DaemonCluster::Options options;
        options.drivers = [](int) {
            return u"drivers:\n  - name: late\n    type: exec\n"
                   "    start: echo x >>'FOLDER/tries'; test -e 'FOLDER/permit'\n"
                   "    stop: 'true'\n"_s;
        };
        DaemonCluster cluster(options);
        cluster.startAll();
        // Once on each machine, then again on the last.
        const QFile tries(cluster.folder() + u"/tries"_s);
        QTRY_VERIFY_WITH_TIMEOUT(tries.size() >= 5 * 2, kWait);
        for (const int i : {0, 1, 2})
            QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(i).contains(u"service-sick"_s), kWait);
        // Its start goes on failing, so this one stands all the time.
        const auto told = cluster.command(0, {u"status"_s});
        QCOMPARE(told.code, 6);
        QVERIFY2(told.out.startsWith("NOT SERVED: "), told.out.constData());
        QFile permit(cluster.folder() + u"/permit"_s);
        QVERIFY(permit.open(QIODevice::WriteOnly));
        QVERIFY(cluster.waitForMaster() >= 0);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(0).contains(u"service-sick"_s), kWait);
    }

    void aServiceWhoseMainThreadHasEndedIsStopped_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("in order") << Fault::EndDaemon;
        QTest::newRow("by the guard") << Fault::KillDaemon;
        QTest::newRow("by the fencer") << Fault::CutPower;
    }

    void aServiceWhoseMainThreadHasEndedIsStopped()
    {
        QFETCH(Fault, fault);
        DaemonCluster::Options options;
        options.drivers = [](int i) {
            return u"drivers:\n  - name: stamp\n    type: exec\n"
                   "    run: exec '%1' 'FOLDER/stamps-cm-%2' --main-thread-ends\n"
                   "    timeouts: {stop: 500ms}\n"_s.arg(DaemonCluster::stampService())
                       .arg(i + 1);
        };
        DaemonCluster cluster(options);
        QCOMPARE(cluster.startOnFirst(), QString());
        cluster.strike(0, fault);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    void aWrongSecretIsAnAlarmOnBothSidesAndNothingElse()
    {
        DaemonCluster cluster({});
        cluster.replaceInConfig(2, u"vxLjIO8pOjvcA48RlXWCy8D"_s, u"0123456789abcdefghijklm"_s);
        cluster.startAll();
        for (const int i : {0, 2})
            QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(i).contains(u"unknown-key"_s), kWait);
        // V4c: the first start needs every machine of the file, so nobody may lead.
        QVERIFY(cluster.activeMaster(0).isEmpty());
        QVERIFY(cluster.runs().empty());
        for (int i = 0; i < 3; ++i)
            QVERIFY(cluster.isRunning(i));
    }
};

QTEST_GUILESS_MAIN(TestDaemonFailover)
#include "tst_daemon_failover.moc"
