// Does the timer kill its process, a stopped one too, and only while it is armed?

#include "guard/kill_timer.h"
#include "util/clock.h"

#include <QTest>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clustd;
using namespace clustd::guard;
using namespace std::chrono_literals;

namespace {

/// How a child ends that does @p story with a timer of its own; it exits with 5 when it is not
/// killed.
template <typename Story> int fateOf(Story story)
{
    const pid_t pid = fork();
    if (pid == 0) {
        KillTimer timer;
        story(timer);
        _exit(5);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 100 + WEXITSTATUS(status);
}

void waitFor(Duration span)
{
    const Instant end = clusterNow() + span;
    while (clusterNow() < end)
        usleep(1000);
}

} // namespace

class TestKillTimer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strikesAProcessThatIsStopped()
    {
        QCOMPARE(fateOf([](KillTimer &timer) {
            timer.arm(20ms);
            raise(SIGSTOP);
        }),
            SIGKILL);
    }

    void strikesAtOnceWhatIsOverdue()
    {
        QCOMPARE(fateOf([](KillTimer &timer) {
            timer.arm(-1s);
            waitFor(5s);
        }),
            SIGKILL);
    }

    void sparesWhenDisarmedOrArmedAnew()
    {
        QCOMPARE(fateOf([](KillTimer &timer) {
            timer.arm(200ms);
            timer.disarm();
            waitFor(300ms);
            timer.arm(200ms);
            timer.arm(1h);
            waitFor(300ms);
        }),
            105);
        KillTimer here;
        here.arm(1h);
        here.disarm();
    }
};

QTEST_GUILESS_MAIN(TestKillTimer)
#include "tst_kill_timer.moc"
