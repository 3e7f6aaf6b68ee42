// A daemon for tst_guard_process: guard_helper DIR STORY. It writes what it sees and does, one line
// each, to DIR/journal and its service processes' numbers to DIR/pids.
//
// Its first life starts three processes that only a guard gets rid of, hands over a plan and then
// does what STORY says; a later life writes what it was told and found, and leaves.

#include "guard/guard_process.h"
#include "guard/processes.h"
#include "util/clock.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;

namespace {

constexpr Incarnation kFirstLife{41};
constexpr Incarnation kNextLife{42};
constexpr Term kToken{7};
constexpr int kServices = 3;

std::string s_directory;
volatile sig_atomic_t s_asked = 0;

void note(const std::string &line)
{
    const std::string text = line + "\n";
    const int file
        = open((s_directory + "/journal").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        std::abort();
    close(file);
}

/// Never returns: a process that ignores what it can and lives until it is killed, though not for
/// ever if a test fails.
[[noreturn]] void serve(int said)
{
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        ::signal(signal, SIG_IGN);
    const pid_t self = getpid();
    if (write(said, &self, sizeof self) != static_cast<ssize_t>(sizeof self))
        _exit(1);
    close(said);
    // Only processes that were executed show their environment in /proc.
    execlp("sleep", "sleep", "300", nullptr);
    _exit(1);
}

/// A direct child, a child of that in a session of its own, and a daemon in the old style: forked
/// twice, its parent dead.
void startServices()
{
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0)
        std::abort();
    if (fork() == 0) {
        if (fork() == 0) {
            setsid();
            serve(pipe[1]);
        }
        serve(pipe[1]);
    }
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            serve(pipe[1]);
        _exit(0);
    }
    close(pipe[1]);
    std::ofstream pids(s_directory + "/pids");
    for (int i = 0; i < kServices; ++i) {
        pid_t pid = 0;
        if (read(pipe[0], &pid, sizeof pid) != static_cast<ssize_t>(sizeof pid))
            std::abort();
        pids << pid << '\n';
    }
    close(pipe[0]);
}

/// How many of the service processes are alive now.
int countServices()
{
    std::ifstream pids(s_directory + "/pids");
    int count = 0;
    for (pid_t pid = 0; pids >> pid;) {
        const auto stat = readProcessStat(pid);
        count += stat && !stat->isDead() ? 1 : 0;
    }
    return count;
}

/// Waits for the next word of the guard, or for a signal.
std::vector<GuardMessage> hear(GuardClient &client)
{
    for (;;) {
        std::vector<GuardMessage> messages = client.readEvents();
        if (!messages.empty() || s_asked != 0)
            return messages;
        pollfd watched{client.fd(), POLLIN, 0};
        poll(&watched, 1, 50);
    }
}

/// @return whether the guard has confirmed
bool activate(GuardClient &client, const std::string &story, Duration lease)
{
    FencePlan plan;
    const std::vector<std::string> env{
        "CLUSTD_ACTION=fence", "JOURNAL=" + s_directory + "/journal", "DIR=" + s_directory};
    const auto shell
        = [&](const char *name, const std::string &script, Duration timeout, bool isRequired) {
              const std::vector<std::string> argv{"sh", "-c", script};
              return plan.run({name, argv, env, timeout, isRequired});
          };
    bool isFilled = shell("hanging", "echo hangs >> $JOURNAL; exec sleep 300", 500ms, false);
    if (story == "failing")
        isFilled = isFilled
            && shell("failing",
                "test -e $DIR/second || { touch $DIR/second; echo fails >> $JOURNAL; exit 1; }",
                60s, true);
    if (story == "own path") {
        std::vector<std::string> withPath = env;
        withPath.push_back("PATH=" + s_directory + "/bin:/usr/bin:/bin");
        const std::vector<std::string> argv{"noting"};
        isFilled = isFilled && plan.run({"own path", argv, withPath, 60s, true});
    }
    if (story == "overrun" || story == "stubborn")
        isFilled = isFilled
            && shell("overrun", "echo fails >> $JOURNAL; test -e $DIR/permit", 60s, true);
    isFilled = isFilled
        && shell("web", "echo $CLUSTD_ACTION in $CLUSTD_DEADLINE_MS >> $JOURNAL", 60s, true);
    if (!isFilled)
        return false;
    client.sendPlan(kToken, clusterNow() + lease, plan);
    const std::vector<GuardMessage> answers = hear(client);
    return !answers.empty() && std::holds_alternative<PlanConfirmed>(answers.front());
}

