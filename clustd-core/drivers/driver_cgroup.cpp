#include "drivers/driver_cgroup.h"

#include "util/error.h"
#include "util/log_categories.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;

/// Files of /proc and cgroups have no size: read until the end.
QByteArray readAll(const QByteArray &path)
{
    QFile file(QFile::decodeName(path));
    return file.open(QIODevice::ReadOnly | QIODevice::Unbuffered) ? file.readAll() : QByteArray();
}

/// Directory of the cgroup that this process is in, or nothing.
std::optional<QByteArray> ownDirectory()
{
    QByteArray inside;
    for (const QByteArray &line : readAll("/proc/self/cgroup").split('\n')) {
        if (line.startsWith("0::"))
            inside = line.mid(3);
    }
    // Outside of our cgroup namespace the path starts with "/..".
    if (inside.isEmpty() || inside.startsWith("/.."))
        return std::nullopt;
    for (const QByteArray &line : readAll("/proc/self/mountinfo").split('\n')) {
        // proc(5): id parent major:minor root mount-point options [tags] - type source options
        const qsizetype dash = line.indexOf(" - cgroup2 ");
        const QList<QByteArray> fields = line.left(std::max<qsizetype>(dash, 0)).split(' ');
        if (dash < 0 || fields.size() < 5)
            continue;
        const QByteArray root = fields[3] == "/" ? QByteArray() : fields[3];
        if (inside == root || inside.startsWith(root + '/'))
            return fields[4] + (inside == "/" ? QByteArray() : inside.mid(root.size()));
    }
    return std::nullopt;
}

void appendMembers(const QByteArray &directory, QList<pid_t> &members)
{
    for (const QByteArray &line : readAll(directory + "/cgroup.procs").split('\n')) {
        const int pid = line.toInt();
        if (pid > 0)
            members += pid;
    }
}

QList<QByteArray> directoriesBelow(const QByteArray &path)
{
    QList<QByteArray> result;
    QDirIterator below(
        QFile::decodeName(path), QDir::Dirs | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (below.hasNext())
        result += QFile::encodeName(below.next());
    return result;
}

} // namespace

DriverCgroup::DriverCgroup(const QByteArray &name)
{
    const std::optional<QByteArray> parent = ownDirectory();
    if (parent && ::access(parent->constData(), W_OK) == 0)
        m_path = *parent + '/' + name;
}

bool DriverCgroup::create()
{
    if (m_path.isEmpty())
        return false;
    if (::mkdir(m_path.constData(), 0755) == 0 || errno == EEXIST)
        return true;
    if (!std::exchange(m_isWarned, true)) {
        qCWarning(lcDrivers).noquote()
            << errnoText(u"cannot make cgroup %1"_s.arg(QFile::decodeName(m_path)), errno)
            << "-> processes are told apart by their environment and session";
    }
    return false;
}

QList<pid_t> DriverCgroup::members() const
{
    QList<pid_t> result;
    if (m_path.isEmpty() || ::access(m_path.constData(), F_OK) != 0)
        return result;
    appendMembers(m_path, result);
    for (const QByteArray &directory : directoriesBelow(m_path))
        appendMembers(directory, result);
    return result;
}

void DriverCgroup::kill() const
{
    if (m_path.isEmpty())
        return;
    const int fd = ::open(QByteArray(m_path + "/cgroup.kill").constData(), O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        [[maybe_unused]] const ssize_t written = ::write(fd, "1", 1);
        ::close(fd);
        return;
    }
    for (const pid_t pid : members())
        ::kill(pid, SIGKILL);
}

void DriverCgroup::remove() const
{
    if (m_path.isEmpty() || ::rmdir(m_path.constData()) == 0 || errno == ENOENT)
        return;
    QList<QByteArray> below = directoriesBelow(m_path);
    // A directory sorts after the one that it is in.
    std::sort(below.begin(), below.end(), std::greater<>());
    for (const QByteArray &directory : below)
        ::rmdir(directory.constData());
    ::rmdir(m_path.constData());
}

} // namespace clustd::drivers
