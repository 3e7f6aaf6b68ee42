// What a daemon stands on: its disk, the service that it runs, and its guard.

#include "election/mutation.h"
#include "sim/machine.h"
#include "sim/sim_cluster.h"

#include <algorithm>

namespace clustd::sim {

using namespace std::chrono_literals;
using election::mutated;
using election::Mutation;

namespace {

template <typename... Handlers> struct Overloaded : Handlers...
{
    using Handlers::operator()...;
};
template <typename... Handlers> Overloaded(Handlers...) -> Overloaded<Handlers...>;

} // namespace

// ---- the disk
// ------------------------------------------------------------------------------------

void Machine::loseFile()
{
    m_cluster.say(m_index, "the state file is lost");
    m_file.reset();
    m_cluster.judge().fileChanged(m_index);
}

void Machine::raiseStoredTerm(std::uint64_t by)
{
    if (!m_file)
        return;
    m_file->term = Term{m_file->term.value() + by};
    m_file->votedFor.reset();
    m_cluster.say(m_index, "the file now says term " + std::to_string(m_file->term.value()));
    m_cluster.judge().fileChanged(m_index);
}

void Machine::write(election::DurableWrite write)
{
    const bool isIssued = m_service && write.state.set && write.state.set->epoch() > m_setEpoch;
    if (write.state.set)
        m_setEpoch = write.state.set->epoch();
    if (isIssued)
        m_cluster.noticed(m_index, {kSetIssued, {}, m_plan.id, write.state.term, {}});
    if (m_writing)
        m_waitingWrite = std::move(write); // The newest of several waiting ones is enough.
    else
        beginWrite(std::move(write));
}

void Machine::beginWrite(election::DurableWrite write)
{
    m_writing = std::move(write);
    Random &random = m_cluster.random();
    const Weather &weather = m_cluster.network().weather;
    const bool isSlow
        = weather.slowWritePermille != 0 && random.chance(weather.slowWritePermille, 1000);
    callDaemon(
        random.upTo(isSlow ? weather.slowWriteMax : weather.writeMax), [this] { finishWrite(); });
}

void Machine::finishWrite()
{
    const election::DurableWrite done = std::move(*m_writing);
    m_writing.reset();
    m_file = done.state;
    m_cluster.judge().stored(m_index, done.state, m_cluster.now());
    if (m_waitingWrite) {
        beginWrite(std::move(*m_waitingWrite));
        m_waitingWrite.reset();
    }
    step(election::Persisted{done.write});
}

// ---- the service
// ---------------------------------------------------------------------------------

void Machine::order(const election::ServiceCommand &command)
{
    using Kind = election::ServiceCommand::Kind;
    Random &random = m_cluster.random();
    const Term token = command.token;
    switch (command.kind) {
    case Kind::Prepare:
        m_deadline = command.deadline;
        m_cluster.judge().leased(m_index, token, m_clock.when(command.deadline), m_cluster.now());
        tellGuard(guard::PlanGiven{token, command.deadline});
        if (mutated(Mutation::NoGuard))
            callDaemon(0ns, [this, token] { step(election::GuardReady{token}); });
        return;
    case Kind::Start:
        startService(token);
        return;
    case Kind::Reassert:
        return;
    case Kind::Stop:
    case Kind::Fence: {
        const Duration span = command.kind == Kind::Fence
            // M3: SIGKILL after D/4 at the latest.
            ? fenceSpan(m_cluster.plan().timing.fence * 3 / 10)
            : random.upTo(m_cluster.plan().serviceStopMax);
        const std::uint64_t action = ++m_serviceAction;
        callDaemon(m_service ? span : random.upTo(1ms), [this, action, token] {
            if (action != m_serviceAction)
                return;
            endService();
            m_cluster.judge().unleased(m_index);
            tellGuard(guard::StoppedSaid{token});
            step(election::ServiceStopped{token});
        });
        return;
    }
    }
}

void Machine::startService(Term token)
{
    m_cluster.say(m_index, "drivers are told to start, token " + std::to_string(token.value()));
    m_service = token;
    m_cluster.judge().activated(m_index, token, m_cluster.now());
    const std::uint64_t action = ++m_serviceAction;
    callDaemon(m_cluster.random().upTo(m_cluster.plan().serviceStartMax), [this, action, token] {
        if (action == m_serviceAction)
            step(election::ServiceStarted{token});
    });
}

void Machine::endService()
{
    if (!m_service)
        return;
    m_cluster.say(m_index, "everything has stopped");
    m_service.reset();
    m_cluster.judge().inactivated(m_index, m_cluster.now());
}

/// A3: within @p longest of this machine's clock, unless a run says otherwise.
Duration Machine::fenceSpan(Duration longest)
{
    return isStopHeld() ? m_nextFence : m_cluster.random().upTo(m_clock.trueSpan(longest));
}

// ---- the guard
// -----------------------------------------------------------------------------------

void Machine::tellGuard(const guard::GuardEvent &event)
{
    if (!m_guard || mutated(Mutation::NoGuard))
        return;
    guard::GuardEvent told = event;
    if (mutated(Mutation::GuardLate)) {
        const Duration late = m_cluster.plan().timing.fence * 2;
        std::visit(Overloaded{[&](guard::PlanGiven &given) { given.deadline += late; },
                       [&](guard::DeadlineGiven &given) { given.deadline += late; }, [](auto &) {}},
            told);
    }
    perform(m_guard->step(told, localNow()));
    if (m_guard)
        scheduleLook();
}

void Machine::scheduleLook()
{
    const Instant look = m_guard->nextLook(localNow());
    if (look == kNever)
        return;
    const TrueTime at = std::max(m_clock.when(look), m_cluster.now());
    if (at >= m_lookAt)
        return;
    m_lookAt = at;
    callGuard(at - m_cluster.now(), [this] {
        m_lookAt = kNoTime;
        tellGuard(guard::Look{});
    });
}

void Machine::perform(guard::GuardAction action)
{
    using guard::GuardAction;
    switch (action) {
    case GuardAction::None:
        return;
    case GuardAction::ConfirmPlan:
        callDaemon(m_cluster.random().upTo(kPipeMax),
            [this, token = *m_guard->token()] { step(election::GuardReady{token}); });
        return;
    case GuardAction::KillChildAndFence:
        m_cluster.say(m_index, "guard: kills the daemon and carries out the plan");
        // Not in the middle of a step of that daemon: it is another process.
        callGuard(0ns, [this] { beginGuardFence(); });
        return;
    case GuardAction::FenceAgain:
        return;
    case GuardAction::LastResort:
        if (mutated(Mutation::NoLastResort))
            return;
        m_cluster.say(m_index, "guard: not everything stopped by the deadline, reset");
        callGuard(0ns, [this] {
            powerOff();
            m_cluster.after(m_cluster.plan().timing.failoverWithin * 2
                    + m_cluster.random().upTo(m_cluster.plan().timing.failoverWithin),
                [this] { powerOn(); });
        });
        return;
    case GuardAction::RestartChild:
        callGuard(m_cluster.random().upTo(kRestartMax), [this] { startDaemon(); });
        return;
    }
}

void Machine::beginGuardFence()
{
    endDaemon();
    noteDeadLife();
    const Duration span = m_service ? fenceSpan(m_cluster.plan().timing.fence * 48 / 100)
                                    : m_cluster.random().upTo(1ms);
    m_fenceEndsAt = m_cluster.now() + span;
    callGuard(span, [this] {
        m_nextFence = {};
        m_fenceEndsAt = kNoTime;
        endService();
        tellGuard(guard::FenceEnded{true});
    });
}

} // namespace clustd::sim