int laterLife(GuardClient &client, const ChildStart &start)
{
    client.sendHello(kNextLife, 4s);
    std::string line = "next life after " + start.lastEnd + ", dead:";
    for (const Incarnation former : start.formerLives)
        line += ' ' + std::to_string(former.value());
    note(line + ", running: " + std::to_string(countServices()));
    client.sendLeaving();
    return 0;
}

/// As on a busy machine: the pipe is closed some time before the process has ended.
int endSlowly(GuardClient &client, int code)
{
    client = GuardClient();
    poll(nullptr, 0, 1000);
    return code;
}

int firstLife(GuardClient &client, const std::string &story)
{
    if (story == "refused")
        return 3;
    if (story == "cannot start")
        return 7;
    if (story == "cannot start, slowly")
        return endSlowly(client, 7);
    const bool isShort = story == "overrun" || story == "stubborn";
    client.sendHello(kFirstLife, isShort ? 400ms : 4s);
    startServices();
    if (story == "idle crash")
        raise(SIGKILL);
    if (story == "no place for the plan") {
        unlink((s_directory + "/plan/guard").c_str());
        rmdir((s_directory + "/plan").c_str());
    }
    const bool isConfirmed = activate(client, story,
        story == "hang"           ? 4500ms
            : story == "overrun"  ? 900ms
            : story == "stubborn" ? 3s
                                  : 1h);
    note(isConfirmed ? "active " + std::to_string(getpid()) : "not confirmed");

    if (story == "crash" || story == "failing" || story == "own path")
        raise(SIGKILL);
    if (story == "hang" || story == "overrun" || story == "left over")
        raise(SIGSTOP);
    if (story == "exit while active")
        return 0;
    if (story == "garbage")
        send(client.fd(), "garbage", 7, MSG_NOSIGNAL);
    if (story == "mute")
        client = GuardClient();
    if (story == "late exit") {
        client.sendStopped(kToken);
        return 9;
    }
    struct sigaction onTerm
    {
    };
    onTerm.sa_handler = [](int) { s_asked = 1; };
    sigaction(SIGTERM, &onTerm, nullptr);
    note("waiting");
    while (s_asked == 0 && client.isConnected())
        for (const GuardMessage &message : hear(client))
            if (std::holds_alternative<GuardDied>(message)) {
                note("guard died");
                return 1; // without having stopped anything
            }
    if (s_asked != 0)
        note("asked to end");
    if (story == "mute" || story == "garbage")
        pause();
    client.sendStopped(kToken);
    client.sendLeaving();
    if (story == "leave slowly")
        return endSlowly(client, 6);
    return story == "leave with a code" ? 6 : 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    s_directory = argv[1];
    const std::string story = argv[2];
    GuardOptions options;
    options.planDirectory = s_directory + "/plan";
    if (story == "overrun" || access((s_directory + "/reset").c_str(), F_OK) == 0)
        options.lastResort = {s_directory + "/reset", "b"};
    if (story == "watched")
        options.watchdog = {s_directory + "/watchdog", 1s};
    return runGuarded(options, [&story](GuardClient client, const ChildStart &start) {
        const bool isFirst = start.restarts == 0 && start.formerLives.empty();
        return isFirst ? firstLife(client, story) : laterLife(client, start);
    });
}
