#include "election/promise.h"

#include "election/mutation.h"

#include <algorithm>

namespace clustd::election {

void Promise::make(const Life &holder, Term term, Instant until)
{
    m_term = m_holder == holder ? std::max(m_term, term) : term;
    if (m_holder != holder)
        m_holder = holder;
    m_until = until;
}

bool Promise::forget(const ReleasedLife &released)
{
    if (!m_holder || m_holder->machine != released.life.machine)
        return false;
    if (m_holder->incarnation != released.life.incarnation
        && !mutated(Mutation::ReleasedIgnoresIncarnation))
        return false;
    if (m_term > released.upTo && !mutated(Mutation::ReleasedIgnoresTerm))
        return false;
    drop();
    return true;
}

void Promise::drop()
{
    m_holder.reset();
    m_term = Term{};
    m_until = Instant::min();
}

Instant Promise::freeAt(const Life &asker) const
{
    const bool isHolder = m_holder == asker && !mutated(Mutation::HolderRefused);
    return isHolder ? m_startUpUntil : freeForAll();
}

Instant Promise::freeForAll() const
{
    return std::max(m_startUpUntil, m_until);
}

} // namespace clustd::election
