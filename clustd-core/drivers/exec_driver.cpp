#include "drivers/exec_driver.h"

#include "drivers/command_environment.h"
#include "guard/addresses.h"
#include "util/log_categories.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <string>

#include <unistd.h>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr Duration kTerminateGrace = 2s;
constexpr Duration kKillWithin = 5s;
constexpr std::chrono::milliseconds kProbeInterval = 200ms;
constexpr int kNamedMax = 16; ///< Processes in the guard's plan; of its 64 steps
constexpr int kLastLooks = 50;
constexpr unsigned kLastLookMicroseconds = 4000;

std::vector<std::string> toStd(const QList<QByteArray> &texts)
{
    std::vector<std::string> result;
    for (const QByteArray &text : texts)
        result.push_back(text.toStdString());
    return result;
}

} // namespace

ExecDriver::ExecDriver(config::Driver config, Household household, QObject *parent)
    : Driver(std::move(config), parent)
    , m_household(std::move(household))
    , m_inherited(inheritedEnvironment())
    , m_processes(m_household.mark(this->config().name),
          m_household.usesCgroups ? DriverCgroup(m_household.cgroupName(this->config().name))
                                  : DriverCgroup())
    , m_startTimer(this)
    , m_probeTimer(this)
{
    m_startTimer.setSingleShot(true);
    m_probeTimer.setSingleShot(true);
    m_probeTimer.setInterval(kProbeInterval);
    connect(&m_startTimer, &QTimer::timeout, this, [this] {
        if (m_check)
            m_check->cutShort(u"was cut short"_s);
        finish(Outcome::failed(m_lastLine.isEmpty()
                ? u"start took longer than %1"_s.arg(spanText(this->config().timeouts.start))
                : u"start took longer than %1: %2"_s.arg(
                    spanText(this->config().timeouts.start), m_lastLine)));
    });
}

ExecDriver::~ExecDriver()
{
    m_done = {};
    m_checkDone = {};
    if (m_service)
        m_service->disconnect(this);
    m_processes.kill(DriverProcesses::Reach::Descendants);
    // A few milliseconds as a rule; what bears SIGKILL is left to the guard.
    for (int i = 0;
         i < kLastLooks && !m_processes.find(DriverProcesses::Reach::Descendants).isEmpty(); ++i) {
        ::usleep(kLastLookMicroseconds);
        m_processes.kill(DriverProcesses::Reach::Descendants);
    }
    delete m_job;
    delete m_check;
    m_service.reset();
    m_processes.cgroup().remove();
}

QString ExecDriver::type() const
{
    return u"exec"_s;
}

bool ExecDriver::hasCheck() const
{
    return !config().check.isEmpty();
}

// ---- actions

void ExecDriver::start(const Activation &activation, Done done)
{
    beginAction(std::move(done));
    m_isStopping = false;
    m_lastLine.clear();
    if (isSupervisor()) {
        startService(activation);
        return;
    }
    const CommandLimits limits{config().timeouts.start, kTerminateGrace, kKillWithin};
    runJob(config().start, "start", activation, limits, [this](const Outcome &outcome) {
        m_processes.adoptStrays(m_startTicks);
        noteLeft();
        finish(outcome);
    });
    m_startTicks = DriverProcesses::startTicks(m_job->sessionId());
}

void ExecDriver::stop(const Activation &activation, Done done)
{
    beginAction(std::move(done));
    m_isStopping = true;
    const Duration within = config().timeouts.stop;
    if (isSupervisor()) {
        startSweep(
            {.terminateFor = within, .killWithin = kKillWithin, .isExpected = true}, Outcome::ok());
        return;
    }
    const Instant end = clusterNow() + within;
    runJob(config().stop, "stop", activation, {within, kTerminateGrace, kKillWithin},
        [this, end](const Outcome &outcome) {
            // A stop command need not wait for what it has told to end, so that is given the rest.
            const Duration left = std::max(end - clusterNow(), Duration::zero());
            startSweep(
                {.terminateFor = outcome.isOk ? left : Duration::zero(), .killWithin = kKillWithin},
                outcome);
        });
}

void ExecDriver::fence(
    const Activation &activation, Duration within, Duration killWithin, Done done)
{
    beginAction(std::move(done));
    m_isStopping = true;
    if (isSupervisor()) {
        startSweep(
            {.terminateFor = within / 2, .killWithin = within / 2 + killWithin, .isExpected = true},
            Outcome::ok());
        return;
    }
    runJob(config().stop, "fence", activation, {within, Duration::zero(), killWithin},
        [this, killWithin](
            const Outcome &outcome) { startSweep({.killWithin = killWithin}, outcome); });
}

void ExecDriver::sweep(Duration killWithin, Done done)
{
    beginAction(std::move(done));
    m_isStopping = true;
    startSweep({.killWithin = killWithin, .reach = DriverProcesses::Reach::Machine}, Outcome::ok());
}

