#include "commands/gap.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>

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

} // namespace

std::optional<double> gapMs(
    const std::vector<EventEntry> &entries, const QString &from, const QString &to)
{
    const auto inactive = std::find_if(entries.begin(), entries.end(),
        [&](const EventEntry &entry) { return entry.node == from && entry.event == u"inactive"; });
    const auto active = std::find_if(entries.begin(), entries.end(),
        [&](const EventEntry &entry) { return entry.node == to && entry.event == u"active"; });
    if (inactive == entries.end() || active == entries.end())
        return std::nullopt;
    return isSameBoot(*inactive, *active)
        ? static_cast<double>(active->bootUs - inactive->bootUs) / 1000.0
        : wallMs(*active) - wallMs(*inactive);
}

} // namespace clustd::daemon
