#pragma once

#include "drivers/driver.h"

#include <QObject>
#include <QTimer>

namespace clustd::drivers {

/// Runs one driver's check every check_interval while it is started, and judges: sick after more
/// failures in a row than `retries` forgives, well again after one success.
///
/// The interval counts from the end of a check to the start of the next, so a slow check is never
/// run twice at a time.
///
/// Thread: the chain's. Owner: QObject parent.
class HealthCheck : public QObject
{
    Q_OBJECT
public:
    /// @param driver outlives this; has a check
    explicit HealthCheck(Driver &driver, QObject *parent = nullptr);

    void begin(const Activation &activation);
    /// No verdict comes after this. A running check is ended by the driver's cutShort().
    void end();
    /// Now instead of when the interval is over; nothing while one runs or none is wanted.
    void checkNow();

Q_SIGNALS:
    void turnedSick(const QString &why);
    void turnedWell();
    /// A failure that is still forgiven.
    void faltered(const QString &why);

private:
    void run();
    void onChecked(const Outcome &outcome);

    Driver &m_driver;
    Activation m_activation;
    bool m_isOn = false;
    bool m_isRunning = false;
    bool m_isSick = false;
    int m_failures = 0; ///< In a row
    quint64 m_round = 0; ///< Of begin(): answers to an earlier one are dropped
    QTimer m_timer;
};

} // namespace clustd::drivers
