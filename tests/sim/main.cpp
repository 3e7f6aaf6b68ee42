// clustd-sim: runs the real election in virtual time from seeds; `./dev sim` builds and calls it.

#include "sim/families.h"
#include "sim/mutations.h"
#include "sim/runner.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QStringList>

#include <cstdio>
#include <thread>

using namespace Qt::Literals::StringLiterals;
using namespace clustd;
using namespace clustd::sim;

namespace {

double seconds(Duration span)
{
    return double(span.count()) / 1e9;
}

QString replayCommand(std::uint64_t seed, const QString &mutation)
{
    return u"./dev sim --seed %1%2 --trace"_s.arg(
        QString::number(seed), mutation.isEmpty() ? QString() : u" --mutation "_s + mutation);
}

void printViolation(const Outcome &outcome, const QString &mutation)
{
    std::printf("seed %llu (%s): promise %d broken at %s ms: %s\n    replay: %s\n",
        static_cast<unsigned long long>(outcome.seed), toText(outcome.family),
        outcome.violation->promise, timeText(outcome.violation->at).c_str(),
        outcome.violation->text.c_str(), qPrintable(replayCommand(outcome.seed, mutation)));
}

void printTotals(const BatchResult &result)
{
    std::printf("%llu runs, %.1f hours simulated, %llu activations, %llu events in %.1f s: %.2f "
                "million events a second and core\n",
        static_cast<unsigned long long>(result.runs), seconds(result.simulated) / 3600,
        static_cast<unsigned long long>(result.activations),
        static_cast<unsigned long long>(result.events), seconds(result.took),
        double(result.events) / seconds(result.busy) / 1e6);
}

int runOne(std::uint64_t seed, bool isTracing, const MutationCase *mutation)
{
    if (mutation)
        election::g_mutation = mutation->mutation;
    std::function<void(const std::string &)> sayTo;
    if (isTracing)
        sayTo = [](const std::string &line) { std::puts(line.c_str()); };
    const Outcome outcome = runSeed(seed, sayTo);
    if (outcome.violation) {
        printViolation(outcome, mutation ? QString::fromLatin1(mutation->name) : QString());
        return 1;
    }
    std::printf(
        "seed %llu (%s): %s ms simulated, %zu activations, %llu events, all promises kept\n",
        static_cast<unsigned long long>(seed), toText(outcome.family),
        timeText(outcome.lasted).c_str(), outcome.activations,
        static_cast<unsigned long long>(outcome.events));
    return 0;
}

int runMany(const Batch &batch, const MutationCase *mutation)
{
    const BatchResult result = runBatch(batch);
    std::size_t shown = 0;
    for (const Outcome &outcome : result.violations) {
        if (++shown > 20)
            break;
        printViolation(outcome, mutation ? QString::fromLatin1(mutation->name) : QString());
    }
    printTotals(result);
    if (result.violations.empty()) {
        std::printf(
            "all promises kept in %llu runs\n", static_cast<unsigned long long>(result.runs));
        return 0;
    }
    std::printf("%zu of %llu runs broke a promise\n", result.violations.size(),
        static_cast<unsigned long long>(result.runs));
    return 1;
}

/// Each change of the rules must be noticed: by its promise, within so many seeds of its family.
int runMutations(std::uint64_t seedsMax, unsigned threads, const MutationCase *only)
{
    std::size_t caught = 0;
    std::size_t tried = 0;
    for (const MutationCase &mutation : allMutations()) {
        if (only && only != &mutation)
            continue;
        ++tried;
        Batch batch;
        batch.first = std::uint64_t(mutation.family);
        batch.step = kFamilies;
        batch.count = seedsMax;
        batch.threads = threads;
        batch.mutation = mutation.mutation;
        batch.isEnough = [&](const Outcome &outcome) {
            return outcome.violation && outcome.violation->promise == mutation.promise;
        };
        const BatchResult result = runBatch(batch);
        const Outcome *proof = nullptr;
        for (const Outcome &outcome : result.violations) {
            if (!proof && outcome.violation->promise == mutation.promise)
                proof = &outcome;
        }
        if (proof) {
            ++caught;
            std::printf("caught  %-26s promise %d, seed %llu after %llu runs: %s\n", mutation.name,
                mutation.promise, static_cast<unsigned long long>(proof->seed),
                static_cast<unsigned long long>(result.runs), proof->violation->text.c_str());
        } else {
            std::printf("MISSED  %-26s promise %d kept in %llu runs (%s)%s\n", mutation.name,
                mutation.promise, static_cast<unsigned long long>(result.runs), mutation.what,
                result.violations.empty() ? "" : ", another was broken:");
            if (!result.violations.empty())
                printViolation(result.violations.front(), QString::fromLatin1(mutation.name));
        }
        std::fflush(stdout);
    }
    std::printf("%zu of %zu mutations of the rules caught\n", caught, tried);
    return caught == tried ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"clustd-sim"_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Runs the real election and the guard's rules in virtual time and checks the promises of "
        "docs/ELECTION.md.\nA seed names one run: its family (chaos, sets, single, flapping), its "
        "machines and all that happens to them."_s);
    parser.addHelpOption();
    const QCommandLineOption seeds(u"seeds"_s,
        u"Run so many seeds, a quarter of each family (default 2000)."_s, u"N"_s, u"2000"_s);
    const QCommandLineOption from(u"from"_s, u"The first of them (default 0)."_s, u"N"_s, u"0"_s);
    const QCommandLineOption seed(u"seed"_s, u"Run this one."_s, u"N"_s);
    const QCommandLineOption trace(u"trace"_s, u"With --seed: print the transcript."_s);
    const QCommandLineOption mutations(
        u"mutations"_s, u"Show that each deliberate change of the rules is caught."_s);
    const QCommandLineOption mutation(
        u"mutation"_s, u"Run under this change of the rules; 'list' names them."_s, u"NAME"_s);
    const QCommandLineOption limit(u"limit"_s,
        u"With --mutations: how many runs each may take to be caught (default 20000)."_s, u"N"_s,
        u"20000"_s);
    const QCommandLineOption jobs(u"jobs"_s, u"Threads (default: one per core)."_s, u"N"_s,
        QString::number(std::max(1U, std::thread::hardware_concurrency())));
    parser.addOptions({seeds, from, seed, trace, mutations, mutation, limit, jobs});
    parser.process(app);

