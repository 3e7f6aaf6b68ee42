#pragma once

#include "util/instant.h"

#include <cstdint>

namespace clustd::sim {

/// True time since the start of a run. No machine knows it.
using TrueTime = Duration;

inline constexpr TrueTime kNoTime = TrueTime::max();

/// One machine's clock: it runs fast or slow by up to 1 % (assumption A1) and began anywhere.
class DriftingClock
{
public:
    DriftingClock() = default;
    DriftingClock(Instant origin, std::int64_t driftPpm)
        : m_origin(origin)
        , m_driftPpm(driftPpm)
    {
    }

    [[nodiscard]] Instant at(TrueTime time) const
    {
        return m_origin + time + Duration(time.count() / kMillion * m_driftPpm)
            + Duration(time.count() % kMillion * m_driftPpm / kMillion);
    }

    /// The first true time at which this clock shows @p moment or more; kNoTime for kNever.
    [[nodiscard]] TrueTime when(Instant moment) const
    {
        if (moment == kNever)
            return kNoTime;
        const std::int64_t span = (moment - m_origin).count();
        const std::int64_t pace = kMillion + m_driftPpm;
        TrueTime guess(span - span / pace * m_driftPpm - span % pace * m_driftPpm / pace);
        // at() rounds, so this may be off by a nanosecond or two.
        while (at(guess) >= moment)
            guess -= Duration(1);
        while (at(guess) < moment)
            guess += Duration(1);
        return guess;
    }

    /// How long a span of this clock is in true time, at the most.
    [[nodiscard]] Duration trueSpan(Duration span) const
    {
        return Duration(span.count() / (kMillion + m_driftPpm) * kMillion);
    }

private:
    static constexpr std::int64_t kMillion = 1'000'000;

    Instant m_origin;
    std::int64_t m_driftPpm = 0;
};

} // namespace clustd::sim
