#include "fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace clustd::fuzz {
namespace {

/// Where lengths and counters go wrong.
constexpr std::array<std::uint64_t, 16> kLimits{0, 1, 0x17, 0x18, 0x7f, 0x80, 0xff, 0x100, 0x7fff,
    0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff};

using Offset = std::ptrdiff_t;

} // namespace

Mutator::Mutator(std::uint64_t seed, std::vector<Sample> samples, std::vector<Sample> words)
    : m_seed(seed)
    , m_samples(std::move(samples))
    , m_words(std::move(words))
{
}

std::size_t Mutator::below(std::size_t limit)
{
    // Not std::uniform_int_distribution, which differs from one standard library to the next.
    return limit == 0 ? 0 : m_random() % limit;
}

Sample Mutator::mutation(std::uint64_t number)
{
    std::seed_seq seeds{m_seed, number};
    m_random.seed(seeds);
    Sample sample = m_samples[below(m_samples.size())];
    const std::size_t changes = 1 + below(5);
    for (std::size_t i = 0; i < changes; ++i)
        change(sample);
    if (sample.size() > kBytesMax)
        sample.resize(kBytesMax);
    return sample;
}

void Mutator::change(Sample &sample)
{
    const std::size_t at = below(sample.size());
    const std::size_t length = below(1 + below(sample.size() - at + 1));
    const auto place = sample.begin() + static_cast<Offset>(at);
    switch (below(9)) {
    case 0:
        if (!sample.empty())
            sample[at] ^= static_cast<std::uint8_t>(1U << below(8));
        break;
    case 1:
        if (!sample.empty())
            sample[at] = static_cast<std::uint8_t>(m_random());
        break;
    case 2: // Shorter, in the middle
        sample.erase(place, place + static_cast<Offset>(length));
        break;
    case 3: // Shorter, at the end
        sample.resize(at);
        break;
    case 4: { // A part of it twice
        const Sample part(place, place + static_cast<Offset>(length));
        sample.insert(place, part.begin(), part.end());
        break;
    }
    case 5: { // The end of another one
        const Sample &other = m_samples[below(m_samples.size())];
        const auto from = static_cast<Offset>(below(other.size()));
        sample.resize(at);
        sample.insert(sample.end(), other.begin() + from, other.end());
        break;
    }
    case 6: { // A number at its limit, in 1, 2, 4 or 8 bytes of either order
        const std::uint64_t value = kLimits[below(kLimits.size())];
        const std::size_t width = std::size_t{1} << below(4);
        const bool isBig = below(2) == 1;
        for (std::size_t i = 0; i < width && at + i < sample.size(); ++i)
            sample[at + i] = static_cast<std::uint8_t>(value >> (8 * (isBig ? width - 1 - i : i)));
        break;
    }
    case 7: { // A number at its limit, as text
        const std::string value = std::to_string(kLimits[below(kLimits.size())]);
        sample.insert(place, value.begin(), value.end());
        break;
    }
    default:
        if (!m_words.empty()) {
            const Sample &word = m_words[below(m_words.size())];
            if (below(2) == 1)
                sample.erase(place, place + static_cast<Offset>(length));
            sample.insert(sample.begin() + static_cast<Offset>(at), word.begin(), word.end());
        }
        break;
    }
}

std::vector<Sample> Mutator::wordsOf(const std::string &dictionary)
{
    std::vector<Sample> words;
    std::istringstream lines(dictionary);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = line.find('"');
        const std::size_t end = line.rfind('"');
        if (line.starts_with('#') || begin == std::string::npos || begin == end)
            continue;
        Sample word;
        for (std::size_t i = begin + 1; i < end; ++i) {
            if (line[i] == '\\' && i + 3 < end && line[i + 1] == 'x') {
                std::uint8_t value = 0;
                std::from_chars(&line[i + 2], &line[i + 2] + 2, value, 16);
                word.push_back(value);
                i += 3;
                continue;
            }
            if (line[i] == '\\' && i + 1 < end)
                ++i;
            word.push_back(static_cast<std::uint8_t>(line[i]));
        }
        words.push_back(std::move(word));
    }
    return words;
}

} // namespace clustd::fuzz
