#include "crypto/fresh_iv.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace clustd::crypto {
namespace {

/// Bytes drawn ahead, in a page that the kernel empties in every forked process: none are left
/// there.
struct Store
{
    // As many IVs as one getentropy() may fill (256 bytes).
    static constexpr std::size_t kSize = 21 * kAeadIvSize;

    std::size_t left;
    std::array<std::uint8_t, kSize> bytes;
};

/// One thread's Store; null where the kernel cannot empty pages on a fork, and nothing is kept
/// then.
class Page
{
public:
    Page()
    {
        void *page = mmap(
            nullptr, sizeof(Store), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED)
            return;
        if (madvise(page, sizeof(Store), MADV_WIPEONFORK) != 0) {
            munmap(page, sizeof(Store));
            return;
        }
        m_store = new (page) Store{};
    }
    ~Page()
    {
        if (m_store == nullptr)
            return;
        OPENSSL_cleanse(m_store, sizeof(Store));
        munmap(m_store, sizeof(Store));
    }
    Page(const Page &) = delete;
    Page &operator=(const Page &) = delete;

    [[nodiscard]] Store *store() { return m_store; }

private:
    Store *m_store = nullptr;
};

bool draw(std::uint8_t *out, std::size_t size)
{
    int result = 0;
    do
        result = getentropy(out, size);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

void mixWithClock(std::uint8_t *iv)
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const auto time = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U
        + static_cast<std::uint64_t>(now.tv_nsec);
    std::uint64_t part = 0;
    std::memcpy(&part, iv, sizeof part);
    part ^= time;
    std::memcpy(iv, &part, sizeof part);
}

} // namespace

bool freshIv(std::uint8_t *iv)
{
    thread_local Page s_page;
    Store *store = s_page.store();
    if (store == nullptr)
        return draw(iv, kAeadIvSize);
    if (store->left < kAeadIvSize) {
        store->left = 0;
        if (!draw(store->bytes.data(), Store::kSize))
            return false;
        store->left = Store::kSize;
    }
    std::uint8_t *next = store->bytes.data() + (Store::kSize - store->left);
    std::copy_n(next, kAeadIvSize, iv);
    OPENSSL_cleanse(next, kAeadIvSize);
    store->left -= kAeadIvSize;
    mixWithClock(iv);
    return true;
}

} // namespace clustd::crypto
