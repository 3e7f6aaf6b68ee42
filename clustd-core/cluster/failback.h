#pragma once

#include "util/instant.h"
#include "util/strong_id.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace clustd::cluster {

/// Another machine that could take the role at this moment.
struct Heir
{
    NodeId id;
    std::int64_t priority = 0; ///< In effect
};

/// `failback`: the role goes to a preferred machine once that one could have had it without a break
/// for so long. Thread: the cluster thread.
class Failback
{
public:
    /// To whom the role goes now: the most preferred of @p heirs that waited for @p after and is
    /// preferred to @p ownPriority. To be asked at every tick while this machine is an active
    /// master; begins anew after an answer.
    [[nodiscard]] std::optional<NodeId> due(
        const std::vector<Heir> &heirs, std::int64_t ownPriority, Duration after, Instant now);
    void reset() { m_since.clear(); }

private:
    std::map<NodeId, Instant> m_since;
};

} // namespace clustd::cluster
