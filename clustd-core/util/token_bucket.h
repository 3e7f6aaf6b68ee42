#pragma once

#include "util/instant.h"

#include <algorithm>

namespace clustd {

/// Bounds how much comes in the long run, and how much at once (a token bucket, as in RFC 2697). It
/// begins full.
class TokenBucket
{
public:
    TokenBucket(double perSecond, double atOnce)
        : m_perSecond(perSecond)
        , m_most(atOnce)
        , m_tokens(atOnce)
    {
    }

    /// Takes @p cost out if it is there; false, and nothing is taken, if not.
    [[nodiscard]] bool take(double cost, Instant now)
    {
        const std::chrono::duration<double> passed = now - m_filledAt;
        m_filledAt = now;
        m_tokens = std::min(m_most, m_tokens + m_perSecond * passed.count());
        if (m_tokens < cost)
            return false;
        m_tokens -= cost;
        return true;
    }

private:
    double m_perSecond;
    double m_most;
    double m_tokens;
    Instant m_filledAt{};
};

} // namespace clustd
