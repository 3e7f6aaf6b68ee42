#pragma once

#include "model/event_store.h"
#include "timeline/lane_segments.h"

#include <vector>

/// The signs on the time axis. Thread: the GUI's.
namespace clustd::monitor {

/// One sign for one or several events that are too near to each other for one each.
struct MergedMark
{
    double x = 0; ///< Middle, in pixels from the left edge of the lanes
    double width = 0; ///< In pixels, the count included
    std::size_t first = 0; ///< In EventMarks
    std::size_t last = 0; ///< Included
    EventKind kind = EventKind::Other; ///< The gravest, of equals the first
    bool hasActive = false; ///< A new master beside it

    [[nodiscard]] std::size_t count() const { return last - first + 1; }
};

/// The events that get a sign on the axis: what was lost, and new masters.
class EventMarks
{
public:
    struct Mark
    {
        qint64 timeMs = 0;
        quint32 event = 0; ///< Index in EventStore::events()
        EventKind kind = EventKind::Other;
    };

    struct Sizes
    {
        double icon = 16; ///< In pixels
        double gap = 3;
        double digit = 7; ///< Of the count
    };

    /// Again from the event at @p first on; what was before stays.
    void read(const EventStore &store, std::size_t first);
    void clear() { m_marks.clear(); }

    [[nodiscard]] const Mark &at(std::size_t index) const { return m_marks[index]; }
    [[nodiscard]] std::size_t size() const { return m_marks.size(); }
    /// Those in view, the leftmost first; none touches another.
    [[nodiscard]] std::vector<MergedMark> merged(const TimeScale &scale, const Sizes &sizes) const;

private:
    std::vector<Mark> m_marks;
};

} // namespace clustd::monitor