void ExecDriver::check(const Activation &activation, Done done)
{
    // One that was cut short may not have vanished yet; nobody waits for its answer any more.
    delete m_check;
    m_checkDone = std::move(done);
    m_check = new CommandRun(this);
    const Duration within = config().timeouts.check;
    const CommandLimits limits{within, Duration::zero(), kKillWithin};
    m_check->start(spec(config().check, "check", activation, within), u"check"_s, limits,
        [this, run = m_check](const Outcome &outcome) {
            m_processes.forgetSession(run->sessionId());
            run->deleteLater();
            m_check = nullptr;
            if (const Done checked = std::exchange(m_checkDone, {}))
                checked(outcome);
        });
    m_processes.noteSession(m_check->sessionId());
    if (OutputReader *output = m_check->output()) {
        connect(output, &OutputReader::line, this, [this](const QString &line) {
            qCDebug(lcDrivers).noquote() << config().name + u": check: "_s + line;
        });
    }
}

void ExecDriver::cutShort()
{
    const QString why = u"was cut short"_s;
    if (m_check)
        m_check->cutShort(why);
    if (!m_done)
        return;
    if (m_job)
        m_job->cutShort(why);
    else if (m_sweep)
        m_sweep->cutShort(why);
    else
        finishLater(Outcome::failed(u"start "_s + why));
}

void ExecDriver::killNow()
{
    if (m_service)
        m_service->signalGroup(SIGKILL);
    m_processes.kill(DriverProcesses::Reach::Descendants);
}

// ---- commands

ChildSpec ExecDriver::spec(const config::Command &command, const char *action,
    const Activation &activation, Duration within)
{
    ChildSpec result;
    result.argv = command.argv;
    result.environment = withEnvironment(
        m_inherited, commandEnvironment(m_household, config(), action, activation, within));
    if (m_processes.cgroup().create())
        result.cgroup = m_processes.cgroup().path();
    return result;
}

void ExecDriver::runJob(const config::Command &command, const char *action,
    const Activation &activation, const CommandLimits &limits, Done then)
{
    m_job = new CommandRun(this);
    m_job->start(spec(command, action, activation, limits.within), QString::fromLatin1(action),
        limits, [this, run = m_job, then = std::move(then)](const Outcome &outcome) {
            run->deleteLater();
            m_job = nullptr;
            then(outcome);
        });
    m_processes.noteSession(m_job->sessionId());
    if (OutputReader *output = m_job->output())
        connect(output, &OutputReader::line, this, &ExecDriver::onLine);
}

void ExecDriver::startService(const Activation &activation)
{
    m_isStarting = true;
    m_service = std::make_unique<ChildProcess>();
    connect(m_service.get(), &ChildProcess::executed, this,
        [this, activation] { onServiceExecuted(activation); });
    connect(m_service.get(), &ChildProcess::ended, this, &ExecDriver::onServiceEnded);
    const Result<void> started
        = m_service->start(spec(config().run, "start", activation, config().timeouts.start));
    if (!started) {
        m_service.reset();
        finishLater(Outcome::failed(u"start: "_s + started.error().text()));
        return;
    }
    m_processes.noteSession(m_service->sessionId());
    m_serviceOutput = new OutputReader(m_service->takeOutput(), this);
    connect(m_serviceOutput, &OutputReader::line, this, &ExecDriver::onLine);
    m_startTimer.start(timerSpan(config().timeouts.start));
}

void ExecDriver::onServiceExecuted(const Activation &activation)
{
    const pid_t leader = m_service->sessionId();
    m_left = {{leader, leader, DriverProcesses::startTicks(leader), {}}};
    Q_EMIT processesChanged();
    if (!m_isStarting)
        return;
    if (!hasCheck()) {
        finish(Outcome::ok());
        return;
    }
    connect(&m_probeTimer, &QTimer::timeout, this, [this, activation] { probe(activation); });
    probe(activation);
}

void ExecDriver::probe(const Activation &activation)
{
    check(activation, [this](const Outcome &outcome) {
        if (!m_isStarting)
            return;
        if (outcome.isOk) {
            finish(Outcome::ok());
            return;
        }
        m_lastLine = outcome.why;
        m_probeTimer.start();
    });
}

void ExecDriver::onServiceEnded(const ChildEnd &end)
{
    if (m_serviceOutput)
        m_serviceOutput->drain();
    m_service.release()->deleteLater();
    m_left.clear();
    const QString why = m_lastLine.isEmpty() ? end.text() : end.text() + u": "_s + m_lastLine;
    if (m_isStarting) {
        if (m_check)
            m_check->cutShort(u"was cut short"_s);
        finish(Outcome::failed(u"start: "_s + why));
    } else if (m_isStopping) {
        if (m_sweep)
            m_sweep->lookNow();
    } else {
        Q_EMIT ended(why);
    }
}

