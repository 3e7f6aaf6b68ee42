#include "cluster/hand_overs.h"

#include <utility>

namespace clustd::cluster {

election::HandOverAsked HandOvers::ask(
    election::HandOverReason reason, std::optional<NodeId> to, bool byPerson, Then then)
{
    election::HandOverAsked asked;
    asked.request = m_next++;
    asked.reason = reason;
    asked.to = std::move(to);
    asked.byPerson = byPerson;
    m_waiting[asked.request] = std::move(then);
    return asked;
}

void HandOvers::answer(const election::Answer &answer)
{
    // Out of the map first: what is called may ask for the next one.
    const auto waiting = m_waiting.extract(answer.request);
    if (waiting)
        waiting.mapped()(answer.accepted, QString::fromStdString(answer.why));
}

} // namespace clustd::cluster
