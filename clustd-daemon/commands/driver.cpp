#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/load_config.h"
#include "commands/own_guard.h"
#include "commands/text_table.h"
#include "config/config_text.h"
#include "drivers/command_environment.h"
#include "drivers/command_run.h"
#include "drivers/driver_factory.h"
#include "logging.h"
#include "output.h"
#include "signal_watcher.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using drivers::Activation;
using drivers::Outcome;

// As the daemon does it: drivers/exec_driver.cpp.
constexpr Duration kTerminateGrace = 2s;
constexpr Duration kKillWithin = 5s;

/// What the daemon of this machine says, as far as one answers.
struct Standing
{
    std::optional<control::ClusterStatus> status;
    QString trouble; ///< Why there is none
};

Standing askDaemon(const config::Config &config)
{
    const auto session = ControlSession::makeFor(config, ownUri(config.server));
    if (!session)
        return {{}, session.error().text()};
    const ControlSession::Answer answer = (*session)->request(u"get_cluster"_s, {}, 5s);
    if (!answer)
        return {{}, answer.error().message};
    Result<control::ClusterStatus> status = control::statusFromCbor(*answer);
    if (!status)
        return {{}, status.error().text()};
    return {std::move(*status), {}};
}

/// Why @p action would harm what the cluster does now, or nothing. A check changes nothing.
std::optional<Error> objection(
    const config::Config &config, const Standing &standing, const QString &action)
{
    if (action == u"check")
        return std::nullopt;
    const QString id = QString::fromStdString(config.cluster.id.value());
    const auto refused = [&id](const QString &what, const QString &remedy) {
        return Error{ErrorCode::Refused, id, what, remedy + u", or use --force"_s};
    };
    if (!standing.status) {
        const bool runs = OwnGuard::find(config).has_value();
        return refused(u"%1, so it is not known who is active: %2"_s.arg(
                           runs ? u"its daemon does not answer"_s : u"no daemon runs here"_s,
                           standing.trouble),
            u"see that the service runs on no machine"_s);
    }
    const control::ClusterStatus &status = *standing.status;
    const control::NodeRow *own = status.find(status.self);
    const QString state = own ? own->state : QString();
    if (status.master == status.self || (state != u"follower" && state != u"maintenance"))
        return refused(u"this machine is '%1', and the daemon starts and stops the service"_s.arg(
                           status.active && status.master == status.self ? u"active"_s : state),
            u"give the role away first, with 'clustd maintenance on'"_s);
    if (action != u"start")
        return std::nullopt;
    if (status.master)
        return refused(u"%1 is master, and the service would run twice"_s.arg(*status.master),
            u"try it where nobody is master while the cluster is paused"_s);
    if (!status.paused)
        return refused(u"nobody is master, but an election may start the service elsewhere"_s,
            u"say 'clustd pause' first"_s);
    return std::nullopt;
}

/// What one action came to.
struct Tried
{
    Outcome outcome;
    QStringList output;
    bool isOutputHeld = false; ///< Something that was left running can still write
};

/// Runs one action in this process, bounded by its timeout; ^C cuts it short.
class Trial
{
public:
    Trial(const config::Config &config, const config::Driver &driver, bool isQuiet)
        : m_driver(driver)
        , m_household{config.cluster.name, QString::fromStdString(config.cluster.id.value()),
              config.stateDir, false}
        , m_isQuiet(isQuiet)
    {
    }

    Tried runCommand(const config::Command &command, const QString &action,
        const Activation &activation, Duration within)
    {
        drivers::ChildSpec spec;
        spec.argv = command.argv;
        spec.environment = drivers::withEnvironment(drivers::inheritedEnvironment(),
            drivers::commandEnvironment(
                m_household, m_driver, action.toLatin1().constData(), activation, within));
        const bool isCheck = action == u"check";
        QObject owner;
        drivers::CommandRun run(&owner);
        QObject::connect(&m_signals, &SignalWatcher::terminateAsked, &run,
            [&run] { run.cutShort(u"was cut short"_s); });
        run.start(spec, action, {within, isCheck ? Duration::zero() : kTerminateGrace, kKillWithin},
            [this](const Outcome &outcome) { end(outcome); });
        if (drivers::OutputReader *output = run.output())
            QObject::connect(output, &drivers::OutputReader::line, &owner,
                [this](const QString &line) { take(line); });
        wait();
        m_tried.isOutputHeld = isHeld(run.output());
        return std::move(m_tried);
    }

    /// Starts what goes on, until its start is done, and stops it again.
    Tried runService(const Activation &activation)
    {
        // Its lines come to the log too, which a person need not read twice.
        setLogLevel(config::LogLevel::Warning);
        m_household.place += u"/by-hand"_s;
        const auto list = drivers::makeDrivers({m_driver}, m_household);
        drivers::Driver &driver = *list.front();
        QObject::connect(&driver, &drivers::Driver::output, &driver,
            [this](const QString &line) { take(line); });
        QObject::connect(
            &m_signals, &SignalWatcher::terminateAsked, &driver, [&driver] { driver.cutShort(); });
        driver.start(activation, [this](const Outcome &outcome) { end(outcome); });
        wait();
        const Outcome started = *m_ended;
        m_ended.reset();
        driver.stop(activation, [this](const Outcome &outcome) { end(outcome); });
        wait();
        if (!started.isOk)
            m_tried.outcome = started;
        return std::move(m_tried);
    }

private:
    void take(const QString &line)
    {
        m_tried.output += line;
        if (!m_isQuiet)
            printOut(printable(line) + u'\n');
    }
    /// Whether it has not come to its end a moment after that of its command.
    bool isHeld(const QPointer<drivers::OutputReader> &output)
    {
        if (output)
            QObject::connect(output, &QObject::destroyed, &m_loop, &QEventLoop::quit);
        QTimer::singleShot(output ? 100ms : 0ms, &m_loop, &QEventLoop::quit);
        m_loop.exec();
        return output != nullptr;
    }
    void end(const Outcome &outcome)
    {
        m_ended = outcome;
        m_loop.quit();
    }
    void wait()
    {
        if (!m_ended)
            m_loop.exec();
        m_tried.outcome = *m_ended;
    }

