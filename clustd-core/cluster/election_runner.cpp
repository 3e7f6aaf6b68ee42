#include "cluster/election_runner.h"

#include "util/log_categories.h"

#include <algorithm>

namespace clustd::cluster {

ElectionRunner::ElectionRunner(std::unique_ptr<election::Election> election, const Clock &clock,
    Duration stallAfter, QObject *parent)
    : QObject(parent)
    , m_election(std::move(election))
    , m_clock(clock)
    , m_stallAfter(stallAfter)
{
    // A coarse timer fires up to 5 % early or late; the lease has no room for that.
    m_wake.setTimerType(Qt::PreciseTimer);
    m_wake.setSingleShot(true);
    connect(&m_wake, &QTimer::timeout, this, [this] { feed(election::Timeout{}); });
}

election::View ElectionRunner::view() const
{
    return m_election->view(m_clock.now());
}

void ElectionRunner::feed(election::Event event)
{
    m_queue.push_back(std::move(event));
    if (m_isStepping)
        return;
    m_isStepping = true;
    noteStall();
    while (!m_queue.empty()) {
        const election::Event next = std::move(m_queue.front());
        m_queue.pop_front();
        // Read here and not when the event was queued: later than its arrival is allowed, earlier
        // is not (T1).
        const election::Effects effects = m_election->step(next, m_clock.now());
        m_wakeAt = effects.wakeAt;
        carryOut(effects);
    }
    m_isStepping = false;

    if (m_wakeAt == kNever) {
        m_wake.stop();
    } else {
        const auto left = std::max(m_wakeAt - m_clock.now(), Duration::zero());
        // Rounded up, so that the deadline has passed when the timer fires.
        m_wake.start(std::chrono::ceil<std::chrono::milliseconds>(left));
    }
    Q_EMIT stepped();
}

/// Whatever woke this thread: deadlines first (T2), by the clock alone, then the word of it.
void ElectionRunner::noteStall()
{
    const Instant now = m_clock.now();
    if (m_wakeAt == kNever || now - m_wakeAt <= m_stallAfter)
        return;
    const Duration gap = now - m_wakeAt;
    const election::Effects effects = m_election->step(election::Timeout{}, now);
    m_wakeAt = effects.wakeAt;
    carryOut(effects);
    Q_EMIT stalled(gap);
}

void ElectionRunner::carryOut(const election::Effects &effects)
{
    for (const std::string &line : effects.trace) {
        // Who hears of a notice logs it at the level it deserves.
        const bool isNotice = std::any_of(effects.notices.begin(), effects.notices.end(),
            [&](const election::Notice &notice) { return notice.text == line; });
        if (!isNotice)
            qCDebug(lcElection, "%s", line.c_str());
    }
    if (effects.persist)
        Q_EMIT persist(*effects.persist);
    for (const election::DeadlineMoved &deadline : effects.deadlines)
        Q_EMIT deadlineMoved(deadline);
    for (const election::Envelope &envelope : effects.send)
        Q_EMIT send(envelope);
    for (const election::ServiceCommand &command : effects.service)
        Q_EMIT service(command);
    for (const election::Answer &answer : effects.answers)
        Q_EMIT answered(answer);
    for (const election::Notice &notice : effects.notices)
        Q_EMIT noticed(notice);
}

} // namespace clustd::cluster
