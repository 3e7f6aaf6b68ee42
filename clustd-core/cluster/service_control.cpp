#include "cluster/service_control.h"

#include "drivers/driver_factory.h"
#include "util/log_categories.h"

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using election::ServiceCommand;

namespace {

QString doingOf(ServiceCommand::Kind kind)
{
    switch (kind) {
    case ServiceCommand::Kind::Prepare:
        return u"prepare the guard"_s;
    case ServiceCommand::Kind::Start:
        return u"start the drivers"_s;
    case ServiceCommand::Kind::Reassert:
        return u"announce and check the drivers again"_s;
    case ServiceCommand::Kind::Stop:
        return u"stop the drivers"_s;
    case ServiceCommand::Kind::Fence:
        return u"stop the drivers by force"_s;
    }
    return {};
}

} // namespace

ServiceControl::ServiceControl(const config::Config &config, GuardPort *guard, bool advise,
    const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_guard(guard)
    , m_advise(advise)
    , m_chain(new drivers::DriverChain(
          drivers::makeDrivers(config.drivers,
              {config.cluster.name, QString::fromStdString(config.cluster.id.value()),
                  config.stateDir}),
          clock))
{
    using drivers::DriverChain;
    m_thread.setObjectName(u"drivers"_s);
    m_chain->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_chain, &QObject::deleteLater);
    // Direct: the thread object lives where the destructor waits for it, so a queued call would
    // never come.
    connect(m_chain, &DriverChain::shutDown, &m_thread, &QThread::quit, Qt::DirectConnection);

    // In the chain's thread, where it is known whether a stop had been ordered when this was said.
    connect(
        m_chain, &DriverChain::stopped, m_chain,
        [this](Term token) {
            if (m_isStopOrdered)
                QMetaObject::invokeMethod(
                    this, [this, token] { onStopped(token); }, Qt::QueuedConnection);
        },
        Qt::DirectConnection);
    connect(
        m_chain, &DriverChain::stopFailed, m_chain,
        [this](Term token, const QString &why) {
            if (m_isStopOrdered)
                QMetaObject::invokeMethod(
                    this, [this, token, why] { Q_EMIT stopFailed(token, why); },
                    Qt::QueuedConnection);
        },
        Qt::DirectConnection);
    connect(m_chain, &DriverChain::rightSet, this, &ServiceControl::rightSet);
    connect(m_chain, &DriverChain::started, this, &ServiceControl::started);
    connect(m_chain, &DriverChain::startFailed, this,
        [this](Term, const QString &driver, const QString &why) { Q_EMIT sick(driver, why); });
    connect(m_chain, &DriverChain::sick, this, &ServiceControl::sick);
    connect(m_chain, &DriverChain::well, this, &ServiceControl::well);
    connect(m_chain, &DriverChain::driverEvent, this,
        [this](const QString &name, const QVariantMap &detail) {
            Q_EMIT driverEvent(name, QCborMap::fromVariantMap(detail));
        });
    connect(m_chain, &DriverChain::statesChanged, this, &ServiceControl::takeStates);
    connect(m_chain, &DriverChain::fencePlanChanged, this,
        [this](Term token, const guard::FencePlan &plan) {
            if (m_guard && m_token == token)
                m_guard->givePlan(token, m_deadline, plan);
        });
    if (m_guard) {
        connect(m_guard, &GuardPort::planHeld, this, [this](Term token) {
            if (m_token == token)
                Q_EMIT guardReady(token);
        });
        connect(m_guard, &GuardPort::planRefused, this, &ServiceControl::planRefused);
    }
    takeStates(m_chain->states());
    m_thread.start();
}

ServiceControl::~ServiceControl()
{
    // Ends its thread when everything has stopped; each stop is bounded by its own timeout.
    QMetaObject::invokeMethod(m_chain, &drivers::DriverChain::shutdown, Qt::QueuedConnection);
    m_thread.wait();
}

void ServiceControl::takeStates(const QList<drivers::DriverState> &states)
{
    m_rows.clear();
    for (const drivers::DriverState &state : states)
        m_rows.push_back(
            {state.name, state.type, drivers::toText(state.phase), state.isHealthy, state.detail});
    Q_EMIT changed();
}

