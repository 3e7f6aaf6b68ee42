#include "demo/process_tree.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <signal.h>

namespace clustd::daemon {

std::vector<pid_t> childrenOf(pid_t pid)
{
    std::vector<pid_t> children;
    std::error_code gone; // A process that ends meanwhile has no children.
    // Each thread has a list of its own.
    const std::filesystem::path tasks = "/proc/" + std::to_string(pid) + "/task";
    for (std::filesystem::directory_iterator it(tasks, gone), end; !gone && it != end;
         it.increment(gone)) {
        std::ifstream file(it->path() / "children");
        for (pid_t child = 0; file >> child;)
            children.push_back(child);
    }
    return children;
}

void killTree(pid_t pid)
{
    ::kill(pid, SIGSTOP);
    for (const pid_t child : childrenOf(pid))
        killTree(child);
    ::kill(pid, SIGKILL);
}

bool isStopped(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    // The name stands in parentheses and may hold anything, parentheses too.
    const std::size_t end = line.rfind(')');
    return end != std::string::npos && end + 2 < line.size() && line[end + 2] == 'T';
}

} // namespace clustd::daemon
