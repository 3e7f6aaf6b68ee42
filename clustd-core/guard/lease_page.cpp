#include "guard/lease_page.h"

#include <new>

#include <sys/mman.h>

namespace clustd::guard {

LeasePage::Owner LeasePage::make()
{
    void *memory = mmap(
        nullptr, sizeof(LeasePage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return {};
    return Owner(new (memory) LeasePage);
}

void LeasePage::Release::operator()(LeasePage *page) const
{
    // Trivially destroyed, and other processes may be using it: only this one's view of it goes.
    munmap(page, sizeof(LeasePage));
}

void LeasePage::hold(const PlanOwner &owner, const FencePlan &plan, Instant deadline)
{
    const std::uint32_t next = m_current.load() + 1;
    m_held[next % m_held.size()] = {owner, plan};
    m_current.store(next);
    renew(deadline);
    m_token.store(owner.token.value());
}

} // namespace clustd::guard
