#include "drivers/driver_processes.h"

#include <QSet>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype kNamedAtMost = 5;
/// What a kernel gives for arguments and environment is far less on any sane service; a longer
/// environment is searched in its first part.
constexpr qsizetype kEnvironmentBytes = 1024 * 1024;
constexpr qsizetype kListBytes = 1024 * 1024;

struct Process
{
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t group = 0;
    pid_t session = 0;
    char state = 0; ///< Of the main thread
    int threads = 0;
    quint64 startTicks = 0;
    QString name;

    /// A process whose main thread has ended alone (pthread_exit) shows 'Z' and goes on.
    [[nodiscard]] bool isDead() const { return (state == 'Z' || state == 'X') && threads <= 1; }
};

QByteArray readProc(pid_t pid, const char *file, qsizetype bytesMax)
{
    const QByteArray path = "/proc/" + QByteArray::number(pid) + '/' + file;
    const int fd = ::open(path.constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return {};
    QByteArray result;
    QByteArray chunk(16 * 1024, Qt::Uninitialized);
    ssize_t size = 0;
    while (result.size() < bytesMax
        && (size = ::read(fd, chunk.data(), static_cast<std::size_t>(chunk.size()))) > 0)
        result.append(chunk.constData(), size);
    ::close(fd);
    return result;
}

/// Nothing when the process is gone.
std::optional<Process> readProcess(pid_t pid)
{
    // proc(5): "pid (name) state ppid pgrp session ..."; the name may hold anything, ')' too.
    const QByteArray stat = readProc(pid, "stat", 4096);
    const qsizetype open = stat.indexOf('(');
    const qsizetype close = stat.lastIndexOf(')');
    if (open < 0 || close < open)
        return std::nullopt;
    const QList<QByteArray> fields = stat.mid(close + 2).split(' ');
    constexpr qsizetype kThreads = 17;
    constexpr qsizetype kStartTime = 19;
    if (fields.size() <= kStartTime || fields[0].isEmpty())
        return std::nullopt;
    Process process;
    process.pid = pid;
    process.name = QString::fromLocal8Bit(stat.mid(open + 1, close - open - 1));
    process.state = fields[0][0];
    process.parent = fields[1].toInt();
    process.group = fields[2].toInt();
    process.session = fields[3].toInt();
    process.threads = fields[kThreads].toInt();
    process.startTicks = fields[kStartTime].toULongLong();
    return process;
}

using Processes = QHash<pid_t, Process>;

/// Numbers that a folder of /proc has as names.
std::vector<pid_t> numbersIn(const QByteArray &folder)
{
    std::vector<pid_t> result;
    DIR *directory = ::opendir(folder.constData());
    if (directory == nullptr)
        return result;
    while (const dirent *entry = ::readdir(directory)) {
        const int number = std::atoi(entry->d_name);
        if (number > 0)
            result.push_back(number);
    }
    ::closedir(directory);
    return result;
}

Processes readAllProcesses()
{
    Processes result;
    for (const pid_t pid : numbersIn("/proc")) {
        if (const std::optional<Process> process = readProcess(pid))
            result.insert(pid, *process);
    }
    return result;
}

/// This process and its descendants, from the kernel's lists of children: far cheaper on a busy
/// host. May miss one while its sibling ends (proc(5)), so "none" must be confirmed.
Processes readDescendants()
{
    Processes result;
    std::vector<pid_t> open{::getpid()};
    while (!open.empty()) {
        const pid_t pid = open.back();
        open.pop_back();
        const std::optional<Process> process = readProcess(pid);
        if (!process || result.contains(pid))
            continue;
        result.insert(pid, *process);
        for (const pid_t task : numbersIn("/proc/" + QByteArray::number(pid) + "/task")) {
            const QByteArray file = "task/" + QByteArray::number(task) + "/children";
            for (const QByteArray &child : readProc(pid, file.constData(), kListBytes).split(' ')) {
                if (const int number = child.toInt(); number > 0)
                    open.push_back(number);
            }
        }
    }
    return result;
}

bool hasMark(pid_t pid, const QByteArray &mark)
{
    const QByteArray environment = readProc(pid, "environ", kEnvironmentBytes);
    return environment.startsWith(mark) || environment.contains('\0' + mark);
}

/// Whether @p wanted holds for the process or one that it descends from. @p known remembers.
template <typename Wanted>
bool holdsUpwards(pid_t pid, const Processes &all, QHash<pid_t, bool> &known, const Wanted &wanted)
{
    std::vector<pid_t> path;
    bool holds = false;
    for (pid_t at = pid; at > 0;) {
        const auto before = known.constFind(at);
        if (before != known.constEnd()) {
            holds = *before;
            break;
        }
        const auto process = all.constFind(at);
        if (process == all.constEnd())
            break;
        path.push_back(at);
        // Entered at once: processes that come and go during the reading may seem to be a ring.
        known.insert(at, false);
        if (wanted(*process)) {
            holds = true;
            break;
        }
        at = process->parent;
    }
    for (const pid_t passed : path)
        known[passed] = holds;
    return holds;
}

} // namespace

QString toText(const QList<FoundProcess> &processes)
{
    QStringList names;
    for (const FoundProcess &process : processes.first(std::min(processes.size(), kNamedAtMost)))
        names += u"%1 (pid %2)"_s.arg(process.name).arg(process.pid);
    if (processes.size() > kNamedAtMost)
        names += u"%1 more"_s.arg(processes.size() - kNamedAtMost);
    return names.join(u", "_s);
}

