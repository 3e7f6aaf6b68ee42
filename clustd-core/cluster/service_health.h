#pragma once

#include "util/instant.h"

#include <QString>

#include <map>

namespace clustd::cluster {

/// When what failed is tried again: after pauses that double, up to a longest one. They begin anew
/// when it was well for as long as the longest.
class Retry
{
public:
    static constexpr std::chrono::seconds kFirst{1};
    static constexpr std::chrono::seconds kLongest{60};
    static constexpr std::chrono::seconds kSettledAfter{10};

    void arm(Instant now);
    [[nodiscard]] bool isArmed() const { return m_at != kNever; }
    /// Whether the pause is over; true once for each arm().
    [[nodiscard]] bool takeDue(Instant now);
    /// Nothing is to be tried for now.
    void rest(Instant now);
    /// Whether it has been well for as long as the last pause was, kSettledAfter at most.
    [[nodiscard]] bool isSettled(Instant now) const;

private:
    Instant m_at = kNever;
    Instant m_restsSince = kNever;
    Duration m_pause{};
};

/// What is wrong with the service that this machine runs, and when what failed is tried again.
/// Thread: the cluster thread.
class ServiceHealth
{
public:
    /// Whether that driver was well until now.
    bool noteSick(const QString &driver, const QString &why);
    /// Whether that driver was sick until now.
    bool noteWell(const QString &driver, Instant now);
    /// The service stays although it is sick, so its drivers are to be started again.
    void noteStays(Instant now);
    void noteStopFailed(Instant now) { m_stop.arm(now); }
    /// All has stopped, and the next mandate begins with a clean bill.
    void noteStopped() { *this = {}; }

    [[nodiscard]] bool isSick() const { return !m_sick.empty(); }
    /// Well, and not only since a moment ago: what ends a second after each start is not well.
    [[nodiscard]] bool isSettled(Instant now) const
    {
        return m_sick.empty() && m_restart.isSettled(now);
    }
    /// "postgres: exited with code 3"; of the first by name where several are sick.
    [[nodiscard]] QString text() const;
    [[nodiscard]] bool takeRestartDue(Instant now) { return m_restart.takeDue(now); }
    [[nodiscard]] bool takeStopDue(Instant now) { return m_stop.takeDue(now); }

private:
    std::map<QString, QString> m_sick; ///< Driver -> why
    Retry m_restart;
    Retry m_stop;
};

} // namespace clustd::cluster
