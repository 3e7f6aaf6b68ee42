#pragma once

#include "sim/plan.h"
#include "sim/scheduler.h"

#include <vector>

namespace clustd::sim {

/// The links between the machines. Each joins one life of each; a cut drops what is sent meanwhile,
/// in one direction or both, and a link that was given up comes back after a while.
class Network
{
public:
    Network(std::size_t machines, Scheduler &scheduler, Random &random, const Plan &plan);

    void send(std::size_t from, const election::Life &sender, std::size_t to, Incarnation toLife,
        election::Message &&message);

    /// A life began: from now on the others can link it.
    void lifeBegan(std::size_t machine, Incarnation life);
    void lifeEnded(std::size_t machine);

    /// What happens to what is sent into a cut: lost, or, as TCP does while a link is not given up,
    /// delivered when it heals.
    enum class Cut : char { None, Loses, Holds };
    void cut(std::size_t from, std::size_t to, Cut kind = Cut::Loses);
    void heal(std::size_t from, std::size_t to);
    void healAll();
    [[nodiscard]] bool isCut(std::size_t from, std::size_t to) const
    {
        return m_cuts[from * m_count + to] != Cut::None;
    }
    /// Both ends lose the link that joins them and must make a new one.
    void breakLink(std::size_t a, std::size_t b);
    [[nodiscard]] bool isLinked(std::size_t from, std::size_t to) const
    {
        return m_linked[from * m_count + to] != Incarnation{};
    }

    Weather weather;

    /// A link of these two lives came up: both are to be told.
    std::function<void(
        std::size_t machine, Incarnation life, std::size_t peer, Incarnation peerLife)>
        linkUp;

private:
    void dial(std::size_t a, std::size_t b);
    [[nodiscard]] Duration delay();
    void connect(std::size_t a, Incarnation lifeOfA, std::size_t b, Incarnation lifeOfB);

    std::size_t m_count;
    Scheduler &m_scheduler;
    Random &m_random;
    Duration m_dialMax;
    std::vector<Cut> m_cuts; ///< [from * count + to]
    struct Held
    {
        std::size_t from;
        std::size_t to;
        InFlight message;
    };
    std::vector<Held> m_held;
    std::vector<Incarnation> m_linked; ///< [from * count + to]: the life of `to` that `from` links
    std::vector<Incarnation> m_lives;
};

} // namespace clustd::sim
