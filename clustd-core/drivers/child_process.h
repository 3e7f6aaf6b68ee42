#pragma once

#include "util/result.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QSocketNotifier>
#include <QStringList>
#include <QTimer>

#include <memory>

#include <sys/types.h>

namespace clustd::drivers {

/// What to execute, and with what.
struct ChildSpec
{
    QStringList argv; ///< argv[0] is looked up in PATH of `environment` unless it has a slash
    QList<QByteArray> environment; ///< All of it: "NAME=value"
    QByteArray cgroup; ///< An existing cgroup v2 directory to run in; empty, or not to be had: the
                       ///< daemon's
};

/// How a process ended.
struct ChildEnd
{
    int exitCode = 0;
    int signal = 0; ///< Not 0: killed by it
    QString execError; ///< Not empty: the program could not be executed

    [[nodiscard]] bool isOk() const { return exitCode == 0 && signal == 0 && execError.isEmpty(); }
    /// "exited with code 1", "was killed by signal 9 (Killed)".
    [[nodiscard]] QString text() const;
};

/// One command in a session and process group of its own.
///
/// It gets /dev/null as input, one pipe for output and errors, no other descriptor of ours, default
/// signals, ordinary scheduling, and SIGKILL should the thread that started it end. QProcess is not
/// used because it closes the output pipe when the process ends: a service that a start command
/// leaves behind would die of SIGPIPE at its next line.
///
/// Thread: the one that made it, with an event loop. Owner: QObject parent.
/// Errors: start() says why nothing could be started; a program that cannot be executed ends with
///         ChildEnd::execError.
class ChildProcess : public QObject
{
    Q_OBJECT
public:
    explicit ChildProcess(QObject *parent = nullptr);
    /// Kills the group of a process that still runs, and waits up to a second for the
    /// process (not for its descendants).
    ~ChildProcess() override;

    /// Once per object. Errors: System, e.g. no program of that name, or too many processes.
    [[nodiscard]] Result<void> start(const ChildSpec &spec);

    /// To the whole group; nothing when the process has ended.
    void signalGroup(int signal);

    [[nodiscard]] bool isRunning() const { return m_pid > 0; }
    /// Of the process, its group and its session; 0 before start(), kept after the end.
    [[nodiscard]] pid_t sessionId() const { return m_session; }

    /// Read end of the output pipe, non-blocking, -1 if taken already. The caller closes it. It
    /// reaches end of file when the last process that inherited it is gone.
    [[nodiscard]] int takeOutput();

Q_SIGNALS:
    /// The program was executed (not: it could not be).
    void executed();
    void ended(const clustd::drivers::ChildEnd &end);

private:
    void onExecPipe();
    void reap();

    pid_t m_pid = 0;
    pid_t m_session = 0;
    int m_pidFd = -1;
    int m_execPipe = -1;
    int m_output = -1;
    int m_execErrno = 0;
    QString m_program;
    std::unique_ptr<QSocketNotifier> m_exitWatch;
    std::unique_ptr<QSocketNotifier> m_execWatch;
    QTimer m_exitPoll; ///< Where the kernel has no pidfd
};

} // namespace clustd::drivers
