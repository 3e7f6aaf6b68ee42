#include "election/alarm_board.h"
#include "election/election.h"
#include "election/released_lives.h"

#include <algorithm>

/// Naive mode (N1-N5 of docs/ELECTION.md): the rule of the original for exactly two machines. No
/// quorum, no lease; both are active when the way between them is cut, and every status says that
/// this may happen.
namespace clustd::election {
namespace {

constexpr Duration kNoDeadline = std::chrono::hours(24 * 365 * 100);

class NaiveElection final : public Election
{
public:
    NaiveElection(Options options, Instant start)
        : m_self(std::move(options.self))
        , m_timing(options.timing)
        , m_machine(std::move(options.machine))
        , m_wanted(std::move(options.wanted))
        , m_isPaused(options.isPaused)
        , m_term(options.stored ? options.stored->term : Term{})
        , m_listenUntil(start + m_timing.promise)
        , m_tickAt(start)
        , m_now(start)
    {
    }

    [[nodiscard]] Effects step(const Event &event, Instant now) override
    {
        m_effects = {};
        m_now = std::max(m_now, now);
        std::visit([this](const auto &e) { on(e); }, event);
        consider();
        if (m_now >= m_tickAt) {
            m_tickAt = m_now + m_timing.heartbeat;
            speak();
        }
        m_effects.wakeAt = m_tickAt;
        return std::move(m_effects);
    }

    [[nodiscard]] View view(Instant now) const override
    {
        View view;
        view.role = m_phase == Phase::None ? Role::Follower : Role::Master;
        view.phase = m_phase;
        view.term = m_term;
        view.token = m_token;
        if (m_phase != Phase::None) {
            view.master = m_self;
            view.leaseUntil = now + kNoDeadline;
        } else if (isPeerHeard() && m_peerIsActive) {
            view.master = m_peer;
        }
        view.set = std::make_shared<const VoterSet>(
            Epoch{}, m_wanted.wanted.value_or(std::vector<Member>{{m_self.machine}}));
        view.isEligible = whyNot().empty();
        view.whyNotEligible = whyNot();
        view.heardVoters.push_back(m_self.machine);
        if (isPeerHeard())
            view.heardVoters.push_back(m_peer.machine);
        view.isPaused = m_isPaused;
        view.alarms.push_back({"alarm", "naive-election", m_self.machine, m_term,
            "election: naive: a cut between the two machines makes both active; add a witness and "
            "use quorum"});
        return view;
    }

private:
    void on(const Timeout &) { }
    void on(const PeerUp &) { m_tickAt = m_now; }
    void on(const Persisted &) { }
    void on(const FormerLifeDead &) { }
    void on(const Adopted &) { }
    void on(const SelfChanged &event) { m_machine = event; }
    void on(const WantedChanged &event) { m_wanted = event; }
    void on(const PauseChanged &event) { m_isPaused = event.paused; }
    void on(const GuardReady &event)
    {
        if (m_phase == Phase::Preparing && event.token == m_token)
            enter(Phase::Starting, "promoting", ServiceCommand::Kind::Start,
                "the guard holds the plan -> starting");
    }
    void on(const ServiceStarted &event)
    {
        if (m_phase == Phase::Starting && event.token == m_token) {
            m_phase = Phase::Active;
            note("active", "all drivers started -> active");
            m_tickAt = m_now;
        }
    }
    void on(const ServiceStopped &event)
    {
        if ((m_phase != Phase::Stopping && m_phase != Phase::Fencing) || event.token != m_token)
            return;
        m_phase = Phase::None;
        m_waitUntil = m_now + m_timing.promise; // The other one goes first now.
        note("inactive", "everything has stopped -> following");
        Released released;
        released.incarnation = m_self.incarnation;
        released.upTo = m_term;
        if (m_peerIsKnown)
            released.successor = m_peer.machine;
        send(released);
        m_tickAt = m_now;
    }
    void on(const StopFailed &) { note("alarm", "even force did not stop the service"); }
    void on(const FenceNow &event) { stepDown(true, event.reason); }
    void on(const HandOverAsked &event)
    {
        std::string why;
        if (m_phase == Phase::None)
            why = "this machine is not master";
        else if (m_phase == Phase::Stopping || m_phase == Phase::Fencing)
            why = "a hand-over is under way already";
        else if (event.reason != HandOverReason::Shutdown && !(isPeerHeard() && m_peerIsEligible))
            why = "no other eligible machine is in reach";
        else if (m_isPaused && !event.byPerson)
            why = "the cluster is paused";
        m_effects.answers.push_back({event.request, why.empty(), why});
        if (why.empty())
            stepDown(false, toText(event.reason));
    }
    void on(const Received &event)
    {
        if (event.from.machine == m_self.machine)
            return;
        m_peer = event.from;
        m_peerIsKnown = true;
        m_heardAt = m_now;
        if (const auto *status = std::get_if<NodeStatus>(&event.message)) {
            m_peerIsEligible = status->eligible;
            m_peerPriority = status->priority;
            m_peerTerm = std::max(m_peerTerm, status->term);
            m_peerIsActive = status->state == "active" || status->state == "promoting"
                || status->state == "demoting";
        } else if (std::holds_alternative<Released>(event.message)) {
            m_peerIsActive = false;
            m_waitUntil = m_now;
        }
    }

