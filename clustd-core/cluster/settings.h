#pragma once

#include "util/instant.h"
#include "util/result.h"
#include "util/strong_id.h"

#include <QByteArray>
#include <QDateTime>

#include <algorithm>
#include <optional>

/// What a person said of this machine or of the cluster, and what the machine learnt of its own
/// service: kept over a restart in one small file of the state folder. Nothing here is part of the
/// durable vote.
///
/// Ends are wall-clock times: they are for people ("until 14:00") and must survive a reboot, which
/// ClusterClock does not.
namespace clustd::cluster {

/// This machine may not be master for now.
struct Maintenance
{
    bool on = false;
    QDateTime until; ///< Invalid: until it is switched off
    QString reason;

    [[nodiscard]] bool holds(const QDateTime &now) const
    {
        return on && (!until.isValid() || now < until);
    }
    friend bool operator==(const Maintenance &, const Maintenance &) = default;
};

/// C4: the cluster takes no automatic action. Made by the master; the newest stamp wins everywhere.
struct Pause
{
    bool on = false;
    QDateTime until; ///< Invalid: until it is resumed
    Term term; ///< Of the master that made it
    std::uint64_t n = 0;

    [[nodiscard]] bool isNewerThan(const Pause &other) const
    {
        return term != other.term ? term > other.term : n > other.n;
    }
    /// The stamp of the word after this one, not paused: whoever knows this one takes it for newer.
    /// @param token of who says it. Lower than `term` where votes were lost and settings were not.
    [[nodiscard]] Pause next(Term token) const
    {
        Pause after;
        after.term = std::max(token, term);
        after.n = token > term ? 1 : n + 1;
        return after;
    }
    [[nodiscard]] bool holds(const QDateTime &now) const
    {
        return on && (!until.isValid() || now < until);
    }
    friend bool operator==(const Pause &, const Pause &) = default;
};

/// A machine whose service was sick is last in order for a time that doubles with every new
/// sickness, so that a service that is sick everywhere does not travel round the cluster.
class SickRecord
{
public:
    static constexpr std::chrono::seconds kFirst{60};
    static constexpr std::chrono::seconds kLongest{3600};
    /// Taken off the priority while it lasts; larger than any difference that a file may set.
    static constexpr std::int64_t kPenalty = 1'000'000'000;

    void noteSick(const QDateTime &now);
    [[nodiscard]] bool isLate(const QDateTime &now) const;
    [[nodiscard]] QDateTime until() const { return m_until; }

    friend bool operator==(const SickRecord &, const SickRecord &) = default;

private:
    friend struct Settings;
    int m_count = 0;
    QDateTime m_until;
};

struct Settings
{
    Maintenance maintenance;
    Pause pause;
    SickRecord sick;

    [[nodiscard]] QByteArray toJson() const;
    /// Empty bytes are the defaults. Errors: Storage; the caller goes on with the defaults and says
    /// so, for no setting here is worth a machine that does not start.
    [[nodiscard]] static Result<Settings> fromJson(const QByteArray &json);

    friend bool operator==(const Settings &, const Settings &) = default;
};

} // namespace clustd::cluster