    const config::Driver &m_driver;
    drivers::Household m_household;
    const bool m_isQuiet;
    const SignalWatcher m_signals;
    QEventLoop m_loop;
    std::optional<Outcome> m_ended;
    Tried m_tried;
};

Result<config::Driver> findDriver(const config::Config &config, const QString &name)
{
    QStringList names;
    for (const config::Driver &driver : config.drivers) {
        if (driver.name == name)
            return driver;
        names += driver.name;
    }
    return fail(ErrorCode::Usage, u"driver"_s,
        u"the file has no driver %1"_s.arg(config::quoted(name)),
        names.isEmpty() ? u"it has none at all"_s : u"it has "_s + names.join(u", "_s));
}

ExitCode run(const Arguments &arguments)
{
    const QString name = arguments.positional(1);
    const QString action = arguments.positional(2);
    const QString usage = u"use clustd driver test NAME start|stop|check"_s;
    if (arguments.positional(0) != u"test")
        return report({ErrorCode::Usage, u"driver"_s,
            config::quoted(arguments.positional(0)) + u" is nothing to do with a driver"_s, usage});
    if (!QStringList{u"start"_s, u"stop"_s, u"check"_s}.contains(action))
        return report({ErrorCode::Usage, u"driver"_s,
            config::quoted(action) + u" is none of its actions"_s, usage});
    const std::optional<config::Config> config = loadConfigFor(arguments);
    if (!config)
        return ExitCode::Config;
    const Result<config::Driver> driver = findDriver(*config, name);
    if (!driver)
        return report(driver.error());
    const bool isService = !driver->run.isEmpty();
    const config::Command &command = action == u"check" ? driver->check
        : action == u"stop"                             ? driver->stop
        : isService                                     ? driver->run
                                                        : driver->start;
    if (command.isEmpty())
        return report({ErrorCode::Refused, name,
                          action == u"stop"
                              ? u"it has no stop command: its process gets SIGTERM, then SIGKILL"_s
                              : u"it has no check command"_s,
                          {}},
            arguments);

    const Standing standing = askDaemon(*config);
    if (const std::optional<Error> why = objection(*config, standing, action)) {
        if (!arguments.isSet(u"force"_s))
            return report(*why, arguments);
        printNote(u"forced, though %1"_s.arg(why->what));
    }
    const Duration within = action == u"check" ? driver->timeouts.check
        : action == u"stop"                    ? driver->timeouts.stop
                                               : driver->timeouts.start;
    Activation activation;
    const QString id = QString::fromStdString(config->cluster.id.value());
    activation.node = id;
    activation.cluster = config->cluster.name;
    activation.reason = u"tried by hand"_s;
    activation.deadline = clusterNow() + within;
    if (standing.status)
        activation.token = Term{standing.status->term};
    activation.master = action == u"start" ? id
        : standing.status                  ? standing.status->master.value_or(QString())
                                           : QString();

    Trial trial(*config, *driver, arguments.isJson());
    const Instant from = clusterNow();
    const Tried tried = isService && action == u"start"
        ? trial.runService(activation)
        : trial.runCommand(command, action, activation, within);
    const qint64 took = (clusterNow() - from) / 1ms;
    if (tried.isOutputHeld)
        printNote(u"%1: what it left running writes to this command, and may end at its next line; "
                  u"let it write to a file"_s.arg(name));
    if (arguments.isJson()) {
        QJsonObject object{{u"schema"_s, control::kSchema}, {u"ok"_s, tried.outcome.isOk},
            {u"driver"_s, name}, {u"action"_s, action}, {u"duration_ms"_s, took},
            {u"output"_s, QJsonArray::fromStringList(tried.output)}};
        if (!tried.outcome.isOk) {
            object.insert(u"code"_s, u"failed"_s);
            object.insert(u"error"_s, tried.outcome.why);
        }
        printJson(object);
    }
    if (!tried.outcome.isOk) {
        printNote(printable(u"%1: %2"_s.arg(name, tried.outcome.why)));
        return ExitCode::Failed;
    }
    printNote(u"%1: %2 succeeded in %3 ms"_s.arg(name,
        isService && action == u"start" ? u"start, and then the stop,"_s : action,
        QString::number(took)));
    return ExitCode::Done;
}

} // namespace

Command driverCommand()
{
    return {.name = u"driver"_s,
        .summary = u"Try one action of a driver by hand, with its output"_s,
        .details
        = u"Runs the command of the file as the daemon would, with its environment and timeout. "
          u"What has 'run' is started and stopped again. Refused where it would meddle with what "
          u"the cluster does: start and stop on a master or beside one, and where no daemon "
          u"answers. Exit code 1: the action failed, or was refused."_s,
        .argumentsSyntax = u"test NAME start|stop|check"_s,
        .argumentsMin = 3,
        .argumentsMax = 3,
        .options = {{u"force"_s, u"All the same: the service may run twice, or stop."_s}},
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
