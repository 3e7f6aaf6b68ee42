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
        election::Message message);

    /// A life began: from now on the others can link it.
    void lifeBegan(std::size_t machine, Incarnation life);
    void lifeEnded(std::size_t machine);

    /// What is sent from @p from to @p to is lost.
    void cut(std::size_t from, std::size_t to);
    void heal(std::size_t from, std::size_t to);
    void healAll();
    [[nodiscard]] bool isCut(std::size_t from, std::size_t to) const
    {
        return m_isCut[from * m_count + to] != 0;
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
    void connect(std::size_t a, Incarnation lifeOfA, std::size_t b, Incarnation lifeOfB);

    std::size_t m_count;
    Scheduler &m_scheduler;
    Random &m_random;
    Duration m_dialMax;
    std::vector<char> m_isCut; ///< [from * count + to]
    std::vector<Incarnation> m_linked; ///< [from * count + to]: the life of `to` that `from` links
    std::vector<Incarnation> m_lives;
};

} // namespace clustd::sim
