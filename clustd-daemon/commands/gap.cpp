#include "commands/gap.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>
#include <functional>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

namespace {

double wallMs(const EventEntry &entry)
{
    return static_cast<double>(
        QDateTime::fromString(entry.time, Qt::ISODateWithMs).toMSecsSinceEpoch());
}

double bootMs(const EventEntry &entry)
{
    return static_cast<double>(entry.bootUs) / 1000.0;
}

/// Two machines that started at the same moment of the wall clock are one: events carry it to a
/// millisecond, and reading both clocks takes some microseconds.
bool isSameBoot(const EventEntry &a, const EventEntry &b)
{
    return std::abs((wallMs(a) - bootMs(a)) - (wallMs(b) - bootMs(b))) < 2.5;
}

/// Terms rise with each activation, whatever the clocks say; one term may see two.
bool isBefore(const EventEntry &a, const EventEntry &b)
{
    return a.term != b.term ? a.term < b.term : wallMs(a) < wallMs(b);
}

const EventEntry *newestActive(
    const std::vector<EventEntry> &entries, const std::function<bool(const EventEntry &)> &counts)
{
    const EventEntry *newest = nullptr;
    for (const EventEntry &entry : entries) {
        if (entry.event == u"active" && counts(entry) && (!newest || isBefore(*newest, entry)))
            newest = &entry;
    }
    return newest;
}

} // namespace

std::optional<double> gapMs(const std::vector<EventEntry> &entries, const RoleChange &change)
{
    const EventEntry *active = newestActive(entries, [&](const EventEntry &entry) {
        return entry.node == change.to && entry.seq > change.since;
    });
    if (!active)
        return std::nullopt;
    // A machine that was told to start and stop again before it was active has interrupted nothing,
    // so it is not the one that handed over that counts.
    const EventEntry *before
        = newestActive(entries, [&](const EventEntry &entry) { return isBefore(entry, *active); });
    const auto isEnd = [&](const EventEntry &entry) {
        if (entry.event != u"inactive")
            return false;
        if (!before)
            return entry.node == change.activeBefore && entry.seq > change.since;
        return entry.node == before->node && entry.term >= before->term
            && entry.bootUs >= before->bootUs;
    };
    const auto inactive = std::find_if(entries.begin(), entries.end(), isEnd);
    if (inactive == entries.end())
        return std::nullopt;
    const double gap = isSameBoot(*inactive, *active)
        ? static_cast<double>(active->bootUs - inactive->bootUs) / 1000.0
        : wallMs(*active) - wallMs(*inactive);
    // Clocks that disagree by more than the gap do not tell it.
    return gap >= 0 ? std::optional(gap) : std::nullopt;
}

} // namespace clustd::daemon