DriverProcesses::DriverProcesses(const QByteArray &mark, DriverCgroup cgroup)
    : m_mark(QByteArray(kMarkName) + '=' + mark)
    , m_cgroup(std::move(cgroup))
{
}

void DriverProcesses::noteSession(pid_t leader)
{
    if (const std::optional<Process> process = readProcess(leader))
        m_sessions.insert(leader, process->startTicks);
}

void DriverProcesses::forgetSession(pid_t leader)
{
    if (leader > 0 && ::kill(-leader, 0) != 0 && errno == ESRCH)
        m_sessions.remove(leader);
}

struct DriverProcesses::Snapshot
{
    Processes all;
    pid_t self = ::getpid();
};

quint64 DriverProcesses::startTicks(pid_t pid)
{
    const std::optional<Process> process = readProcess(pid);
    return process ? process->startTicks : 0;
}

void DriverProcesses::adoptStrays(quint64 since)
{
    const Snapshot snapshot{readDescendants()};
    const auto own = snapshot.all.constFind(snapshot.self);
    for (const Process &process : snapshot.all) {
        // What has any driver's mark is known to its driver. What shares our session is a child
        // that another part of this program has started.
        if (process.parent != snapshot.self || process.isDead() || process.startTicks < since
            || own == snapshot.all.constEnd() || process.session == own->session
            || hasMark(process.pid, QByteArray(kMarkName) + '='))
            continue;
        m_seen.insert(process.pid, process.startTicks);
        noteSession(process.session);
    }
}

QList<FoundProcess> DriverProcesses::find(Reach reach)
{
    if (reach == Reach::Descendants) {
        QList<FoundProcess> found = pick({readDescendants()}, reach);
        if (!found.isEmpty())
            return found;
    }
    const Snapshot snapshot{readAllProcesses()};
    forgetGone(snapshot);
    return pick(snapshot, reach);
}

void DriverProcesses::forgetGone(const Snapshot &snapshot)
{
    QSet<pid_t> sessions;
    for (const Process &process : snapshot.all)
        sessions.insert(process.session);
    // A session's number is not given to a new process while the session has members; once it was,
    // the session that we noted is gone.
    m_sessions.removeIf([&](decltype(m_sessions)::iterator at) {
        const auto leader = snapshot.all.constFind(at.key());
        const bool isReused = leader != snapshot.all.constEnd() && leader->startTicks != at.value();
        return isReused || !sessions.contains(at.key());
    });
    m_seen.removeIf([&](decltype(m_seen)::iterator at) {
        const auto process = snapshot.all.constFind(at.key());
        const bool isGone = process == snapshot.all.constEnd() || process->startTicks != at.value();
        // The leaders of our commands are reaped by those who started them.
        if (!isGone && process->isDead() && process->parent == snapshot.self
            && !m_sessions.contains(process->pid))
            ::waitpid(process->pid, nullptr, WNOHANG);
        return isGone;
    });
}

QList<FoundProcess> DriverProcesses::pick(const Snapshot &snapshot, Reach reach)
{
    const Processes &all = snapshot.all;
    QSet<pid_t> spared{1, snapshot.self};
    for (auto at = all.constFind(snapshot.self); at != all.constEnd() && at->parent > 0;) {
        const pid_t parent = at->parent;
        if (spared.contains(parent))
            break;
        spared.insert(parent);
        at = all.constFind(parent);
    }
    const QList<pid_t> memberList = m_cgroup.members();
    const QSet<pid_t> members(memberList.begin(), memberList.end());

    QHash<pid_t, bool> descends;
    QHash<pid_t, bool> belongs;
    const auto isOurs = [&](const Process &process) { return process.pid == snapshot.self; };
    const auto isDrivers = [&](const Process &process) {
        if (spared.contains(process.pid))
            return false;
        const auto seen = m_seen.constFind(process.pid);
        if (members.contains(process.pid) || m_sessions.contains(process.session)
            || (seen != m_seen.constEnd() && *seen == process.startTicks))
            return true;
        if (process.isDead())
            return false;
        if (reach == Reach::Descendants && !holdsUpwards(process.pid, all, descends, isOurs))
            return false;
        return hasMark(process.pid, m_mark);
    };
    QList<FoundProcess> result;
    for (const Process &process : all) {
        if (process.isDead() || spared.contains(process.pid)
            || !holdsUpwards(process.pid, all, belongs, isDrivers))
            continue;
        m_seen.insert(process.pid, process.startTicks);
        result += {process.pid, process.group, process.startTicks, process.name};
    }
    return result;
}

void DriverProcesses::signal(const QList<FoundProcess> &processes, int signal)
{
    for (const FoundProcess &process : processes) {
        const int fd = static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0U));
        // The number may have gone to another process since; the descriptor cannot.
        const std::optional<Process> now = readProcess(process.pid);
        if (now && now->startTicks == process.startTicks) {
            if (fd >= 0)
                ::syscall(SYS_pidfd_send_signal, fd, signal, nullptr, 0U);
            else
                ::kill(process.pid, signal);
        }
        if (fd >= 0)
            ::close(fd);
    }
}

void DriverProcesses::kill(Reach reach)
{
    m_cgroup.kill();
    signal(find(reach), SIGKILL);
}

void adoptOrphans()
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

void OrphanReaper::look()
{
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        info.si_pid = 0;
    if (info.si_pid != 0 && info.si_pid == m_last)
        ::waitpid(std::exchange(m_last, 0), nullptr, WNOHANG);
    else
        m_last = info.si_pid;
}

} // namespace clustd::drivers
