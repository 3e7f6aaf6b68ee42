#pragma once

#include "election/election.h"
#include "guard/guard_rules.h"
#include "sim/judge.h"
#include "sim/network.h"
#include "sim/plan.h"
#include "sim/scheduler.h"

#include <memory>
#include <optional>
#include <vector>

namespace clustd::sim {

class SimCluster;

/// One machine: clock, disk, file, guard, daemon and service. The election and the guard's rules
/// are the real ones; the rest behaves as the daemon and the driver chain do towards them.
class Machine
{
public:
    Machine(SimCluster &cluster, std::size_t index, const MachinePlan &plan);

    // ---- what a run does to it
    void powerOn();
    /// Everything ends at once, the service too.
    void powerOff();
    /// SIGKILL to the daemon; the guard sees it.
    void killDaemon();
    /// SIGKILL to the guard; the daemon sees it, and the service manager ends what is left.
    void killGuard();
    /// SIGKILL to both; the service manager carries out the plan that was left.
    void killBoth();
    void hang();
    void unhang();
    void freeze();
    void thaw();
    void loseFile();
    /// The file says a term that nobody ever had.
    void raiseStoredTerm(std::uint64_t by);
    void setFile(MachineFile file);
    void setMaintenance(bool isOn);
    void setSick(bool isSick);
    void setPaused(bool isPaused);
    void handOver(std::optional<NodeId> to, election::HandOverReason reason);
    void adopt(std::vector<NodeId> gone);
    /// The next stop by force takes so long; A3 is broken if that is over D/2.
    void holdNextFence(Duration span) { m_nextFence = span; }

    // ---- what comes due
    void perform(const Item &item);
    void linkUp(Incarnation life, const election::Life &peer);
    void begin(election::DurableState state) { m_file = std::move(state); }

    // ---- how it is
    [[nodiscard]] const NodeId &id() const { return m_plan.id; }
    [[nodiscard]] const MachinePlan &plan() const { return m_plan; }
    [[nodiscard]] bool isPowered() const { return m_isPowered; }
    [[nodiscard]] bool isHung() const { return m_isHung; }
    [[nodiscard]] bool isFrozen() const { return m_isFrozen; }
    [[nodiscard]] bool isAlive() const { return m_daemon != nullptr; }
    /// Alive, and neither hung nor frozen.
    [[nodiscard]] bool isWell() const { return m_daemon && !m_isHung && !m_isFrozen; }
    [[nodiscard]] bool hasFile() const { return m_file.has_value(); }
    [[nodiscard]] const std::optional<election::DurableState> &file() const { return m_file; }
    [[nodiscard]] const MachineFile &configuration() const { return m_configuration; }
    [[nodiscard]] bool isInMaintenance() const { return m_self.maintenance; }
    [[nodiscard]] const election::Life &life() const { return m_life; }
    [[nodiscard]] election::View view() const;
    /// What the election thinks, in one line.
    [[nodiscard]] std::string describe() const;
    [[nodiscard]] Instant localNow() const;
    [[nodiscard]] const DriftingClock &clock() const { return m_clock; }
    [[nodiscard]] const std::vector<election::Answer> &answers() const { return m_answers; }

private:
    /// How long the guard, or who started it, takes to start a daemon anew.
    static constexpr Duration kRestartMax = std::chrono::milliseconds(150);
    static constexpr Duration kPipeMax = std::chrono::microseconds(200);

    // The daemon
    void startGuard();
    void startDaemon();
    void endDaemon();
    void step(const election::Event &event);
    void carryOut(election::Effects &effects);
    void scheduleWake(Instant wakeAt);
    [[nodiscard]] election::WantedChanged wanted() const;
    void callDaemon(Duration after, std::function<void()> call);
    void callGuard(Duration after, std::function<void()> call);

    // The disk
    void write(election::DurableWrite write);
    void beginWrite(election::DurableWrite write);
    void finishWrite();

    // The service
    void order(const election::ServiceCommand &command);
    void startService(Term token);
    void endService();
    [[nodiscard]] Duration fenceSpan(Duration longest);
    /// A3 is broken for now: only the guard's last resort can help, so it must live.
    [[nodiscard]] bool isStopHeld() const { return m_nextFence > Duration::zero(); }

    // The guard
    void tellGuard(const guard::GuardEvent &event);
    void perform(guard::GuardAction action);
    void beginGuardFence();
    void scheduleLook();
    void managerEndsAll();
    void noteDeadLife();

    SimCluster &m_cluster;
    const std::size_t m_index;
    const MachinePlan m_plan;
    DriftingClock m_clock;

    // Survives the daemon
    MachineFile m_configuration;
    election::SelfChanged m_self;
    bool m_isPaused = false;
    std::optional<election::DurableState> m_file;
    bool m_isPowered = false;
    bool m_isFrozen = false;
    std::vector<Item> m_postponed; ///< By a hang or a freeze
    TrueTime m_stalledSince{};
    std::vector<Incarnation> m_deadLives;
    std::uint64_t m_boots = 0;
    Duration m_nextFence{}; ///< 0: at random

    // The guard's life
    std::optional<guard::GuardRules> m_guard;
    std::uint64_t m_guardLife = 0;
    TrueTime m_lookAt = kNoTime;
    TrueTime m_fenceEndsAt = kNoTime; ///< Of the fence under way

    // The daemon's life
    std::unique_ptr<election::Election> m_daemon;
    election::Life m_life;
    bool m_isHung = false;
    TrueTime m_wakeAt = kNoTime; ///< When the posted wake-up comes
    Instant m_wakeWanted = kNever;
    std::optional<Instant> m_cachedNow; ///< Mutation::CachedNow
    std::optional<election::DurableWrite> m_writing;
    std::optional<election::DurableWrite> m_waitingWrite;
    election::Epoch m_setEpoch; ///< Of the newest decided set
    std::uint64_t m_requests = 0;
    std::vector<election::Answer> m_answers;
    std::uint64_t m_serviceAction = 0; ///< The newest order; what an older one comes to is void
    std::optional<Term> m_service; ///< Active with that token
    Instant m_deadline = Instant::max(); ///< q + L of the present or last mandate
};

} // namespace clustd::sim
