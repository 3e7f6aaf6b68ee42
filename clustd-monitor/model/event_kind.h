#pragma once

#include <QString>

#include <array>

/// The names of events as numbers, and what a person wants to know of each. Thread: any.
namespace clustd::monitor {

/// docs/OPERATIONS.md, Events; Other: of a newer release.
enum class EventKind : quint8 {
    Started,
    Stopping,
    LinkUp,
    LinkDown,
    LinkRefused,
    TermChanged,
    MasterElected,
    MasterLost,
    Promoting,
    Active,
    Demoting,
    Inactive,
    Fencing,
    Released,
    QuorumLost,
    QuorumRegained,
    DriverStarted,
    DriverStopped,
    DriverFailed,
    ServiceSick,
    ServiceWell,
    MaintenanceOn,
    MaintenanceOff,
    SwitchoverAsked,
    Paused,
    Resumed,
    ConfigReloaded,
    ConfigRefused,
    Alarm,
    AlarmCleared,
    Other
};

/// How much an event asks for attention.
enum class EventWeight : quint8 {
    Quiet, ///< Part of the ordinary: driver-stopped, term-changed
    Notable, ///< Somebody may want to know: active, maintenance-on
    Good, ///< Something came back
    Warning, ///< Something was lost
    Grave ///< The service does not run, or was stopped by force
};

/// What a filter offers to hide or show.
enum class EventGroup : quint8 { Mastership, Links, Drivers, Orders, Alarms, Life };
inline constexpr std::array kEventGroups{EventGroup::Mastership, EventGroup::Links,
    EventGroup::Drivers, EventGroup::Orders, EventGroup::Alarms, EventGroup::Life};

[[nodiscard]] EventKind eventKindOf(const QString &name);
/// "master-elected"; empty for Other.
[[nodiscard]] QString eventName(EventKind kind);
[[nodiscard]] EventWeight weightOf(EventKind kind);
[[nodiscard]] EventGroup groupOf(EventKind kind);

} // namespace clustd::monitor
