#include "drivers/health_check.h"

#include "drivers/command_run.h"

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;

HealthCheck::HealthCheck(Driver &driver, QObject *parent)
    : QObject(parent)
    , m_driver(driver)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &HealthCheck::run);
}

void HealthCheck::begin(const Activation &activation)
{
    m_activation = activation;
    m_isOn = true;
    m_isRunning = false;
    m_isSick = false;
    m_failures = 0;
    ++m_round;
    m_timer.start(timerSpan(m_driver.config().checkInterval));
}

void HealthCheck::end()
{
    m_isOn = false;
    m_timer.stop();
}

void HealthCheck::checkNow()
{
    if (m_isOn && !m_isRunning)
        m_timer.start(0);
}

void HealthCheck::run()
{
    m_isRunning = true;
    m_driver.check(m_activation, [this, round = m_round](const Outcome &outcome) {
        if (round == m_round)
            onChecked(outcome);
    });
}

void HealthCheck::onChecked(const Outcome &outcome)
{
    m_isRunning = false;
    if (!m_isOn)
        return;
    m_timer.start(timerSpan(m_driver.config().checkInterval));
    if (outcome.isOk) {
        m_failures = 0;
        if (std::exchange(m_isSick, false))
            Q_EMIT turnedWell();
        return;
    }
    ++m_failures;
    const int forgiven = m_driver.config().retries;
    if (m_failures <= forgiven) {
        Q_EMIT faltered(u"%1 (%2 of %3 forgiven)"_s.arg(outcome.why).arg(m_failures).arg(forgiven));
    } else if (!std::exchange(m_isSick, true)) {
        Q_EMIT turnedSick(m_failures > 1
                ? u"%1 (%2 times in a row)"_s.arg(outcome.why).arg(m_failures)
                : outcome.why);
    }
}

} // namespace clustd::drivers
