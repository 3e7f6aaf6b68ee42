#pragma once

#include "election/election.h"
#include "util/clock.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>

namespace clustd::cluster {

/// Runs an Election in real time: hands it events with the time, carries out its effects in their
/// order, wakes it. Holds no rule of its own. Thread: the cluster thread. Owner: Node.
class ElectionRunner : public QObject
{
    Q_OBJECT
public:
    /// @param stallAfter how late a wake-up may come before that is a stall: a heartbeat
    ElectionRunner(std::unique_ptr<election::Election> election, const Clock &clock,
        Duration stallAfter, QObject *parent = nullptr);

    /// Steps the election now, or after the step under way if an effect of that one led here.
    void feed(election::Event event);
    [[nodiscard]] election::View view() const;

Q_SIGNALS:
    // The effects, in the order in which they are to be carried out; connect directly.
    void persist(const clustd::election::DurableWrite &write);
    void deadlineMoved(const clustd::election::DeadlineMoved &deadline);
    void send(const clustd::election::Envelope &envelope);
    void service(const clustd::election::ServiceCommand &command);
    void answered(const clustd::election::Answer &answer);
    void noticed(const clustd::election::Notice &notice);
    /// This thread stood still for @p gap beyond the time at which the election was to be woken.
    /// The deadlines that passed meanwhile have been acted on, and nothing else yet.
    void stalled(std::chrono::nanoseconds gap);
    /// After a step that did anything visible.
    void stepped();

private:
    void noteStall();
    void carryOut(const election::Effects &effects);

    std::unique_ptr<election::Election> m_election;
    const Clock &m_clock;
    Duration m_stallAfter;
    QTimer m_wake;
    Instant m_wakeAt = kNever;
    std::deque<election::Event> m_queue;
    bool m_isStepping = false;
};

} // namespace clustd::cluster
