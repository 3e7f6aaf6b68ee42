#pragma once

#include "control/control_client.h"

#include <QObject>

#include <deque>
#include <memory>
#include <set>
#include <vector>

namespace clustd::daemon {

/// What every machine of the demo says of itself and of the cluster, and their events as one
/// timeline: a subscription to each of them. Thread: main. Owner: Demo, as plain member.
class ClusterWatch : public QObject
{
    Q_OBJECT
public:
    struct Setup
    {
        std::vector<QUrl> uris; ///< One a machine, in their order
        std::function<crypto::Credentials()> credentials; ///< Fresh ones: they cannot be copied
    };
    explicit ClusterWatch(Setup setup);

    /// Machine @p i was started: dials it anew.
    void open(int i);
    /// Machine @p i is gone for now.
    void close(int i);

    struct View
    {
        bool isHeard = false; ///< It spoke within the last 1.5 s
        std::optional<control::ClusterStatus> status; ///< Its last word
        Instant at{}; ///< When that came
        /// Of its own row in status; null before the first word.
        [[nodiscard]] const control::NodeRow *self() const;
    };
    [[nodiscard]] View view(int i) const;
    /// Newest last; one entry for each event, whoever told it.
    [[nodiscard]] const std::deque<control::EventEntry> &timeline() const { return m_timeline; }
    /// A line of our own.
    void note(const control::EventEntry &entry);

    void ask(int i, const QString &method, const QCborMap &params,
        std::chrono::milliseconds timeout, control::ControlClient::Handler handler);
    /// Asks machine @p i how it stands now instead of waiting for its next word.
    void refresh(int i);

Q_SIGNALS:
    void changed();
    void happened(const clustd::control::EventEntry &entry);

private:
    struct Machine
    {
        std::unique_ptr<control::ControlClient> client; ///< Null while the machine is off
        std::optional<control::ClusterStatus> status;
        Instant at{};
        bool isRefreshing = false;
    };
    void take(int i, const control::ClusterStatus &status);
    void add(const control::EventEntry &entry);

    Setup m_setup;
    const SystemClock m_clock;
    std::vector<Machine> m_machines;
    std::deque<control::EventEntry> m_timeline;
    std::set<std::pair<QString, std::int64_t>> m_known; ///< Machine and boot time of an event
};

} // namespace clustd::daemon
