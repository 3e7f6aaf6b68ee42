// Is the service on one machine at most, and does nothing of it stay behind, when guard, service or
// the reader of the log misbehave?

#include "support/daemon_cluster.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTest>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;
using Fault = DaemonCluster::Fault;

namespace {

/// The service detaches itself, in a session of its own, and ignores SIGTERM; `stop` knows nothing
/// of it.
QString detachingDriver(int i)
{
    return u"drivers:\n  - name: stamp\n    type: exec\n    start: |-\n"
           "      setsid sh -c \"setsid '%1' \\\"FOLDER/stamps-cm-%2\\\" --ignore-term\" "
           "</dev/null >/dev/null 2>&1 &\n"
           "    stop: 'true'\n    timeouts: {stop: 500ms}\n"_s.arg(DaemonCluster::stampService())
               .arg(i + 1);
}

/// The first machine has a small file system of its own, which only it sees.
/// @param state its folder, to be set when the cluster is made
DaemonCluster::Options withOwnStateDisk(const QString &state)
{
    DaemonCluster::Options options;
    options.enter = [&state](int i) -> QStringList {
        if (i != 0)
            return {};
        return {u"unshare"_s, u"--mount"_s, u"--propagation"_s, u"private"_s, u"sh"_s, u"-c"_s,
            u"mkdir -p '%1' && mount -t tmpfs -o size=256k tmpfs '%1' && exec \"$@\""_s.arg(state),
            u"sh"_s};
    };
    return options;
}

/// Whether @p successor is master by a switchover asked of machine @p i. Refused at first perhaps,
/// and again once it has happened, so it may be asked as often as one likes.
bool isObeyed(const DaemonCluster &cluster, int i, const QString &successor)
{
    return cluster.activeMaster(i) == successor
        || cluster.command(i, {u"switchover"_s, u"--to"_s, successor}).code == 0;
}

} // namespace

class TestDaemonHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGuardThatDoesNotAnswerCostsTheRole()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());

        const qint64 daemon = cluster.childPid(0);
        cluster.signalGuard(0, SIGSTOP);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QVERIFY(cluster.alarms(0).contains(u"guard-silent"_s));
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(2).contains(u"guard-silent"_s), kWait);
        const auto back = cluster.command(1, {u"switchover"_s, u"--to"_s, u"cm-1"_s});
        QCOMPARE(back.code, 1);

        cluster.signalGuard(0, SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(0).contains(u"guard-silent"_s), kWait);
        // It finds the lease long over, and that the daemon has stopped everything by itself.
        QCOMPARE(cluster.childPid(0), daemon);
        QVERIFY(!cluster.log(0).contains(u"has ended, but not everything has stopped"_s));
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-2"_s, kWait);
        QCOMPARE(cluster.runs().size(), size_t(2));
        QCOMPARE(cluster.judge(), QString());
    }

    /// Nobody is left to stop the service but the kernel.
    void aGuardAndADaemonThatAreBothStoppedHoldNothing()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());

        cluster.signalGuard(0, SIGSTOP);
        cluster.signalChild(0, SIGSTOP);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());

        cluster.signalGuard(0, SIGCONT);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-2"_s, kWait);
        QCOMPARE(cluster.runs().size(), size_t(2));
        QCOMPARE(cluster.judge(), QString());
    }

    void nothingIsLeftOfAServiceThatDetaches_data()
    {
        QTest::addColumn<std::optional<Fault>>("fault");
        QTest::newRow("the daemon is killed") << std::optional(Fault::KillDaemon);
        QTest::newRow("the guard is killed") << std::optional(Fault::KillGuard);
        QTest::newRow("the daemon hangs") << std::optional(Fault::HangDaemon);
        QTest::newRow("no fault: the role is moved") << std::optional<Fault>();
    }

    void nothingIsLeftOfAServiceThatDetaches()
    {
        QFETCH(std::optional<Fault>, fault);
        DaemonCluster::Options options;
        options.drivers = detachingDriver;
        DaemonCluster cluster(options);
        QCOMPARE(cluster.startOnFirst(), QString());

        if (fault)
            cluster.strike(0, *fault);
        else
            QCOMPARE(cluster.command(1, {u"switchover"_s, u"--to"_s, u"cm-2"_s}).code, 0);

        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());
        QVERIFY(DaemonCluster::processesOf(cluster.folder() + u"/stamps-cm-1"_s).isEmpty());
    }

    /// M5: the role stays where its service could not be stopped, until somebody mends that.
    void aStopThatFailsKeepsTheRoleUntilItIsMended()
    {
        DaemonCluster::Options options;
        options.drivers = [](int) {
            return u"drivers:\n  - name: web\n    type: exec\n    start: 'true'\n"
                   "    stop: test -e FOLDER/mended\n"_s;
        };
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        const auto asked
            = cluster.command(0, {u"switchover"_s, u"--to"_s, u"cm-2"_s, u"--wait"_s, u"500ms"_s});
        QCOMPARE(asked.code, 7);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(1).contains(u"stop-failed"_s), kWait);
        QCOMPARE(cluster.status(1)[u"master"_s].toString(), u"cm-1"_s);

        QFile mended(cluster.folder() + u"/mended"_s);
        QVERIFY(mended.open(QIODevice::WriteOnly));
        QCOMPARE(cluster.waitForMaster(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(1).contains(u"stop-failed"_s), kWait);
    }

    void whatSomebodyStartedOnALonelyMachineIsStoppedAfterTheHeal()
    {
        DaemonCluster::Options options;
        options.drivers = [](int i) {
            return u"drivers:\n  - name: web\n    type: exec\n    start: touch FOLDER/web-%1\n"
                   "    stop: rm -f FOLDER/web-%1\n    check: test -e FOLDER/web-%1\n"_s.arg(i);
        };
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        QCOMPARE(cluster.command(2, {u"maintenance"_s, u"on"_s}).code, 0);

        cluster.cutPower(0);
        cluster.cutPower(1);
        const auto reachable
            = [&] { return cluster.status(2)[u"quorum"_s][u"reachable"_s].toInt(); };
        QTRY_COMPARE_WITH_TIMEOUT(reachable(), 1, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.log(2).contains(u"no master can be elected"_s), kWait);
        QFile byHand(cluster.folder() + u"/web-2"_s);
        QVERIFY(byHand.open(QIODevice::WriteOnly));

        cluster.start(0);
        cluster.start(1);
        QTRY_VERIFY_WITH_TIMEOUT(!byHand.exists(), kWait);
        QVERIFY(cluster.waitForMaster(20s * kPatience, 2) >= 0);
    }

    void aStateFolderThatIsFullCostsTheRoleAndNothingElse()
    {
        if (geteuid() != 0)
            QSKIP("needs root for a file system of its own");
        QString state;
        DaemonCluster cluster(withOwnStateDisk(state));
        state = cluster.folder() + u"/state-cm-1"_s;
        QCOMPARE(cluster.startOnFirst(), QString());
        const qint64 daemon = cluster.childPid(0);

        // As the daemon sees its folder.
        QFile filler(u"/proc/%1/root%2/filler"_s.arg(daemon).arg(state));
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (filler.write(QByteArray(4096, 'x')) > 0) { }
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(2).contains(u"state-disk"_s), kWait);
        // It goes on voting: room for one more vote is always kept.
        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(0)[u"master"_s].toString(), u"cm-2"_s, kWait);
        QCOMPARE(cluster.childPid(0), daemon);
        const auto refused = cluster.command(1, {u"switchover"_s, u"--to"_s, u"cm-1"_s});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("alarm state-disk"), refused.err.constData());

        QVERIFY(filler.resize(0));
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(1).contains(u"state-disk"_s), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(isObeyed(cluster, 1, u"cm-1"_s), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    /// With nothing to write its vote to, the machine ends when it should vote; the guard starts it
    /// again until it can.
    void aStateFolderThatIsReadOnlyCostsTheRole()
    {
        if (geteuid() != 0)
            QSKIP("needs root for a file system of its own");
        QString state;
        DaemonCluster cluster(withOwnStateDisk(state));
        state = cluster.folder() + u"/state-cm-1"_s;
        QCOMPARE(cluster.startOnFirst(), QString());
        const auto inNamespace = [&cluster](QStringList words) {
            words = QStringList{u"-t"_s, QString::number(cluster.guardPid(0)), u"-m"_s} + words;
            return QProcess::execute(u"nsenter"_s, words) == 0;
        };

        QVERIFY(
            inNamespace({u"mount"_s, u"-t"_s, u"tmpfs"_s, u"-o"_s, u"ro"_s, u"tmpfs"_s, state}));
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QVERIFY(cluster.command(1, {u"events"_s, u"--json"_s}).out.contains("\"state-disk\""));

        QVERIFY(inNamespace({u"umount"_s, state}));
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), u"cm-2"_s, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(1).contains(u"state-disk"_s), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(isObeyed(cluster, 1, u"cm-1"_s), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    /// Nothing that decides waits for the disk: it answers, follows and gives the role away
    /// meanwhile.
    void aStateFolderThatHangsCostsTheRoleAndNothingElse()
    {
        QString state;
        DaemonCluster::Options options;
        options.enter = [&state](int i) -> QStringList {
            if (i != 0)
                return {};
            return DaemonCluster::withHungDisk(state)
                + QStringList{u"RUNTIME_DIRECTORY="_s + state + u"-run"_s};
        };
        DaemonCluster cluster(std::move(options));
        state = cluster.folder() + u"/state-cm-1"_s;
        QVERIFY(QDir().mkpath(state + u"-run"_s));
        QCOMPARE(cluster.startOnFirst(), QString());
        const qint64 daemon = cluster.childPid(0);

        QFile hung(state + u".hung"_s);
        QVERIFY(hung.open(QIODevice::WriteOnly));
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(2).contains(u"state-disk"_s), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(0)[u"master"_s].toString(), u"cm-2"_s, kWait);
        // It cannot acknowledge in a term that it cannot store, so it is no vote to count on.
        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(1)[u"quorum"_s][u"reachable"_s].toInt(), 2, kWait);
        const auto refused = cluster.command(1, {u"switchover"_s, u"--to"_s, u"cm-1"_s});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("alarm state-disk"), refused.err.constData());

        QVERIFY(hung.remove());
        QTRY_VERIFY_WITH_TIMEOUT(!cluster.alarms(1).contains(u"state-disk"_s), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(1)[u"quorum"_s][u"reachable"_s].toInt(), 3, kWait);
        QCOMPARE(cluster.childPid(0), daemon);
        QTRY_VERIFY_WITH_TIMEOUT(isObeyed(cluster, 1, u"cm-1"_s), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    void aMachineThatStoodStillSaysSo()
    {
        DaemonCluster cluster({});
        QCOMPARE(cluster.startOnFirst(), QString());
        const auto stalls = [&] {
            return cluster.command(0, {u"events"_s, u"--json"_s}).out.count("\"stalled\"");
        };
        const auto before = stalls();
        cluster.signalChild(1, SIGSTOP);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.status(0)[u"quorum"_s][u"reachable"_s].toInt(), 2, kWait);
        cluster.signalChild(1, SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(stalls() > before, kWait);
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);
    }

    void afterAStallAMajorityIsHeardBeforeAnOrderIsObeyed()
    {
        DaemonCluster::Options options;
        // The lease outlives what is done here.
        options.failoverWithin = u"%1s"_s.arg(12 * kPatience);
        DaemonCluster cluster(options);
        QCOMPARE(cluster.startOnFirst(), QString());
        for (const int i : {1, 2})
            cluster.signalChild(i, SIGSTOP);
        const auto said = [&] {
            return cluster.command(0, {u"events"_s, u"--json"_s}).out.count("a majority is asked");
        };
        cluster.signalChild(0, SIGSTOP);
        QElapsedTimer stall;
        stall.start();
        QTRY_VERIFY_WITH_TIMEOUT(stall.hasExpired(3000 * kPatience), kWait); // Two heartbeats
        cluster.signalChild(0, SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(said() > 0, kWait);
        const auto refused = cluster.command(0, {u"switchover"_s, u"--to"_s, u"cm-2"_s});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.err.contains("stood still"), refused.err.constData());
        const auto kept = cluster.command(0, {u"maintenance"_s, u"on"_s});
        QVERIFY2(kept.err.contains("stood still"), kept.err.constData());
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);

        for (const int i : {1, 2})
            cluster.signalChild(i, SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(isObeyed(cluster, 0, u"cm-2"_s), kWait);
        QCOMPARE(cluster.judge(), QString());
    }

    void aLogThatNobodyReadsDoesNotCostTheRole()
    {
        DaemonCluster cluster({});
        const QByteArray pipe = QFile::encodeName(cluster.folder() + u"/cm-1.log"_s);
        QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
        const int reader = ::open(pipe.constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        QVERIFY(reader >= 0);
        QVERIFY(::fcntl(reader, F_SETPIPE_SZ, 4096) > 0);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        // Far more lines than fit, since each command is one and the log is at debug level.
        for (int i = 0; i < 20; ++i)
            QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);
        QCOMPARE(cluster.status(1)[u"term"_s].toInt(), 1);
        QCOMPARE(cluster.runs().size(), size_t(1));
        QCOMPARE(cluster.waitForMaster(), 0);

        // What follows once it is read again says that lines were lost.
        QByteArray heard;
        const auto hears = [&] {
            QByteArray more(qsizetype{64} * 1024, Qt::Uninitialized);
            const ssize_t size = ::read(reader, more.data(), size_t(more.size()));
            heard += more.first(std::max<ssize_t>(size, 0));
            static_cast<void>(cluster.status(0));
            return heard.contains("lines lost");
        };
        QTRY_VERIFY_WITH_TIMEOUT(hears(), kWait);
        ::close(reader);
    }
};

QTEST_GUILESS_MAIN(TestDaemonHostile)
#include "tst_daemon_hostile.moc"
