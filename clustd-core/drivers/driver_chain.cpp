#include "config/config_checks.h"
#include "drivers/command_run.h"
#include "drivers/driver_chain_parts.h"
#include "drivers/driver_processes.h"
#include "util/log_categories.h"

#include <algorithm>

namespace clustd::drivers {

static_assert(config::FenceRoom::kSteps == guard::FencePlan::kMaxSteps
    && config::FenceRoom::kBytes == guard::FencePlan::kMaxTextBytes);

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Duration kKillWithin = 5s;
constexpr std::chrono::milliseconds kReapInterval = 5s;

} // namespace

DriverChain::DriverChain(
    std::vector<std::unique_ptr<Driver>> drivers, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_reaper(std::make_unique<OrphanReaper>())
    , m_killTimer(this)
    , m_retryTimer(this)
    , m_reapTimer(this)
    , m_statesTimer(this)
{
    for (std::unique_ptr<Driver> &driver : drivers) {
        auto link = std::make_unique<Link>();
        Link &at = *link;
        at.driver = driver.release();
        at.driver->setParent(this);
        connect(
            at.driver, &Driver::ended, this, [this, &at](const QString &why) { onEnded(at, why); });
        connect(at.driver, &Driver::processesChanged, this, &DriverChain::announcePlan);
        connect(at.driver, &Driver::output, this,
            [this, &at](const QString &line) { Q_EMIT output(at.name(), line); });
        if (at.driver->hasCheck()) {
            at.health = new HealthCheck(*at.driver, this);
            connect(at.health, &HealthCheck::turnedSick, this, [this, &at](const QString &why) {
                report(u"driver-failed"_s, at, Action::Check, why);
                setHealth(at, false, why);
            });
            connect(at.health, &HealthCheck::turnedWell, this,
                [this, &at] { setHealth(at, true, {}); });
            connect(at.health, &HealthCheck::faltered, this, [&at](const QString &why) {
                qCInfo(lcDrivers).noquote() << at.name() + u": "_s + why;
            });
        }
        m_links.push_back(std::move(link));
    }
    m_killTimer.setSingleShot(true);
    m_killTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_killTimer, &QTimer::timeout, this, &DriverChain::killAll);
    m_retryTimer.setSingleShot(true);
    m_retryTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_retryTimer, &QTimer::timeout, this, &DriverChain::advance);
    m_reapTimer.setInterval(kReapInterval);
    connect(&m_reapTimer, &QTimer::timeout, this, [this] { m_reaper->look(); });
    m_statesTimer.setSingleShot(true);
    connect(&m_statesTimer, &QTimer::timeout, this, [this] { Q_EMIT statesChanged(states()); });
}

DriverChain::~DriverChain() = default;

Result<guard::FencePlan> DriverChain::fencePlan(const Activation &activation) const
{
    return plan(activation, false);
}

Result<guard::FencePlan> DriverChain::plan(const Activation &activation, bool withProcesses) const
{
    guard::FencePlan result;
    for (auto link = m_links.rbegin(); link != m_links.rend(); ++link) {
        if ((*link)->driver->addTo(result, activation, withProcesses))
            continue;
        // What must be in it comes first; the guard finds processes by other ways too.
        if (withProcesses)
            return plan(activation, false);
        return fail(ErrorCode::Config, u"drivers: "_s + (*link)->name(),
            u"its fence does not fit into what the guard can hold"_s,
            u"use fewer drivers or addresses, shorter commands or less env"_s);
    }
    return result;
}

QList<DriverState> DriverChain::states() const
{
    QList<DriverState> result;
    for (const std::unique_ptr<Link> &link : m_links)
        result += {link->name(), link->driver->type(), link->phase, link->isHealthy, link->detail};
    return result;
}

// ---- orders

void DriverChain::activate(const Activation &activation)
{
    if (m_isShuttingDown || (m_up && activation.token < m_up->token))
        return;
    if (m_up && m_up->token == activation.token && !(m_isUpTold && isAnySick())) {
        if (m_isUpTold)
            Q_EMIT started(activation.token);
        return;
    }
    const bool isAgain = m_up && m_up->token == activation.token;
    m_up = activation;
    m_isUpTold = false;
    if (!m_descent && isAnyActive())
        beginDescent(isAgain ? activation.reason : u"a newer activation"_s, {},
            isAgain ? DescentKind::Restart : DescentKind::Ordinary);
    else
        advance();
}

