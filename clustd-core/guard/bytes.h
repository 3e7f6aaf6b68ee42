#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

/// How the guard's messages and its plan file look in bytes: little-endian integers and raw text in
/// buffers of fixed size. Allocates nothing.
namespace clustd::guard {

/// CRC-32 (IEEE 802.3, as in zlib): finds damage, proves nothing about who wrote it.
[[nodiscard]] constexpr std::uint32_t crc32(std::span<const std::byte> bytes) noexcept
{
    std::uint32_t crc = 0xffffffffU;
    for (const std::byte byte : bytes) {
        crc ^= std::to_integer<std::uint32_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    }
    return ~crc;
}

/// Writes into a buffer that the caller owns. After the first thing that does not fit, nothing more
/// is written.
class ByteWriter
{
public:
    explicit ByteWriter(std::span<std::byte> buffer)
        : m_buffer(buffer)
    {
    }

    template <typename Unsigned> void number(Unsigned value)
    {
        std::byte bytes[sizeof(Unsigned)];
        for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
            bytes[i] = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i));
        raw(bytes);
    }

    void raw(std::span<const std::byte> bytes)
    {
        m_fits = m_fits && bytes.size() <= m_buffer.size() - m_size;
        if (!m_fits || bytes.empty())
            return;
        std::memcpy(m_buffer.data() + m_size, bytes.data(), bytes.size());
        m_size += bytes.size();
    }

    [[nodiscard]] bool fits() const { return m_fits; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::span<const std::byte> written() const { return m_buffer.first(m_size); }

private:
    std::span<std::byte> m_buffer;
    std::size_t m_size = 0;
    bool m_fits = true;
};

/// Reads what ByteWriter wrote. After the first read past the end every number is 0 and isValid()
/// is false.
class ByteReader
{
public:
    explicit ByteReader(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    template <typename Unsigned> [[nodiscard]] Unsigned number()
    {
        const std::span<const std::byte> bytes = raw(sizeof(Unsigned));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
        return static_cast<Unsigned>(value);
    }

    [[nodiscard]] std::span<const std::byte> raw(std::size_t size)
    {
        m_isValid = m_isValid && size <= m_bytes.size();
        if (!m_isValid)
            return {};
        const std::span<const std::byte> taken = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return taken;
    }

    [[nodiscard]] bool isValid() const { return m_isValid; }
    [[nodiscard]] std::size_t left() const { return m_bytes.size(); }

private:
    std::span<const std::byte> m_bytes;
    bool m_isValid = true;
};

} // namespace clustd::guard
