#pragma once

#include "util/instant.h"

#include <cstdint>

namespace clustd {

/// A small repeatable generator (SplitMix64; Steele, Lea, Flood 2014). For jitter and simulation,
/// never for keys.
class Random
{
public:
    explicit constexpr Random(std::uint64_t seed) noexcept
        : m_state(seed)
    {
    }

    constexpr std::uint64_t next() noexcept
    {
        m_state += 0x9e3779b97f4a7c15U;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    /// A number in [0, bound); 0 for a bound of 0.
    constexpr std::uint64_t below(std::uint64_t bound) noexcept
    {
        return bound == 0 ? 0 : next() % bound;
    }

    /// A span in [0, @p longest].
    constexpr Duration upTo(Duration longest) noexcept
    {
        return Duration(
            static_cast<Duration::rep>(below(static_cast<std::uint64_t>(longest.count()) + 1)));
    }

    constexpr bool chance(std::uint64_t numerator, std::uint64_t denominator) noexcept
    {
        return below(denominator) < numerator;
    }

private:
    std::uint64_t m_state;
};

} // namespace clustd