// ---- ends

void ExecDriver::startSweep(const ProcessSweep::Limits &limits, const Outcome &soFar)
{
    m_sweep = new ProcessSweep(m_processes, config().name, this);
    m_sweep->start(limits, [this, soFar](const Outcome &outcome) {
        std::exchange(m_sweep, nullptr)->deleteLater();
        QStringList faults;
        if (!soFar.isOk)
            faults += soFar.why;
        if (outcome.isOk) {
            m_left.clear();
            m_processes.cgroup().remove();
        } else {
            faults += outcome.why;
        }
        faults += removeAddresses();
        finish(faults.isEmpty() ? Outcome::ok() : Outcome::failed(faults.join(u"; "_s)));
    });
}

/// What `stop` should have taken away. @return what could not be removed, and why
QStringList ExecDriver::removeAddresses() const
{
    QStringList faults;
    for (const config::InterfaceAddress &one : config().fenceAddresses) {
        const int error = guard::removeAddress(
            one.interface.toLocal8Bit().constData(), one.address.toLatin1().constData());
        if (error != 0)
            faults += u"address %1 on %2: %3%4"_s.arg(one.address, one.interface,
                QString::fromLocal8Bit(std::strerror(error)),
                error == EPERM ? u" (clustd needs CAP_NET_ADMIN for it)"_s : QString());
    }
    return faults;
}

void ExecDriver::noteLeft()
{
    QList<FoundProcess> found = m_processes.find(DriverProcesses::Reach::Descendants);
    const bool isSame = std::equal(m_left.begin(), m_left.end(), found.begin(), found.end(),
        [](const FoundProcess &a, const FoundProcess &b) {
            return a.pid == b.pid && a.startTicks == b.startTicks;
        });
    if (isSame)
        return;
    m_left.assign(found.begin(), found.end());
    Q_EMIT processesChanged();
}

void ExecDriver::finish(const Outcome &outcome)
{
    m_isStarting = false;
    m_startTimer.stop();
    m_probeTimer.stop();
    m_probeTimer.disconnect(this);
    if (const Done done = std::exchange(m_done, {}))
        done(outcome);
}

void ExecDriver::finishLater(const Outcome &outcome)
{
    QMetaObject::invokeMethod(
        this,
        [this, outcome, action = m_actionCount] {
            if (action == m_actionCount)
                finish(outcome);
        },
        Qt::QueuedConnection);
}

void ExecDriver::beginAction(Done done)
{
    m_done = std::move(done);
    ++m_actionCount;
}

void ExecDriver::onLine(const QString &line)
{
    m_lastLine = line;
    qCInfo(lcDrivers).noquote() << config().name + u": "_s + line;
    Q_EMIT output(line);
}

bool ExecDriver::addTo(
    guard::FencePlan &plan, const Activation &activation, bool withProcesses) const
{
    const QByteArray cgroup = m_processes.cgroup().path();
    if (!cgroup.isEmpty() && !plan.killCgroup(cgroup.toStdString()))
        return false;
    if (withProcesses) {
        for (const FoundProcess &process : m_left) {
            if (process.pid == process.group)
                plan.killGroup(process.group);
        }
        // Those whose group has lost its leader one by one, as far as there is room.
        int named = 0;
        for (const FoundProcess &process : m_left) {
            const bool hasLeader = std::any_of(m_left.begin(), m_left.end(),
                [&process](const FoundProcess &other) { return other.pid == process.group; });
            if (!hasLeader && named++ < kNamedMax)
                plan.killProcess(process.pid, process.startTicks);
        }
    }
    for (const config::InterfaceAddress &one : config().fenceAddresses) {
        if (!plan.removeAddress(one.interface.toStdString(), one.address.toStdString()))
            return false;
    }
    if (isSupervisor())
        return true;
    const std::string name = config().name.toStdString();
    QList<QByteArray> words;
    for (const QString &word : config().stop.argv)
        words += word.toLocal8Bit();
    const std::vector<std::string> argv = toStd(words);
    // How long it may take the guard says itself.
    Activation fenced = activation;
    fenced.reason = u"the daemon is dead, or late with its lease"_s;
    QList<QByteArray> own
        = commandEnvironment(m_household, config(), "fence", fenced, config().timeouts.stop);
    own.removeIf([](const QByteArray &entry) { return entry.startsWith("CLUSTD_DEADLINE_MS="); });
    const std::vector<std::string> environment = toStd(own);
    return plan.run({.name = name,
        .argv = argv,
        .env = environment,
        .timeout = config().timeouts.stop,
        .isRequired = true});
}

} // namespace clustd::drivers
