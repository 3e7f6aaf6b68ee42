#include "cluster/journal_file.h"

#include "util/error.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;

struct JournalFile::State
{
    QString path;
    qint64 bytesMax = 0;

    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable ended;
    // Under the mutex:
    std::deque<QByteArray> queue;
    qint64 dropped = 0;
    bool isLeaving = false;
    bool hasEnded = false;
    Report report; ///< Emptied when the owner goes

    // The writer's alone:
    QString failure;

    void run();
    [[nodiscard]] QString append(const std::deque<QByteArray> &lines) const;
    void tell(const QString &why);
};

/// Why @p lines could not all be written, or an empty text. Opened anew for every batch, so that a
/// file that was moved or removed by hand is simply made again.
QString JournalFile::State::append(const std::deque<QByteArray> &lines) const
{
    const QByteArray name = QFile::encodeName(path);
    const int file = ::open(name.constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (file < 0)
        return errnoText(path, errno);
    QByteArray bytes;
    for (const QByteArray &line : lines)
        bytes += line + '\n';
    struct stat before = {};
    ::fstat(file, &before);
    QString why;
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t written = ::write(
            file, bytes.constData() + done, static_cast<std::size_t>(bytes.size() - done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            why = errnoText(path, written < 0 ? errno : ENOSPC);
            break;
        }
        done += written;
    }
    // Half a line would spoil the next one.
    if (!why.isEmpty() && done > 0 && ::ftruncate(file, before.st_size) != 0)
        why += u" (and a half-written line stays)"_s;
    ::close(file);
    if (why.isEmpty() && before.st_size + bytes.size() >= bytesMax
        && std::rename(name.constData(), (name + ".1").constData()) != 0)
        why = errnoText(path + u".1"_s, errno);
    return why;
}

void JournalFile::State::tell(const QString &why)
{
    if (why.isEmpty() == failure.isEmpty())
        return;
    failure = why;
    const std::lock_guard lock(mutex);
    if (report)
        report(why);
}

void JournalFile::State::run()
{
    QDir().mkpath(QFileInfo(path).path());
    std::unique_lock lock(mutex);
    for (;;) {
        wake.wait(lock, [this] { return isLeaving || !queue.empty(); });
        if (queue.empty())
            break;
        std::deque<QByteArray> lines;
        lines.swap(queue);
        const qint64 lost = std::exchange(dropped, 0);
        lock.unlock();
        QString why = append(lines);
        if (why.isEmpty() && lost > 0)
            why = u"%1: the disk is too slow, %2 events were not written"_s.arg(path).arg(lost);
        tell(why);
        lock.lock();
    }
    hasEnded = true;
    ended.notify_all();
}

JournalFile::JournalFile(const QString &path, qint64 bytesMax, Report report)
    : m_state(std::make_shared<State>())
{
    m_state->path = path;
    m_state->bytesMax = bytesMax;
    m_state->report = std::move(report);
    std::thread([state = m_state] { state->run(); }).detach();
}

JournalFile::~JournalFile()
{
    std::unique_lock lock(m_state->mutex);
    m_state->isLeaving = true;
    m_state->wake.notify_all();
    m_state->ended.wait_for(lock, kGoodbye, [this] { return m_state->hasEnded; });
    m_state->report = {};
}

void JournalFile::write(const QByteArray &line)
{
    const std::lock_guard lock(m_state->mutex);
    if (m_state->queue.size() >= kQueueMax) {
        ++m_state->dropped;
        return;
    }
    m_state->queue.push_back(line);
    m_state->wake.notify_one();
}

QList<QByteArray> JournalFile::readTail(const QString &path, qsizetype linesMax)
{
    QList<QByteArray> lines;
    for (const QString &name : {path + u".1"_s, path}) {
        QFile file(name);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        // A line of an event has a few hundred bytes; what is further back than this is not wanted
        // here.
        constexpr qint64 kBytesPerLine = 1024;
        const qint64 start = std::max<qint64>(0, file.size() - linesMax * kBytesPerLine);
        file.seek(start);
        QList<QByteArray> read = file.readAll().split('\n');
        if (start > 0)
            read.removeFirst();
        read.removeAll(QByteArray());
        lines += read;
    }
    return lines.size() > linesMax ? lines.last(linesMax) : lines;
}

} // namespace clustd::cluster
