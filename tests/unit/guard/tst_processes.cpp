// Does the guard kill the right processes, all of them, and no other?

#include "guard/processes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <limits>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace clustd::guard;

namespace {

/// A process of ours that sleeps until it is killed.
class Sleeper
{
public:
    /// @param mark an environment entry it is executed with
    explicit Sleeper(const char *mark = "NONE=", const char *name = "sleep")
    {
        std::array<int, 2> pipe{};
        if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
            return;
        m_pid = fork();
        if (m_pid == 0) {
            setpgid(0, 0);
            const std::array<const char *, 3> argv{name, "300", nullptr};
            const std::array<const char *, 2> env{mark, nullptr};
            execve("/bin/sleep", const_cast<char *const *>(argv.data()),
                const_cast<char *const *>(env.data()));
            _exit(1);
        }
        // The other end closes when the process has been executed.
        close(pipe[1]);
        char byte = 0;
        [[maybe_unused]] const ssize_t size = read(pipe[0], &byte, 1);
        close(pipe[0]);
    }
    ~Sleeper()
    {
        if (m_pid > 0) {
            kill(m_pid, SIGKILL);
            waitpid(m_pid, nullptr, 0);
        }
    }
    Sleeper(const Sleeper &) = delete;
    Sleeper &operator=(const Sleeper &) = delete;

    [[nodiscard]] pid_t pid() const { return m_pid; }
    [[nodiscard]] std::uint64_t start() const { return readProcessStat(m_pid).value().start; }
    [[nodiscard]] bool isAlive() const
    {
        const auto stat = readProcessStat(m_pid);
        return stat && !stat->isDead();
    }

private:
    pid_t m_pid = -1;
};

} // namespace

class TestProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aProcessWhoseMainThreadHasEndedIsAlive()
    {
#ifdef __SANITIZE_THREAD__
        QSKIP("its own thread does not go with a fork");
#endif
        const pid_t pid = fork();
        if (pid == 0) {
            std::thread([] { poll(nullptr, 0, 300'000); }).detach();
            syscall(SYS_exit, 0); // Of this thread alone
        }
        QTRY_COMPARE(readProcessStat(pid).value().state, 'Z');
        QVERIFY(!readProcessStat(pid)->isDead());
        const std::uint64_t start = readProcessStat(pid)->start;
        QVERIFY(!killProcessOnce(pid, start));
        QTRY_VERIFY(killProcessOnce(pid, start));
        QTRY_VERIFY(readProcessStat(pid)->isDead()); // Not reaped yet
        QCOMPARE(waitpid(pid, nullptr, 0), pid);
    }

    void statIsReadWhateverTheName()
    {
        std::array<char, 16> before{};
        prctl(PR_GET_NAME, before.data());
        prctl(PR_SET_NAME, "a) Z 1 (b) c");
        const auto stat = readProcessStat(getpid());
        prctl(PR_SET_NAME, before.data());
        QVERIFY(stat);
        QCOMPARE(stat->pid, getpid());
        QCOMPARE(stat->parent, getppid());
        QCOMPARE(stat->group, getpgrp());
        QCOMPARE(stat->state, 'R');
        QVERIFY(stat->start > 0);
        QVERIFY(!readProcessStat(std::numeric_limits<pid_t>::max()));
    }

    void processIsKilledOnlyIfItIsTheSame()
    {
        const Sleeper sleeper;
        QVERIFY(killProcessOnce(sleeper.pid(), sleeper.start() + 1)); // that one is gone
        QVERIFY(sleeper.isAlive());
        QVERIFY(!killProcessOnce(sleeper.pid(), sleeper.start()));
        QTRY_VERIFY(!sleeper.isAlive());
        QVERIFY(killProcessOnce(sleeper.pid(), sleeper.start()));
    }

    void groupIsKilledOnlyIfItsLeaderIsTheSame()
    {
        const Sleeper sleeper;
        QVERIFY(killGroupOnce(sleeper.pid(), sleeper.start() + 1));
        QVERIFY(sleeper.isAlive());
        QVERIFY(!killGroupOnce(sleeper.pid(), sleeper.start()));
        QTRY_VERIFY(!sleeper.isAlive());
        QVERIFY(killGroupOnce(sleeper.pid(), sleeper.start()));
    }

    void onlyTheMarkedAreKilled()
    {
        const Sleeper other("CLUSTD_GUARD=feed");
        const Sleeper longer("CLUSTD_GUARD=feedbeef");
        const Sleeper marked("CLUSTD_GUARD=beef");
        QCOMPARE(
            killMarkedOnce("CLUSTD_GUARD=beef", marked.start() + 1), std::size_t{0}); // too young
        QVERIFY(marked.isAlive());
        QCOMPARE(killMarkedOnce("CLUSTD_GUARD=beef", marked.start()), std::size_t{1});
        QTRY_VERIFY(!marked.isAlive());
        QCOMPARE(killMarkedOnce("CLUSTD_GUARD=beef", 0), std::size_t{0});
        QCOMPARE(killMarkedOnce("CLUSTD_GUARD", other.start()), std::size_t{0});
        QVERIFY(other.isAlive());
        QVERIFY(longer.isAlive());
    }

    void descendantsAreKilled()
    {
        const Sleeper first;
        const Sleeper second;
        QVERIFY(killDescendantsOnce() >= 2);
        QTRY_VERIFY(!first.isAlive());
        QTRY_VERIFY(!second.isAlive());
        QCOMPARE(killDescendantsOnce(), std::size_t{0}); // dead ones do not count
    }

    void missingCgroupIsEmpty()
    {
        QVERIFY(killCgroupOnce("/sys/fs/cgroup/no/such/group"));
    }

    void listedProcessesAreKilled() // as where the kernel has no cgroup.kill
    {
        const QTemporaryDir directory;
        QFile list(directory.filePath(u"cgroup.procs"_s));
        QVERIFY(list.open(QIODevice::WriteOnly));
        const Sleeper first;
        const Sleeper second;
        list.write(
            QByteArray::number(first.pid()) + '\n' + QByteArray::number(second.pid()) + '\n');
        list.close();
        QVERIFY(!killCgroupOnce(directory.path().toStdString()));
        QTRY_VERIFY(!first.isAlive());
        QTRY_VERIFY(!second.isAlive());
        QVERIFY(list.resize(0));
        QVERIFY(killCgroupOnce(directory.path().toStdString()));
    }

    void cgroupIsKilledWithAllBelow()
    {
        const QString mount = unifiedHierarchy();
        const QString group = mount + u"/clustd-test-%1"_s.arg(getpid());
        if (mount.isEmpty() || !QDir().mkdir(group))
            QSKIP("no cgroup v2 that this user may write to");
        QVERIFY(QDir().mkdir(group + u"/below"_s));
        {
            const Sleeper sleeper;
            QFile procs(group + u"/below/cgroup.procs"_s);
            QVERIFY(procs.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
            QVERIFY(procs.write(QByteArray::number(sleeper.pid())) > 0);
            procs.close();
            killCgroupOnce(group.toStdString());
            QTRY_VERIFY(!sleeper.isAlive());
        }
        QTRY_VERIFY(killCgroupOnce(group.toStdString()));
        // The kernel frees a cgroup a moment after its last process. QTRY asks once more after a
        // success.
        QTRY_VERIFY(!QDir(group + u"/below"_s).exists() || QDir().rmdir(group + u"/below"_s));
        QTRY_VERIFY(!QDir(group).exists() || QDir().rmdir(group));
    }

private:
    static QString unifiedHierarchy()
    {
        QFile mounts(u"/proc/self/mounts"_s);
        if (!mounts.open(QIODevice::ReadOnly))
            return {};
        for (const QByteArray &line : mounts.readAll().split('\n')) {
            const QList<QByteArray> fields = line.split(' ');
            if (fields.size() > 2 && fields[2] == "cgroup2")
                return QString::fromUtf8(fields[1]);
        }
        return {};
    }
};

QTEST_APPLESS_MAIN(TestProcesses)
#include "tst_processes.moc"
