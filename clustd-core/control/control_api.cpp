#include "control/control_api.h"

#include <algorithm>
#include <tuple>

namespace clustd::control {

const NodeRow *ClusterStatus::find(const QString &id) const
{
    const auto row = std::find_if(
        nodes.begin(), nodes.end(), [&id](const NodeRow &node) { return node.id == id; });
    return row == nodes.end() ? nullptr : &*row;
}

void sortByTime(std::vector<EventEntry> &entries)
{
    // Wall clocks first, or the order of three events of two machines could be circular. Two events
    // in one millisecond of one machine are told apart by its boot clock.
    std::sort(entries.begin(), entries.end(), [](const EventEntry &a, const EventEntry &b) {
        return std::tie(a.time, a.node, a.bootUs, a.seq)
            < std::tie(b.time, b.node, b.bootUs, b.seq);
    });
}

} // namespace clustd::control