void DriverChain::stop(Term token, const QString &reason)
{
    if (m_up && m_up->token <= token)
        m_up.reset();
    if (!m_up)
        forgetSickness();
    if (!isAnyActive() || (m_up && !m_descent)) {
        Q_EMIT stopped(token);
        return;
    }
    if (m_descent) {
        m_descent->answerTo(token);
        return;
    }
    beginDescent(reason, {token});
}

void DriverChain::fence(Term token, const QString &reason, Duration within)
{
    if (m_up && m_up->token <= token)
        m_up.reset();
    if (!m_up)
        forgetSickness();
    if (!isAnyActive() || (m_up && !m_descent)) {
        Q_EMIT stopped(token);
        return;
    }
    const bool isForcedAlready = m_descent && m_descent->isForced;
    if (!m_descent)
        m_descent = std::make_unique<Descent>();
    m_descent->answerTo(token);
    if (isForcedAlready)
        return;
    m_descent->reason = reason;
    m_descent->isForced = true;
    m_descent->forcedAt = m_clock.now();
    m_descent->within = within;
    m_descent->failures.clear();
    for (const std::unique_ptr<Link> &link : m_links)
        link->isHandled = link->isHandled && !link->isActive;
    m_killTimer.start(timerSpan(within / 4));
    qCWarning(lcDrivers).noquote()
        << u"%1 -> stop all by force within %2"_s.arg(reason, spanText(within / 4));
    interrupt();
}

void DriverChain::reassert()
{
    for (const std::unique_ptr<Link> &link : m_links) {
        if (link->health)
            link->health->checkNow();
    }
}

void DriverChain::setRight()
{
    if (m_up || m_links.empty()) {
        Q_EMIT rightSet(true, {});
        return;
    }
    if (m_descent) {
        // One that puts right already answers this too.
        m_wantsRight = m_wantsRight || m_descent->kind != DescentKind::PutRight;
        return;
    }
    beginDescent(u"nothing must run here"_s, {}, DescentKind::PutRight);
}

void DriverChain::shutdown()
{
    if (std::exchange(m_isShuttingDown, true))
        return;
    m_up.reset();
    m_wantsRight = false;
    if (isAnyActive()) {
        if (!m_descent)
            beginDescent(u"clustd ends"_s);
        return;
    }
    // Nothing is active, so putting right may be given up.
    m_descent.reset();
    m_retryTimer.stop();
    ++m_actionCount;
    if (Link *busy = std::exchange(m_busy, nullptr))
        busy->driver->cutShort();
    Q_EMIT shutDown();
}

// ---- one action after the other

void DriverChain::advance()
{
    if (m_busy || m_retryTimer.isActive())
        return;
    if (m_descent)
        advanceDown();
    else if (m_up)
        advanceUp();
}

void DriverChain::advanceUp()
{
    const auto next = std::find_if(
        m_links.begin(), m_links.end(), [](const auto &link) { return !link->isTried; });
    if (next != m_links.end()) {
        begin(**next, Action::Start);
    } else if (!std::exchange(m_isUpTold, true)) {
        m_last = *m_up;
        Q_EMIT started(m_up->token);
    }
}

void DriverChain::begin(Link &link, Action action)
{
    m_busy = &link;
    m_action = action;
    m_since = m_clock.now();
    const auto done = [this, action, number = ++m_actionCount](const Outcome &outcome) {
        if (number == m_actionCount)
            onDone(action, outcome);
    };
    if (action != Action::Start && link.isActive)
        setPhase(link, Phase::Stopping, link.detail);
    const Activation with = orders();
    const config::DriverTimeouts &timeouts = link.driver->config().timeouts;
    switch (action) {
    case Action::Start:
        m_last = *m_up;
        link.isTried = true;
        link.isActive = true;
        m_reapTimer.start();
        setPhase(link, Phase::Starting);
        link.driver->start(*m_up, done);
        return;
    case Action::Stop:
        // A check that still runs must not meet a half-stopped service.
        link.driver->cutShort();
        link.driver->stop(with, done);
        return;
    case Action::Fence: {
        link.driver->cutShort();
        const Duration slice = m_descent->isForced ? forcedSlice() : timeouts.stop;
        link.driver->fence(with, slice, m_descent->isForced ? slice : kKillWithin, done);
        return;
    }
    case Action::Check:
        link.driver->check(with, done);
        return;
    case Action::Sweep:
        link.driver->sweep(kKillWithin, done);
        return;
    }
}

void DriverChain::onDone(Action action, const Outcome &outcome)
{
    Link &link = *std::exchange(m_busy, nullptr);
    const bool wasCut = std::exchange(m_isCut, false) && !outcome.isOk;
    if (action == Action::Start)
        onStarted(link, outcome);
    else if (!wasCut)
        onDescended(link, action, outcome);
    advance();
}

