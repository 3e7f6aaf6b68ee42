#include "model/event_kind.h"

#include <QHash>

#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Row
{
    EventKind kind;
    const char16_t *name;
    EventWeight weight;
    EventGroup group;
};

using K = EventKind;
using W = EventWeight;
using G = EventGroup;

constexpr std::array kRows{
    Row{K::Started, u"started", W::Good, G::Life},
    Row{K::Stopping, u"stopping", W::Notable, G::Life},
    Row{K::LinkUp, u"link-up", W::Good, G::Links},
    Row{K::LinkDown, u"link-down", W::Warning, G::Links},
    Row{K::LinkRefused, u"link-refused", W::Warning, G::Links},
    Row{K::TermChanged, u"term-changed", W::Quiet, G::Mastership},
    Row{K::MasterElected, u"master-elected", W::Notable, G::Mastership},
    Row{K::MasterLost, u"master-lost", W::Grave, G::Mastership},
    Row{K::Promoting, u"promoting", W::Quiet, G::Mastership},
    Row{K::Active, u"active", W::Notable, G::Mastership},
    Row{K::Demoting, u"demoting", W::Quiet, G::Mastership},
    Row{K::Inactive, u"inactive", W::Warning, G::Mastership},
    Row{K::Fencing, u"fencing", W::Grave, G::Mastership},
    Row{K::Released, u"released", W::Quiet, G::Mastership},
    Row{K::QuorumLost, u"quorum-lost", W::Grave, G::Mastership},
    Row{K::QuorumRegained, u"quorum-regained", W::Good, G::Mastership},
    Row{K::DriverStarted, u"driver-started", W::Quiet, G::Drivers},
    Row{K::DriverStopped, u"driver-stopped", W::Quiet, G::Drivers},
    Row{K::DriverFailed, u"driver-failed", W::Grave, G::Drivers},
    Row{K::ServiceSick, u"service-sick", W::Grave, G::Drivers},
    Row{K::ServiceWell, u"service-well", W::Good, G::Drivers},
    Row{K::MaintenanceOn, u"maintenance-on", W::Notable, G::Orders},
    Row{K::MaintenanceOff, u"maintenance-off", W::Notable, G::Orders},
    Row{K::SwitchoverAsked, u"switchover-asked", W::Notable, G::Orders},
    Row{K::Paused, u"paused", W::Warning, G::Orders},
    Row{K::Resumed, u"resumed", W::Good, G::Orders},
    Row{K::ConfigReloaded, u"config-reloaded", W::Notable, G::Orders},
    Row{K::ConfigRefused, u"config-refused", W::Warning, G::Orders},
    Row{K::Alarm, u"alarm", W::Warning, G::Alarms},
    Row{K::AlarmCleared, u"alarm-cleared", W::Good, G::Alarms},
    Row{K::Other, u"", W::Quiet, G::Life},
};

const Row &rowOf(EventKind kind)
{
    return kRows[static_cast<std::size_t>(kind)];
}

} // namespace

EventKind eventKindOf(const QString &name)
{
    static const QHash<QString, EventKind> kinds = [] {
        QHash<QString, EventKind> made;
        for (const Row &row : kRows)
            made.insert(QString::fromUtf16(row.name), row.kind);
        return made;
    }();
    return kinds.value(name, EventKind::Other);
}

QString eventName(EventKind kind)
{
    return QString::fromUtf16(rowOf(kind).name);
}

EventWeight weightOf(EventKind kind)
{
    return rowOf(kind).weight;
}

EventGroup groupOf(EventKind kind)
{
    return rowOf(kind).group;
}

} // namespace clustd::monitor
