#pragma once

#include "election/messages.h"
#include "sim/drifting_clock.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace clustd::sim {

/// Who does what comes due, and so what keeps it from being done: a hung daemon does nothing, a
/// frozen machine does nothing at all.
enum class Level : std::uint8_t { World, Guard, Daemon };

/// A message under way.
struct InFlight
{
    election::Life from;
    Incarnation asked;
    election::Message message;
};

/// Something that comes due at a moment. Plain, so that the heap moves it cheaply.
struct Item
{
    enum class Kind : std::uint8_t { Call, Deliver, Wake };

    TrueTime at{};
    std::uint64_t order = 0; ///< Of two at one moment the one posted first
    Kind kind = Kind::Call;
    Level level = Level::World;
    std::uint16_t machine = 0;
    std::uint32_t slot = 0; ///< Of the call or the message
    std::uint64_t life = 0; ///< Of the daemon or the guard that it is for; for another it is void
};

/// Virtual time: what comes due, in its order.
class Scheduler
{
public:
    using Call = std::function<void()>;

    [[nodiscard]] TrueTime now() const { return m_now; }
    [[nodiscard]] bool isEmpty() const { return m_heap.empty(); }
    [[nodiscard]] TrueTime nextAt() const { return m_heap.empty() ? kNoTime : m_heap.front().at; }

    void postCall(TrueTime at, Level level, std::size_t machine, std::uint64_t life, Call call);
    void postMessage(TrueTime at, std::size_t machine, InFlight &&message);
    void postWake(TrueTime at, std::size_t machine, std::uint64_t life);
    /// Again, now: for what a hang held up.
    void repost(Item item);

    /// Takes the next and sets the time to it.
    [[nodiscard]] Item pop();
    void advanceTo(TrueTime time) { m_now = time; }

    [[nodiscard]] Call takeCall(std::uint32_t slot);
    [[nodiscard]] InFlight takeMessage(std::uint32_t slot);

private:
    void push(Item item);

    TrueTime m_now{};
    std::uint64_t m_order = 0;
    std::vector<Item> m_heap;
    std::vector<Call> m_calls;
    std::vector<std::uint32_t> m_freeCalls;
    std::vector<InFlight> m_messages;
    std::vector<std::uint32_t> m_freeMessages;
};

} // namespace clustd::sim
