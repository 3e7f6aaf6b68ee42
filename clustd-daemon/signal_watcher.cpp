#include "signal_watcher.h"

#include "util/assert.h"

#include <QSocketNotifier>

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace clustd::daemon {
namespace {

int s_writeEnd = -1; // A handler may only touch what is async-signal-safe: one write to this pipe.

constexpr std::array kHarmless{SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO};

void handler(int number)
{
    const int saved = errno;
    const char byte = char(number);
    // A full pipe already holds a signal that will be seen.
    [[maybe_unused]] const ssize_t written = ::write(s_writeEnd, &byte, 1);
    errno = saved;
}

} // namespace

SignalWatcher::SignalWatcher(QObject *parent)
    : QObject(parent)
{
    CLUSTD_ASSERT(s_writeEnd == -1);
    CLUSTD_ASSERT(::pipe2(m_pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    s_writeEnd = m_pipe[1];
    m_notifier = new QSocketNotifier(m_pipe[0], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &SignalWatcher::readSignals);

    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaction(number, &action, nullptr);
    // They mean nothing here, and by default they would end the daemon. Handled and not ignored,
    // since what drivers start would inherit the latter.
    action.sa_handler = [](int) {};
    for (const int number : kHarmless)
        sigaction(number, &action, nullptr);
    // A peer or a driver that closes its end is an error of that write, not the end of the daemon.
    signal(SIGPIPE, SIG_IGN);
}

SignalWatcher::~SignalWatcher()
{
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        signal(number, SIG_DFL);
    for (const int number : kHarmless)
        signal(number, SIG_DFL);
    s_writeEnd = -1;
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

void SignalWatcher::readSignals()
{
    std::array<char, 64> bytes{};
    const ssize_t n = ::read(m_pipe[0], bytes.data(), bytes.size());
    bool terminate = false;
    bool reload = false;
    for (ssize_t i = 0; i < n; ++i)
        (bytes[std::size_t(i)] == SIGHUP ? reload : terminate) = true;
    if (terminate)
        Q_EMIT terminateAsked();
    else if (reload)
        Q_EMIT reloadAsked();
}

} // namespace clustd::daemon
