#include "election/timing.h"

#include <algorithm>

namespace clustd::election {
namespace {

using namespace std::chrono_literals;

Duration stretched(Duration span)
{
    return span * (100 + kClockErrorPercent) / (100 - kClockErrorPercent);
}

Duration slowed(Duration span)
{
    return span * (100 + kClockErrorPercent) / 100;
}

std::string text(Duration span)
{
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(span).count();
    if (us % 1000 == 0)
        return std::to_string(us / 1000) + "ms";
    std::string tenths = std::to_string(us / 1000) + '.';
    const std::string rest = std::to_string(us % 1000);
    tenths += std::string(3 - rest.size(), '0') + rest;
    while (tenths.back() == '0')
        tenths.pop_back();
    return tenths + "ms";
}

} // namespace

Timing Timing::derive(Duration failoverWithin, const TimingOverrides &overrides)
{
    Timing t;
    t.failoverWithin = failoverWithin;
    t.heartbeat = overrides.heartbeat.value_or(failoverWithin / 10);
    t.lease = overrides.lease.value_or(failoverWithin * 6 / 10);
    t.fence = overrides.fence.value_or(failoverWithin / 4);
    t.rtt = overrides.rtt.value_or(failoverWithin / 30);
    t.write = overrides.write.value_or(failoverWithin / 30);
    t.promise = overrides.promise.value_or(stretched(t.lease) + 10ms);
    t.stagger = overrides.stagger.value_or(std::max(2 * t.rtt, t.heartbeat / 2));
    t.campaign = overrides.campaign.value_or(std::max(4 * t.rtt + 2 * t.write, t.heartbeat));
    return t;
}

Duration Timing::worstCaseFailover() const
{
    // Last heartbeat under way, its promise on a slow clock, two turns, one repeated question,
    // pre-vote and vote, two durable writes.
    return rtt / 2 + slowed(promise) + 2 * stagger + 3 * rtt + 2 * write;
}

std::vector<TimingViolation> violations(const Timing &t)
{
    std::vector<TimingViolation> found;
    if (t.failoverWithin < 200ms || t.failoverWithin > 60s)
        found.push_back({"F", "failover_within", "200ms <= failover_within <= 60s",
            text(t.failoverWithin), "use a value from 200ms to 60s"});
    const std::pair<const char *, Duration> spans[] = {{"heartbeat", t.heartbeat},
        {"lease", t.lease}, {"fence", t.fence}, {"promise", t.promise}, {"stagger", t.stagger},
        {"campaign", t.campaign}, {"rtt", t.rtt}, {"write", t.write}};
    for (const auto &[key, span] : spans) {
        if (span <= 0ms)
            found.push_back(
                {"0", key, std::string(key) + " > 0ms", text(span), "use a positive time"});
    }
    if (t.promise < stretched(t.lease))
        found.push_back({"I1", "promise", "promise >= lease x 1.01 / 0.99",
            text(t.promise) + " < " + text(stretched(t.lease)), "raise promise or lower lease"});
    if (t.lease - t.fence < 3 * t.heartbeat + t.rtt)
        found.push_back({"I2", "fence", "lease - fence >= 3 heartbeat + rtt",
            text(t.lease) + " - " + text(t.fence) + " < 3 x " + text(t.heartbeat) + " + "
                + text(t.rtt),
            "lower fence, heartbeat or rtt, or raise failover_within"});
    if (t.campaign > t.lease - t.fence)
        found.push_back({"I3", "campaign", "campaign <= lease - fence",
            text(t.campaign) + " > " + text(t.lease) + " - " + text(t.fence),
            "lower campaign, fence, rtt or write, or raise failover_within"});
    if (t.worstCaseFailover() > t.failoverWithin)
        found.push_back({"I4", "failover_within",
            "rtt/2 + promise x 1.01 + 2 stagger + 3 rtt + 2 write <= failover_within",
            text(t.rtt / 2) + " + " + text(slowed(t.promise)) + " + 2 x " + text(t.stagger)
                + " + 3 x " + text(t.rtt) + " + 2 x " + text(t.write) + " = "
                + text(t.worstCaseFailover()) + " > " + text(t.failoverWithin),
            "raise failover_within, or lower rtt or write if the network and the disk allow it"});
    return found;
}

} // namespace clustd::election
