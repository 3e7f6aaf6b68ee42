#include "demo/keeper.h"

#include "demo/process_tree.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <termios.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace clustd::daemon {
namespace {

constexpr std::string_view kLeaveBoard = "\x1b[?25h\x1b[?1049l";

/// Whoever is killed leaves its children to us, so it takes some rounds. What SIGKILL does not end
/// within 5 s is left to the kernel.
void endAllBelow()
{
    constexpr int kRoundsMax = 1000;
    const timespec pause{0, 5'000'000};
    for (int round = 0; round < kRoundsMax; ++round) {
        while (::waitpid(-1, nullptr, WNOHANG) > 0) { }
        const std::vector<pid_t> left = childrenOf(::getpid());
        if (left.empty())
            return;
        for (const pid_t pid : left)
            killTree(pid);
        ::nanosleep(&pause, nullptr);
    }
}

} // namespace

int runKept(const std::string &folder, const std::function<int()> &demo)
{
    termios terminal = {};
    const bool hasTerminal
        = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &terminal) == 0;
    // What loses its parent comes to us, so that nothing gets away.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        std::perror("clustd: fork");
        return 1;
    }
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent)
            ::raise(SIGTERM);
        return demo();
    }

    // The child ends in order, and we after it. ^C comes to both already; twice does no harm.
    static pid_t s_child;
    s_child = child;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        ::signal(number, [](int signal) { ::kill(s_child, signal); });
    ::signal(SIGQUIT, SIG_IGN);

    int status = 0;
    pid_t ended = 0;
    while (ended != child) {
        ended = ::waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR)
            break;
    }
    endAllBelow();
    if (WIFEXITED(status))
        return WEXITSTATUS(status);

    if (hasTerminal) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
        if (::isatty(STDOUT_FILENO) == 1) [[maybe_unused]]
            const ssize_t n = ::write(STDOUT_FILENO, kLeaveBoard.data(), kLeaveBoard.size());
    }
    std::error_code ignored; // Nobody is left who could want it.
    std::filesystem::remove_all(folder, ignored);
    std::fprintf(stderr, "clustd: the demo was killed by signal %d; all it had started is gone\n",
        WTERMSIG(status));
    return 1;
}

} // namespace clustd::daemon
