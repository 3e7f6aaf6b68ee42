#pragma once

#include "cluster/node.h"
#include "guard_pipe_port.h"
#include "kept_config.h"
#include "service_manager.h"
#include "signal_watcher.h"

#include <QObject>

#include <memory>

namespace clustd::daemon {

/// One node in a process of its own: signals, the service manager and the guard around it.
/// Thread: main, which is the cluster thread. Owner: runDaemon().
class Daemon : public QObject
{
    Q_OBJECT
public:
    struct Setup
    {
        config::Config config;
        QString configFile;
        const KeptConfig *kept = nullptr; ///< Outlives the daemon; may be nothing
        QString configTrouble; ///< Why an older configuration than the file's is in force
        bool advise = false;
        guard::GuardClient guard;
        std::vector<Incarnation> deadLives;
        QString lastEnd; ///< How the former life ended; empty at the first start
    };
    explicit Daemon(Setup setup);

    /// Errors: see Node::start().
    [[nodiscard]] Result<void> start();
    /// After a start() that failed: the guard is not to try again.
    void giveUp() { m_guard.sayLeaving(); }

private:
    void onWorked();
    void onChanged();
    void onReload();

    Setup m_setup;
    SystemClock m_clock;
    Incarnation m_incarnation;
    ServiceManager m_manager;
    SignalWatcher m_signals;
    GuardPipePort m_guard;
    std::unique_ptr<cluster::Node> m_node;
    Instant m_lastWatchdog{};
    QString m_lastStatus;
    QTimer m_statusTimer; ///< Gathers several changes into one status line
};

} // namespace clustd::daemon
