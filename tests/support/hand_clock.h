#pragma once

#include "util/clock.h"

namespace clustd::test {

/// Stands still until it is told to go on.
class HandClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return m_now; }
    void advance(Duration span) { m_now += span; }

private:
    Instant m_now{std::chrono::hours(1)};
};

} // namespace clustd::test
