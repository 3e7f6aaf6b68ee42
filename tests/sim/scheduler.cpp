#include "sim/scheduler.h"

#include <algorithm>
#include <type_traits>

namespace clustd::sim {
namespace {

bool comesLater(const Item &a, const Item &b)
{
    return a.at != b.at ? a.at > b.at : a.order > b.order;
}

template <typename Value>
std::uint32_t store(std::vector<Value> &slots, std::vector<std::uint32_t> &freeSlots,
    std::type_identity_t<Value> &&value)
{
    if (freeSlots.empty()) {
        slots.push_back(std::move(value));
        return std::uint32_t(slots.size() - 1);
    }
    const std::uint32_t slot = freeSlots.back();
    freeSlots.pop_back();
    slots[slot] = std::move(value);
    return slot;
}

} // namespace

void Scheduler::push(Item item)
{
    item.at = std::max(item.at, m_now);
    item.order = ++m_order;
    m_heap.push_back(item);
    std::push_heap(m_heap.begin(), m_heap.end(), comesLater);
}

void Scheduler::postCall(
    TrueTime at, Level level, std::size_t machine, std::uint64_t life, Call call)
{
    Item item;
    item.at = at;
    item.level = level;
    item.machine = std::uint16_t(machine);
    item.life = life;
    item.slot = store(m_calls, m_freeCalls, std::move(call));
    push(item);
}

void Scheduler::postMessage(TrueTime at, std::size_t machine, InFlight &&message)
{
    Item item;
    item.at = at;
    item.kind = Item::Kind::Deliver;
    item.level = Level::Daemon;
    item.machine = std::uint16_t(machine);
    item.life = message.asked.value();
    item.slot = store(m_messages, m_freeMessages, std::move(message));
    push(item);
}

void Scheduler::postWake(TrueTime at, std::size_t machine, std::uint64_t life)
{
    Item item;
    item.at = at;
    item.kind = Item::Kind::Wake;
    item.level = Level::Daemon;
    item.machine = std::uint16_t(machine);
    item.life = life;
    push(item);
}

void Scheduler::repost(Item item)
{
    item.at = m_now;
    push(item);
}

Item Scheduler::pop()
{
    std::pop_heap(m_heap.begin(), m_heap.end(), comesLater);
    const Item item = m_heap.back();
    m_heap.pop_back();
    m_now = item.at;
    return item;
}

Scheduler::Call Scheduler::takeCall(std::uint32_t slot)
{
    m_freeCalls.push_back(slot);
    return std::move(m_calls[slot]);
}

InFlight Scheduler::takeMessage(std::uint32_t slot)
{
    m_freeMessages.push_back(slot);
    return std::move(m_messages[slot]);
}

} // namespace clustd::sim
