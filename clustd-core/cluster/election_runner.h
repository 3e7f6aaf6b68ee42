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
    ElectionRunner(std::unique_ptr<election::Election> election, const Clock &clock,
        QObject *parent = nullptr);

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
    /// After a step that did anything visible.
    void stepped();

private:
    void carryOut(const election::Effects &effects);

    std::unique_ptr<election::Election> m_election;
    const Clock &m_clock;
    QTimer m_wake;
    std::deque<election::Event> m_queue;
    bool m_isStepping = false;
};

} // namespace clustd::cluster