    bool isGood = parser.positionalArguments().isEmpty();
    const auto number = [&](const QCommandLineOption &option) {
        bool isNumber = false;
        const qulonglong value = parser.value(option).toULongLong(&isNumber);
        isGood = isGood && isNumber;
        return std::uint64_t(value);
    };
    const std::uint64_t count = number(seeds);
    const std::uint64_t first = number(from);
    const std::uint64_t caseLimit = number(limit);
    const auto threads = unsigned(std::max<std::uint64_t>(1, number(jobs)));
    const std::uint64_t one = parser.isSet(seed) ? number(seed) : 0;
    if (parser.value(mutation) == u"list") {
        for (const MutationCase &entry : allMutations())
            std::printf("%-26s promise %d  %s\n", entry.name, entry.promise, entry.what);
        return 0;
    }
    const MutationCase *only = findMutation(parser.value(mutation).toStdString());
    if (!isGood || (parser.isSet(mutation) && !only)) {
        std::fprintf(stderr, "clustd-sim: %s; see --help\n",
            isGood ? qPrintable(u"no mutation is named '%1', '--mutation list' names them"_s.arg(
                parser.value(mutation)))
                   : "a number is not one, or an argument is too many");
        return 2;
    }
    if (parser.isSet(mutations))
        return runMutations(caseLimit, threads, only);
    if (parser.isSet(seed))
        return runOne(one, parser.isSet(trace), only);
    Batch batch;
    batch.first = first;
    batch.count = count;
    batch.threads = threads;
    if (only)
        batch.mutation = only->mutation;
    return runMany(batch, only);
}
