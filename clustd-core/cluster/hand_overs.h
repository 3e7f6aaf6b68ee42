#pragma once

#include "election/effects.h"

#include <QString>

#include <functional>
#include <map>

namespace clustd::cluster {

/// Hand-overs that this machine asked of its election, until they are answered.
/// Thread: the cluster thread.
class HandOvers
{
public:
    /// Called once.
    using Then = std::function<void(bool accepted, const QString &why)>;

    /// What to feed to the election; its answer goes to @p then.
    [[nodiscard]] election::HandOverAsked ask(
        election::HandOverReason reason, std::optional<NodeId> to, bool byPerson, Then then);
    void answer(const election::Answer &answer);

private:
    std::uint64_t m_next = 1;
    std::map<std::uint64_t, Then> m_waiting;
};

} // namespace clustd::cluster
