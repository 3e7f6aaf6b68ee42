#include "drivers/child_process.h"

#include <QFile>
#include <QStandardPaths>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPollInterval = 20ms;
constexpr int kLastWaitMs = 1000;

void closeFd(int &fd)
{
    if (fd >= 0)
        ::close(fd);
    fd = -1;
}

/// A NULL-terminated array of the texts, for execve; points into @p texts.
std::vector<char *> pointers(QList<QByteArray> &texts)
{
    std::vector<char *> result;
    result.reserve(static_cast<std::size_t>(texts.size()) + 1);
    for (QByteArray &text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// All that the forked child needs, made before the fork: after it only async-signal-safe calls are
/// allowed, since another thread may have held any lock.
struct Prepared
{
    const char *program = nullptr;
    char *const *argv = nullptr;
    char *const *shellArgv = nullptr; ///< For a script without "#!", as execvp would run it
    char *const *environment = nullptr;
    int input = -1;
    int output = -1;
    int execPipe = -1;
    int cgroupProcs = -1;
    pid_t parent = 0;
};

void closeAllAbove(int first, int kept)
{
    // The pipe that tells of a failed exec is close-on-exec; everything else goes now.
    const auto range = [](unsigned int from, unsigned int to) {
        return from > to || ::syscall(SYS_close_range, from, to, 0U) == 0;
    };
    const auto below = static_cast<unsigned int>(kept - 1);
    const auto above = static_cast<unsigned int>(kept + 1);
    if (range(static_cast<unsigned int>(first), below) && range(above, UINT_MAX))
        return;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const int end = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
    for (int fd = first; fd < end; ++fd) {
        if (fd != kept)
            ::close(fd);
    }
}

[[noreturn]] void failInChild(int execPipe)
{
    const int number = errno;
    [[maybe_unused]] const ssize_t written = ::write(execPipe, &number, sizeof number);
    ::_exit(127);
}

[[noreturn]] void runChild(const Prepared &prepared)
{
    ::setsid();
    // Should the daemon die the guard kills everything; this is one process less for it to find.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != prepared.parent)
        ::_exit(127);

    struct sigaction byDefault = {};
    byDefault.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal)
        ::sigaction(signal, &byDefault, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);

    // The daemon may run at real-time priority; a service must not.
    const sched_param ordinary{};
    if (::sched_getscheduler(0) != SCHED_OTHER)
        ::sched_setscheduler(0, SCHED_OTHER, &ordinary);

    // Without its cgroup a process can still be found by its session, mark and descent.
    if (prepared.cgroupProcs >= 0) {
        [[maybe_unused]] const ssize_t moved = ::write(prepared.cgroupProcs, "0", 1);
    }
    if (::dup2(prepared.input, STDIN_FILENO) < 0 || ::dup2(prepared.output, STDOUT_FILENO) < 0
        || ::dup2(prepared.output, STDERR_FILENO) < 0)
        failInChild(prepared.execPipe);
    closeAllAbove(STDERR_FILENO + 1, prepared.execPipe);

    ::execve(prepared.program, prepared.argv, prepared.environment);
    if (errno == ENOEXEC)
        ::execve("/bin/sh", prepared.shellArgv, prepared.environment);
    failInChild(prepared.execPipe);
}

Result<QString> findProgram(const ChildSpec &spec)
{
    if (spec.argv.isEmpty() || spec.argv.first().isEmpty())
        return fail(ErrorCode::Config, {}, u"no program is given"_s);
    const QString &name = spec.argv.first();
    if (name.contains(u'/'))
        return name;
    QString path = u"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"_s;
    for (const QByteArray &entry : spec.environment) {
        if (entry.startsWith("PATH="))
            path = QString::fromLocal8Bit(entry.mid(5));
    }
    const QString found
        = QStandardPaths::findExecutable(name, path.split(u':', Qt::SkipEmptyParts));
    if (found.isEmpty())
        return fail(ErrorCode::System, name, u"no such program in %1"_s.arg(path),
            u"write its absolute path"_s);
    return found;
}

/// A descriptor above standard error even where the daemon was started with those closed, so that
/// the child's dup2 overwrites nothing that it still needs.
int aboveStandard(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::close(fd);
    return moved;
}

bool openPipe(int (&ends)[2])
{
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return false;
    ends[0] = aboveStandard(ends[0]);
    ends[1] = aboveStandard(ends[1]);
    return ends[0] >= 0 && ends[1] >= 0;
}

} // namespace

QString ChildEnd::text() const
{
    if (!execError.isEmpty())
        return execError;
    if (signal != 0)
        return u"was killed by signal %1 (%2)"_s.arg(signal).arg(
            QString::fromLocal8Bit(::strsignal(signal)));
    return u"exited with code %1"_s.arg(exitCode);
}

ChildProcess::ChildProcess(QObject *parent)
    : QObject(parent)
    , m_exitPoll(this)
{
    m_exitPoll.setInterval(kPollInterval);
    connect(&m_exitPoll, &QTimer::timeout, this, &ChildProcess::reap);
}

