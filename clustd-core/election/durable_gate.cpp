#include "election/durable_gate.h"

#include <algorithm>

namespace clustd::election {

DurableGate::DurableGate(std::optional<DurableState> stored)
    : m_durable(std::move(stored))
{
}

DurableWrite DurableGate::begin(const DurableState &state)
{
    m_isTouched = false;
    m_pending.push_back({++m_lastWrite, state});
    return m_pending.back();
}

void DurableGate::finish(std::uint64_t number, std::vector<Envelope> &leaving)
{
    const auto open = std::find_if(m_pending.begin(), m_pending.end(),
        [number](const DurableWrite &write) { return write.write > number; });
    if (open == m_pending.begin())
        return;
    m_durable = std::prev(open)->state;
    m_pending.erase(m_pending.begin(), open);

    const auto held = std::find_if(
        m_held.begin(), m_held.end(), [number](const Held &entry) { return entry.needs > number; });
    for (auto it = m_held.begin(); it != held; ++it) {
        // S2: an acknowledgement says what its sender holds durably, which may be more by now.
        if (auto *ack = std::get_if<HeartbeatAck>(&it->message.message))
            ack->set = m_durable->set;
        leaving.push_back(std::move(it->message));
    }
    m_held.erase(m_held.begin(), held);
}

void DurableGate::pass(Envelope &&message, std::vector<Envelope> &leaving)
{
    if (!isWriting()) {
        leaving.push_back(std::move(message));
        return;
    }
    // A status promises nothing. Held back, it could not tell that the disk hangs.
    if (auto *status = std::get_if<NodeStatus>(&message.message); status && m_durable) {
        status->term = m_durable->term;
        status->set = m_durable->set;
        leaving.push_back(std::move(message));
        return;
    }
    // What is said again and again would pile up while a disk hangs; its newest says all.
    if (std::holds_alternative<NodeStatus>(message.message)
        || std::holds_alternative<RequestVote>(message.message)) {
        std::erase_if(m_held, [&](const Held &held) {
            return held.message.to == message.to
                && held.message.message.index() == message.message.index();
        });
    }
    m_held.push_back({m_lastWrite + (m_isTouched ? 1U : 0U), std::move(message)});
}

} // namespace clustd::election
