// Is everything that a daemon started gone before the next life of it begins, however it ends?

#include "guard/processes.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

using namespace Qt::Literals::StringLiterals;
using clustd::guard::readProcessStat;

namespace {

constexpr int kWait = 30'000;

bool isAlive(qint64 pid)
{
    const auto stat = readProcessStat(static_cast<pid_t>(pid));
    return stat && !stat->isDead();
}

} // namespace

class TestGuardProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(m_directory->isValid());
    }

    void cleanup()
    {
        // After a failed test something may be left of it.
        if (m_guard) {
            m_guard->kill();
            m_guard->waitForFinished(kWait);
            m_guard.reset();
            if (const pid_t fencer = fencerPid(); fencer > 1)
                ::kill(fencer, SIGKILL);
        }
        QList<qint64> pids = servicePids();
        pids.append(daemonPid());
        // The fencer writes into the test's folder. It has its name a moment after its fork only.
        QTRY_VERIFY_WITH_TIMEOUT(!findProcess({}, pids), kWait);
        for (const qint64 pid : pids) {
            if (pid > 1 && isAlive(pid))
                ::kill(static_cast<pid_t>(pid), SIGKILL);
        }
    }

    void crashedDaemonIsRestartedWhenAllIsGone_data()
    {
        QTest::addColumn<QString>("story");
        QTest::addColumn<QString>("end");
        QTest::newRow("killed while active") << u"crash"_s << u"killed by signal 9"_s;
        QTest::newRow("exit code 0 while active") << u"exit while active"_s << u"exit code 0"_s;
        QTest::newRow("garbage on the pipe") << u"garbage"_s << u"killed by signal 9"_s;
        QTest::newRow("pipe closed without an end") << u"mute"_s << u"killed by signal 9"_s;
    }
    void crashedDaemonIsRestartedWhenAllIsGone()
    {
        QFETCH(QString, story);
        QFETCH(QString, end);
        start(story);
        QCOMPARE(exitCode(), 0);
        const QStringList lines = journal().filter(QRegularExpression(u"^(?!waiting)"_s));
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines[0].startsWith(u"active"));
        QCOMPARE(lines[1], u"hangs"_s); // a command over its time is killed
        QVERIFY(lines[2].startsWith(u"fence in "));
        QCOMPARE(lines[3], u"next life after %1, dead: 41, running: 0"_s.arg(end));
        QCOMPARE(countServices(), 0);
        QVERIFY(!hasPlan());
    }

    void stoppedDaemonIsFencedBeforeTheLeaseEnds()
    {
        start(u"hang"_s);
        QCOMPARE(exitCode(), 0);
        const QStringList lines = journal();
        QCOMPARE(lines.size(), 4);
        // D is 4 s: what the command was given is a part of the D/2 that were left.
        QVERIFY(lines[2].startsWith(u"fence in "));
        const int left = lines[2].mid(9).toInt();
        QVERIFY2(left > 0 && left <= 2500, qPrintable(lines[2]));
        QCOMPARE(lines[3], u"next life after killed by signal 9, dead: 41, running: 0"_s);
    }

    void failedPlanIsRepeatedBeforeTheRestart()
    {
        start(u"failing"_s);
        QCOMPARE(exitCode(), 0);
        const QStringList lines = journal();
        QCOMPARE(lines.size(), 7);
        QCOMPARE(lines[2], u"fails"_s);
        QVERIFY(lines[3].startsWith(u"fence in "));
        QCOMPARE(lines[4], u"hangs"_s);
        QVERIFY(lines[5].startsWith(u"fence in "));
        QVERIFY(lines[6].startsWith(u"next life"));
    }

    void commandsAreFoundInThePathThatTheyAreGiven()
    {
        QVERIFY(QDir(m_directory->path()).mkdir(u"bin"_s));
        QFile program(m_directory->filePath(u"bin/noting"_s));
        QVERIFY(program.open(QIODevice::WriteOnly));
        program.write("#!/bin/sh\necho noted >> $JOURNAL\n");
        program.close();
        QVERIFY(program.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        start(u"own path"_s);
        QCOMPARE(exitCode(), 0);
        QVERIFY(journal().contains(u"noted"_s));
        QVERIFY(journal().constLast().startsWith(u"next life"));
    }

    void leaseThatIsOverrunIsSaidAndFencingGoesOn()
    {
        QFile reset(m_directory->filePath(u"reset"_s));
        QVERIFY(reset.open(QIODevice::ReadWrite));
        start(u"overrun"_s, QProcess::ForwardedOutputChannel);
        QByteArray log;
        QTRY_VERIFY_WITH_TIMEOUT((log += m_guard->readAllStandardError())
                                     .contains("critical: lease of term 7 has ended"),
            kWait);
        QVERIFY(journal().filter(u"next life"_s).isEmpty());
        QCOMPARE(reset.readAll(), "b"); // what would have reset the machine, once
        QFile permit(m_directory->filePath(u"permit"_s));
        QVERIFY(permit.open(QIODevice::WriteOnly));
        QCOMPARE(exitCode(), 0);
        QCOMPARE(
            journal().constLast(), u"next life after killed by signal 9, dead: 41, running: 0"_s);
    }

    void lastResortThatCannotBeTakenIsNoStart()
    {
        start(u"overrun"_s); // there is no file that would reset
        QCOMPARE(exitCode(), 1);
        QVERIFY(journal().isEmpty());
    }

    void watchdogIsFedWhileActiveAndClosedInOrder()
    {
        QFile device(m_directory->filePath(u"watchdog"_s));
        QVERIFY(device.open(QIODevice::ReadWrite));
        start(u"watched"_s);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(device.size() >= 3, kWait); // it goes on being fed
        m_guard->terminate();
        QCOMPARE(exitCode(), 0);
        const QByteArray fed = device.readAll();
        QCOMPARE(fed.count('\n'), fed.size() - 1);
        QVERIFY(fed.endsWith('V'));
    }

    void nothingStartsWithoutTheWatchdog()
    {
        start(u"watched"_s); // there is no such device
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"not confirmed"_s), kWait);
        m_guard->terminate();
        QCOMPARE(exitCode(), 0);
    }

    void guardAndDaemonKilledTogetherLeaveNothing_data()
    {
        QTest::addColumn<bool>("guardFirst");
        QTest::newRow("guard first") << true;
        QTest::newRow("daemon first") << false;
    }
    void guardAndDaemonKilledTogetherLeaveNothing()
    {
        QFETCH(bool, guardFirst);
        start(u"wait"_s);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        killGuardAndDaemon(guardFirst);
        QTRY_COMPARE_WITH_TIMEOUT(countServices(), 0, kWait);
        // No two of them fence at once, and the life that has ended is handed on.
        start(u"wait"_s);
        QCOMPARE(exitCode(), 0);
        QCOMPARE(journal().filter(QRegularExpression(u"^fence in "_s)).size(), 1);
        QCOMPARE(journal().constLast(), u"next life after , dead: 41, running: 0"_s);
    }

    void guardAndDaemonStoppedTogetherAreFencedInTime()
    {
        QFile reset(m_directory->filePath(u"reset"_s));
        QVERIFY(reset.open(QIODevice::ReadWrite));
        QElapsedTimer sinceStart;
        sinceStart.start();
        start(u"hang"_s);
        QTRY_VERIFY_WITH_TIMEOUT(daemonPid() > 0, kWait);
        ::kill(guardPid(), SIGSTOP);
        QTRY_COMPARE_WITH_TIMEOUT(countServices(), 0, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(
            !journal().filter(QRegularExpression(u"^fence in "_s)).isEmpty(), kWait);
        QVERIFY(!isAlive(daemonPid()));
        QTRY_VERIFY_WITH_TIMEOUT(sinceStart.hasExpired(5000), kWait); // the lease of 4.5 s is over
        ::kill(guardPid(), SIGCONT);
        QCOMPARE(exitCode(), 0);
        QCOMPARE(reset.size(), 0); // it was not needed
        QCOMPARE(
            journal().constLast(), u"next life after killed by signal 9, dead: 41, running: 0"_s);
    }

    /// A stop that fails outlasts the lease: the fencer takes the last resort, and goes on.
    void fencerRepeatsAStopThatFails()
    {
        QFile reset(m_directory->filePath(u"reset"_s));
        QVERIFY(reset.open(QIODevice::ReadWrite));
        start(u"stubborn"_s);
        QTRY_VERIFY_WITH_TIMEOUT(daemonPid() > 0, kWait);
        killGuardAndDaemon(true);
        QTRY_COMPARE_WITH_TIMEOUT(countServices(), 0, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(journal().filter(u"fails"_s).size() >= 3, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(reset.size() > 0, kWait);
        QVERIFY(fencerPid() > 0);
        QFile permit(m_directory->filePath(u"permit"_s));
        QVERIFY(permit.open(QIODevice::WriteOnly));
        QTRY_COMPARE_WITH_TIMEOUT(fencerPid(), 0, kWait);
        start(u"wait"_s);
        QCOMPARE(exitCode(), 0);
        QCOMPARE(journal().constLast(), u"next life after , dead: 41, running: 0"_s);
    }

    void fencerLeavesItToAGuardThatIsAtWorkAgain()
    {
        QFile reset(m_directory->filePath(u"reset"_s));
        QVERIFY(reset.open(QIODevice::ReadWrite));
        start(u"overrun"_s, QProcess::ForwardedOutputChannel);
        QTRY_VERIFY_WITH_TIMEOUT(daemonPid() > 0, kWait);
        const pid_t guard = guardPid();
        ::kill(guard, SIGSTOP);
        QByteArray log;
        const auto says = [&](const char *text) {
            log += m_guard->readAllStandardError();
            return log.contains(text);
        };
        QTRY_VERIFY_WITH_TIMEOUT(says("fencer: guard"), kWait);
        ::kill(guard, SIGCONT);
        QTRY_VERIFY_WITH_TIMEOUT(says("fencer: the guard is at work again"), kWait);
        QFile permit(m_directory->filePath(u"permit"_s));
        QVERIFY(permit.open(QIODevice::WriteOnly));
        QCOMPARE(exitCode(), 0);
        QCOMPARE(
            journal().constLast(), u"next life after killed by signal 9, dead: 41, running: 0"_s);
    }

    /// journald has a time of its own.
    void underJournaldLinesHaveNoTime()
    {
        const QString path = m_directory->filePath(u"log"_s);
        QFile log(path);
        QVERIFY(log.open(QIODevice::ReadWrite));
        struct stat file = {};
        QCOMPARE(fstat(log.handle(), &file), 0);
        qputenv("JOURNAL_STREAM",
            QByteArray::number(qulonglong{file.st_dev}) + ':'
                + QByteArray::number(qulonglong{file.st_ino}));
        m_guard = std::make_unique<QProcess>();
        m_guard->setStandardErrorFile(path, QIODevice::Append);
        m_guard->start(QStringLiteral(GUARD_HELPER), {m_directory->path(), u"crash"_s});
        qunsetenv("JOURNAL_STREAM");
        QVERIFY(m_guard->waitForStarted(kWait));
        QCOMPARE(exitCode(), 0);
        const QByteArray said = log.readAll();
        QVERIFY(said.contains("clustd.guard: "));
        for (const QByteArray &line : said.trimmed().split('\n'))
            QVERIFY2(QRegularExpression(u"^<[0-9]>clustd\\.guard: "_s)
                         .match(QString::fromUtf8(line))
                         .hasMatch(),
                line);
    }

    void fencerThatWasKilledIsReplaced()
    {
        start(u"wait"_s);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(fencerPid() > 0, kWait);
        const pid_t first = fencerPid();
        ::kill(first, SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(fencerPid() > 0 && fencerPid() != first, kWait);
        killGuardAndDaemon(true);
        QTRY_VERIFY_WITH_TIMEOUT(
            !journal().filter(QRegularExpression(u"^fence in "_s)).isEmpty(), kWait);
        QCOMPARE(countServices(), 0);
    }

    void daemonThatDiesInactiveIsRestartedWithoutAPlan()
    {
        start(u"idle crash"_s);
        QCOMPARE(exitCode(), 0);
        QCOMPARE(
            journal(), QStringList{u"next life after killed by signal 9, dead: 41, running: 0"_s});
    }

    void exitAfterHelloIsACrash()
    {
        start(u"late exit"_s);
        QCOMPARE(exitCode(), 0);
        QCOMPARE(journal().constLast(), u"next life after exit code 9, dead: 41, running: 0"_s);
    }

    void failedStartIsPassedOn_data()
    {
        QTest::addColumn<QString>("story");
        QTest::addColumn<int>("code");
        QTest::newRow("a refused configuration") << u"refused"_s << 3;
        QTest::newRow("an exit before Hello") << u"cannot start"_s << 7;
        QTest::newRow("one that takes its time") << u"cannot start, slowly"_s << 7;
    }
    void failedStartIsPassedOn()
    {
        QFETCH(QString, story);
        QFETCH(int, code);
        start(story);
        QCOMPARE(exitCode(), code);
        QVERIFY(journal().isEmpty());
    }

    void terminationIsPassedOnAndLeavesNothing_data()
    {
        QTest::addColumn<QString>("story");
        QTest::addColumn<int>("code");
        QTest::newRow("exit code 0") << u"leave"_s << 0;
        QTest::newRow("another exit code after Leaving") << u"leave with a code"_s << 6;
        QTest::newRow("an exit that takes its time") << u"leave slowly"_s << 6;
    }
    void terminationIsPassedOnAndLeavesNothing()
    {
        QFETCH(QString, story);
        QFETCH(int, code);
        start(story);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        QVERIFY(hasPlan());
        QCOMPARE(countServices(), 3);
        m_guard->terminate();
        QCOMPARE(exitCode(), code);
        QCOMPARE(journal().constLast(), u"asked to end"_s);
        QCOMPARE(countServices(), 0);
        QVERIFY(!hasPlan());
    }

    void guardThatIsAskedToEndDoesNotRestart()
    {
        start(u"hang"_s);
        QTRY_VERIFY_WITH_TIMEOUT(daemonPid() > 0, kWait);
        m_guard->terminate(); // the daemon is stopped and cannot hear it
        QCOMPARE(exitCode(), 128 + SIGKILL);
        QVERIFY(journal().constLast().startsWith(u"fence in "));
        QCOMPARE(countServices(), 0);
    }

    void daemonLearnsThatItsGuardDied()
    {
        start(u"wait"_s);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        m_guard->kill();
        QVERIFY(m_guard->waitForFinished(kWait));
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"guard died"_s), kWait);
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(daemonPid()), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(countServices(), 0, kWait); // the fencer's work
        m_guard.reset();
    }

    void planThatWasLeftIsCarriedOutFirst()
    {
        start(u"left over"_s);
        QTRY_VERIFY_WITH_TIMEOUT(daemonPid() > 0, kWait);
        const qint64 daemon = daemonPid();
        QTRY_VERIFY_WITH_TIMEOUT(fencerPid() > 0, kWait);
        ::kill(fencerPid(), SIGKILL); // or it would do it
        m_guard->kill();
        QVERIFY(m_guard->waitForFinished(kWait));
        QVERIFY(isAlive(daemon)); // stopped, so it cannot see that its guard died
        QCOMPARE(countServices(), 3);
        QVERIFY(hasPlan());

        start(u"left over"_s);
        QCOMPARE(exitCode(), 0);
        QVERIFY(!isAlive(daemon));
        const QStringList lines = journal();
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines[2].startsWith(u"fence in "));
        QCOMPARE(lines[3], u"next life after , dead: 41, running: 0"_s);
        QVERIFY(!hasPlan());
    }

    void secondGuardLeavesTheFirstAlone()
    {
        start(u"wait"_s);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        QProcess second;
        second.start(QStringLiteral(GUARD_HELPER), {m_directory->path(), u"crash"_s});
        QVERIFY(second.waitForFinished(kWait));
        QCOMPARE(second.exitCode(), 1);
        QVERIFY(second.readAllStandardError().contains("held by another clustd"));
        QCOMPARE(countServices(), 3);
        QVERIFY(hasPlan());
        m_guard->terminate();
        QCOMPARE(exitCode(), 0);
    }

    void planThatCannotBeKeptIsNotConfirmed()
    {
        start(u"no place for the plan"_s);
        QTRY_VERIFY_WITH_TIMEOUT(journal().contains(u"waiting"_s), kWait);
        QVERIFY(journal().contains(u"not confirmed"_s));
        m_guard->terminate();
        QCOMPARE(exitCode(), 0);
    }

    void damagedPlanIsNotPassedOver()
    {
        QVERIFY(QDir(m_directory->path()).mkdir(u"plan"_s));
        QFile plan(m_directory->filePath(u"plan/plan"_s));
        QVERIFY(plan.open(QIODevice::WriteOnly));
        plan.write("half a pl");
        plan.close();
        start(u"crash"_s);
        QCOMPARE(exitCode(), 1);
        QVERIFY(journal().isEmpty());
        QVERIFY(hasPlan());
    }

private:
    void start(
        const QString &story, QProcess::ProcessChannelMode mode = QProcess::ForwardedChannels)
    {
        m_guard = std::make_unique<QProcess>();
        m_guard->setProcessChannelMode(mode);
        m_guard->start(QStringLiteral(GUARD_HELPER), {m_directory->path(), story});
        QVERIFY(m_guard->waitForStarted(kWait));
    }
    /// Of the guard, or -1 if it was killed or does not end.
    int exitCode()
    {
        if (m_guard->state() != QProcess::NotRunning && !m_guard->waitForFinished(kWait))
            return -1;
        const int code = m_guard->exitStatus() == QProcess::NormalExit ? m_guard->exitCode() : -1;
        m_guard.reset();
        return code;
    }
    pid_t guardPid() const { return static_cast<pid_t>(m_guard->processId()); }
    /// Of the guard of this test; 0: there is none.
    pid_t fencerPid() const { return findProcess("clustd-fencer\n", {}).value_or(0); }
    /// A process of this test with that @p comm (empty: any), none of @p but.
    std::optional<pid_t> findProcess(const QByteArray &comm, const QList<qint64> &but) const
    {
        for (const QString &name : QDir(u"/proc"_s).entryList(QDir::Dirs)) {
            const auto stat = readProcessStat(name.toInt());
            QFile itsName(u"/proc/%1/comm"_s.arg(name));
            QFile commandLine(u"/proc/%1/cmdline"_s.arg(name));
            if (stat && !stat->isDead() && !but.contains(stat->pid)
                && itsName.open(QIODevice::ReadOnly)
                && (comm.isEmpty() || itsName.readAll() == comm)
                && commandLine.open(QIODevice::ReadOnly)
                && commandLine.readAll().contains(m_directory->path().toLocal8Bit()))
                return stat->pid;
        }
        return std::nullopt;
    }
    void killGuardAndDaemon(bool guardFirst)
    {
        const auto daemon = static_cast<pid_t>(daemonPid());
        const pid_t guard = guardPid();
        ::kill(guardFirst ? guard : daemon, SIGKILL);
        ::kill(guardFirst ? daemon : guard, SIGKILL);
        QVERIFY(m_guard->waitForFinished(kWait));
        m_guard.reset();
    }
    QStringList journal() const { return linesOf(u"journal"_s); }
    QStringList linesOf(const QString &name) const
    {
        QFile file(m_directory->filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
    }
    qint64 daemonPid() const
    {
        const QStringList lines = journal().filter(QRegularExpression(u"^active "_s));
        return lines.isEmpty() ? 0 : lines.first().mid(7).toLongLong();
    }
    QList<qint64> servicePids() const
    {
        QList<qint64> pids;
        for (const QString &line : linesOf(u"pids"_s))
            pids.append(line.toLongLong());
        return pids;
    }
    int countServices() const
    {
        const QList<qint64> pids = servicePids();
        return static_cast<int>(std::count_if(pids.begin(), pids.end(), isAlive));
    }
    bool hasPlan() const { return QFile::exists(m_directory->filePath(u"plan/plan"_s)); }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<QProcess> m_guard;
};

QTEST_GUILESS_MAIN(TestGuardProcess)
#include "tst_guard_process.moc"
