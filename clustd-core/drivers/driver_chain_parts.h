#pragma once

#include "drivers/driver_chain.h"
#include "drivers/health_check.h"

#include <QStringList>

/// What a chain keeps of its drivers and of a way down. Only for driver_chain*.cpp.
namespace clustd::drivers {

struct DriverChain::Link
{
    Driver *driver = nullptr;
    HealthCheck *health = nullptr; ///< Our child; null where there is no check
    Phase phase = Phase::Stopped;
    QString detail;
    bool isActive = false; ///< Told to start and not yet stopped for sure
    bool isUnknown = true; ///< Nobody knows yet what a former life left running
    bool isTried = false; ///< Its start was tried in this activation
    bool isHandled = false; ///< By this descent
    bool isHealthy = true;
    bool isSickTold = false;
    QString stopFailure; ///< Of this descent: why the stop command did not succeed

    [[nodiscard]] QString name() const { return driver->config().name; }
};

/// One way down: everything that is active is to be stopped.
struct DriverChain::Descent
{
    QList<Term> tokens; ///< Whoever waits for stopped()
    QString reason;
    DescentKind kind = DescentKind::Ordinary;
    bool isForced = false;
    Instant forcedAt{};
    Duration within{}; ///< D, when forced
    QStringList failures;

    void answerTo(Term token)
    {
        if (!tokens.contains(token))
            tokens += token;
    }
};

} // namespace clustd::drivers
