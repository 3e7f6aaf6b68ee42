#pragma once

#include "util/instant.h"
#include "wire/messages.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace clustd::link {

/// Round trip and loss of one link, from its sealed pings. Beside the link and not in cluster/,
/// since clients measure too. Thread: any one.
class PingMeter
{
public:
    /// The next ping, noted as asked at @p now.
    [[nodiscard]] wire::Ping ask(Instant now);

    /// Takes an answer in. Returns the round trip without the other side's time, or nothing when
    /// that ping was not asked here, was answered before, or the numbers cannot be true.
    std::optional<Duration> answered(const wire::Pong &pong, Instant now);

    /// Smoothed as in RFC 6298 §2 (an eighth of each new sample); 0 before the first.
    [[nodiscard]] Duration rtt() const { return m_rtt.value_or(Duration::zero()); }
    /// Pings of the last 64 that the next one overtook unanswered, in millionths. TCP loses
    /// nothing: these were late.
    [[nodiscard]] std::int64_t lossPpm() const;
    /// Whether a ping asked at @p since or later has been answered: the other side's loop was alive
    /// after that.
    [[nodiscard]] bool isAnsweredSince(Instant since) const
    {
        return m_lastAnsweredAsk && *m_lastAnsweredAsk >= since;
    }

private:
    struct Asked
    {
        std::uint64_t seq = 0;
        Instant at;
        bool isAnswered = false;
    };

    std::deque<Asked> m_asked; ///< The last of them may still be under way
    std::uint64_t m_nextSeq = 1;
    std::optional<Duration> m_rtt;
    std::optional<Instant> m_lastAnsweredAsk;
};

} // namespace clustd::link
