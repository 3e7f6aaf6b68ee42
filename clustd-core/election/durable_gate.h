#pragma once

#include "election/effects.h"

#include <optional>
#include <vector>

namespace clustd::election {

/// Keeps the order between disk and network: what depends on a write leaves only when it is done
/// (Ongaro 2014, §3.8: update on stable storage before responding).
class DurableGate
{
public:
    /// @param stored what the state file holds; nothing: there is none yet.
    explicit DurableGate(std::optional<DurableState> stored);

    /// The decided state differs from what was last handed to the disk; begin() must follow before
    /// the step ends. From now on messages wait.
    void touch() { m_isTouched = true; }
    [[nodiscard]] bool isTouched() const { return m_isTouched; }
    /// The write of @p state, to be handed to the disk.
    [[nodiscard]] DurableWrite begin(const DurableState &state);
    /// Write @p number and all before it are done. The messages that waited for them are moved to
    /// @p leaving, in their order.
    void finish(std::uint64_t number, std::vector<Envelope> &leaving);

    /// To @p leaving at once, or held back while a write is due or in flight. A NodeStatus leaves
    /// at once with the term and the set that are on disk, where anything is.
    void pass(Envelope &&message, std::vector<Envelope> &leaving);

    /// What is on disk; nothing before the first write of a machine without a file is done.
    [[nodiscard]] const std::optional<DurableState> &durable() const { return m_durable; }
    [[nodiscard]] bool isWriting() const { return m_isTouched || !m_pending.empty(); }

private:
    struct Held
    {
        std::uint64_t needs = 0; ///< The write that must be done
        Envelope message;
    };

    std::optional<DurableState> m_durable;
    std::vector<DurableWrite> m_pending;
    std::vector<Held> m_held;
    std::uint64_t m_lastWrite = 0;
    bool m_isTouched = false;
};

} // namespace clustd::election
