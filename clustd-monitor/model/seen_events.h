#pragma once

#include "model/event_store.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace clustd::monitor {

/// Remembers which events were seen in which order. Events of several machines arrive a little out
/// of order, so a store is often 'rebuilt' in its last few places only; who asks here need not
/// begin from the start. Thread: any, one at a time.
class SeenEvents
{
public:
    /// How many of the first events are those seen before, in the same places.
    [[nodiscard]] std::size_t commonWith(const EventStore &store) const
    {
        const std::size_t most = std::min(m_keys.size(), store.size());
        std::size_t same = 0;
        while (same < most && m_keys[same] == keyOf(store.events()[same]))
            ++same;
        return same;
    }

    /// From @p first on they are now those of @p store. @param first not above size()
    void take(const EventStore &store, std::size_t first)
    {
        m_keys.resize(first);
        m_keys.reserve(store.size());
        for (std::size_t i = first; i < store.size(); ++i)
            m_keys.push_back(keyOf(store.events()[i]));
    }

    [[nodiscard]] std::size_t size() const { return m_keys.size(); }
    void clear() { m_keys.clear(); }

private:
    /// The boot clock tells the events of one machine apart to the microsecond.
    [[nodiscard]] static quint64 keyOf(const Event &event)
    {
        constexpr quint64 kOdd = 0x9e3779b97f4a7c15;
        const quint64 clocks = (static_cast<quint64>(event.timeMs) * kOdd)
            ^ (static_cast<quint64>(event.bootUs) + (static_cast<quint64>(event.term) << 48));
        return (clocks ^ (clocks >> 29)) * kOdd + event.node * quint64(64)
            + static_cast<quint64>(event.kind);
    }

    std::vector<quint64> m_keys;
};

} // namespace clustd::monitor
