#pragma once

#include "sim/sim_cluster.h"

#include <vector>

namespace clustd::sim {

/// Faults at random, each with its own end. What they may do together keeps the assumptions A1-A4;
/// anything else may happen.
class Faults
{
public:
    explicit Faults(SimCluster &cluster);

    /// One fault now, on whomever.
    void strike();
    /// Upon what a machine decided: now and then the worst moment for it.
    void provoke(std::size_t machine, const election::Notice &notice);
    /// Promise 4 is asked for: what follows upon a fault leaves the master alone.
    void spareTheMaster() { m_isMasterSpared = true; }
    /// Everything that was done is undone, and nothing new happens.
    void calm();

    // ---- one kind each, ended by itself after a while
    void losePower(std::size_t machine);
    void hang(std::size_t machine);
    void freeze(std::size_t machine);
    void isolate(std::size_t machine);
    void cutOneWay(std::size_t from, std::size_t to);
    void deafen(std::size_t machine);
    void mute(std::size_t machine);
    void partition();
    void changeWeather();
    void loseFile(std::size_t machine);
    void raiseTerm(std::size_t machine);
    void switchOver();
    void maintain(std::size_t machine);
    void sicken(std::size_t machine);
    void pauseCluster();
    void overrunStop(std::size_t machine);
    /// The lease hangs on one voter, that one stalls for a moment, and the master is lost.
    void hangLeaseOnOneVoter();

    [[nodiscard]] std::size_t anyMachine();
    /// A2: fewer than a majority of voters may lose their files before the first has recovered.
    [[nodiscard]] bool mayLoseFile() const;
    [[nodiscard]] bool haveAllFiles() const;
    /// No other file is lost until this machine, whose configuration is old, has recovered: two
    /// that know of each other alone and have no state would be a first start (V4c).
    void noteOldFile(std::size_t machine) { m_oldFileOf = machine; }

private:
    [[nodiscard]] Duration aMoment();
    [[nodiscard]] Duration aWhile();
    void end(Duration after, std::function<void()> call);
    void quickFault(std::size_t machine);
    void loseMasterSoon();
    [[nodiscard]] Network::Cut kindOfCut();

    SimCluster &m_cluster;
    Random &m_random;
    const Duration m_within; ///< F
    std::optional<std::size_t> m_oldFileOf;
    bool m_isCalm = false;
    bool m_isMasterSpared = false;
};

} // namespace clustd::sim
