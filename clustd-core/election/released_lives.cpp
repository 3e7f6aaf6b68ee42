#include "election/released_lives.h"

#include <algorithm>

namespace clustd::election {

bool ReleasedLives::note(const ReleasedLife &released)
{
    const auto known = std::find_if(m_known.begin(), m_known.end(),
        [&](const ReleasedLife &entry) { return entry.life == released.life; });
    if (known != m_known.end()) {
        if (known->upTo >= released.upTo)
            return false;
        known->upTo = released.upTo;
        m_last = released;
        return true;
    }
    const auto isSameMachine
        = [&](const ReleasedLife &entry) { return entry.life.machine == released.life.machine; };
    const auto lives = std::count_if(m_known.begin(), m_known.end(), isSameMachine);
    if (lives >= std::ptrdiff_t(kLivesPerMachine))
        m_known.erase(std::find_if(m_known.begin(), m_known.end(), isSameMachine));
    m_known.push_back(released);
    m_last = released;
    return true;
}

bool ReleasedLives::covers(const Life &life, Term term) const
{
    return std::any_of(m_known.begin(), m_known.end(),
        [&](const ReleasedLife &entry) { return term <= entry.upTo && entry.life == life; });
}

} // namespace clustd::election
