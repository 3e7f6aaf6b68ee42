#pragma once

#include "util/clock.h"

#include <QTimer>

#include <chrono>

namespace clustd {

/// For a chore that costs less than waking an idle machine for it: it is done along with other work
/// in the last quarter of its interval, and when there is none, at its end.
/// Thread: its owner's.
class PiggybackTimer final : public QObject
{
    Q_OBJECT
public:
    /// @param clock outlives the timer
    explicit PiggybackTimer(const Clock &clock);

    /// Begins a new interval; never due for 0.
    void start(std::chrono::milliseconds interval);
    void stop() { m_timer.stop(); }
    /// This thread is at work anyway: due() now, if its interval is nearly over.
    void ride();

Q_SIGNALS:
    /// A new interval has begun. May come out of ride().
    void due();

private:
    void begin();

    const Clock &m_clock;
    QTimer m_timer;
    Instant m_begunAt{};
};

} // namespace clustd
