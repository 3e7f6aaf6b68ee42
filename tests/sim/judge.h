#pragma once

#include "election/effects.h"
#include "sim/drifting_clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clustd::sim {

/// A promise of docs/ELECTION.md seen broken.
struct Violation
{
    int promise = 0; ///< 1 safety, 2 one token per activation, 3 liveness, 4 stability
    TrueTime at{};
    std::string text;
};

/// Watches from outside, with true time, what no machine may see: who is active where.
/// The first violation stays; the run is over then.
class Judge
{
public:
    explicit Judge(std::size_t machines)
        : m_seats(machines)
    {
    }

    // What happens
    void activated(std::size_t machine, Term token, TrueTime now);
    void inactivated(std::size_t machine, TrueTime now);
    /// A4: what is paused runs nothing, so it is not active. @p isOverdue: its lease ended
    /// meanwhile, and the guard is the first to run.
    void frozen(std::size_t machine);
    void thawed(std::size_t machine, bool isOverdue, TrueTime now);
    void leased(std::size_t machine, Term term, TrueTime until, TrueTime now);
    void unleased(std::size_t machine);
    void won(std::size_t machine, const NodeId &id, Term term, TrueTime now);
    void stored(std::size_t machine, const election::DurableState &state, TrueTime now);
    /// The state file of this machine is gone or was altered by the run itself.
    void fileChanged(std::size_t machine);

    // What a family adds
    /// Promise 4: from now on nobody else may become active, and this one must stay so.
    void expectStable(std::size_t machine) { m_stable = machine; }
    void expectNothing() { m_stable.reset(); }
    void report(int promise, TrueTime now, std::string text);

    [[nodiscard]] const std::optional<Violation> &violation() const { return m_violation; }
    [[nodiscard]] std::optional<std::size_t> activeMachine() const;
    [[nodiscard]] bool isActive(std::size_t machine) const
    {
        return m_seats[machine].token.has_value();
    }
    [[nodiscard]] Term highestToken() const { return m_highestToken; }
    [[nodiscard]] std::size_t activations() const { return m_activations; }
    /// When the present or last activation of @p machine began; nothing if it never was active.
    [[nodiscard]] std::optional<TrueTime> activeSince(std::size_t machine) const
    {
        return m_seats[machine].since;
    }

private:
    struct Seat
    {
        std::optional<Term> token; ///< Active with it
        std::optional<TrueTime> since;
        bool isFrozen = false;
        TrueTime leaseUntil = TrueTime::min(); ///< Of a living, engaged daemon
        std::optional<election::DurableState> stored;
    };

    std::vector<Seat> m_seats;
    std::map<Term, NodeId> m_winners;
    Term m_highestToken;
    std::size_t m_activations = 0;
    std::optional<std::size_t> m_stable;
    std::optional<Violation> m_violation;
};

[[nodiscard]] std::string timeText(TrueTime time);

} // namespace clustd::sim
