#include "election/naive_election.h"

#include <algorithm>

namespace clustd::election {
namespace {

/// There is no lease, so the guard gets a deadline that never comes; it still acts when the daemon
/// dies (G3).
constexpr Duration kNoDeadline = std::chrono::hours(24 * 365 * 100);

std::string number(Term term)
{
    return std::to_string(term.value());
}

std::optional<Term> termOf(const Message &message)
{
    if (const auto *status = std::get_if<NodeStatus>(&message))
        return status->term;
    if (const auto *released = std::get_if<Released>(&message))
        return released->upTo == kForEver ? std::nullopt : std::optional(released->upTo);
    return std::nullopt;
}

} // namespace

NaiveElection::NaiveElection(Options options, Instant start)
    : m_self(std::move(options.self))
    , m_timing(options.timing)
    , m_machine(std::move(options.machine))
    , m_wanted(std::move(options.wanted))
    , m_isPaused(options.isPaused)
    , m_isTracing(options.trace)
    , m_gate(options.stored)
    , m_listenUntil(start + m_timing.promise)
    , m_tickAt(start)
    , m_now(start)
{
    if (options.stored) {
        m_term = options.stored->term;
        m_votedFor = options.stored->votedFor;
        m_set = options.stored->set;
    }
}

Effects NaiveElection::step(const Event &event, Instant now)
{
    m_effects = {};
    const Instant before = m_now;
    m_now = std::max(m_now, now);
    // N2 means: it listened for P and heard nothing. A machine that was itself not running did
    // not listen; what came meanwhile is still to be read.
    if (m_now - before > 2 * m_timing.heartbeat)
        m_listenUntil = std::max(m_listenUntil, m_now + m_timing.heartbeat);
    consider(); // T2
    std::visit([this](const auto &what) { on(what); }, event);
    consider();
    if (m_now >= m_tickAt) {
        m_tickAt = m_now + m_timing.heartbeat;
        sendToOther(ownStatus());
    }
    if (m_gate.isTouched())
        m_effects.persist = m_gate.begin({m_term, m_votedFor, setToStore()});
    m_effects.wakeAt = nextDeadline();
    return std::move(m_effects);
}

View NaiveElection::view(Instant now) const
{
    View view;
    view.role = isEngaged() ? Role::Master : Role::Follower;
    view.phase = m_phase;
    view.term = m_term;
    view.token = m_token;
    view.master = m_master;
    view.votedFor = m_votedFor;
    view.set = std::make_shared<const VoterSet>(
        Epoch{}, m_wanted.wanted ? *m_wanted.wanted : std::vector<Member>{{m_self.machine}});
    view.whyNotEligible = standingRefusal();
    view.isEligible = view.whyNotEligible.empty();
    view.heardVoters.push_back(m_self.machine);
    if (isOtherHeard(now))
        view.heardVoters.push_back(m_other->life.machine);
    view.isPaused = m_isPaused;
    view.alarms = m_alarms.all();
    return view;
}

void NaiveElection::on(const Persisted &event)
{
    std::vector<Envelope> none;
    m_gate.finish(event.write, none);
}

void NaiveElection::on(const WantedChanged &event)
{
    m_wanted = event;
    if (m_other && !isTheOther(m_other->life.machine))
        m_other.reset();
}

void NaiveElection::on(const GuardReady &event)
{
    if (m_phase != Phase::Preparing || event.token != m_token)
        return;
    enter(Phase::Starting);
    command(ServiceCommand::Kind::Start, "the guard holds the plan");
}

void NaiveElection::on(const ServiceStarted &event)
{
    if (m_phase != Phase::Starting || event.token != m_token)
        return;
    enter(Phase::Active);
    notice("active", m_self.machine, "all drivers started -> active with token " + number(m_token));
    m_tickAt = m_now; // Whoever ordered the switchover waits for it.
}

void NaiveElection::on(const ServiceStopped &event)
{
    if ((m_phase == Phase::Stopping || m_phase == Phase::Fencing) && event.token == m_token)
        finish();
}

void NaiveElection::on(const StopFailed &event)
{
    if (!isEngaged() || event.token != m_token)
        return;
    m_alarms.raise("stop-failed", m_self.machine, m_token,
        "even force did not stop the service of token " + number(m_token)
            + " -> this machine stays active; stop it by hand or reset this machine",
        m_effects.notices);
}

void NaiveElection::on(const FenceNow &event)
{
    if (isEngaged())
        stepDown(Phase::Fencing, event.reason);
}

void NaiveElection::on(const HandOverAsked &event)
{
    const std::string why = handOverRefusal(event);
    m_effects.answers.push_back({event.request, why.empty(), why});
    if (why.empty())
        stepDown(Phase::Stopping, toText(event.reason));
}

void NaiveElection::on(const Received &event)
{
    if (!isTheOther(event.from.machine) || isDamaged(event))
        return;
    hear(event.from);
    if (const std::optional<Term> term = termOf(event.message); term && *term > m_term) {
        // N5: what was seen is kept, since the next token is above it even after a restart.
        m_term = *term;
        m_votedFor.reset();
        m_gate.touch();
    }
    if (const auto *status = std::get_if<NodeStatus>(&event.message)) {
        m_other->isEligible = status->eligible;
        m_other->priority = status->priority;
        m_other->term = status->term;
        m_other->doing = saysEngaged(*status) ? Doing::Active : Doing::Nothing;
        if (m_other->doing == Doing::Active)
            m_calledUntil = Instant::min();
    } else if (const auto *released = std::get_if<Released>(&event.message)) {
        takeIn(*released);
    }
}

bool NaiveElection::isTheOther(const NodeId &id) const
{
    if (id == m_self.machine)
        return false;
    if (!m_wanted.others.empty())
        return m_wanted.others.size() == 1 && m_wanted.others.front() == id;
    return !m_wanted.complete && (!m_other || m_other->life.machine == id);
}

bool NaiveElection::isOtherHeard(Instant now) const
{
    return m_other && now < m_other->heardAt + m_timing.promise;
}

bool NaiveElection::isOtherActive() const
{
    return isOtherHeard(m_now) && m_other->doing == Doing::Active;
}

bool NaiveElection::isDamaged(const Received &event)
{
    const std::optional<Term> term = termOf(event.message);
    if (!term || term->value() <= m_term.value() + kTermJumpMax) {
        m_alarms.clear("term-damaged", event.from.machine, m_term, m_effects.notices);
        return false;
    }
    m_alarms.raise("term-damaged", event.from.machine, m_term,
        "term " + number(*term) + " from " + event.from.machine.value() + ", own term "
            + number(m_term) + ": no election gets that far -> message dropped",
        m_effects.notices);
    return true;
}

void NaiveElection::hear(const Life &from)
{
    if (m_other && m_other->life == from) {
        if (!isOtherHeard(m_now)) {
            // What it said before the silence does not hold any more.
            m_other->doing = Doing::Unknown;
            m_isReassertDue = true;
        }
        m_other->heardAt = m_now;
        return;
    }
    // Another life begins from nothing, whatever the last one did.
    m_isReassertDue = m_isReassertDue || m_other.has_value();
    m_other.emplace();
    m_other->life = from;
    m_other->heardAt = m_now;
}

void NaiveElection::takeIn(const Released &released)
{
    if (released.incarnation != m_other->life.incarnation || released.upTo < m_other->term)
        return;
    m_other->doing = Doing::Nothing;
    if (released.successor == m_self.machine)
        m_calledUntil = m_now + m_timing.promise;
}

Term NaiveElection::durableTerm() const
{
    return m_gate.durable() ? m_gate.durable()->term : Term{};
}

SharedVoterSet NaiveElection::setToStore()
{
    const bool isMakeshift = !m_set || m_set->size() < 2;
    if (isMakeshift && m_wanted.complete && m_wanted.wanted)
        m_set = std::make_shared<const VoterSet>(Epoch{}, *m_wanted.wanted);
    else if (!m_set)
        m_set = std::make_shared<const VoterSet>(
            Epoch{}, std::vector<Member>{{m_self.machine, true}});
    return m_set;
}

void NaiveElection::command(ServiceCommand::Kind kind, const std::string &reason)
{
    m_effects.service.push_back({kind, m_token, m_now + kNoDeadline, reason});
}

NodeStatus NaiveElection::ownStatus() const
{
    NodeStatus status;
    status.term = durableTerm();
    status.eligible = standingRefusal().empty();
    status.wanted = m_wanted.complete ? m_wanted.wanted : WantedMembers{};
    status.priority = m_machine.priority;
    status.state = !isEngaged() && m_machine.maintenance ? "maintenance" : stateText(m_phase);
    if (m_master)
        status.master = m_master->machine;
    status.paused = m_isPaused;
    return status;
}

void NaiveElection::sendToOther(const Message &message)
{
    for (const NodeId &id : m_wanted.others)
        m_effects.send.push_back({{id, {}}, message});
    if (m_wanted.others.empty() && m_other)
        m_effects.send.push_back({m_other->life, message});
}

void NaiveElection::notice(const char *name, const NodeId &node, std::string text)
{
    if (m_isTracing)
        m_effects.trace.push_back(text);
    m_effects.notices.push_back({name, {}, node, m_term, std::move(text)});
}

std::unique_ptr<Election> makeNaiveElection(Options options, Instant start)
{
    return std::make_unique<NaiveElection>(std::move(options), start);
}

} // namespace clustd::election
