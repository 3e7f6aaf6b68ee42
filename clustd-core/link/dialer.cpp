#include "link/dialer.h"

#include "util/assert.h"

#include <chrono>
#include <utility>

namespace clustd::link {

using crypto::CloseReason;

Dialer::Dialer(Settings settings, Gatekeeper *gatekeeper, const Clock &clock, std::uint64_t seed,
    QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_gatekeeper(gatekeeper)
    , m_clock(clock)
    , m_backoff(seed)
{
    CLUSTD_ASSERT(!m_settings.credentials.empty());
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &Dialer::dial);
}

void Dialer::setSettings(Settings settings)
{
    CLUSTD_ASSERT(!settings.credentials.empty());
    m_settings = std::move(settings);
    m_credential = 0;
}

void Dialer::start()
{
    if (!std::exchange(m_isPaused, false))
        return;
    m_again.stop();
    if (!m_link)
        dial();
}

void Dialer::startLater()
{
    if (!std::exchange(m_isPaused, false))
        return;
    if (!m_link && !m_again.isActive())
        m_again.start(std::chrono::ceil<std::chrono::milliseconds>(m_backoff.next()));
}

void Dialer::pause()
{
    m_isPaused = true;
    m_again.stop();
}

void Dialer::dial()
{
    if (m_isPaused || m_link)
        return;
    Link::ClientSide self{m_settings.uri, m_settings.self,
        m_settings.credentials[m_credential].clone(), m_settings.ready, m_settings.liveness};
    m_link = new Link(std::move(self), m_gatekeeper, m_clock, this);
    Link *link = m_link;
    // First of all receivers, so that whoever asks in its own slot finds no link here any more.
    connect(link, &Link::lost, this, [this, link](const Ending &ending) { onLost(link, ending); });
    Q_EMIT linkMade(link);
    link->start();
}

void Dialer::onLost(Link *link, const Ending &ending)
{
    m_link.clear();
    const bool wasUp = link->upSince() != Instant{};
    if (wasUp && m_clock.now() - link->upSince() >= kRedialSettled)
        m_backoff.reset();

    const bool isUnknownKey = !wasUp && ending.byPeer && ending.reason == CloseReason::UnknownKey;
    const bool hasAnother = m_credential + 1 < m_settings.credentials.size();
    m_credential = isUnknownKey && hasAnother ? m_credential + 1 : 0;
    if (m_isPaused)
        return;
    // An earlier secret is tried without delay; once through all of them, the backoff goes on.
    const Duration wait = m_credential > 0 ? Duration::zero() : m_backoff.next();
    m_again.start(std::chrono::ceil<std::chrono::milliseconds>(wait));
}

} // namespace clustd::link
