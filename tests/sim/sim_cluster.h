#pragma once

#include "sim/judge.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "sim/plan.h"
#include "sim/scheduler.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clustd::sim {

/// A master made a new voter set: no event of the journal, but a moment worth a fault.
inline constexpr const char *kSetIssued = "set-issued";

/// Machines in virtual time: the real election, the real guard's rules, and a judge with true time.
///
/// Everything that happens follows from the plan's seed, so a run can be had again. Thread: one per
/// run; nothing is shared.
class SimCluster
{
public:
    explicit SimCluster(Plan plan);
    SimCluster(const SimCluster &) = delete;
    SimCluster &operator=(const SimCluster &) = delete;

    // ---- time
    [[nodiscard]] TrueTime now() const { return m_scheduler.now(); }
    void runFor(Duration span) { runUntil(now() + span); }
    /// Until @p time, or the first violation.
    void runUntil(TrueTime time);
    /// Until @p isReached, at most for @p span. True if it was.
    bool runUntil(const std::function<bool()> &isReached, Duration span);
    void after(Duration span, std::function<void()> call);

    // ---- the whole
    void powerOnAll();
    /// Cuts @p machine off in both directions.
    void isolate(std::size_t machine, Network::Cut kind = Network::Cut::Loses);
    void reconnect(std::size_t machine);
    void cutBoth(std::size_t a, std::size_t b, Network::Cut kind = Network::Cut::Loses);
    void healBoth(std::size_t a, std::size_t b);

    // ---- parts
    [[nodiscard]] std::size_t size() const { return m_machines.size(); }
    [[nodiscard]] Machine &machine(std::size_t index) { return *m_machines[index]; }
    [[nodiscard]] const Machine &machine(std::size_t index) const { return *m_machines[index]; }
    [[nodiscard]] std::optional<std::size_t> indexOf(const NodeId &id) const;
    [[nodiscard]] Network &network() { return m_network; }
    [[nodiscard]] Judge &judge() { return m_judge; }
    [[nodiscard]] const Judge &judge() const { return m_judge; }
    [[nodiscard]] Random &random() { return m_random; }
    [[nodiscard]] const Plan &plan() const { return m_plan; }
    [[nodiscard]] Scheduler &scheduler() { return m_scheduler; }
    [[nodiscard]] std::uint64_t events() const { return m_events; }
    [[nodiscard]] bool isBroken() const { return m_judge.violation().has_value(); }

    // ---- what is seen
    /// The machine whose service is active, if there is one.
    [[nodiscard]] std::optional<std::size_t> master() const { return m_judge.activeMachine(); }
    /// A line for the transcript, at the present moment.
    void say(std::size_t machine, const std::string &text);
    void sayWorld(const std::string &text);
    [[nodiscard]] const std::vector<std::string> &transcript() const { return m_transcript; }
    /// Printed at once instead of kept.
    std::function<void(const std::string &)> sayTo;

    /// A family's own reaction to what a machine decided, e.g. a fault at the worst moment.
    std::function<void(std::size_t machine, const election::Notice &notice)> onNotice;

    // ---- called by machines
    void countEvent() { ++m_events; }
    void noticed(std::size_t machine, const election::Notice &notice);
    /// The longest ordinary jitter of a timer.
    [[nodiscard]] Duration timerJitter();

private:
    void perform(const Item &item);

    const Plan m_plan;
    Random m_random;
    Scheduler m_scheduler;
    Network m_network;
    Judge m_judge;
    std::vector<std::unique_ptr<Machine>> m_machines;
    std::uint64_t m_events = 0;
    std::vector<std::string> m_transcript;
};

} // namespace clustd::sim
