#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>

namespace clustd::cluster {

/// Lines appended to a file by a thread of its own, so that a slow or full disk costs the thread
/// that decides nothing. At `bytesMax` the file becomes `<path>.1`, replacing the one before: never
/// more than two of them.
///
/// Thread: write() any; report is called on the writer's thread.
/// Errors: only through report; what could not be written is dropped. A write that hangs when this
/// object goes is left
///         behind with its thread after kGoodbye.
class JournalFile
{
public:
    /// Why writing fails; an empty text: it works again. Called once for each change.
    using Report = std::function<void(const QString &why)>;

    JournalFile(const QString &path, qint64 bytesMax, Report report);
    ~JournalFile();
    JournalFile(const JournalFile &) = delete;
    JournalFile &operator=(const JournalFile &) = delete;

    /// @param line without its line feed. Never waits; drops the line when kQueueMax others wait.
    void write(const QByteArray &line);

    /// The last @p linesMax lines of `<path>.1` and @p path, oldest first; empty where there is no
    /// file. Thread: any; reads at most the two files' tails.
    [[nodiscard]] static QList<QByteArray> readTail(const QString &path, qsizetype linesMax);

    static constexpr std::size_t kQueueMax = 2000;
    static constexpr std::chrono::seconds kGoodbye{2};

private:
    struct State;
    // Shared with the writer's thread, which may outlive this object when a disk hangs.
    std::shared_ptr<State> m_state;
};

} // namespace clustd::cluster
