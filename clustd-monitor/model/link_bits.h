#pragma once

#include <QtGlobal>

#include <cstddef>
#include <utility>
#include <vector>

namespace clustd::monitor {

/// Who hears whom among numbered machines, in two bits a pair: a hundred machines take 3 kB, so
/// that a copy of it is cheap. Thread: any, one at a time.
class LinkBits
{
public:
    enum class Word { Unknown, Up, Down };

    /// What was known stays. @param count not below size()
    void resize(std::size_t count)
    {
        const std::size_t words = (count + 63) / 64;
        if (words != m_words) {
            std::vector<quint64> wider(count * words * 2, 0);
            for (std::size_t row = 0; row < m_size * 2; ++row) {
                for (std::size_t word = 0; word < m_words; ++word)
                    wider[row * words + word] = m_bits[row * m_words + word];
            }
            m_bits = std::move(wider);
            m_words = words;
        } else {
            m_bits.resize(count * words * 2, 0);
        }
        m_size = count;
    }

    [[nodiscard]] std::size_t size() const { return m_size; }

    void set(std::size_t from, std::size_t to, Word word)
    {
        const quint64 bit = quint64(1) << (to % 64);
        quint64 &up = m_bits[from * 2 * m_words + to / 64];
        quint64 &down = m_bits[(from * 2 + 1) * m_words + to / 64];
        up = word == Word::Up ? up | bit : up & ~bit;
        down = word == Word::Down ? down | bit : down & ~bit;
    }

    [[nodiscard]] Word at(std::size_t from, std::size_t to) const
    {
        const quint64 bit = quint64(1) << (to % 64);
        if (m_bits[from * 2 * m_words + to / 64] & bit)
            return Word::Up;
        return m_bits[(from * 2 + 1) * m_words + to / 64] & bit ? Word::Down : Word::Unknown;
    }

    /// A new life of @p from knows nobody yet.
    void forget(std::size_t from)
    {
        for (std::size_t word = 0; word < m_words * 2; ++word)
            m_bits[from * 2 * m_words + word] = 0;
    }

private:
    std::size_t m_size = 0;
    std::size_t m_words = 0; ///< Of 64 bits, for each of the two rows of a machine
    std::vector<quint64> m_bits; ///< For each machine: a row of Up, a row of Down
};

} // namespace clustd::monitor
