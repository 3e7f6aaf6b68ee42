// A service for tests: appends a CLOCK_BOOTTIME stamp every few milliseconds while it lives, so
// that a judge can prove from the file when it ran. Usage: stamp_service FILE
// [--ignore-term|--main-thread-ends]; the last leaves the work to another thread, and /proc shows a
// zombie.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t s_stop = 0;

void onTerm(int)
{
    s_stop = 1;
}

long long bootNanoseconds()
{
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return static_cast<long long>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

int stamp(int file)
{
    const char *const term = getenv("CLUSTD_TERM");
    while (s_stop == 0) {
        char line[96];
        const int n = std::snprintf(line, sizeof line, "%d %s %lld\n", getpid(),
            term != nullptr ? term : "0", bootNanoseconds());
        if (write(file, line, static_cast<std::size_t>(n)) != n)
            return 1;
        poll(nullptr, 0, 5);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    const bool ignoreTerm = argc > 2 && std::strcmp(argv[2], "--ignore-term") == 0;
    signal(SIGTERM, ignoreTerm ? SIG_IGN : onTerm);
    const int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0)
        return 1;
    if (argc > 2 && std::strcmp(argv[2], "--main-thread-ends") == 0) {
        std::thread([file] { std::_Exit(stamp(file)); }).detach();
        pthread_exit(nullptr);
    }
    return stamp(file);
}
