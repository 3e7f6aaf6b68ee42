#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace clustd::fuzz {

using Sample = std::vector<std::uint8_t>;

/// Samples, changed a little: flipped bits, cuts, splices, numbers at their limits, words of a
/// dictionary. Mutation n of a seed is always the same for the same samples and dictionary.
class Mutator
{
public:
    /// @param samples at least one. @param words may be empty.
    Mutator(std::uint64_t seed, std::vector<Sample> samples, std::vector<Sample> words);

    [[nodiscard]] Sample mutation(std::uint64_t number);

    /// libFuzzer's form: lines of [name=]"text" with \xHH, \\ and \" in it, and # before comments.
    [[nodiscard]] static std::vector<Sample> wordsOf(const std::string &dictionary);

    static constexpr std::size_t kBytesMax = 8192;

private:
    void change(Sample &sample);
    [[nodiscard]] std::size_t below(std::size_t limit);

    const std::uint64_t m_seed;
    const std::vector<Sample> m_samples;
    const std::vector<Sample> m_words;
    std::mt19937_64 m_random;
};

} // namespace clustd::fuzz
