#pragma once

#include "util/instant.h"
#include "util/strong_id.h"

#include <optional>

namespace clustd::guard {

/// What the fencer sees when it looks.
struct GuardView
{
    bool isGuardAlive = true; ///< Its pipe is open; it may be stopped all the same
    bool isDaemonAlive = true;
    Instant guardGoneSince = kNever; ///< When it was first seen dead
    std::optional<Term> active; ///< The token of what may run
    Instant deadline{}; ///< q + L of it
    Instant lastLook{}; ///< When the guard was last at work
    Duration fence{}; ///< D
};

enum class FencerAction {
    Wait,
    Fence, ///< Kill the daemon and all it started, then carry out the plan
    End ///< The guard is gone and has left nothing that runs
};

/// When the fencer acts in the guard's place (docs/ELECTION.md, The fencer). Pure.
///
/// The guard acts at deadline - D/2. The fencer is the second net: it acts at deadline - D/4, and
/// only if the guard has not been at work for D/4 (it looks every D/8), or is dead. What the daemon
/// has stopped by itself is left alone. If guard and daemon are both dead nobody can renew the
/// lease or stop anything: then it acts at once. A daemon that has lost its guard must stop
/// everything and end (G4); one that has not stopped it within D, or not ended within kPatience,
/// hangs and is killed.
class FencerRules
{
public:
    static constexpr Duration kPatience = std::chrono::seconds(10);

    [[nodiscard]] FencerAction look(const GuardView &view, Instant now);

    /// When to look again, unless the guard says something sooner.
    [[nodiscard]] Instant nextLook(const GuardView &view, Instant now) const;

    /// Everything of @p token was stopped: it is not fenced a second time.
    void fenced(Term token) { m_fenced = token; }

private:
    [[nodiscard]] static bool isGuardAtWork(const GuardView &view, Instant now)
    {
        return view.isGuardAlive && now - view.lastLook <= view.fence / 4;
    }

    std::optional<Term> m_fenced;
};

} // namespace clustd::guard
