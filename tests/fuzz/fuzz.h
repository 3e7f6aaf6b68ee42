#pragma once

#include <QByteArray>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

/// What the fuzz targets share. A target is one function over bytes: LLVMFuzzerTestOneInput(). It
/// keeps nothing from one call to the next that could change what a later one does.
namespace clustd::fuzz {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] inline QByteArray toByteArray(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

/// Takes an input apart from its front. Past its end everything is 0 or empty.
class Input
{
public:
    Input(const std::uint8_t *data, std::size_t size)
        : m_left(data, size)
    {
    }

    [[nodiscard]] bool isEmpty() const { return m_left.empty(); }
    [[nodiscard]] std::uint8_t byte()
    {
        const Bytes taken = first(1);
        return taken.empty() ? std::uint8_t{0} : taken.front();
    }
    [[nodiscard]] std::uint16_t word()
    {
        const unsigned high = byte();
        return static_cast<std::uint16_t>(high << 8U | byte());
    }
    /// One byte says how many follow.
    [[nodiscard]] Bytes some() { return first(byte()); }
    [[nodiscard]] Bytes first(std::size_t size)
    {
        const Bytes taken = m_left.first(std::min(size, m_left.size()));
        m_left = m_left.subspan(taken.size());
        return taken;
    }
    [[nodiscard]] Bytes rest() { return first(m_left.size()); }

private:
    Bytes m_left;
};

[[noreturn]] inline void broken(const char *promise, const char *file, int line)
{
    std::fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
    std::abort();
}

} // namespace clustd::fuzz

/// What must hold for every input. Ends the process otherwise, so that the input is kept.
#define FUZZ_PROMISE(condition)                                                                    \
    do {                                                                                           \
        if (!(condition)) [[unlikely]]                                                             \
            ::clustd::fuzz::broken(#condition, __FILE__, __LINE__);                                \
    } while (false)

// The names are libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);
