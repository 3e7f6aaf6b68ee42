#include "cluster/failback.h"

#include <algorithm>

namespace clustd::cluster {

std::optional<NodeId> Failback::due(
    const std::vector<Heir> &heirs, std::int64_t ownPriority, Duration after, Instant now)
{
    std::erase_if(m_since, [&](const auto &entry) {
        return std::none_of(
            heirs.begin(), heirs.end(), [&](const Heir &heir) { return heir.id == entry.first; });
    });
    const Heir *best = nullptr;
    for (const Heir &heir : heirs) {
        const Instant since = m_since.try_emplace(heir.id, now).first->second;
        if (now - since >= after && heir.priority > (best ? best->priority : ownPriority))
            best = &heir;
    }
    if (!best)
        return std::nullopt;
    m_since.clear();
    return best->id;
}

} // namespace clustd::cluster