// ---- what an action came to

void DriverChain::onStarted(Link &link, const Outcome &outcome)
{
    if (m_descent) {
        // It was cut short, or succeeded too late: the way down stops it in either case.
        setPhase(link, outcome.isOk ? Phase::Started : Phase::Failed, outcome.why);
        return;
    }
    if (outcome.isOk) {
        setPhase(link, Phase::Started);
        report(u"driver-started"_s, link, Action::Start, {});
        setHealth(link, true, {});
        if (link.health)
            link.health->begin(*m_up);
        return;
    }
    setPhase(link, Phase::Failed, outcome.why);
    report(u"driver-failed"_s, link, Action::Start, outcome.why);
    setHealth(link, false, outcome.why);
    if (link.driver->config().onFailure == config::OnFailure::Ignore)
        return;
    const Term token = std::exchange(m_up, std::nullopt)->token;
    Q_EMIT startFailed(token, link.name(), outcome.why);
    if (!m_descent)
        beginDescent(u"driver %1 did not start"_s.arg(link.name()), {token}, DescentKind::Restart);
}

void DriverChain::onEnded(Link &link, const QString &why)
{
    if (m_descent || !link.isActive)
        return;
    if (link.health)
        link.health->end();
    setPhase(link, Phase::Failed, why);
    m_since = m_clock.now();
    report(u"driver-failed"_s, link, Action::Check, why);
    setHealth(link, false, why);
}

// ---- what others see

void DriverChain::setHealth(Link &link, bool isHealthy, const QString &why)
{
    link.isHealthy = isHealthy;
    if (link.phase == Phase::Started)
        link.detail = why;
    m_statesTimer.start(0);
    const bool isSick
        = !isHealthy && link.driver->config().onFailure == config::OnFailure::Handover;
    if (isSick == std::exchange(link.isSickTold, isSick))
        return;
    if (isSick)
        Q_EMIT sick(link.name(), why);
    else
        Q_EMIT well(link.name());
}

/// The mandate ends: what has failed to start, and has stopped since, waits for no other start.
void DriverChain::forgetSickness()
{
    if (m_descent && m_descent->kind == DescentKind::Restart)
        m_descent->kind = DescentKind::Ordinary;
    for (const std::unique_ptr<Link> &link : m_links) {
        if (!link->isActive && link->isSickTold)
            setHealth(*link, true, {});
    }
}

void DriverChain::setPhase(Link &link, Phase phase, const QString &detail)
{
    link.phase = phase;
    link.detail = detail;
    m_statesTimer.start(0);
}

void DriverChain::report(const QString &name, const Link &link, Action action, const QString &why)
{
    QString verb;
    switch (action) {
    case Action::Start:
        verb = u"start"_s;
        break;
    case Action::Stop:
        verb = u"stop"_s;
        break;
    case Action::Fence:
        verb = u"fence"_s;
        break;
    case Action::Check:
        verb = u"check"_s;
        break;
    case Action::Sweep:
        verb = u"sweep"_s;
        break;
    }
    QVariantMap detail{
        {u"driver"_s, link.name()}, {u"type"_s, link.driver->type()}, {u"action"_s, verb}};
    const bool isOwnTime = action != Action::Check;
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(m_clock.now() - m_since);
    if (isOwnTime)
        detail.insert(u"duration_ms"_s, qlonglong{took.count()});
    if (why.isEmpty()) {
        qCInfo(lcDrivers).noquote()
            << u"%1: %2 succeeded in %3 ms"_s.arg(link.name(), verb).arg(took.count());
    } else {
        detail.insert(u"why"_s, why);
        qCWarning(lcDrivers).noquote() << u"%1: %2"_s.arg(link.name(), why);
    }
    Q_EMIT driverEvent(name, detail);
}

void DriverChain::announcePlan()
{
    const Activation &activation = m_up ? *m_up : m_last;
    if (!isAnyActive())
        return;
    const Result<guard::FencePlan> now = plan(activation, true);
    if (now)
        Q_EMIT fencePlanChanged(activation.token, *now);
}

Activation DriverChain::orders() const
{
    Activation result = m_last;
    if (m_descent)
        result.reason = m_descent->reason;
    return result;
}

bool DriverChain::isAnySick() const
{
    return std::any_of(
        m_links.begin(), m_links.end(), [](const auto &link) { return link->isSickTold; });
}

bool DriverChain::isAnyActive() const
{
    return std::any_of(
        m_links.begin(), m_links.end(), [](const auto &link) { return link->isActive; });
}

} // namespace clustd::drivers
