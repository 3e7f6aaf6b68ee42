// Does a fuzz target hold for its corpus and some mutations of it? Runs one without libFuzzer, with
// any compiler: for the test suite, and to look at a single input in a debugger.

#include "fuzz/fuzz.h"
#include "fuzz/mutator.h"

#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

// Defined by AddressSanitizer where it is linked; its findings end the process without a signal.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace {

namespace fs = std::filesystem;
using clustd::fuzz::Mutator;
using clustd::fuzz::Sample;

struct Options
{
    std::uint64_t seed = 1570;
    std::uint64_t count = 1000;
    std::optional<std::uint64_t> only;
    std::chrono::seconds timeMax{20};
    std::string dictionary;
    std::vector<fs::path> inputs;
};

/// CPU time of one input; usual are less than milliseconds.
constexpr time_t kSecondsMax = 20;

constexpr const char *kUsage
    = "Usage: %s [--seed S] [--count N] [--only N] [--at-most SECONDS] [--dict FILE] "
      "FILE|FOLDER...\n"
      "Runs every file, then N mutations of them (or only number N). A broken promise, a crash or "
      "an input\n"
      "that takes too long ends it; that input is then in a file in the current folder.\n";

std::optional<Options> optionsFrom(int argc, char **argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (!word.starts_with("--")) {
            options.inputs.emplace_back(word);
            continue;
        }
        if (++i == argc)
            return {};
        const char *value = argv[i];
        if (word == "--dict") {
            options.dictionary = value;
            continue;
        }
        char *end = nullptr;
        const std::uint64_t number = std::strtoull(value, &end, 10);
        if (end == value || *end != '\0')
            return {};
        if (word == "--seed")
            options.seed = number;
        else if (word == "--count")
            options.count = number;
        else if (word == "--only")
            options.only = number;
        else if (word == "--at-most")
            options.timeMax = std::chrono::seconds(number);
        else
            return {};
    }
    return options.inputs.empty() ? std::nullopt : std::optional(options);
}

Sample readFile(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Sorted, so that a mutation's number means the same on every file system.
std::vector<fs::path> filesIn(const std::vector<fs::path> &inputs)
{
    std::vector<fs::path> files;
    for (const fs::path &input : inputs) {
        if (!fs::is_directory(input)) {
            files.push_back(input);
            continue;
        }
        for (const fs::directory_entry &entry : fs::directory_iterator(input)) {
            if (entry.is_regular_file())
                files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

// What is under way, for the moment of death: nothing may be allocated then.
const Sample *s_input = nullptr;
char s_name[512];
char s_keepAs[512];

void say(const char *text)
{
    (void)!::write(STDERR_FILENO, text, std::strlen(text));
}

void keepInput()
{
    const Sample *input = s_input;
    if (input == nullptr)
        return;
    s_input = nullptr;
    const int file = ::open(s_keepAs, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const bool isKept = file >= 0
        && ::write(file, input->data(), input->size()) == static_cast<ssize_t>(input->size());
    const char *const told[] = {
        "\nfinding in ", s_name, isKept ? "; the input is in " : "; cannot write ", s_keepAs, "\n"};
    for (const char *text : told)
        say(text);
}

void onSignal(int number)
{
    keepInput();
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void run(const Sample &sample)
{
    // In CPU time, so that a busy machine is no finding.
    const itimerval limit{{0, 0}, {kSecondsMax, 0}};
    ::setitimer(ITIMER_PROF, &limit, nullptr);
    s_input = &sample;
    // A copy of exactly its size, so that a sanitizer sees a read behind the end.
    const Sample exact(sample.begin(), sample.end());
    (void)LLVMFuzzerTestOneInput(exact.data(), exact.size());
    s_input = nullptr;
}

} // namespace

int main(int argc, char **argv)
{
    const std::optional<Options> options = optionsFrom(argc, argv);
    if (!options) {
        std::fprintf(stderr, kUsage, argv[0]);
        return 2;
    }
    const std::string target = fs::path(argv[0]).filename();
    std::snprintf(s_keepAs, sizeof s_keepAs, "%s.finding", target.c_str());
    for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGPROF, SIGTERM})
        std::signal(number, onSignal);
    if (__sanitizer_set_death_callback != nullptr)
        __sanitizer_set_death_callback(keepInput);

    std::vector<Sample> samples;
    for (const fs::path &file : filesIn(options->inputs)) {
        if (!fs::exists(file)) {
            std::fprintf(stderr, "%s: no such file or folder\n", file.c_str());
            return 2;
        }
        samples.push_back(readFile(file));
        if (options->only)
            continue;
        std::snprintf(s_name, sizeof s_name, "%s", file.c_str());
        run(samples.back());
    }
    if (samples.empty()) {
        std::fprintf(stderr, "%s: no file in the given folders\n", target.c_str());
        return 2;
    }

    const std::size_t files = samples.size();
    std::vector<Sample> words;
    if (!options->dictionary.empty()) {
        const Sample text = readFile(options->dictionary);
        words = Mutator::wordsOf(std::string(text.begin(), text.end()));
    }
    Mutator mutator(options->seed, std::move(samples), std::move(words));
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t first = options->only.value_or(0);
    const std::uint64_t last = options->only ? first + 1 : options->count;
    std::uint64_t number = first;
    for (; number < last && std::chrono::steady_clock::now() - begin < options->timeMax; ++number) {
        std::snprintf(
            s_name, sizeof s_name, "mutation %" PRIu64 " of seed %" PRIu64, number, options->seed);
        run(mutator.mutation(number));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%s: %zu files and %" PRIu64 " of %" PRIu64 " mutations of seed %" PRIu64
                " in %.1f s, no finding\n",
        target.c_str(), files, number - first, last - first, options->seed, took.count());
    return 0;
}
