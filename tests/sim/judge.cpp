#include "sim/judge.h"

#include <cstdio>

namespace clustd::sim {
namespace {

std::string name(std::size_t machine)
{
    return "n" + std::to_string(machine + 1);
}

std::string number(Term term)
{
    return std::to_string(term.value());
}

} // namespace

std::string timeText(TrueTime time)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", double(time.count()) / 1e6);
    return text;
}

void Judge::report(int promise, TrueTime now, std::string text)
{
    if (!m_violation)
        m_violation = Violation{promise, now, std::move(text)};
}

void Judge::activated(std::size_t machine, Term token, TrueTime now)
{
    ++m_activations;
    for (std::size_t other = 0; other < m_seats.size(); ++other) {
        const Seat &seat = m_seats[other];
        if (other != machine && seat.token && !seat.isFrozen)
            report(1, now,
                name(machine) + " became active with token " + number(token) + " while "
                    + name(other) + " is, with token " + number(*seat.token));
    }
    if (token <= m_highestToken)
        report(2, now,
            name(machine) + " became active with token " + number(token) + ", and "
                + number(m_highestToken) + " was active before");
    m_highestToken = std::max(m_highestToken, token);
    if (m_stable && *m_stable != machine)
        report(4, now,
            name(machine) + " became active in the place of " + name(*m_stable)
                + ", which a majority reached all the time");
    m_seats[machine].token = token;
    m_seats[machine].since = now;
}

void Judge::inactivated(std::size_t machine, TrueTime now)
{
    if (!m_seats[machine].token)
        return;
    m_seats[machine].token.reset();
    if (m_stable == machine)
        report(4, now, name(machine) + " was stopped although a majority reached it all the time");
}

void Judge::frozen(std::size_t machine)
{
    m_seats[machine].isFrozen = true;
}

void Judge::thawed(std::size_t machine, bool isOverdue, TrueTime now)
{
    Seat &seat = m_seats[machine];
    seat.isFrozen = false;
    if (!seat.token)
        return;
    if (isOverdue) {
        // A4: only a resource that checks the token is safe for the moment until the guard acts.
        seat.token.reset();
        return;
    }
    for (std::size_t other = 0; other < m_seats.size(); ++other) {
        if (other != machine && m_seats[other].token && !m_seats[other].isFrozen)
            report(1, now,
                name(machine) + " goes on within its lease after a pause while " + name(other)
                    + " is active");
    }
}

void Judge::leased(std::size_t machine, Term term, TrueTime until, TrueTime now)
{
    for (std::size_t other = 0; other < m_seats.size(); ++other) {
        if (other != machine && m_seats[other].leaseUntil > now && until > now)
            report(1, now,
                name(machine) + " holds a lease of term " + number(term) + " while " + name(other)
                    + " holds one until " + timeText(m_seats[other].leaseUntil));
    }
    m_seats[machine].leaseUntil = until;
}

void Judge::unleased(std::size_t machine)
{
    m_seats[machine].leaseUntil = TrueTime::min();
}

void Judge::won(std::size_t machine, const NodeId &id, Term term, TrueTime now)
{
    const auto [winner, isNew] = m_winners.emplace(term, id);
    if (!isNew)
        report(2, now,
            name(machine) + " won term " + number(term) + ", which " + winner->second.value()
                + " had won before");
}

void Judge::stored(std::size_t machine, const election::DurableState &state, TrueTime now)
{
    std::optional<election::DurableState> &before = m_seats[machine].stored;
    if (before) {
        if (state.term < before->term)
            report(2, now,
                name(machine) + " stored term " + number(state.term) + " after term "
                    + number(before->term));
        if (state.term == before->term && before->votedFor && state.votedFor != before->votedFor)
            report(2, now, name(machine) + " changed its vote in term " + number(state.term));
        if (state.set && before->set && state.set->epoch() < before->set->epoch())
            report(1, now, name(machine) + " went back to an older voter set");
    }
    before = state;
}

void Judge::fileChanged(std::size_t machine)
{
    m_seats[machine].stored.reset();
}

std::optional<std::size_t> Judge::activeMachine() const
{
    for (std::size_t machine = 0; machine < m_seats.size(); ++machine) {
        if (m_seats[machine].token && !m_seats[machine].isFrozen)
            return machine;
    }
    return std::nullopt;
}

} // namespace clustd::sim
