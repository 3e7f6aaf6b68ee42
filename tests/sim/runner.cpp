#include "sim/runner.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include <time.h>

namespace clustd::sim {

BatchResult runBatch(const Batch &batch)
{
    using Clock = std::chrono::steady_clock;
    // Of one thread's own work: the machine may be busy with other things as well.
    const auto worked = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + Duration(time.tv_nsec);
    };
    std::atomic<std::uint64_t> next{0};
    std::atomic<bool> isEnough{false};
    std::mutex mutex;
    BatchResult result;
    const auto began = Clock::now();
    election::g_mutation = batch.mutation;

    const auto work = [&] {
        const Duration workedBefore = worked();
        while (!isEnough) {
            const std::uint64_t index = next++;
            if (index >= batch.count)
                break;
            Outcome outcome = runSeed(batch.first + index * batch.step);
            const std::lock_guard lock(mutex);
            ++result.runs;
            result.events += outcome.events;
            result.activations += outcome.activations;
            result.simulated += outcome.lasted;
            if (batch.isEnough && batch.isEnough(outcome))
                isEnough = true;
            if (outcome.violation)
                result.violations.push_back(std::move(outcome));
        }
        const std::lock_guard lock(mutex);
        result.busy += worked() - workedBefore;
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < batch.threads; ++i)
        threads.emplace_back(work);
    work();
    for (std::thread &thread : threads)
        thread.join();

    result.took = Clock::now() - began;
    std::sort(result.violations.begin(), result.violations.end(),
        [](const Outcome &a, const Outcome &b) { return a.seed < b.seed; });
    return result;
}

} // namespace clustd::sim
