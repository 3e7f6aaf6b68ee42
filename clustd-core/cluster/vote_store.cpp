#include "cluster/vote_store.h"

#include "util/clock.h"
#include "util/log_categories.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto kStateName = "vote";
constexpr auto kSpareName = "vote.spare";
constexpr auto kProbeName = "probe";
/// Less room is as good as none: the journal and the next few votes would take it.
constexpr quint64 kRoomMin = quint64{64} * 1024;
constexpr off_t kSpareBytes = 4096; ///< More than a vote with seven machines takes

/// Makes the names in @p directory survive a power cut. Sets errno otherwise.
bool syncFolder(const QString &directory)
{
    const int folder
        = ::open(QFile::encodeName(directory).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    const bool ok = ::fsync(folder) == 0;
    const int saved = errno;
    ::close(folder);
    errno = saved;
    return ok;
}

/// Makes @p directory with all that is missing above it, each name on disk.
bool makeFolder(const QString &directory)
{
    const QString path = QDir::cleanPath(QDir(directory).absolutePath());
    if (QFileInfo(path).isDir())
        return true;
    const QString parent = QFileInfo(path).absolutePath();
    return parent != path && makeFolder(parent) && QDir(parent).mkdir(QFileInfo(path).fileName())
        && syncFolder(parent);
}

/// A file whose space is already taken, so that one more vote can be stored on a disk that is full.
/// Its failure costs only that.
void keepSpare(const QString &directory)
{
    const QByteArray path = QFile::encodeName(directory + u'/' + QLatin1StringView(kSpareName));
    const int file = ::open(path.constData(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    if (::posix_fallocate(file, 0, kSpareBytes) != 0)
        ::unlink(path.constData());
    ::close(file);
}

/// write, fsync, rename, fsync of the folder: after it returns true the bytes survive a power cut.
/// Sets errno otherwise.
/// @param spare a file to use for it, if it is there
bool replaceFile(const QString &directory, const QString &name, const QByteArray &bytes,
    const QString &spare = {})
{
    const QByteArray target = QFile::encodeName(directory + u'/' + name);
    QByteArray temporary = QFile::encodeName(directory + u'/' + spare);
    int file = spare.isEmpty() ? -1 : ::open(temporary.constData(), O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        temporary = target + ".new";
        file = ::open(temporary.constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    if (file < 0)
        return false;
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::write(file, bytes.constData() + done, size_t(bytes.size() - done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            const int saved = n == 0 ? ENOSPC : errno;
            ::close(file);
            errno = saved;
            return false;
        }
        done += n;
    }
    if ((!spare.isEmpty() && ::ftruncate(file, bytes.size()) != 0) || ::fsync(file) != 0) {
        const int saved = errno;
        ::close(file);
        errno = saved;
        return false;
    }
    if (::close(file) != 0 || ::rename(temporary.constData(), target.constData()) != 0)
        return false;
    return syncFolder(directory);
}

} // namespace

VoteStore::VoteStore(QString directory, StateOwner owner, QObject *parent)
    : QObject(parent)
    , m_directory(std::move(directory))
    , m_owner(std::move(owner))
    , m_worker(new QObject)
{
    m_thread.setObjectName(u"vote-store"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

VoteStore::~VoteStore()
{
    // What waits is written first. A disk that hangs must not keep a daemon that has been told to
    // end.
    QMetaObject::invokeMethod(
        m_worker,
        [this] {
            drain();
            m_thread.quit();
        },
        Qt::QueuedConnection);
    if (!m_thread.wait(5000)) {
        qCCritical(lcCluster, "the state folder does not answer -> ending without it");
        ::_exit(1);
    }
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<void> VoteStore::open()
{
    if (!makeFolder(m_directory)) {
        return fail(ErrorCode::System, m_directory, u"the state folder cannot be made"_s,
            u"create it, or set state_dir to a folder that this user may write"_s);
    }
    const QByteArray path = QFile::encodeName(m_directory + u"/lock"_s);
    m_lock = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_lock < 0) {
        return fail(ErrorCode::System, m_directory,
            errnoText(u"the state folder cannot be written"_s, errno),
            u"make it writable for this user, or set state_dir to another folder"_s);
    }
    if (::flock(m_lock, LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::Storage, m_directory, u"another clustd uses this state folder"_s,
            u"stop that one, or give each daemon a state_dir of its own"_s);
    }
    keepSpare(m_directory);
    return {};
}

Result<std::optional<election::DurableState>> VoteStore::load() const
{
    QFile file(m_directory + u'/' + QLatin1StringView(kStateName));
    if (!file.exists())
        return std::optional<election::DurableState>();
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::Storage, file.fileName(), file.errorString(),
            u"make it readable for this user"_s);
    }
    Result<election::DurableState> state = parseState(m_owner, file.readAll());
    if (!state) {
        Error error = state.error();
        error.where = file.fileName() + u", "_s + error.where;
        return fail(std::move(error));
    }
    return std::optional<election::DurableState>(std::move(*state));
}

QByteArray VoteStore::loadFile(const QString &name) const
{
    QFile file(m_directory + u'/' + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void VoteStore::write(const election::DurableWrite &write)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting = write;
    }
    QMetaObject::invokeMethod(
        m_worker, [this] { drain(); }, Qt::QueuedConnection);
}

void VoteStore::writeFile(const QString &name, const QByteArray &bytes)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waitingFiles[name] = bytes;
    }
    QMetaObject::invokeMethod(
        m_worker, [this] { drain(); }, Qt::QueuedConnection);
}

void VoteStore::probe()
{
    QMetaObject::invokeMethod(
        m_worker,
        [this] {
            struct statvfs system = {};
            QString why;
            if (!replaceFile(m_directory, QLatin1StringView(kProbeName),
                    "clustd asks whether this folder takes writes\n"))
                why = errnoText(u"a write fails"_s, errno);
            else if (::statvfs(QFile::encodeName(m_directory).constData(), &system) == 0
                && quint64(system.f_bavail) * system.f_frsize < kRoomMin)
                why = u"less than %1 KiB are free"_s.arg(kRoomMin / 1024);
            Q_EMIT probed(why);
        },
        Qt::QueuedConnection);
}

void VoteStore::drain()
{
    std::optional<election::DurableWrite> write;
    std::map<QString, QByteArray> files;
    {
        const std::lock_guard lock(m_mutex);
        // After a failed write the disk is not trusted again in this process, which is about to
        // end.
        if (!m_hasFailed)
            write.swap(m_waiting);
        files.swap(m_waitingFiles);
    }
    if (write) {
        const Instant begin = clusterNow();
        if (!replaceFile(m_directory, QLatin1StringView(kStateName),
                formatState(m_owner, write->state), QLatin1StringView(kSpareName))) {
            m_hasFailed = true;
            Q_EMIT failed(errnoText(m_directory + u": the vote cannot be stored"_s, errno));
            return;
        }
        Q_EMIT written(write->write, clusterNow() - begin);
        keepSpare(m_directory);
    }
    for (const auto &[name, bytes] : files) {
        if (!replaceFile(m_directory, name, bytes))
            Q_EMIT fileFailed(name, errnoText(u"cannot be stored"_s, errno));
        else
            Q_EMIT fileWritten(name);
    }
}

} // namespace clustd::cluster
