#pragma once

#include "election/messages.h"

#include <optional>

namespace clustd::election {

/// V1 and V3: whom this machine has promised to elect nobody else, and until when.
/// It is not durable: after a restart the start-up promise (V3) covers every promise of the life
/// before.
class Promise
{
public:
    /// V3: until @p startUpUntil it is as if it had promised to nobody; nothing shortens that.
    explicit Promise(Instant startUpUntil)
        : m_startUpUntil(startUpUntil)
    {
    }

    /// V1: replaces the promise before. To the same holder the higher term is kept (V5).
    void make(const Life &holder, Term term, Instant until);

    /// V6: forgets the promise if machine, incarnation and term all match. True if it did.
    bool forget(const ReleasedLife &released);

    /// C3: a candidate that gave up holds itself to nothing.
    void drop();

    [[nodiscard]] bool isStartingUp(Instant now) const { return now < m_startUpUntil; }
    [[nodiscard]] Instant startUpUntil() const { return m_startUpUntil; }

    /// From when on @p asker may be granted something: the holder once the start-up is over, others
    /// when the promise has also run out.
    [[nodiscard]] Instant freeAt(const Life &asker) const;
    /// From when on this machine may campaign for itself (C1): the holder of the promise does not
    /// matter, only its end.
    [[nodiscard]] Instant freeForAll() const;

    [[nodiscard]] const std::optional<Life> &holder() const { return m_holder; }
    [[nodiscard]] Term term() const { return m_term; }
    [[nodiscard]] Instant until() const { return m_until; }

private:
    Instant m_startUpUntil;
    std::optional<Life> m_holder;
    Term m_term;
    Instant m_until = Instant::min();
};

} // namespace clustd::election
