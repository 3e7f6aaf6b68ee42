#pragma once

#include "link/backoff.h"
#include "link/link.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace clustd::link {

/// Dials one address again and again, with backoff and jitter, a fresh socket for each attempt. One
/// attempt or link of its own at a time.
///
/// Thread: the one that made it.
/// Owner:  its links are its children; they delete themselves after lost().
/// Errors: lost() of each link says why.
class Dialer : public QObject
{
    Q_OBJECT
public:
    struct Settings
    {
        QUrl uri;
        crypto::ClientHandshake::Self self;
        /// Current secret's first. After `unknown-key` each further one is tried once.
        std::vector<crypto::Credentials> credentials;
        wire::Ready ready;
        Liveness liveness; ///< When there is no gatekeeper
    };

    /// @param gatekeeper may be null, see Link.
    /// @param seed of the jitter.
    Dialer(Settings settings, Gatekeeper *gatekeeper, const Clock &clock, std::uint64_t seed,
        QObject *parent = nullptr);

    /// For the next attempts; a link that stands stays.
    void setSettings(Settings settings);
    [[nodiscard]] const QUrl &uri() const { return m_settings.uri; }

    /// Dials at once, and from then on whenever its link is lost. No change if it does so already.
    void start();
    /// Dials after the backoff. For a link to the same machine that was lost, but was not ours.
    void startLater();
    /// No further attempts; what stands or is under way goes on.
    void pause();
    /// A link to this machine was up for so long, ours or not: the backoff starts anew.
    void settled() { m_backoff.reset(); }

    [[nodiscard]] bool isPaused() const { return m_isPaused; }
    /// The attempt under way or the link that stands, or null.
    [[nodiscard]] Link *link() const { return m_link; }

Q_SIGNALS:
    /// An attempt begins; to connect to the link's signals.
    void linkMade(clustd::link::Link *link);

private:
    void dial();
    void onLost(Link *link, const Ending &ending);

    Settings m_settings;
    Gatekeeper *m_gatekeeper;
    const Clock &m_clock;
    Backoff m_backoff;
    QTimer m_again;
    QPointer<Link> m_link;
    std::size_t m_credential = 0;
    bool m_isPaused = true;
};

} // namespace clustd::link
