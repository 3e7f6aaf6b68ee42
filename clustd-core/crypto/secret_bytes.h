#pragma once

#include <openssl/crypto.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace clustd::crypto {

/// Key material of a fixed size: wiped when it goes, moved but never copied by accident.
template <std::size_t Size> class SecretBytes
{
public:
    SecretBytes() = default;
    ~SecretBytes() { wipe(); }
    SecretBytes(SecretBytes &&other) noexcept
        : m_bytes(other.m_bytes)
    {
        other.wipe();
    }
    SecretBytes &operator=(SecretBytes &&other) noexcept
    {
        if (this != &other) {
            m_bytes = other.m_bytes;
            other.wipe();
        }
        return *this;
    }
    SecretBytes(const SecretBytes &) = delete;
    SecretBytes &operator=(const SecretBytes &) = delete;

    [[nodiscard]] SecretBytes clone() const
    {
        SecretBytes copy;
        copy.m_bytes = m_bytes;
        return copy;
    }

    [[nodiscard]] std::uint8_t *data() { return m_bytes.data(); }
    [[nodiscard]] const std::uint8_t *data() const { return m_bytes.data(); }
    [[nodiscard]] static constexpr std::size_t size() { return Size; }
    void wipe() noexcept { OPENSSL_cleanse(m_bytes.data(), Size); }

private:
    std::array<std::uint8_t, Size> m_bytes{};
};

using Key32 = SecretBytes<32>;

} // namespace clustd::crypto