ChildProcess::~ChildProcess()
{
    if (m_pid > 0) {
        signalGroup(SIGKILL);
        // Bounded, as a process that waits for a dead disk bears SIGKILL; the guard inherits it.
        pollfd exit{m_pidFd, POLLIN, 0};
        ::poll(&exit, m_pidFd >= 0 ? 1 : 0, m_pidFd >= 0 ? kLastWaitMs : 0);
        ::waitpid(m_pid, nullptr, WNOHANG);
    }
    m_exitWatch.reset();
    m_execWatch.reset();
    closeFd(m_pidFd);
    closeFd(m_execPipe);
    closeFd(m_output);
}

Result<void> ChildProcess::start(const ChildSpec &spec)
{
    const Result<QString> program = findProgram(spec);
    if (!program)
        return fail(program.error());
    m_program = *program;

    QList<QByteArray> argv;
    for (const QString &word : spec.argv)
        argv += word.toLocal8Bit();
    QList<QByteArray> environment = spec.environment;
    const QByteArray path = QFile::encodeName(*program);
    QList<QByteArray> shellArgv{"/bin/sh", path};
    shellArgv += argv.mid(1);
    const std::vector<char *> argvPointers = pointers(argv);
    const std::vector<char *> shellPointers = pointers(shellArgv);
    const std::vector<char *> environmentPointers = pointers(environment);

    int output[2] = {-1, -1};
    int exec[2] = {-1, -1};
    int input = -1;
    int cgroup = -1;
    const auto closeAll = [&] {
        for (int *fd : {&output[0], &output[1], &exec[0], &exec[1], &input, &cgroup})
            closeFd(*fd);
    };
    const auto failed = [&](const QString &what) {
        const QString text = errnoText(what, errno);
        closeAll();
        return fail(ErrorCode::System, m_program, text);
    };
    if (!openPipe(output) || !openPipe(exec))
        return failed(u"cannot make a pipe"_s);
    input = aboveStandard(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (input < 0)
        return failed(u"cannot open /dev/null"_s);
    if (!spec.cgroup.isEmpty())
        cgroup = aboveStandard(
            ::open(QByteArray(spec.cgroup + "/cgroup.procs").constData(), O_WRONLY | O_CLOEXEC));

    const Prepared prepared{path.constData(), argvPointers.data(), shellPointers.data(),
        environmentPointers.data(), input, output[1], exec[1], cgroup, ::getpid()};
    // No handler of ours may run in the child before it has put them back to their defaults.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0)
        runChild(prepared);
    const int forkErrno = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) {
        errno = forkErrno;
        return failed(u"cannot start another process"_s);
    }

    m_pid = pid;
    m_session = pid;
    std::swap(m_output, output[0]);
    std::swap(m_execPipe, exec[0]);
    closeAll();
    ::fcntl(m_output, F_SETFL, O_RDONLY | O_NONBLOCK);
    ::fcntl(m_execPipe, F_SETFL, O_RDONLY | O_NONBLOCK);

    m_execWatch = std::make_unique<QSocketNotifier>(m_execPipe, QSocketNotifier::Read);
    connect(m_execWatch.get(), &QSocketNotifier::activated, this, &ChildProcess::onExecPipe);
    m_pidFd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U));
    if (m_pidFd >= 0) {
        ::fcntl(m_pidFd, F_SETFD, FD_CLOEXEC);
        m_exitWatch = std::make_unique<QSocketNotifier>(m_pidFd, QSocketNotifier::Read);
        connect(m_exitWatch.get(), &QSocketNotifier::activated, this, &ChildProcess::reap);
    } else {
        m_exitPoll.start();
    }
    return {};
}

void ChildProcess::signalGroup(int signal)
{
    if (m_pid <= 0)
        return;
    // Between fork and setsid the group does not exist yet; then the process alone is all there is.
    if (::kill(-m_pid, signal) != 0 && errno == ESRCH)
        ::kill(m_pid, signal);
}

int ChildProcess::takeOutput()
{
    return std::exchange(m_output, -1);
}

void ChildProcess::onExecPipe()
{
    int number = 0;
    const ssize_t size = ::read(m_execPipe, &number, sizeof number);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    // A notifier must not be destroyed inside its own signal.
    m_execWatch->setEnabled(false);
    m_execWatch.release()->deleteLater();
    closeFd(m_execPipe);
    if (size == sizeof number)
        m_execErrno = number;
    else if (m_pid > 0)
        Q_EMIT executed();
}

void ChildProcess::reap()
{
    if (m_pid <= 0)
        return;
    int status = 0;
    const pid_t reaped = ::waitpid(m_pid, &status, WNOHANG);
    if (reaped == 0 || (reaped < 0 && errno == EINTR))
        return;
    if (m_execWatch)
        onExecPipe();
    m_exitPoll.stop();
    if (m_exitWatch) {
        m_exitWatch->setEnabled(false);
        m_exitWatch.release()->deleteLater();
    }
    closeFd(m_pidFd);
    m_pid = 0;

    ChildEnd end;
    if (m_execErrno != 0)
        end.execError = errnoText(u"cannot execute %1"_s.arg(m_program), m_execErrno);
    if (reaped > 0 && WIFEXITED(status))
        end.exitCode = WEXITSTATUS(status);
    else if (reaped > 0 && WIFSIGNALED(status))
        end.signal = WTERMSIG(status);
    else
        end.exitCode = 127;
    Q_EMIT ended(end);
}

} // namespace clustd::drivers
