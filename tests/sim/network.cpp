#include "sim/network.h"

namespace clustd::sim {

using namespace std::chrono_literals;

Network::Network(std::size_t machines, Scheduler &scheduler, Random &random, const Plan &plan)
    : weather(plan.weather)
    , m_count(machines)
    , m_scheduler(scheduler)
    , m_random(random)
    , m_dialMax(plan.timing.heartbeat / 2)
    , m_cuts(machines * machines, Cut::None)
    , m_linked(machines * machines)
    , m_lives(machines)
{
}

void Network::send(std::size_t from, const election::Life &sender, std::size_t to,
    Incarnation toLife, election::Message &&message)
{
    const Incarnation linked = m_linked[from * m_count + to];
    if (linked == Incarnation{} || (toLife != Incarnation{} && toLife != linked))
        return;
    if (isCut(from, to)) {
        if (m_cuts[from * m_count + to] == Cut::Holds)
            m_held.push_back({from, to, InFlight{sender, linked, std::move(message)}});
        return;
    }
    if (weather.lossPermille != 0 && m_random.chance(weather.lossPermille, 1000))
        return;
    if (weather.duplicatePermille != 0 && m_random.chance(weather.duplicatePermille, 1000))
        m_scheduler.postMessage(m_scheduler.now() + delay(), to, InFlight{sender, linked, message});
    m_scheduler.postMessage(
        m_scheduler.now() + delay(), to, InFlight{sender, linked, std::move(message)});
}

Duration Network::delay()
{
    if (weather.latePermille != 0 && m_random.chance(weather.latePermille, 1000))
        return m_random.upTo(weather.lateMax);
    return weather.delayMin + m_random.upTo(weather.delayMax - weather.delayMin);
}

void Network::lifeBegan(std::size_t machine, Incarnation life)
{
    m_lives[machine] = life;
    for (std::size_t other = 0; other < m_count; ++other)
        dial(machine, other);
}

void Network::lifeEnded(std::size_t machine)
{
    m_lives[machine] = Incarnation{};
    for (std::size_t other = 0; other < m_count; ++other) {
        m_linked[machine * m_count + other] = Incarnation{};
        m_linked[other * m_count + machine] = Incarnation{};
    }
}

void Network::cut(std::size_t from, std::size_t to, Cut kind)
{
    m_cuts[from * m_count + to] = kind;
}

void Network::heal(std::size_t from, std::size_t to)
{
    if (!isCut(from, to))
        return;
    m_cuts[from * m_count + to] = Cut::None;
    const TrueTime at = m_scheduler.now() + delay();
    std::erase_if(m_held, [&](Held &held) {
        if (held.from != from || held.to != to)
            return false;
        // In their order, if the link that they were sent on is still there.
        if (m_linked[from * m_count + to] == held.message.asked)
            m_scheduler.postMessage(at, to, std::move(held.message));
        return true;
    });
    dial(from, to);
}

void Network::healAll()
{
    for (std::size_t from = 0; from < m_count; ++from) {
        for (std::size_t to = 0; to < m_count; ++to)
            heal(from, to);
    }
}

void Network::breakLink(std::size_t a, std::size_t b)
{
    m_linked[a * m_count + b] = Incarnation{};
    m_linked[b * m_count + a] = Incarnation{};
    dial(a, b);
}

void Network::dial(std::size_t a, std::size_t b)
{
    if (a == b || m_lives[a] == Incarnation{} || m_lives[b] == Incarnation{} || isCut(a, b)
        || isCut(b, a) || m_linked[a * m_count + b] == m_lives[b])
        return;
    m_scheduler.postCall(m_scheduler.now() + 1ms + m_random.upTo(m_dialMax), Level::World, 0, 0,
        [this, a, b, lifeOfA = m_lives[a], lifeOfB = m_lives[b]] {
            connect(a, lifeOfA, b, lifeOfB);
        });
}

void Network::connect(std::size_t a, Incarnation lifeOfA, std::size_t b, Incarnation lifeOfB)
{
    if (m_lives[a] != lifeOfA || m_lives[b] != lifeOfB || isCut(a, b) || isCut(b, a)
        || m_linked[a * m_count + b] == lifeOfB)
        return;
    m_linked[a * m_count + b] = lifeOfB;
    m_linked[b * m_count + a] = lifeOfA;
    linkUp(a, lifeOfA, b, lifeOfB);
    linkUp(b, lifeOfB, a, lifeOfA);
}

} // namespace clustd::sim
