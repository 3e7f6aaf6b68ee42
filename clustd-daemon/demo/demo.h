#pragma once

#include "demo/cluster_watch.h"
#include "demo/demo_board.h"
#include "demo/demo_cluster.h"
#include "demo/service_lives.h"
#include "demo/service_probe.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace clustd::daemon {

/// The demo without a screen: the cluster, who watches it, and everything that can be done to it.
/// What is done becomes a line of the timeline. Thread: main. Owner: the command, on its stack.
class Demo : public QObject
{
    Q_OBJECT
public:
    /// @param cluster prepared; outlives this
    explicit Demo(DemoCluster &cluster);

    void start(int i);
    void killDaemon(int i);
    void hang(int i);
    void goOn(int i);
    void powerOff(int i);
    void stop(int i);
    void switchover(int to);
    void toggleMaintenance(int i);
    void togglePause();
    enum class Cut {
        Nothing,
        Outgoing, ///< The machine hears the others, and nobody hears it
        Everything
    };
    void cutCables(int i, Cut cut);

    /// The machine that serves, by its own word, by that of all others that run and hear each
    /// other, and by the service's answer; or -1.
    [[nodiscard]] int settledMaster() const;
    /// All machines run and hear each other, and have run for so long that they may vote and stand
    /// again (V3).
    [[nodiscard]] bool isEveryoneBack() const;
    [[nodiscard]] const std::vector<ServiceLife> &lives() const { return m_lives.all(); }
    [[nodiscard]] ServiceProbe::Report clients() const { return m_probe.report(); }
    [[nodiscard]] const ClusterWatch &watch() const { return m_watch; }
    [[nodiscard]] BoardModel model() const;
    [[nodiscard]] QString serviceUrl() const;

    /// Lets things happen until @p isTrue or for @p atMost; whether it became true.
    /// `interrupt()` ends the wait too.
    bool waitFor(const std::function<bool()> &isTrue, std::chrono::milliseconds atMost);
    void interrupt();
    [[nodiscard]] bool isInterrupted() const { return m_isInterrupted; }

Q_SIGNALS:
    void happened(const clustd::control::EventEntry &entry);
    void interrupted();

private:
    void note(const QString &what, const QString &text);
    void lookAround();

    DemoCluster &m_cluster;
    ClusterWatch m_watch;
    ServiceProbe m_probe;
    ServiceLives m_lives;
    std::vector<Cut> m_cuts;
    QTimer m_look; ///< Ten times a second: stamps, the lease, machines that have ended
    bool m_isInterrupted = false;
};

} // namespace clustd::daemon
