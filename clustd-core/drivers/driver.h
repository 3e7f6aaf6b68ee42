#pragma once

#include "config/config.h"
#include "guard/fence_plan.h"
#include "util/instant.h"
#include "util/strong_id.h"

#include <QObject>
#include <QString>

#include <functional>

/// What starts and stops things on the master: the drivers of the configuration, in their order.
namespace clustd::drivers {

/// One mastership of this machine, as drivers are told of it.
struct Activation
{
    Term token; ///< The fencing token: the term that was won
    QString node; ///< This machine
    QString master; ///< Who is master now: this machine while starting, empty where nobody is known
    QString cluster;
    QString reason; ///< For people: why it starts or stops
    Instant deadline{}; ///< q + L when the order was given; it moves on with each renewal
};

/// What a driver is doing. Failed: the last action failed, or what runs ended by itself.
enum class Phase { Stopped, Starting, Started, Stopping, Failed };
[[nodiscard]] QString toText(Phase phase);

/// One row of status.
struct DriverState
{
    QString name;
    QString type; ///< "exec"
    Phase phase = Phase::Stopped;
    bool isHealthy = true;
    QString detail; ///< Empty while all is as it should be; else why, with the last line of output

    friend bool operator==(const DriverState &, const DriverState &) = default;
};

/// How an action ended. A timeout is a failure.
struct Outcome
{
    bool isOk = false;
    QString why; ///< Of a failure, for people

    [[nodiscard]] static Outcome ok() { return {true, {}}; }
    [[nodiscard]] static Outcome failed(QString why) { return {false, std::move(why)}; }
};

/// One thing to start and stop. Knows nothing of the others, nor of elections.
///
/// Every action answers exactly once, through its Done, from the event loop and never from inside
/// the call. One action at a time (start, stop, fence, sweep); a check may run beside none of them.
///
/// Thread: the chain's. Owner: the DriverChain, as QObject parent.
/// Errors: values of Outcome; a Done that is not called in time is a fault of the driver.
class Driver : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(const Outcome &)>;

    [[nodiscard]] const config::Driver &config() const { return m_config; }
    [[nodiscard]] virtual QString type() const = 0;

    /// Starts it, within timeouts.start.
    virtual void start(const Activation &activation, Done done) = 0;

    /// Stops it by the ordinary path, within timeouts.stop, and makes sure that nothing of it is
    /// left. Must succeed when nothing runs.
    virtual void stop(const Activation &activation, Done done) = 0;

    /// Stops it by force. What still runs after @p within is killed with SIGKILL; if something
    /// bears even that for another @p killWithin, it is a failure.
    virtual void fence(
        const Activation &activation, Duration within, Duration killWithin, Done done)
        = 0;

    /// Kills what processes of this driver are left on the machine, from this life of the daemon or
    /// a former one, without running any command.
    virtual void sweep(Duration killWithin, Done done) = 0;

    /// False: health is known only from ended().
    [[nodiscard]] virtual bool hasCheck() const = 0;
    /// Asks whether it works, within timeouts.check.
    virtual void check(const Activation &activation, Done done) = 0;

    /// Ends the running action or check at once, by force; its Done comes with a failure. What the
    /// action has done so far stays done. Harmless when nothing is under way.
    virtual void cutShort() = 0;

    /// SIGKILL to every process of this driver now, whatever action is under way. Does not wait.
    virtual void killNow() = 0;

    /// Adds what the guard must do so that nothing of this driver stays active. False if it does
    /// not fit.
    /// Thread: any; depends on nothing that changes, unless @p withProcesses asks for the process
    /// groups that run now (then: the chain's thread).
    [[nodiscard]] virtual bool addTo(
        guard::FencePlan &plan, const Activation &activation, bool withProcesses) const = 0;

Q_SIGNALS:
    /// What was started is no longer there, though nobody asked it to stop.
    void ended(const QString &why);
    /// One line of what its commands print; bounded in length and rate.
    void output(const QString &line);
    /// New processes run that only addTo(…, true) can name.
    void processesChanged();

protected:
    explicit Driver(config::Driver config, QObject *parent = nullptr)
        : QObject(parent)
        , m_config(std::move(config))
    {
    }

private:
    const config::Driver m_config;
};

} // namespace clustd::drivers
