#pragma once

#include "guard/lease_page.h"
#include "guard/plan_file.h"
#include "util/instant.h"

#include <functional>

#include <signal.h>
#include <sys/types.h>

namespace clustd::guard {

class LastResort;

/// The second net under the lease: a small process beside the guard that sleeps until a deadline is
/// nearly over, and then stops everything in the guard's place if the guard was killed or hangs
/// (FencerRules). So neither SIGKILL nor SIGSTOP to guard and daemon together leaves a service
/// running beyond its lease. What kills all three at once (a service manager that clears a control
/// group) must carry out the plan itself: `clustd fence`.
///
/// This class is the guard's side of it. The process is nobody's below the guard: forked twice, its
/// parent gone, so that the guard's children are the daemon and what that started, and "no child is
/// left" goes on meaning that nothing of the daemon's is.
class Fencer
{
public:
    Fencer(LeasePage &page, PlanFile &plans, const LastResort &lastResort)
        : m_page(page)
        , m_plans(plans)
        , m_lastResort(lastResort)
    {
    }
    ~Fencer() { forget(); }
    Fencer(const Fencer &) = delete;
    Fencer &operator=(const Fencer &) = delete;

    /// @param letGo closes, in the new process, what is the guard's alone: above all its ends of
    /// pipes, whose end of file tells that it is dead
    /// Errors: false, with the reason in the log.
    [[nodiscard]] bool start(
        const std::function<void()> &letGo, const sigset_t &commandMask, bool wantsRealtime);

    /// Readable when the fencer has ended; -1: none.
    [[nodiscard]] int pipe() const { return m_pipe; }
    /// There is something new on the page that it must know at once: an activation.
    void wake() const;
    /// After its end, and in another forked process: closes this end.
    void forget();

private:
    LeasePage &m_page;
    PlanFile &m_plans;
    const LastResort &m_lastResort;
    int m_pipe = -1;
};

} // namespace clustd::guard
