#pragma once

#include "drivers/child_process.h"
#include "drivers/driver.h"
#include "drivers/output_reader.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <memory>

namespace clustd::drivers {

/// How long a command may take.
struct CommandLimits
{
    Duration within{}; ///< Then it is told to end, and it has failed
    Duration grace{}; ///< From SIGTERM to SIGKILL; 0: SIGKILL at once
    Duration killWithin{}; ///< From SIGKILL until it is given up as beyond reach
};

/// One command from start to end, with its time limit. What it leaves running is not its business.
///
/// Thread: the chain's. Owner: QObject parent.
/// Errors: every way to fail is in the Outcome; done comes exactly once, from the event loop.
class CommandRun : public QObject
{
    Q_OBJECT
public:
    explicit CommandRun(QObject *parent = nullptr);
    ~CommandRun() override;

    /// Once per object. @p what names it in the outcome: "start", "check".
    void start(
        const ChildSpec &spec, const QString &what, const CommandLimits &limits, Driver::Done done);

    /// SIGKILL to its group; done comes with @p why.
    void cutShort(const QString &why);

    /// What it prints, and what those print whom it leaves behind: outlives this object for as long
    /// as someone can write. Null if it could not be started.
    [[nodiscard]] OutputReader *output() const { return m_reader; }

    /// Of the session that the command leads, 0 if it could not be started.
    [[nodiscard]] pid_t sessionId() const { return m_child->sessionId(); }

private:
    void onEnded(const ChildEnd &end);
    void onTimeout();
    void kill();
    void finish(const Outcome &outcome);

    ChildProcess *m_child;
    QPointer<OutputReader> m_reader; ///< Child of our parent: it outlives us while someone writes
    QString m_what;
    CommandLimits m_limits;
    QString m_failure; ///< Why it is being killed
    QString m_lastLine;
    Driver::Done m_done;
    enum class Step { Running, Terminating, Killing };
    Step m_step = Step::Running;
    QTimer m_timer;
};

/// How long Qt's timers wait for @p duration: rounded up, within their range.
[[nodiscard]] std::chrono::milliseconds timerSpan(Duration duration);

/// "1500 ms", for logs.
[[nodiscard]] QString spanText(Duration duration);

} // namespace clustd::drivers
