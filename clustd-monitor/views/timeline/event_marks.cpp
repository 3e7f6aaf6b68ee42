#include "timeline/event_marks.h"

#include <algorithm>

namespace clustd::monitor {

namespace {

bool isMarked(EventKind kind)
{
    return kind == EventKind::Active || weightOf(kind) >= EventWeight::Warning;
}

double widthOf(const MergedMark &mark, const EventMarks::Sizes &sizes)
{
    const bool hasTwo = mark.hasActive && mark.kind != EventKind::Active;
    double width = sizes.icon * (hasTwo ? 2 : 1);
    const std::size_t shown = hasTwo ? 2 : 1;
    if (mark.count() > shown)
        width += sizes.digit * (mark.count() < 10 ? 1 : mark.count() < 100 ? 2 : 3) + sizes.gap;
    return width;
}

} // namespace

void EventMarks::read(const EventStore &store, std::size_t first)
{
    const auto from = std::lower_bound(m_marks.begin(), m_marks.end(), first,
        [](const Mark &mark, std::size_t event) { return mark.event < event; });
    m_marks.erase(from, m_marks.end());
    const std::vector<Event> &events = store.events();
    for (std::size_t i = first; i < events.size(); ++i) {
        if (isMarked(events[i].kind))
            m_marks.push_back({events[i].timeMs, static_cast<quint32>(i), events[i].kind});
    }
}

std::vector<MergedMark> EventMarks::merged(const TimeScale &scale, const Sizes &sizes) const
{
    const auto indexAt = [this](qint64 timeMs) {
        return static_cast<std::size_t>(
            std::lower_bound(m_marks.begin(), m_marks.end(), timeMs,
                [](const Mark &mark, qint64 time) { return mark.timeMs < time; })
            - m_marks.begin());
    };
    const std::size_t end = indexAt(scale.toMs + 1);
    const auto takeIn = [](MergedMark &mark, EventKind kind, bool hasActive) {
        mark.hasActive = mark.hasActive || hasActive;
        if (weightOf(kind) > weightOf(mark.kind))
            mark.kind = kind;
    };
    std::vector<MergedMark> found;
    for (std::size_t i = indexAt(scale.fromMs); i < end;) {
        MergedMark mark{0, 0, i, i, m_marks[i].kind, m_marks[i].kind == EventKind::Active};
        while (true) {
            mark.x = (scale.xOf(m_marks[mark.first].timeMs) + scale.xOf(m_marks[mark.last].timeMs))
                / 2;
            mark.width = widthOf(mark, sizes);
            const bool touchesLeft = !found.empty()
                && found.back().x + found.back().width / 2 + sizes.gap > mark.x - mark.width / 2;
            if (touchesLeft) {
                MergedMark both = found.back();
                both.last = mark.last;
                takeIn(both, mark.kind, mark.hasActive);
                mark = both;
                found.pop_back();
                continue;
            }
            const double reach = mark.x + (mark.width + sizes.icon) / 2 + sizes.gap;
            const std::size_t next = std::clamp(indexAt(scale.timeAt(reach)), mark.last + 1, end);
            if (next == mark.last + 1)
                break;
            for (std::size_t each = mark.last + 1; each < next; ++each)
                takeIn(mark, m_marks[each].kind, m_marks[each].kind == EventKind::Active);
            mark.last = next - 1;
        }
        i = mark.last + 1;
        found.push_back(mark);
    }
    return found;
}

} // namespace clustd::monitor
