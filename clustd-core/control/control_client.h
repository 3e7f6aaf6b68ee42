#pragma once

#include "control/control_api.h"
#include "crypto/key_schedule.h"
#include "util/clock.h"
#include "wire/messages.h"

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace clustd::link {
class Link;
struct Ending;
} // namespace clustd::link

namespace clustd::control {

/// Code of a response that this side made up: the link was lost, or never stood.
inline constexpr char kUnreachable[] = "unreachable";

/// One program's conversation with a cluster, over one machine at a time. For the command line and
/// the monitor.
///
/// Thread: the one that made it.
/// Owner:  any.
/// Errors: every request ends with exactly one call of its handler, always from the event loop; a
/// connection that could
///         not be made, or was lost, with down().
class ControlClient : public QObject
{
    Q_OBJECT
public:
    struct Setup
    {
        std::vector<QUrl> uris; ///< Tried in this order, again from the first
        /// The same name under the current secret and the previous ones; a machine that does not
        /// know the first is offered the next. At least one.
        std::vector<crypto::Credentials> credentials;
        QString software; ///< "clustd 0.1.0"
        bool reconnects = false; ///< Else the first loss is the end
    };
    explicit ControlClient(Setup setup, QObject *parent = nullptr);
    /// Says bye; no handler is called any more.
    ~ControlClient() override;

    /// Begins to dial; up() or down() follows.
    void open();
    /// Says bye and ends; no signal follows, requests fail until open().
    void close();

    [[nodiscard]] bool isUp() const;
    /// Whom to try from the next loss on, in this order; the one it speaks to now stays. At least
    /// one.
    void setUris(std::vector<QUrl> uris);
    /// Of Setup::uris, the one that is spoken to or dialled now.
    [[nodiscard]] const QUrl &uri() const { return m_setup.uris[m_uri]; }
    /// The machine at the other end; empty while there is none.
    [[nodiscard]] const QString &server() const { return m_server; }

    using Answer = tl::expected<QCborMap, wire::ResponseError>;
    using Handler = std::function<void(const Answer &)>;
    using ProgressHandler = std::function<void(const QString &)>;
    /// Asks; before the link is up it waits for that. @p timeout counts from now; its code is
    /// `timeout`. Where nothing is dialled any more the answer is `unreachable`, at once.
    void request(const QString &method, const QCborMap &params, std::chrono::milliseconds timeout,
        Handler handler, ProgressHandler progress = {});

    /// clusterChanged() and journalGrown() from now on, after every reconnection too.
    /// @param since with a number, also the events after it that the machine still has; after a
    /// change to another
    ///        machine, whose numbers are its own, all that it has.
    void subscribe(std::optional<quint64> since = {});

Q_SIGNALS:
    /// @p isOther: not the machine of the time before, so its event numbers mean other events.
    void up(const QString &server, bool isOther);
    /// The connection was lost, or could not be made. With `reconnects` the next attempt is on its
    /// way.
    void down(const clustd::Error &why);
    void clusterChanged(const clustd::control::ClusterStatus &status);
    void journalGrown(const std::vector<clustd::control::EventEntry> &entries);

private:
    struct Open;

    void dial();
    void onUp();
    void onLost(const link::Ending &ending);
    void onReceived(const wire::Content &content);
    void onEvent(const wire::ClientEvent &event);
    void finish(quint64 id, const Answer &answer);
    void failAll(const QString &why);
    void failLater(quint64 id, const QString &why);
    void sendSubscription();
    void armTimeout();
    void onTimeout();

    Setup m_setup;
    const SystemClock m_clock;
    link::Link *m_link = nullptr; ///< Child; deletes itself when it is lost
    QString m_server;
    QString m_lastServer;
    std::size_t m_uri = 0;
    std::size_t m_credential = 0;
    std::chrono::milliseconds m_redialAfter;
    QTimer m_redial;
    QTimer m_timeout;
    std::optional<QString> m_ended; ///< Why nothing is dialled any more
    std::map<quint64, Open> m_open;
    quint64 m_nextId = 1;

    bool m_isSubscribed = false;
    std::optional<quint64> m_since;
};

/// What a response's error is for the exit code and the reader. @p where: whom was asked.
[[nodiscard]] Error toError(const wire::ResponseError &error, const QString &where);

} // namespace clustd::control