void ServiceControl::onStopped(Term token)
{
    if (m_token == token) {
        m_token.reset();
        m_activation.reset();
        if (m_guard)
            m_guard->sayStopped(token);
    }
    Q_EMIT stopped(token);
}

void ServiceControl::putRight()
{
    if (m_advise) {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT rightSet(true, {}); }, Qt::QueuedConnection);
        return;
    }
    QMetaObject::invokeMethod(m_chain, &drivers::DriverChain::setRight, Qt::QueuedConnection);
}

drivers::Activation ServiceControl::activation(
    const ServiceCommand &command, const QString &master) const
{
    drivers::Activation activation;
    activation.token = command.token;
    activation.node = QString::fromStdString(m_config.cluster.id.value());
    activation.master = master;
    activation.cluster = m_config.cluster.name;
    activation.reason = QString::fromStdString(command.reason);
    activation.deadline = command.deadline;
    return activation;
}

void ServiceControl::carryOut(const ServiceCommand &command, const QString &master)
{
    using Kind = ServiceCommand::Kind;
    using drivers::DriverChain;
    const Term token = command.token;
    if (m_advise && command.kind != Kind::Prepare) {
        qCInfo(lcDrivers).noquote()
            << u"advise: %1 -> would %2 in term %3"_s
                   .arg(QString::fromStdString(command.reason), doingOf(command.kind))
                   .arg(token.value());
        if (command.kind == Kind::Start)
            QMetaObject::invokeMethod(
                this, [this, token] { Q_EMIT started(token); }, Qt::QueuedConnection);
        else if (command.kind != Kind::Reassert)
            QMetaObject::invokeMethod(
                this, [this, token] { onStopped(token); }, Qt::QueuedConnection);
        return;
    }
    switch (command.kind) {
    case Kind::Prepare:
        prepare(activation(command, master));
        break;
    case Kind::Start:
        m_activation = activation(command, master);
        activate(*m_activation);
        break;
    case Kind::Reassert:
        QMetaObject::invokeMethod(m_chain, &DriverChain::reassert, Qt::QueuedConnection);
        break;
    case Kind::Stop:
    case Kind::Fence:
        m_stop = command;
        stop(command);
        break;
    }
}

void ServiceControl::stop(const ServiceCommand &command)
{
    QMetaObject::invokeMethod(
        m_chain,
        [this, token = command.token, reason = QString::fromStdString(command.reason),
            byForce = command.kind == ServiceCommand::Kind::Fence] {
            m_isStopOrdered = true;
            if (byForce)
                m_chain->fence(token, reason, m_config.timing.fence);
            else
                m_chain->stop(token, reason);
        },
        Qt::QueuedConnection);
}

/// G1: the guard has plan and deadline before anything starts.
void ServiceControl::prepare(const drivers::Activation &activation)
{
    const Term token = activation.token;
    m_token = token;
    m_deadline = activation.deadline;
    if (!m_guard) {
        QMetaObject::invokeMethod(
            this, [this, token] { Q_EMIT guardReady(token); }, Qt::QueuedConnection);
        return;
    }
    // Nothing is started, so nothing may be stopped either.
    const Result<guard::FencePlan> plan
        = m_advise ? Result<guard::FencePlan>() : m_chain->fencePlan(activation);
    if (!plan) {
        Q_EMIT planRefused(plan.error().text());
        return;
    }
    m_guard->givePlan(token, m_deadline, *plan);
}

void ServiceControl::activate(const drivers::Activation &activation)
{
    QMetaObject::invokeMethod(
        m_chain,
        [this, activation] {
            m_isStopOrdered = false;
            m_chain->activate(activation);
        },
        Qt::QueuedConnection);
}

void ServiceControl::moveDeadline(const election::DeadlineMoved &deadline)
{
    if (m_token != deadline.token)
        return;
    m_deadline = deadline.deadline;
    if (m_guard)
        m_guard->moveDeadline(deadline.token, deadline.deadline);
}

void ServiceControl::startAgain()
{
    if (!m_activation || m_activation->token != m_token)
        return;
    drivers::Activation again = *m_activation;
    again.deadline = m_deadline;
    again.reason = u"started again after a failure"_s;
    activate(again);
}

void ServiceControl::stopAgain()
{
    if (m_stop && m_stop->token == m_token)
        stop(*m_stop);
}

} // namespace clustd::cluster
