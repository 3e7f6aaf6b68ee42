// Does one attempt at a plan kill what it names, run its commands as it says, and tell what failed?

#include "guard/fence_run.h"
#include "guard/guard_process.h"
#include "guard/plan_file.h"
#include "guard/processes.h"
#include "util/clock.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <list>
#include <optional>

#include <signal.h>
#include <time.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A shell that is no descendant of this process, the first of a session of its own.
pid_t stranger(const QString &folder, const QByteArray &script)
{
    static int number = 0;
    const QString file = u"%1/pid-%2"_s.arg(folder).arg(++number);
    const QByteArray line = "setsid sh -c 'echo $$ >" + file.toLocal8Bit() + ".new; mv "
        + file.toLocal8Bit() + ".new " + file.toLocal8Bit() + "; " + script
        + "' </dev/null >/dev/null 2>&1 &";
    if (::system(line.constData()) != 0) // NOLINT(concurrency-mt-unsafe): one thread
        return 0;
    QFile told(file);
    if (QTest::qWaitFor([&told] { return told.open(QIODevice::ReadOnly); }, 10'000))
        return static_cast<pid_t>(told.readAll().trimmed().toLongLong());
    return 0;
}

bool isAlive(pid_t pid)
{
    const std::optional<ProcessStat> stat = readProcessStat(pid);
    return stat && !stat->isDead();
}

} // namespace

class TestFenceRun : public QObject
{
    Q_OBJECT

private:
    /// Drives one attempt to its end, for twenty seconds at most.
    FenceRun::State carryOut(Duration left = 10s, const Orphans &orphans = {})
    {
        m_run.begin(m_plan, orphans, clusterNow() + left, clusterNow());
        return goOn();
    }
    FenceRun::State goOn()
    {
        const Instant end = clusterNow() + 20s;
        FenceRun::State state = m_run.state();
        while (state == FenceRun::State::Running && clusterNow() < end) {
            state = m_run.advance(m_run.reapChildren(), clusterNow());
            const timespec pause{0, 1'000'000};
            nanosleep(&pause, nullptr);
        }
        return state;
    }
    void addShell(const char *name, const QByteArray &script, Duration timeout = 5s,
        bool isRequired = true, const std::vector<std::string> &env = {})
    {
        m_argv.push_back({"sh", "-c", script.toStdString()});
        QVERIFY(m_plan.run({name, m_argv.back(), env, timeout, isRequired}));
    }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QByteArray read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    [[nodiscard]] QByteArray culprit() const
    {
        return {m_run.culprit().data(), qsizetype(m_run.culprit().size())};
    }

    QTemporaryDir m_folder;
    FencePlan m_plan;
    std::list<std::vector<std::string>> m_argv;
    FenceRun m_run{[] {
        sigset_t mask;
        sigemptyset(&mask);
        return mask;
    }()};

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_folder.isValid());
        m_plan.clear();
        m_run.clear();
    }

    void anEmptyPlanIsCarriedOut() { QCOMPARE(carryOut(), FenceRun::State::Stopped); }

    void commandsRunInOrderWithWhatTheyMayKnow()
    {
        qputenv("NOTIFY_SOCKET", "the guard's");
        qputenv("WATCHDOG_USEC", "the guard's");
        qputenv("CLUSTD_TERM", "an older one");
        const QByteArray file = path(u"said"_s).toLocal8Bit();
        const QByteArray say = "echo \"$0 $CLUSTD_TERM ${NOTIFY_SOCKET-none} ${WATCHDOG_USEC-none} "
                               "${HOME:+home} $((CLUSTD_DEADLINE_MS > 0)) $(cat)\" >>"
            + file;
        addShell("first", "sleep 0.05; " + say, 5s, true, {"CLUSTD_TERM=7"});
        addShell("second", say, 5s, true, {"CLUSTD_TERM=8"});
        QCOMPARE(carryOut(), FenceRun::State::Stopped);
        QCOMPARE(read(u"said"_s), QByteArray("sh 7 none none home 1 \nsh 8 none none home 1 \n"));
        for (const char *name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "CLUSTD_TERM"})
            qunsetenv(name);
    }

    void aCommandThatFailsFailsTheFence_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("isRequired");
        QTest::addColumn<FenceRun::State>("state");
        const auto failed = FenceRun::State::Failed;
        QTest::newRow("an exit code") << QByteArray("exit 3") << true << failed;
        QTest::newRow("a signal") << QByteArray("kill -SEGV $$") << true << failed;
        QTest::newRow("no end") << QByteArray("sleep 300") << true << failed;
        QTest::newRow("no such program") << QByteArray("exec /nowhere/at-all") << true << failed;
        QTest::newRow("not required") << QByteArray("exit 3") << false << FenceRun::State::Stopped;
    }

    void aCommandThatFailsFailsTheFence()
    {
        QFETCH(QByteArray, script);
        QFETCH(bool, isRequired);
        QFETCH(FenceRun::State, state);
        addShell("bad", script, 200ms, isRequired);
        addShell("good", "touch " + path(u"good"_s).toLocal8Bit());
        QCOMPARE(carryOut(), state);
        QCOMPARE(culprit(), state == FenceRun::State::Failed ? QByteArray("bad") : QByteArray());
        // The others are stopped all the same.
        QVERIFY(QFile::remove(path(u"good"_s)));
    }

    void aProgramThatIsNotThereFails()
    {
        m_argv.push_back({"/nowhere/at-all"});
        QVERIFY(m_plan.run({"gone", m_argv.back(), {}, 1s, true}));
        QCOMPARE(carryOut(), FenceRun::State::Failed);
        QCOMPARE(culprit(), QByteArray("gone"));
    }

    void commandsShareWhatIsLeftOfTheLease()
    {
        addShell("hangs", "sleep 300", 1h);
        addShell("works", "touch " + path(u"worked"_s).toLocal8Bit(), 1h);
        const Instant begun = clusterNow();
        QCOMPARE(carryOut(2s), FenceRun::State::Failed);
        QCOMPARE(culprit(), QByteArray("hangs"));
        QVERIFY(clusterNow() - begun < 15s);
        QVERIFY(QFile::remove(path(u"worked"_s)));
    }

    void whatIsNamedIsKilledThoughItIsNoDescendant()
    {
        const pid_t leader = stranger(m_folder.path(), "sleep 300 & sleep 301");
        const pid_t lone = stranger(m_folder.path(), "exec sleep 300");
        const pid_t bystander = stranger(m_folder.path(), "exec sleep 300");
        QVERIFY(leader > 0 && lone > 0 && bystander > 0);
        QVERIFY(m_plan.killGroup(leader));
        QVERIFY(m_plan.killProcess(lone, readProcessStat(lone)->start));
        // Started later than the one that is meant: another process, which got its number.
        QVERIFY(m_plan.killProcess(bystander, readProcessStat(bystander)->start - 1));
        QVERIFY(!m_plan.killProcess(1, 0));
        QVERIFY(m_plan.killCgroup("/sys/fs/cgroup/clustd-that-is-not-there"));
        QVERIFY(m_plan.removeAddress("clustd-none", "192.0.2.1/32"));
        QCOMPARE(carryOut(), FenceRun::State::Stopped);
        QVERIFY(!isAlive(leader));
        QVERIFY(!isAlive(lone));
        QVERIFY(isAlive(bystander));
        kill(bystander, SIGKILL);
    }

    void aGuardThatHangsIsSparedAndAllBelowItIsNot()
    {
        // Its place is taken by a sleep that has the same number when the child has been killed.
        const pid_t guard = stranger(m_folder.path(),
            "sleep 300 & echo $! >" + path(u"child"_s).toLocal8Bit() + "; wait; exec sleep 299");
        QTRY_VERIFY(!read(u"child"_s).trimmed().isEmpty());
        const auto child = static_cast<pid_t>(read(u"child"_s).trimmed().toLongLong());
        QVERIFY(isAlive(child));
        Orphans orphans;
        orphans.guard = guard;
        orphans.guardStart = readProcessStat(guard)->start;
        QCOMPARE(carryOut(10s, orphans), FenceRun::State::Stopped);
        QVERIFY(!isAlive(child));
        QVERIFY(isAlive(guard));
        kill(guard, SIGKILL);
    }

    void anAttemptThatIsGivenUpLeavesNoCommand()
    {
        addShell("long", "echo $$ >" + path(u"command"_s).toLocal8Bit() + "; exec sleep 300", 1h);
        m_run.begin(m_plan, {}, clusterNow() + 1h, clusterNow());
        QTRY_VERIFY(m_run.advance(m_run.reapChildren(), clusterNow()) == FenceRun::State::Running
            && !read(u"command"_s).trimmed().isEmpty());
        const auto command = static_cast<pid_t>(read(u"command"_s).trimmed().toLongLong());
        m_run.abandon();
        QCOMPARE(m_run.state(), FenceRun::State::Idle);
        QTRY_VERIFY((m_run.reapChildren(), !isAlive(command)));
    }

    void aLeftOverPlanIsCarriedOutOrKept_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("isStopped");
        QTest::newRow("its stop works") << QByteArray("exit 0") << true;
        QTest::newRow("its stop fails") << QByteArray("exit 1") << false;
    }

    void aLeftOverPlanIsCarriedOutOrKept()
    {
        QFETCH(QByteArray, script);
        QFETCH(bool, isStopped);
        const QTemporaryDir directory;
        const std::string plans = directory.filePath(u"plans"_s).toStdString();
        addShell("web", script, 1s);
        {
            PlanFile file;
            QVERIFY(file.open(plans, 1s));
            PlanOwner owner{Incarnation{99}, Term{7}, 0, 0, {}};
            owner.mark.fill('m');
            QVERIFY(file.store(owner, m_plan));
        }
        std::vector<Incarnation> former;
        QCOMPARE(carryOutLeftOverPlan(plans, 500ms, &former), isStopped);
        QCOMPARE(former.size(), isStopped ? std::size_t(1) : std::size_t(0));
        PlanFile after;
        // A command that was killed on its way to its program lets go of the lock as it dies.
        bool isOpen = false;
        QTRY_VERIFY((isOpen = isOpen || after.open(plans, 1s)));
        PlanOwner owner;
        FencePlan plan;
        QCOMPARE(
            after.load(owner, plan), isStopped ? PlanFile::Left::Nothing : PlanFile::Left::Plan);
    }
};

QTEST_GUILESS_MAIN(TestFenceRun)
#include "tst_fence_run.moc"
