#include "drivers/command_run.h"

#include <algorithm>
#include <csignal>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// How long a command that was cut short is waited for: SIGKILL leaves it nothing to do but vanish.
constexpr Duration kCutWait = 100ms;

} // namespace

std::chrono::milliseconds timerSpan(Duration duration)
{
    return std::clamp<std::chrono::milliseconds>(
        std::chrono::ceil<std::chrono::milliseconds>(duration), 0ms, std::chrono::hours(24 * 20));
}

QString spanText(Duration duration)
{
    return u"%1 ms"_s.arg(timerSpan(duration).count());
}

CommandRun::CommandRun(QObject *parent)
    : QObject(parent)
    , m_child(new ChildProcess(this))
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &CommandRun::onTimeout);
    connect(m_child, &ChildProcess::ended, this, &CommandRun::onEnded);
}

CommandRun::~CommandRun() = default;

void CommandRun::start(
    const ChildSpec &spec, const QString &what, const CommandLimits &limits, Driver::Done done)
{
    m_what = what;
    m_limits = limits;
    m_done = std::move(done);
    const Result<void> started = m_child->start(spec);
    if (!started) {
        const Outcome outcome = Outcome::failed(u"%1: %2"_s.arg(what, started.error().text()));
        QMetaObject::invokeMethod(
            this, [this, outcome] { finish(outcome); }, Qt::QueuedConnection);
        return;
    }
    m_reader = new OutputReader(m_child->takeOutput(), parent());
    connect(
        m_reader, &OutputReader::line, this, [this](const QString &text) { m_lastLine = text; });
    m_timer.start(timerSpan(limits.within));
}

void CommandRun::cutShort(const QString &why)
{
    if (!m_done)
        return;
    if (m_step == Step::Killing) {
        m_timer.start(std::min(m_timer.remainingTimeAsDuration(), timerSpan(kCutWait)));
        return;
    }
    m_failure = u"%1 %2"_s.arg(m_what, why);
    m_limits.killWithin = kCutWait;
    kill();
}

void CommandRun::onEnded(const ChildEnd &end)
{
    if (m_reader)
        m_reader->drain();
    if (m_failure.isEmpty() && !end.isOk())
        m_failure = u"%1 %2"_s.arg(m_what, end.text());
    if (m_failure.isEmpty()) {
        finish(Outcome::ok());
        return;
    }
    finish(
        Outcome::failed(m_lastLine.isEmpty() ? m_failure : u"%1: %2"_s.arg(m_failure, m_lastLine)));
}

void CommandRun::onTimeout()
{
    switch (m_step) {
    case Step::Running:
        m_failure = u"%1 took longer than %2"_s.arg(m_what, spanText(m_limits.within));
        if (m_limits.grace <= Duration::zero()) {
            kill();
            return;
        }
        m_step = Step::Terminating;
        m_child->signalGroup(SIGTERM);
        m_child->signalGroup(SIGCONT);
        m_timer.start(timerSpan(m_limits.grace));
        return;
    case Step::Terminating:
        kill();
        return;
    case Step::Killing:
        // Beyond reach: it stays a child of the driver, which goes on without it.
        m_child->disconnect(this);
        m_child->setParent(parent());
        connect(m_child, &ChildProcess::ended, m_child, &QObject::deleteLater);
        finish(Outcome::failed(u"%1; pid %2 bears SIGKILL"_s.arg(m_failure).arg(sessionId())));
        return;
    }
}

void CommandRun::kill()
{
    m_step = Step::Killing;
    m_child->signalGroup(SIGKILL);
    m_timer.start(timerSpan(m_limits.killWithin));
}

void CommandRun::finish(const Outcome &outcome)
{
    m_timer.stop();
    if (const Driver::Done done = std::exchange(m_done, {}))
        done(outcome);
}

} // namespace clustd::drivers
