#pragma once

#include "guard/fence_plan.h"
#include "guard/plan_file.h"
#include "util/instant.h"
#include "util/strong_id.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace clustd::guard {

/// What guard, daemon and fencer know together: a page of shared memory, made before the first
/// fork. One writer for each value; nobody ever waits for another, so that a process that is
/// stopped in the middle of a write holds up nobody.
///
/// Only atomics that need no lock; the two plans are written in turn, the one that is not current.
class LeasePage
{
public:
    /// What is to be stopped, and whose it is.
    struct Held
    {
        PlanOwner owner;
        FencePlan plan;
    };

    struct Release
    {
        void operator()(LeasePage *page) const;
    };
    using Owner = std::unique_ptr<LeasePage, Release>;
    /// Shared with all processes forked later. Empty if the kernel gives no memory.
    [[nodiscard]] static Owner make();

    // ---- written by the guard ----

    /// Before the plan is confirmed to the daemon.
    void hold(const PlanOwner &owner, const FencePlan &plan, Instant deadline);
    /// Only for the token that is held.
    void renew(Instant deadline) { m_deadline.store(deadline.time_since_epoch().count()); }
    /// Nothing is active any more.
    void drop() { m_token.store(0); }
    /// With each turn of the guard's loop: it is at work.
    void looked(Instant now) { m_lastLook.store(now.time_since_epoch().count()); }
    void setFence(Duration fence) { m_fence.store(fence.count()); }
    void setDaemon(pid_t pid, std::uint64_t startTicks)
    {
        m_daemonStart.store(startTicks);
        m_daemon.store(pid);
    }

    // ---- written by the daemon ----

    /// Everything of @p token has stopped: holds also if the guard is stopped and hears nothing.
    void sayStopped(Term token) { m_stopped.store(token.value()); }
    /// Beside the message to the guard, which may be stopped: a daemon that is at work and holds
    /// its lease is not to be fenced for that. It sees itself that the guard is silent, and hands
    /// over.
    void sayDeadline(Term token, Instant deadline)
    {
        if (m_token.load() == token.value())
            m_saidDeadline.store(deadline.time_since_epoch().count());
    }

    // ---- written by the fencer, read by the guard ----

    /// Everything of @p token was stopped in the guard's place.
    void sayFenced(Term token) { m_fenced.store(token.value()); }
    [[nodiscard]] bool isFenced(Term token) const { return m_fenced.load() == token.value(); }

    // ---- written by the daemon, read by the guard ----

    [[nodiscard]] bool isStopped(Term token) const { return m_stopped.load() == token.value(); }

    // ---- read by the fencer ----

    /// The token of what may run, nothing when nothing is active.
    [[nodiscard]] std::optional<Term> active() const
    {
        const std::uint64_t token = m_token.load();
        return token == 0 || m_stopped.load() == token ? std::nullopt : std::optional(Term(token));
    }
    [[nodiscard]] Instant deadline() const
    {
        return Instant(Duration(std::max(m_deadline.load(), m_saidDeadline.load())));
    }
    [[nodiscard]] Instant lastLook() const { return Instant(Duration(m_lastLook.load())); }
    [[nodiscard]] Duration fence() const { return Duration(m_fence.load()); }
    [[nodiscard]] pid_t daemon() const { return m_daemon.load(); }
    [[nodiscard]] std::uint64_t daemonStart() const { return m_daemonStart.load(); }
    /// Something was left active, or was stopped without the guard's having heard of it.
    [[nodiscard]] bool hasHeld() const { return m_token.load() != 0; }
    /// The plan last held. Stays as it is until hold() was called twice more.
    [[nodiscard]] const Held &held() const { return m_held[m_current.load() % m_held.size()]; }

private:
    std::array<Held, 2> m_held;
    std::atomic<std::uint32_t> m_current{0};
    std::atomic<std::uint64_t> m_token{0}; ///< 0: nothing is active
    std::atomic<std::uint64_t> m_stopped{0};
    std::atomic<std::uint64_t> m_fenced{0};
    std::atomic<std::int64_t> m_deadline{0};
    std::atomic<std::int64_t> m_saidDeadline{0}; ///< By the daemon
    std::atomic<std::int64_t> m_lastLook{0};
    std::atomic<std::int64_t> m_fence{0};
    std::atomic<std::int32_t> m_daemon{0};
    std::atomic<std::uint64_t> m_daemonStart{0};
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free
        && std::atomic<std::int64_t>::is_always_lock_free);
};

} // namespace clustd::guard
