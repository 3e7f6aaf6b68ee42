#pragma once

#include "guard/guard_pipe.h"
#include "guard/lease_page.h"

#include <cstddef>
#include <deque>
#include <vector>

namespace clustd::guard {

/// The daemon's end of the pipe to its guard.
///
/// Never blocks. What the socket does not take at once is kept, in order, and goes first at the
/// next call (renewals replace an older renewal that still waits). A guard that lets kMaxWaiting
/// messages pile up is taken for dead. The daemon watches fd() for reading and then calls
/// readEvents().
///
/// If the guard dies, nobody enforces the lease any more. The end of file on the pipe is how the
/// daemon learns it (PR_SET_PDEATHSIG would kill it before it could stop anything): it must fence
/// at once and end itself (G4).
///
/// Thread: one, the cluster thread. Errors: every failure of the pipe is a GuardDied from
/// readEvents().
class GuardClient
{
public:
    static constexpr std::size_t kMaxWaiting = 64;

    /// No guard: isConnected() is false, every send does nothing and answers false.
    GuardClient() = default;
    /// Owns @p fd, one end of a SOCK_SEQPACKET pair; makes it non-blocking and close-on-exec.
    explicit GuardClient(int fd);
    ~GuardClient();
    GuardClient(GuardClient &&other) noexcept;
    GuardClient &operator=(GuardClient &&other) noexcept;
    GuardClient(const GuardClient &) = delete;
    GuardClient &operator=(const GuardClient &) = delete;

    /// Deadlines, and the end of an activation, are also written to @p page, which the fencer reads
    /// where the guard hangs. Outlives this object; null: none.
    void setPage(LeasePage *page) { m_page = page; }

    [[nodiscard]] int fd() const { return m_fd; }
    /// False from the moment that the guard is known to be dead; readEvents() tells it once more.
    [[nodiscard]] bool isConnected() const { return m_fd >= 0 && !m_isDead; }

    /// The first message. @p fence is D of the timing in force.
    bool sendHello(Incarnation incarnation, Duration fence);
    /// G1; answered by PlanConfirmed or PlanRefused. Again with the same token: replaces the plan
    /// in force.
    bool sendPlan(Term token, Instant deadline, const FencePlan &plan);
    bool sendDeadline(Term token, Instant deadline);
    bool sendStopped(Term token);
    /// Answered by Pong. Not sent while other messages wait: a guard that does not read answers
    /// nothing.
    bool sendPing();
    /// Said just before an orderly exit; the guard then ends with the same exit code.
    bool sendLeaving();

    /// What has come since the last call. Also sends what waits.
    [[nodiscard]] std::vector<GuardMessage> readEvents();

    /// How many messages wait because the guard does not read; more than a few mean that it hangs.
    [[nodiscard]] std::size_t waitingCount() const { return m_waiting.size(); }

private:
    bool send(const ChildMessage &message, const FencePlan *plan = nullptr);
    void flush();
    void close();

    struct Waiting
    {
        bool isDeadline = false;
        std::vector<std::byte> bytes;
    };
    int m_fd = -1;
    LeasePage *m_page = nullptr;
    bool m_isDead = false;
    bool m_isDeathTold = false;
    std::deque<Waiting> m_waiting;
};

} // namespace clustd::guard
