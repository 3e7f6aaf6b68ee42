// Do the commands tell the truth about a running cluster, with data alone on standard output and
// the documented exit codes?

#include "support/daemon_cluster.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::CommandResult;
using clustd::test::DaemonCluster;
using clustd::test::kWait;

namespace {

QString out(const CommandResult &result)
{
    return QString::fromUtf8(result.out);
}

/// `events --json` of machine @p i, from the beginning.
QList<QJsonObject> eventsOf(const DaemonCluster &cluster, int i)
{
    QList<QJsonObject> events;
    const CommandResult result
        = cluster.command(i, {u"events"_s, u"--since"_s, u"0"_s, u"--json"_s});
    for (const QByteArray &line : result.out.split('\n')) {
        if (!line.isEmpty())
            events << QJsonDocument::fromJson(line).object();
    }
    return events;
}

bool hasEvent(const QList<QJsonObject> &events, const QString &node, const QString &name)
{
    return std::any_of(events.begin(), events.end(), [&](const QJsonObject &event) {
        return event[u"node"_s] == node && event[u"event"_s] == name;
    });
}

} // namespace

class TestDaemonCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatACommandSaysIsTrueAndItsExitCodeToo()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.command(0, {u"status"_s, u"--json"_s}).code, 4);
        cluster.startAll();
        // Usually the first; on a loaded machine another one may be faster.
        const int master = cluster.waitForMaster();
        QVERIFY(master >= 0);
        const int next = master == 0 ? 1 : 0;
        const int last = 3 - master - next;
        const QString id = cluster.id(master);

        // What machines tell of themselves comes within 5 s.
        const auto links = [&] { return cluster.command(next, {u"links"_s, u"--json"_s}).json(); };
        QTRY_COMPARE_WITH_TIMEOUT(links()[u"links"_s].toArray().size(), 6, kWait);
        const auto heir = [&] {
            return cluster.command(last, {u"whatif"_s, u"--down"_s, id, u"--json"_s})
                .json()[u"master"_s]
                .toString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(heir(), cluster.id(next), kWait);
        QCOMPARE(cluster.command(last, {u"whatif"_s, u"cm-1"_s, u"cm-2"_s}).code, 6);
        QCOMPARE(cluster.command(0, {u"explain"_s, u"99999"_s}).code, 1);
        QVERIFY(out(cluster.command(next, {u"explain"_s}))
                    .contains(u"this machine follows %1, whose heartbeats"_s.arg(id)));

        // The others' events come to each machine, whichever link of a pair has stayed.
        for (int i = 0; i < 3; ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(hasEvent(eventsOf(cluster, i), id, u"active"_s)
                    && hasEvent(eventsOf(cluster, i), cluster.id(next), u"started"_s)
                    && hasEvent(eventsOf(cluster, i), cluster.id(last), u"started"_s),
                kWait);
        }

        const CommandResult moved = cluster.command(
            last, {u"switchover"_s, u"--to"_s, cluster.id(next), u"--json"_s}, 2 * kWait);
        QVERIFY2(moved.code == 0, moved.err);
        QVERIFY2(moved.json()[u"gap_ms"_s].isDouble(), moved.out);
        QVERIFY(!moved.out.contains("passed on"));
        QTRY_VERIFY_WITH_TIMEOUT(
            out(cluster.command(master, {u"status"_s}))
                .contains(u"%1 was elected: switchover from %2, asked by admin/cli"_s.arg(
                    cluster.id(next), id)),
            kWait);

        // A disk that others keep busy is an alarm too, and then there is no rehearsal.
        QTRY_VERIFY_WITH_TIMEOUT(cluster.status(last)[u"alarms"_s].toArray().isEmpty(), kWait);
        const CommandResult drill
            = cluster.command(last, {u"drill"_s, u"--to"_s, id, u"--json"_s}, 90000);
        QVERIFY2(drill.code == 0, drill.out + drill.err);
        const QJsonArray moves = drill.json()[u"moves"_s].toArray();
        QCOMPARE(moves.size(), 2);
        QCOMPARE(moves[0][u"to"_s].toString(), id);
        QCOMPARE(moves[1][u"to"_s].toString(), cluster.id(next));
        QCOMPARE(cluster.judge(), QString());
    }

    void anObserverMayLookAndNotAct()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QVERIFY(cluster.waitForMaster() >= 0);
        const CommandResult token = cluster.command(0, {u"token"_s, u"observer"_s, u"alice"_s});
        QFile file(cluster.folder() + u"/alice.token"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(token.out);
        file.close();
        const QStringList from{u"--connect"_s, u"ws://127.0.0.1:%1"_s.arg(cluster.port(1)),
            u"--token-file"_s, file.fileName()};
        const CommandResult look = cluster.command(0, QStringList{u"status"_s, u"--json"_s} + from);
        QCOMPARE(look.code, 0);
        QCOMPARE(look.json()[u"self"_s].toString(), u"cm-2"_s);
        const CommandResult act = cluster.command(0, QStringList{u"pause"_s, u"--json"_s} + from);
        QCOMPARE(act.code, 5);
        QCOMPARE(act.json()[u"code"_s].toString(), u"forbidden"_s);
    }

    /// Whoever reaches nobody, or is not let in, hears so as soon as the connection knows.
    void aSwitchoverThatReachesNobodySaysSoAtOnce()
    {
        DaemonCluster::Options options;
        options.machines = 1;
        DaemonCluster cluster(options);
        const auto ask = [&cluster](const QStringList &more) {
            return cluster.command(
                0, QStringList{u"switchover"_s, u"--json"_s, u"--wait"_s, u"600s"_s} + more);
        };
        const CommandResult nobody = ask({});
        QCOMPARE(nobody.code, 4);
        QCOMPARE(nobody.json()[u"code"_s].toString(), u"unreachable"_s);

        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        const CommandResult unheard
            = ask({u"--connect"_s, u"ws://127.0.0.1:%1"_s.arg(silent.serverPort())});
        QCOMPARE(unheard.code, 4);

        QFile token(cluster.folder() + u"/wrong.token"_s);
        QVERIFY(token.open(QIODevice::WriteOnly));
        token.write(cluster.command(0, {u"token"_s, u"admin"_s, u"bob"_s}).out);
        token.close();
        cluster.replaceInConfig(0, u"vxLjIO8pOjvcA48RlXWCy8D"_s, u"0123456789abcdefghijklm"_s);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const CommandResult refused = ask({u"--token-file"_s, token.fileName()});
        QCOMPARE(refused.code, 5);
        QCOMPARE(refused.json()[u"code"_s].toString(), u"forbidden"_s);
    }

    void aDryRunOfReloadOnlyLooks()
    {
        DaemonCluster::Options options;
        options.machines = 1;
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto reload = [&](bool dryRun) {
            return cluster.command(
                0, dryRun ? QStringList{u"reload"_s, u"--dry-run"_s} : QStringList{u"reload"_s});
        };
        cluster.replaceInConfig(0, u"log: {level: debug}"_s, u"log: {level: info}"_s);
        QCOMPARE(reload(true).code, 0);
        const auto saysDebug = [&] { return cluster.log(0).count(u"<7>"_s); };
        const auto before = saysDebug();
        static_cast<void>(cluster.status(0));
        QTRY_VERIFY_WITH_TIMEOUT(saysDebug() > before, kWait); // Still at the old level
        QCOMPARE(reload(false).code, 0);
    }

    void aCommandSaysByeWhenItIsDone()
    {
        DaemonCluster::Options options;
        options.machines = 1;
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto ended = [&cluster] {
            return cluster.log(0)
                .split(u'\n')
                .filter(u"admin/cli at "_s)
                .filter(u"-> link ended"_s);
        };
        // One that asks once, one that asks for page after page, one that is refused.
        for (const QStringList &words :
            {QStringList{u"status"_s}, QStringList{u"events"_s, u"--since"_s, u"0"_s},
                QStringList{u"switchover"_s, u"--to"_s, u"cm-9"_s}}) {
            const qsizetype before = ended().size();
            static_cast<void>(cluster.command(0, words));
            QTRY_VERIFY_WITH_TIMEOUT(ended().size() > before, kWait);
        }
        const QStringList lines = ended();
        for (const QString &line : lines)
            QVERIFY2(line.contains(u": bye, says the other side"_s), qPrintable(line));
    }

    void twoMachinesInNaiveModeAreForeseenAndRehearsedToo()
    {
        DaemonCluster::Options options;
        options.machines = 2;
        options.namesIds = true;
        options.clusterExtra = [](int) { return u"  election: naive\n"_s; };
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        for (const int gone : {0, 1}) {
            const auto heir = [&] {
                return cluster.command(0, {u"whatif"_s, cluster.id(gone), u"--json"_s});
            };
            QTRY_COMPARE_WITH_TIMEOUT(
                heir().json()[u"master"_s].toString(), cluster.id(1 - gone), kWait);
            QCOMPARE(heir().code, 0);
        }
        QCOMPARE(cluster.command(0, {u"whatif"_s, u"cm-1"_s, u"cm-2"_s}).code, 6);

        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(0)[u"alarms"_s].toArray().size(), 2, kWait);
        const CommandResult drill = cluster.command(0, {u"drill"_s, u"--json"_s}, 90000);
        QVERIFY2(drill.code == 0, drill.out + drill.err);
        QCOMPARE(drill.json()[u"moves"_s].toArray().size(), 2);
        QCOMPARE(cluster.judge(), QString());
    }

    void aDrillThatCannotBeginSaysWhy()
    {
        DaemonCluster cluster({});
        const auto drill = [&cluster](const QStringList &more) {
            return cluster.command(1, QStringList{u"drill"_s, u"--json"_s} + more);
        };
        QCOMPARE(drill({}).code, 4);
        QCOMPARE(drill({}).json()[u"code"_s].toString(), u"unreachable"_s);

        QCOMPARE(cluster.startOnFirst(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(cluster.status(1)[u"alarms"_s].toArray().isEmpty(), kWait);
        QFile token(cluster.folder() + u"/alice.token"_s);
        QVERIFY(token.open(QIODevice::WriteOnly));
        token.write(cluster.command(1, {u"token"_s, u"observer"_s, u"alice"_s}).out);
        token.close();
        const CommandResult refused = drill({u"--token-file"_s, token.fileName()});
        QCOMPARE(refused.code, 5);
        QCOMPARE(refused.json()[u"code"_s].toString(), u"forbidden"_s);
        QVERIFY(refused.json()[u"moves"_s].toArray().isEmpty());

        cluster.cutPower(0);
        cluster.cutPower(2);
        QTRY_COMPARE_WITH_TIMEOUT(drill({}).code, 6, kWait);
        QCOMPARE(drill({}).json()[u"code"_s].toString(), u"no-master"_s);
    }

    void watchWithoutATerminalSaysSinceWhenAndNotForHowLong()
    {
        DaemonCluster::Options options;
        options.machines = 1;
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        // It goes on for ever, so it is ended after its first line.
        const QString line = out(cluster.command(0, {u"watch"_s}, 1000 * clustd::test::kPatience))
                                 .section(u'\n', 0, 0);
        const QString said = u"cm-1 is master of clustd since "_s
            + cluster.status(0)[u"since"_s].toString().left(19).replace(u'T', u' ') + u"Z, term "_s;
        QVERIFY2(line.contains(said), qPrintable(line));
    }

    void withoutAMajorityStatusSaysWhatToDo()
    {
        DaemonCluster cluster({});
        cluster.startAll();
        QVERIFY(cluster.waitForMaster() >= 0);
        cluster.cutPower(1);
        cluster.cutPower(2);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.command(0, {u"status"_s}).code, 6, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(out(cluster.command(0, {u"status"_s}))
                                     .contains(u"reach or start again 1 of: cm-2, cm-3"_s),
            kWait);
        // Nothing is claimed of what is not heard.
        const QJsonArray nodes = cluster.status(0)[u"nodes"_s].toArray();
        QCOMPARE(nodes[1][u"state"_s].toString(), u"unreachable"_s);
        QVERIFY(nodes[1][u"drivers"_s].toArray().isEmpty());
        QVERIFY(!nodes[1][u"healthy"_s].toBool());
        QCOMPARE(cluster.command(0, {u"switchover"_s}).code, 6);
    }
};

QTEST_GUILESS_MAIN(TestDaemonCommands)
#include "tst_daemon_commands.moc"