    [[nodiscard]] bool isPeerHeard() const
    {
        return m_peerIsKnown && m_now - m_heardAt < m_timing.promise;
    }
    [[nodiscard]] bool isFirst() const
    {
        if (m_machine.priority != m_peerPriority)
            return m_machine.priority > m_peerPriority;
        return m_self.machine < m_peer.machine;
    }
    [[nodiscard]] std::string whyNot() const
    {
        if (m_machine.maintenance)
            return "maintenance";
        if (m_machine.sick)
            return "sick";
        return m_machine.barred;
    }

    void consider()
    {
        if (m_phase != Phase::None) {
            // N4: a cut has healed and both are active. The later in order stops by force; the
            // first goes on.
            if (isPeerHeard() && m_peerIsActive && !isFirst() && m_phase != Phase::Fencing
                && m_phase != Phase::Stopping)
                stepDown(true, "both are active after a cut, and this one is later in order (N4)");
            return;
        }
        if (m_now < m_listenUntil || m_isPaused || !whyNot().empty())
            return; // N1
        const bool isHeard = isPeerHeard();
        if (isHeard && m_peerIsActive)
            return; // N3
        if (isHeard && m_peerIsEligible && (!isFirst() || m_now < m_waitUntil))
            return; // N2: the first in order, unless it has just given up the role
        m_term = Term{1 + std::max(m_term, m_peerTerm).value()}; // N5
        m_token = m_term;
        m_effects.persist = DurableWrite{++m_writes, DurableState{m_term, m_self, view(m_now).set}};
        note("master-elected",
            isHeard ? "first of two in order -> master"
                    : "the other machine is not heard -> master");
        enter(Phase::Preparing, "promoting", ServiceCommand::Kind::Prepare, "plan to the guard");
    }

    void enter(Phase phase, const char *name, ServiceCommand::Kind kind, const std::string &why)
    {
        m_phase = phase;
        m_effects.service.push_back({kind, m_token, m_now + kNoDeadline, why});
        if (kind != ServiceCommand::Kind::Prepare)
            note(name, why);
        m_tickAt = m_now;
    }
    void stepDown(bool byForce, const std::string &why)
    {
        if (m_phase == Phase::None || m_phase == Phase::Fencing
            || (m_phase == Phase::Stopping && !byForce))
            return;
        enter(byForce ? Phase::Fencing : Phase::Stopping, byForce ? "fencing" : "demoting",
            byForce ? ServiceCommand::Kind::Fence : ServiceCommand::Kind::Stop, why);
    }

    template <typename Body> void send(const Body &body)
    {
        for (const NodeId &id : m_wanted.others)
            m_effects.send.push_back({{id, {}}, body});
    }
    void speak()
    {
        NodeStatus status;
        status.term = m_term;
        status.eligible = whyNot().empty();
        status.wanted = m_wanted.wanted;
        status.priority = m_machine.priority;
        status.state = m_phase == Phase::None ? "follower"
            : m_phase == Phase::Active        ? "active"
            : m_phase == Phase::Stopping      ? "demoting"
            : m_phase == Phase::Fencing       ? "fencing"
                                              : "promoting";
        if (m_phase != Phase::None)
            status.master = m_self.machine;
        status.paused = m_isPaused;
        send(status);
    }
    void note(const char *name, const std::string &text)
    {
        m_effects.notices.push_back({name, {}, m_self.machine, m_term, text});
    }

    const Life m_self;
    const Timing m_timing;
    SelfChanged m_machine;
    WantedChanged m_wanted;
    bool m_isPaused;
    Term m_term;
    Term m_token;
    Phase m_phase = Phase::None;
    Instant m_listenUntil; ///< N1
    Instant m_waitUntil = Instant::min();
    Instant m_tickAt;
    Instant m_now;
    std::uint64_t m_writes = 0;

    Life m_peer; ///< The other machine as last heard
    bool m_peerIsKnown = false;
    bool m_peerIsEligible = false;
    bool m_peerIsActive = false;
    std::int64_t m_peerPriority = 0;
    Term m_peerTerm;
    Instant m_heardAt{};
    Effects m_effects;
};

} // namespace

std::unique_ptr<Election> makeNaiveElection(Options options, Instant start)
{
    return std::make_unique<NaiveElection>(std::move(options), start);
}

} // namespace clustd::election
