#include "link/ping_meter.h"

#include <algorithm>

namespace clustd::link {

namespace {
constexpr std::size_t kWindow = 64;
} // namespace

wire::Ping PingMeter::ask(Instant now)
{
    m_asked.push_back({m_nextSeq, now, false});
    if (m_asked.size() > kWindow + 1)
        m_asked.pop_front();
    return {m_nextSeq++, static_cast<std::uint64_t>(now.time_since_epoch().count())};
}

std::optional<Duration> PingMeter::answered(const wire::Pong &pong, Instant now)
{
    const auto asked = std::find_if(
        m_asked.begin(), m_asked.end(), [&](const Asked &a) { return a.seq == pong.seq; });
    if (asked == m_asked.end() || asked->isAnswered)
        return std::nullopt;
    asked->isAnswered = true;
    m_lastAnsweredAsk = std::max(m_lastAnsweredAsk.value_or(asked->at), asked->at);

    // Our own note of t1 counts, not what came back; t2 and t3 are of the other's clock, so only
    // their difference does.
    const Duration whole = now - asked->at;
    if (pong.t3 < pong.t2 || pong.t3 - pong.t2 > static_cast<std::uint64_t>(whole.count()))
        return std::nullopt;
    const Duration sample = whole - Duration(static_cast<Duration::rep>(pong.t3 - pong.t2));
    m_rtt = m_rtt ? *m_rtt + (sample - *m_rtt) / 8 : sample;
    return sample;
}

std::int64_t PingMeter::lossPpm() const
{
    if (m_asked.size() < 2)
        return 0;
    const auto overtaken = static_cast<std::int64_t>(m_asked.size() - 1);
    const auto lost = std::count_if(
        m_asked.begin(), m_asked.end() - 1, [](const Asked &a) { return !a.isAnswered; });
    return lost * 1'000'000 / overtaken;
}

} // namespace clustd::link
