// Is a wrong configuration an alarm on both sides and nothing else: no election of two, no end of a
// daemon, no busy loop?

#include "support/daemon_cluster.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::CommandResult;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;

namespace {

/// Processor time that a process has used, in seconds.
double processorTime(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    return (fields.value(11).toDouble() + fields.value(12).toDouble())
        / double(::sysconf(_SC_CLK_TCK));
}

} // namespace

class TestDaemonMisconfigured : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void afterACrashABrokenFileLetsNobodyInWhoWasRevoked()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        QFile token(cluster.folder() + u"/bob"_s);
        QVERIFY(token.open(QIODevice::WriteOnly));
        token.write(cluster.command(0, {u"token"_s, u"admin"_s, u"bob"_s}).out);
        token.close();
        const auto asBob = [&] {
            return cluster
                .command(0,
                    {u"status"_s, u"--connect"_s, u"ws://127.0.0.1:%1"_s.arg(cluster.port(1)),
                        u"--token-file"_s, token.fileName()})
                .code;
        };
        QCOMPARE(asBob(), 0);
        cluster.replaceInConfig(
            1, u"cluster:\n"_s, u"access: {revoked: [admin/bob]}\ncluster:\n"_s);
        QCOMPARE(cluster.command(1, {u"reload"_s}).code, 0);
        QCOMPARE(asBob(), 5);

        cluster.replaceInConfig(1, u"cluster:\n"_s, u"clustr:\n"_s);
        const qint64 daemon = cluster.childPid(1);
        cluster.strike(1, DaemonCluster::Fault::KillDaemon);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(0).contains(u"config-faulty"_s), kWait);
        QVERIFY(cluster.childPid(1) != daemon);
        QCOMPARE(asBob(), 5);

        cluster.replaceInConfig(1, u"clustr:\n"_s, u"cluster:\n"_s);
        QCOMPARE(cluster.command(1, {u"reload"_s}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(0).contains(u"config-faulty"_s), kWait);
        QCOMPARE(asBob(), 5);
    }

    void aFileIsComparedWithWhatTheMachinesRun()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QVERIFY(cluster.waitForMaster() >= 0);
        const QString file = cluster.configFile(0);
        const auto check = [&cluster, &file] {
            return cluster.command(1, {u"check"_s, file, u"--peers"_s, u"--json"_s});
        };
        // What machines tell of themselves comes within 5 s.
        QTRY_COMPARE_WITH_TIMEOUT(check().code, 0, kWait);
        QCOMPARE(check().json()[u"peers"_s].toArray().size(), 3);

        cluster.replaceInConfig(0, u"failover_within: "_s, u"priority: 7\n  failover_within: 1"_s);
        cluster.replaceInConfig(0, u"name: stamp"_s, u"name: other"_s);
        cluster.replaceInConfig(0, u"    - ws://127.0.0.1:%1\n"_s.arg(cluster.port(2)),
            u"    - {uri: 'ws://127.0.0.1:%1', role: witness}\n"_s.arg(cluster.port(2)));
        const auto differing = check();
        QCOMPARE(differing.code, 1);
        const auto keys = [&differing](int i) {
            QStringList list;
            const QJsonArray found = differing.json()[u"peers"_s][i][u"differences"_s].toArray();
            for (const QJsonValue one : found)
                list << one[u"key"_s].toString();
            return list;
        };
        const QStringList times{u"cluster.failover_within"_s, u"timing.lease"_s, u"timing.fence"_s};
        QCOMPARE(keys(0), (times + QStringList{u"cluster.priority"_s, u"drivers"_s, u"voters"_s}));
        QCOMPARE(keys(1), (times + QStringList{u"drivers"_s, u"voters"_s}));
        QCOMPARE(keys(2), (times + QStringList{u"cluster.role"_s, u"voters"_s}));
        const CommandResult text = cluster.command(1, {u"check"_s, file, u"--peers"_s});
        QVERIFY2(
            text.out.contains("drivers: stamp (exec) there, other (exec) by this file"), text.out);

        cluster.writeConfig(0);
        cluster.cutPower(2);
        const auto missing = check();
        QCOMPARE(missing.code, 4);
        QCOMPARE(missing.json()[u"peers"_s][2][u"code"_s].toString(), u"unreachable"_s);
        // Whether the daemon of the file's own machine runs does not matter: it may be a new one.
        cluster.start(2);
        cluster.cutPower(0);
        QTRY_COMPARE_WITH_TIMEOUT(check().code, 0, kWait);
    }

    void aChangedSecretReachesTheDaemonByASignal()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        for (const int i : {0, 1, 2}) {
            cluster.replaceInConfig(i, u"vxLjIO8pOjvcA48RlXWCy8D"_s, u"0123456789abcdefghijklm"_s);
            // Not where the word is meant for another daemon, or said with a token.
            const QString elsewhere = u"ws://127.0.0.1:%1"_s.arg(cluster.port(i));
            QCOMPARE(cluster.command(i, {u"reload"_s, u"--connect"_s, elsewhere}).code, 5);
            const auto told = cluster.command(i, {u"reload"_s, u"--json"_s});
            QCOMPARE(told.code, 0);
            QVERIFY2(told.json()[u"ok"_s].toBool(), told.out);
        }
        for (const int i : {0, 1, 2})
            QTRY_COMPARE_WITH_TIMEOUT(
                cluster.status(i)[u"quorum"_s][u"reachable"_s].toInt(), 3, kWait);
    }

    void bothSidesAlarmAndNobodyIsElected_data()
    {
        QTest::addColumn<int>("machine");
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("alarmThere");
        QTest::addColumn<QString>("alarmElsewhere");
        QTest::newRow("another secret")
            << 2 << u"vxLjIO8pOjvcA48RlXWCy8D"_s << u"0123456789abcdefghijklm"_s << u"unknown-key"_s
            << u"unknown-key"_s;
        QTest::newRow("another cluster's name")
            << 2 << u"  id: cm-3"_s << u"  name: other\n  id: cm-3"_s << u"wrong-cluster"_s
            << u"wrong-cluster"_s;
        QTest::newRow("an id twice")
            << 2 << u"  id: cm-3"_s << u"  id: cm-2"_s << u"own-id"_s << u"own-id"_s;
        QTest::newRow("a machine listed under a wrong id")
            << 0 << u"    - ws://127.0.0.1:PORT2"_s
            << u"    - {uri: 'ws://127.0.0.1:PORT2', id: cm-9}"_s << u"id-differs"_s
            << u"id-differs"_s;
        QTest::newRow("a machine left out") << 2 << u"    - ws://127.0.0.1:PORT2\n"_s << QString()
                                            << u"voter-set-differs"_s << u"voter-set-differs"_s;
    }

    void bothSidesAlarmAndNobodyIsElected()
    {
        QFETCH(int, machine);
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(QString, alarmThere);
        QFETCH(QString, alarmElsewhere);
        DaemonCluster cluster({});
        const QString port2 = QString::number(cluster.port(1));
        cluster.replaceInConfig(
            machine, before.replace(u"PORT2"_s, port2), after.replace(u"PORT2"_s, port2));
        if (after == u"  id: cm-2")
            cluster.replaceInConfig(
                machine, u"log: {"_s, u"state_dir: %1/third\nlog: {"_s.arg(cluster.folder()));
        cluster.startAll();
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(machine).contains(alarmThere), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(1).contains(alarmElsewhere), kWait);

        QList<double> used;
        for (int i = 0; i < 3; ++i)
            used << processorTime(cluster.childPid(i));
        const auto uptime = [&] {
            double longest = 0;
            const QJsonArray rows = cluster.status(0)[u"nodes"_s].toArray();
            for (const QJsonValue row : rows)
                longest = std::max(longest, row[u"uptime_s"_s].toDouble());
            return longest;
        };
        const double from = uptime();
        // What a machine has not said yet is shown as nothing, not as the time since the host's
        // boot.
        QVERIFY2(from < 300, qPrintable(QString::number(from)));
        QTRY_VERIFY_WITH_TIMEOUT(uptime() >= from + 4 * kPatience, kWait);
        for (int i = 0; i < 3; ++i) {
            QVERIFY(cluster.isRunning(i));
            QVERIFY(cluster.activeMaster(i).isEmpty());
            QVERIFY2(processorTime(cluster.childPid(i)) - used[i] < 2 * kPatience, "a busy loop");
            // However often it is tried again it is one alarm per place and machine.
            QVERIFY2(cluster.alarms(i).size() <= 12, qPrintable(cluster.alarms(i).join(u' ')));
        }
        QVERIFY(cluster.runs().empty());
    }

    void aWrongSecretThatIsMendedIsNoAlarmAnyMore()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        cluster.cutPower(2);
        const QString right = u"vxLjIO8pOjvcA48RlXWCy8D"_s;
        const QString wrong = u"0123456789abcdefghijklm"_s;
        cluster.replaceInConfig(2, right, wrong);
        cluster.start(2);
        const QString place = u"127.0.0.1:%1"_s.arg(cluster.port(2));
        const auto isAlarmed = [&](int i) {
            const QJsonArray rows = cluster.status(i)[u"alarms"_s].toArray();
            return std::any_of(rows.begin(), rows.end(),
                [&](const QJsonValue &row) { return row[u"node"_s].toString() == place; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(isAlarmed(0) && isAlarmed(1), kWait);
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);

        cluster.cutPower(2);
        cluster.replaceInConfig(2, wrong, right);
        cluster.start(2);
        QCOMPARE(cluster.waitForMaster(), 0);
        QTRY_VERIFY_WITH_TIMEOUT(!isAlarmed(0) && !isAlarmed(1), kWait);
        QCOMPARE(cluster.runs().size(), size_t(1));
    }

    void aMachineWhoseIdIsTakenIsRefusedAndSaysSo()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        cluster.cutPower(2);
        cluster.replaceInConfig(2, u"  id: cm-3"_s, u"  id: cm-2"_s);
        cluster.replaceInConfig(
            2, u"log: {"_s, u"state_dir: %1/third\nlog: {"_s.arg(cluster.folder()));
        cluster.start(2);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(2).contains(u"duplicate-id"_s), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(0).contains(u"duplicate-id"_s), kWait);
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);
        QCOMPARE(cluster.activeMaster(1), u"cm-1"_s);
        QCOMPARE(cluster.runs().size(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestDaemonMisconfigured)
#include "tst_daemon_misconfigured.moc"
