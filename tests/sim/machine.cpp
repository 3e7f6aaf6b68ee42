#include "sim/machine.h"

#include "election/mutation.h"
#include "sim/sim_cluster.h"

#include <algorithm>

namespace clustd::sim {

using namespace std::chrono_literals;
using election::MachineRole;
using election::mutated;
using election::Mutation;

Machine::Machine(SimCluster &cluster, std::size_t index, const MachinePlan &plan)
    : m_cluster(cluster)
    , m_index(index)
    , m_plan(plan)
    , m_clock(Instant(std::chrono::hours(24 * 1000) + Duration(cluster.random().below(1U << 30U))),
          plan.driftPpm)
    , m_configuration(cluster.plan().file())
{
    m_self.priority = plan.priority;
}

std::string Machine::describe() const
{
    if (!m_isPowered || !m_daemon)
        return m_isPowered ? "no daemon" : "no power";
    const election::View v = view();
    std::string text = m_isFrozen ? "paused, " : m_isHung ? "hung, " : "";
    text += std::string(toText(v.role)) + ", term " + std::to_string(v.term.value());
    if (v.set) {
        text += ", set " + std::to_string(v.set->epoch().term.value()) + "."
            + std::to_string(v.set->epoch().n) + " {";
        for (const election::Member &member : v.set->members())
            text += " " + member.id.value() + (member.isWitness ? "(w)" : "");
        text += " }";
    }
    text += v.isEligible ? ", eligible" : ", not eligible: " + v.whyNotEligible;
    if (v.isRecovering) {
        text += ", waits for";
        for (const NodeId &id : v.waitingFor)
            text += " " + id.value();
    }
    return text;
}

Instant Machine::localNow() const
{
    return m_clock.at(m_cluster.now());
}

election::View Machine::view() const
{
    return m_daemon->view(localNow());
}

// ---- power, guard and daemon
// ---------------------------------------------------------------------

void Machine::powerOn()
{
    if (m_isPowered)
        return;
    m_isPowered = true;
    ++m_boots;
    m_cluster.say(m_index, "power on");
    startGuard();
    startDaemon();
}

void Machine::powerOff()
{
    if (!m_isPowered)
        return;
    m_cluster.say(m_index, "power off");
    if (m_isFrozen) {
        m_isFrozen = false;
        m_cluster.judge().thawed(m_index, true, m_cluster.now());
    }
    m_isPowered = false;
    endDaemon();
    endService();
    m_guard.reset();
    ++m_guardLife;
    m_postponed.clear();
    m_deadLives.clear(); // A life before a reboot is not known to be dead by its plan file.
}

void Machine::startGuard()
{
    ++m_guardLife;
    m_lookAt = kNoTime;
    m_fenceEndsAt = kNoTime;
    m_guard.emplace(m_cluster.plan().timing.fence);
}

void Machine::startDaemon()
{
    Random &random = m_cluster.random();
    m_life = {m_plan.id, Incarnation((random.next() >> 1U) | 1U)};
    m_isHung = false;
    m_wakeAt = kNoTime;
    m_wakeWanted = kNever;
    m_cachedNow.reset();

    election::Options options;
    options.self = m_life;
    options.timing = m_cluster.plan().timing;
    options.stored = m_file;
    options.wanted = wanted();
    // Nothing of a former life may run when this one takes part.
    const bool isRight = !m_service;
    m_self.barred = isRight ? "" : "the service of a former life is being stopped";
    options.machine = m_self;
    options.random = Random(random.next());
    options.isPaused = m_isPaused;
    options.trace = m_cluster.plan().isTracing;
    m_cluster.say(m_index,
        m_file ? "daemon starts, term " + std::to_string(m_file->term.value())
               : "daemon starts without a state file");
    m_daemon = makeElectionEngine(std::move(options), localNow());
    m_cluster.network().lifeBegan(m_index, m_life.incarnation);
    if (!isRight) {
        callDaemon(random.upTo(m_cluster.plan().timing.heartbeat), [this] {
            endService();
            m_self.barred.clear();
            step(m_self);
        });
    }
    step(election::Timeout{});
    const std::vector<Incarnation> dead = m_deadLives;
    for (const Incarnation life : dead)
        step(election::FormerLifeDead{life});
}

/// The daemon is gone, however; what it had told to start runs on.
void Machine::endDaemon()
{
    if (!m_daemon)
        return;
    m_cluster.network().lifeEnded(m_index);
    m_cluster.judge().unleased(m_index);
    m_daemon.reset();
    m_isHung = false;
    ++m_serviceAction;
    std::erase_if(m_postponed, [](const Item &item) { return item.level == Level::Daemon; });
    // The rename may have happened or not; nobody knows.
    if (m_writing && m_cluster.random().chance(1, 2)) {
        m_file = m_writing->state;
        m_cluster.judge().stored(m_index, *m_file, m_cluster.now());
    }
    m_writing.reset();
    m_waitingWrite.reset();
}

void Machine::noteDeadLife()
{
    m_deadLives.push_back(m_life.incarnation);
    if (m_deadLives.size() > 4)
        m_deadLives.erase(m_deadLives.begin());
}

void Machine::killDaemon()
{
    if (!m_daemon)
        return;
    m_cluster.say(m_index, "SIGKILL to the daemon");
    endDaemon();
    if (m_guard && !mutated(Mutation::NoGuard)) {
        tellGuard(guard::ChildDied{});
    } else if (m_guard) {
        callGuard(m_cluster.random().upTo(kRestartMax), [this] { startDaemon(); });
    }
}

void Machine::killGuard()
{
    if (!m_guard || !m_daemon || m_isHung || isStopHeld())
        return;
    m_cluster.say(m_index, "SIGKILL to the guard");
    m_guard.reset();
    ++m_guardLife;
    callDaemon(m_cluster.random().upTo(kPipeMax),
        [this] { step(election::FenceNow{"the guard is gone"}); });
    managerEndsAll();
}

void Machine::killBoth()
{
    if (!m_guard || isStopHeld())
        return;
    m_cluster.say(m_index, "SIGKILL to guard and daemon");
    m_guard.reset();
    ++m_guardLife;
    endDaemon();
    managerEndsAll();
}

/// G6: the service manager kills what is left of the unit, carries out the plan and starts anew.
void Machine::managerEndsAll()
{
    Random &random = m_cluster.random();
    const Duration within = m_clock.trueSpan(m_cluster.plan().timing.fence / 2);
    const Duration killAt = random.upTo(within / 2);
    callGuard(killAt, [this] {
        endDaemon();
        noteDeadLife();
    });
    // What the guard's fence had begun to kill dies as it would have.
    const TrueTime stoppedAt = m_cluster.now() + killAt + random.upTo(within - killAt);
    callGuard(std::min(stoppedAt, std::max(m_fenceEndsAt, m_cluster.now())) - m_cluster.now(),
        [this] { endService(); });
    callGuard(within + random.upTo(kRestartMax), [this] {
        startGuard();
        startDaemon();
    });
}

void Machine::hang()
{
    if (!m_daemon || m_isHung)
        return;
    m_cluster.say(m_index, "SIGSTOP to the daemon");
    m_isHung = true;
    m_stalledSince = m_cluster.now();
}

void Machine::unhang()
{
    if (!m_isHung)
        return;
    m_cluster.say(m_index, "SIGCONT to the daemon");
    m_isHung = false;
    if (m_isFrozen)
        return;
    if (mutated(Mutation::CachedNow))
        m_cachedNow = m_clock.at(m_stalledSince);
    std::vector<Item> postponed;
    postponed.swap(m_postponed);
    for (const Item &item : postponed)
        m_cluster.scheduler().repost(item);
    if (m_cachedNow)
        callDaemon(0ns, [this] { m_cachedNow.reset(); });
}

void Machine::freeze()
{
    if (!m_isPowered || m_isFrozen)
        return;
    m_cluster.say(m_index, "the machine is paused");
    m_isFrozen = true;
    if (!m_isHung)
        m_stalledSince = m_cluster.now();
    m_cluster.judge().frozen(m_index);
}

void Machine::thaw()
{
    if (!m_isFrozen)
        return;
    m_cluster.say(m_index, "the machine is resumed");
    m_isFrozen = false;
    const bool isOverdue = localNow() >= m_deadline;
    m_cluster.judge().thawed(m_index, isOverdue, m_cluster.now());
    if (m_guard && m_guard->isActive())
        tellGuard(guard::Look{});
    if (mutated(Mutation::CachedNow) && !m_isHung)
        m_cachedNow = m_clock.at(m_stalledSince);
    std::vector<Item> kept;
    for (const Item &item : m_postponed) {
        if (m_isHung && item.level == Level::Daemon)
            kept.push_back(item);
        else
            m_cluster.scheduler().repost(item);
    }
    m_postponed = std::move(kept);
    if (m_cachedNow)
        callDaemon(0ns, [this] { m_cachedNow.reset(); });
}

void Machine::perform(const Item &item)
{
    const std::uint64_t life
        = item.level == Level::Guard ? m_guardLife : m_life.incarnation.value();
    const bool isVoid
        = !m_isPowered || item.life != life || (item.level == Level::Daemon && !m_daemon);
    const bool isStalled = m_isFrozen || (item.level == Level::Daemon && m_isHung);
    if (!isVoid && isStalled) {
        m_postponed.push_back(item);
        return;
    }
    switch (item.kind) {
    case Item::Kind::Call: {
        const Scheduler::Call call = m_cluster.scheduler().takeCall(item.slot);
        if (!isVoid)
            call();
        return;
    }
    case Item::Kind::Deliver: {
        InFlight message = m_cluster.scheduler().takeMessage(item.slot);
        if (!isVoid)
            step(election::Received{
                std::move(message.from), message.asked, std::move(message.message)});
        return;
    }
    case Item::Kind::Wake:
        if (isVoid || item.at < m_wakeAt)
            return; // A sooner one was posted since.
        m_wakeAt = kNoTime;
        if (localNow() < m_wakeWanted)
            scheduleWake(m_wakeWanted);
        else
            step(election::Timeout{});
        return;
    }
}

// ---- the daemon
// ----------------------------------------------------------------------------------

void Machine::callDaemon(Duration after, std::function<void()> call)
{
    m_cluster.scheduler().postCall(m_cluster.now() + after, Level::Daemon, m_index,
        m_life.incarnation.value(), std::move(call));
}

void Machine::callGuard(Duration after, std::function<void()> call)
{
    m_cluster.scheduler().postCall(
        m_cluster.now() + after, Level::Guard, m_index, m_guardLife, std::move(call));
}

void Machine::step(const election::Event &event)
{
    m_cluster.countEvent();
    election::Effects effects = m_daemon->step(event, m_cachedNow.value_or(localNow()));
    carryOut(effects);
}

/// In the order that the daemon's runner keeps.
void Machine::carryOut(election::Effects &effects)
{
    const Incarnation life = m_life.incarnation;
    for (const std::string &line : effects.trace)
        m_cluster.say(m_index, line);
    if (effects.persist)
        write(std::move(*effects.persist));
    for (const election::DeadlineMoved &moved : effects.deadlines) {
        m_cluster.judge().leased(
            m_index, moved.token, m_clock.when(moved.deadline), m_cluster.now());
        m_deadline = moved.deadline;
        tellGuard(guard::DeadlineGiven{moved.token, moved.deadline});
    }
    for (election::Envelope &envelope : effects.send) {
        const auto to = m_cluster.indexOf(envelope.to.machine);
        if (to)
            m_cluster.network().send(
                m_index, m_life, *to, envelope.to.incarnation, std::move(envelope.message));
    }
    for (const election::ServiceCommand &command : effects.service)
        order(command);
    for (const election::Answer &answer : effects.answers) {
        m_cluster.say(m_index,
            "hand-over asked: " + (answer.accepted ? "accepted" : "refused, " + answer.why));
        m_answers.push_back(answer);
    }
    for (const election::Notice &notice : effects.notices) {
        if (notice.name == "master-elected" && notice.node == m_plan.id)
            m_cluster.judge().won(m_index, notice.node, notice.term, m_cluster.now());
        m_cluster.noticed(m_index, notice);
    }
    // An order of this step may have ended the life: the guard's look killed it.
    if (m_daemon && m_life.incarnation == life)
        scheduleWake(effects.wakeAt);
}

void Machine::scheduleWake(Instant wakeAt)
{
    m_wakeWanted = wakeAt;
    if (wakeAt == kNever)
        return;
    const TrueTime at = m_clock.when(wakeAt);
    if (at >= m_wakeAt)
        return; // The posted one comes first and looks again.
    m_wakeAt = std::max(at, m_cluster.now()) + m_cluster.timerJitter();
    m_cluster.scheduler().postWake(m_wakeAt, m_index, m_life.incarnation.value());
}

void Machine::linkUp(Incarnation life, const election::Life &peer)
{
    if (!m_daemon || life != m_life.incarnation)
        return;
    callDaemon(0ns, [this, peer] { step(election::PeerUp{peer}); });
}

election::WantedChanged Machine::wanted() const
{
    election::WantedChanged wanted;
    std::vector<election::Member> members;
    wanted.role = MachineRole::Standby;
    for (const auto &[id, role] : m_configuration) {
        if (id == m_plan.id)
            wanted.role = role;
        else
            wanted.others.push_back(id);
        if (role != MachineRole::Standby)
            members.push_back({id, role == MachineRole::Witness});
    }
    std::sort(members.begin(), members.end(),
        [](const election::Member &a, const election::Member &b) { return a.id < b.id; });
    wanted.wanted = std::move(members);
    return wanted;
}

void Machine::setFile(MachineFile file)
{
    m_configuration = std::move(file);
    if (!m_daemon)
        return;
    m_cluster.say(m_index, "reload");
    callDaemon(0ns, [this] { step(wanted()); });
}

void Machine::setMaintenance(bool isOn)
{
    m_self.maintenance = isOn;
    m_cluster.say(m_index, isOn ? "maintenance on" : "maintenance off");
    if (!m_daemon)
        return;
    callDaemon(0ns, [this] { step(m_self); });
    if (isOn)
        handOver(std::nullopt, election::HandOverReason::Maintenance);
}

void Machine::setSick(bool isSick)
{
    m_self.sick = isSick;
    m_cluster.say(m_index, isSick ? "the service is sick" : "the service is well");
    if (!m_daemon)
        return;
    callDaemon(0ns, [this] { step(m_self); });
    if (isSick)
        handOver(std::nullopt, election::HandOverReason::Sick);
}

void Machine::setPaused(bool isPaused)
{
    m_isPaused = isPaused;
    if (m_daemon)
        callDaemon(0ns, [this, isPaused] { step(election::PauseChanged{isPaused}); });
}

void Machine::handOver(std::optional<NodeId> to, election::HandOverReason reason)
{
    if (!m_daemon)
        return;
    callDaemon(0ns, [this, to = std::move(to), reason] {
        step(election::HandOverAsked{++m_requests, reason, to, true});
    });
}

void Machine::adopt(std::vector<NodeId> gone)
{
    if (m_daemon)
        callDaemon(0ns, [this, gone = std::move(gone)] { step(election::Adopted{gone}); });
}

} // namespace clustd::sim
