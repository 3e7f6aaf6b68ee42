#include "drivers/command_run.h"
#include "drivers/driver_chain_parts.h"
#include "util/log_categories.h"

#include <algorithm>

// The way down: who is stopped when, by which path, and what it came to.

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Duration kSliceMin = 1ms;
constexpr std::chrono::milliseconds kRetryPauseMin = 10ms;
constexpr std::chrono::milliseconds kRetryPauseMax = 100ms;

} // namespace

void DriverChain::beginDescent(const QString &reason, const QList<Term> &tokens, DescentKind kind)
{
    m_descent = std::make_unique<Descent>();
    m_descent->reason = reason;
    m_descent->tokens = tokens;
    m_descent->kind = kind;
    for (const std::unique_ptr<Link> &link : m_links)
        link->isHandled = false;
    interrupt();
}

void DriverChain::interrupt()
{
    for (const std::unique_ptr<Link> &link : m_links) {
        link->stopFailure.clear();
        if (link->health)
            link->health->end();
    }
    m_retryTimer.stop();
    if (m_busy) {
        m_isCut = true;
        m_busy->driver->cutShort();
    } else {
        advance();
    }
}

void DriverChain::advanceDown()
{
    if (Link *link = nextDown()) {
        if (m_descent->isForced)
            begin(*link, Action::Fence);
        else if (!link->isActive && !link->isUnknown)
            begin(*link, link->health ? Action::Check : Action::Sweep);
        else
            begin(*link, Action::Stop);
        return;
    }
    const bool isTimeLeft
        = m_descent->isForced && m_clock.now() < m_descent->forcedAt + m_descent->within / 2;
    if (m_descent->failures.isEmpty() || !isTimeLeft) {
        finishDescent();
        return;
    }
    // Force again for what has failed: a command may need what was stopped only after it.
    m_descent->failures.clear();
    for (const std::unique_ptr<Link> &link : m_links)
        link->isHandled = link->isHandled && !link->isActive;
    m_retryTimer.start(
        std::clamp(timerSpan(m_descent->within / 16), kRetryPauseMin, kRetryPauseMax));
}

DriverChain::Link *DriverChain::nextDown() const
{
    for (auto link = m_links.rbegin(); link != m_links.rend(); ++link) {
        if (!(*link)->isHandled && ((*link)->isActive || m_descent->kind == DescentKind::PutRight))
            return link->get();
    }
    return nullptr;
}

Duration DriverChain::forcedSlice() const
{
    const Instant now = m_clock.now();
    const Instant quarter = m_descent->forcedAt + m_descent->within / 4;
    const Instant end = now < quarter ? quarter : m_descent->forcedAt + m_descent->within / 2;
    const auto waiting = std::count_if(m_links.begin(), m_links.end(),
        [](const auto &link) { return link->isActive && !link->isHandled; });
    return std::max<Duration>((end - now) / std::max<std::ptrdiff_t>(waiting, 1), kSliceMin);
}

void DriverChain::onDescended(Link &link, Action action, const Outcome &outcome)
{
    const bool isLenient = m_descent->kind == DescentKind::PutRight && !link.isActive;
    switch (action) {
    case Action::Start:
        return;
    case Action::Stop:
        if (!outcome.isOk) {
            link.stopFailure = outcome.why;
            qCWarning(lcDrivers).noquote()
                << u"%1: %2 -> stop by force"_s.arg(link.name(), outcome.why);
            begin(link, Action::Fence);
        } else if (isLenient) {
            begin(link, Action::Sweep);
        } else {
            settle(link, {});
        }
        return;
    case Action::Fence:
        if (!outcome.isOk)
            link.stopFailure = outcome.why;
        if (isLenient)
            begin(link, !outcome.isOk && link.health ? Action::Check : Action::Sweep);
        else
            settle(link, outcome.isOk ? QString() : outcome.why);
        return;
    case Action::Check:
        if (!outcome.isOk)
            begin(link, Action::Sweep);
        else if (link.stopFailure.isEmpty())
            begin(link, Action::Stop);
        else
            settle(link, u"runs though it must not; "_s + link.stopFailure);
        return;
    case Action::Sweep:
        if (outcome.isOk && !link.stopFailure.isEmpty())
            qCWarning(lcDrivers).noquote()
                << u"%1: %2; none of its processes is left -> taken as not running"_s.arg(
                       link.name(), link.stopFailure);
        settle(link, outcome.isOk ? QString() : outcome.why);
        return;
    }
}

void DriverChain::settle(Link &link, const QString &failure)
{
    link.isHandled = true;
    if (!failure.isEmpty()) {
        // Whatever it was before, now it is known to be where it must not be.
        link.isActive = true;
        setPhase(link, Phase::Failed, failure);
        report(u"driver-failed"_s, link, m_action, failure);
        m_descent->failures += link.name() + u": "_s + failure;
        return;
    }
    const bool wasActive = std::exchange(link.isActive, false);
    link.isUnknown = false;
    link.isTried = false;
    const bool staysSick = m_descent->kind == DescentKind::Restart;
    setPhase(link, Phase::Stopped, staysSick ? link.detail : QString());
    if (wasActive)
        report(u"driver-stopped"_s, link, m_action, {});
    if (!staysSick)
        setHealth(link, true, {});
}

void DriverChain::finishDescent()
{
    m_killTimer.stop();
    const std::unique_ptr<Descent> ended = std::move(m_descent);
    const bool isDown = ended->failures.isEmpty();
    const QString why = ended->failures.join(u"; "_s);
    if (isDown)
        m_reapTimer.stop();
    else
        qCCritical(lcDrivers).noquote() << u"not everything has stopped: "_s + why;
    for (const Term token : ended->tokens) {
        if (isDown)
            Q_EMIT stopped(token);
        else
            Q_EMIT stopFailed(token, why);
    }
    if (ended->kind == DescentKind::PutRight)
        Q_EMIT rightSet(isDown, why);
    if (m_isShuttingDown) {
        Q_EMIT shutDown();
        return;
    }
    if (!isDown && m_up) {
        const Term token = std::exchange(m_up, std::nullopt)->token;
        Q_EMIT startFailed(token, {}, why);
        Q_EMIT stopFailed(token, why);
    }
    if (std::exchange(m_wantsRight, false))
        setRight();
    advance();
}

void DriverChain::killAll()
{
    for (const std::unique_ptr<Link> &link : m_links) {
        if (link->isActive)
            link->driver->killNow();
    }
}

} // namespace clustd::drivers
