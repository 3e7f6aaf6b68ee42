#pragma once

#include "link/limits.h"
#include "util/random.h"

#include <algorithm>

namespace clustd::link {

/// How long to wait before the next attempt: doubling between two bounds, +-20 % jitter, so that
/// machines that lost a third one at the same moment do not dial it in step.
class Backoff
{
public:
    explicit Backoff(std::uint64_t seed)
        : m_random(seed)
    {
    }

    [[nodiscard]] Duration next()
    {
        const Duration base = m_next;
        m_next = std::min(2 * m_next, kRedialMax);
        return base - base / 5 + m_random.upTo(2 * base / 5);
    }
    void reset() { m_next = kRedialMin; }

private:
    Random m_random;
    Duration m_next = kRedialMin;
};

} // namespace clustd::link
