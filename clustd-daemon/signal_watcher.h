#pragma once

#include <QObject>

#include <array>

class QSocketNotifier;

namespace clustd::daemon {

/// Turns SIGTERM, SIGINT and SIGHUP into Qt signals. One per process, made before anything that
/// could be signalled. Thread: the cluster thread.
class SignalWatcher : public QObject
{
    Q_OBJECT
public:
    explicit SignalWatcher(QObject *parent = nullptr);
    ~SignalWatcher() override;

Q_SIGNALS:
    void terminateAsked();
    void reloadAsked();

private:
    void readSignals();

    std::array<int, 2> m_pipe{-1, -1};
    QSocketNotifier *m_notifier = nullptr; ///< Child of this
};

} // namespace clustd::daemon
