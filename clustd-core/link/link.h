#pragma once

#include "crypto/handshake.h"
#include "link/ending.h"
#include "link/limits.h"
#include "link/ping_meter.h"
#include "util/clock.h"
#include "util/piggyback_timer.h"
#include "util/token_bucket.h"
#include "wire/messages.h"
#include "wire/sealed_channel.h"

#include <QHostAddress>
#include <QObject>
#include <QTimer>
#include <QUrl>

#include <memory>
#include <optional>
#include <vector>

QT_BEGIN_NAMESPACE
class QTcpSocket;
class QWebSocket;
QT_END_NAMESPACE

namespace clustd::link {

class Link;

/// Who decides whether an authenticated connection may become a link.
class Gatekeeper
{
public:
    virtual ~Gatekeeper() = default;
    /// The other side proved the name in link.peer() (server: its mac is right; client: its
    /// finished is), and nothing of ours was spent or said yet. To be answered with link.admit() or
    /// link.close(), at once or later, within the time that the handshake has.
    virtual void judge(Link &link) = 0;
};

/// How a link is watched once it is up.
struct Liveness
{
    Duration pingInterval = kClientPingInterval; ///< 0: this side asks nothing and only answers
    Duration silence = kClientSilence; ///< Closed (`timeout`) after so long without an opened frame
};

/// One authenticated, encrypted connection over a WebSocket, from either side: handshake, frame 0,
/// sealed frames, pings, an end with a reason. Never reconnects; knows nothing of votes, nor of
/// other links.
///
/// Thread: the one that made it.
/// Owner:  the QObject parent, but it deletes itself after lost().
/// Errors: every way it can end is reported once by lost(), always from the event loop, so that no
/// call into a link
///         leads back into the caller.
class Link : public QObject
{
    Q_OBJECT
public:
    /// What the side that accepted says and holds.
    struct ServerSide
    {
        std::string id;
        Incarnation incarnation;
        crypto::Levels levels;
        /// Current secret first. Shared, since a reload may replace them during a handshake.
        std::shared_ptr<const std::vector<crypto::ClusterKeys>> keys;
        wire::Ready ready;
    };
    /// What the side that dials says and holds.
    struct ClientSide
    {
        QUrl uri;
        crypto::ClientHandshake::Self self;
        crypto::Credentials credentials;
        wire::Ready ready;
        Liveness liveness; ///< When there is no gatekeeper
    };

    /// Takes over @p socket, upgraded from @p tcp, both reparented. @p timeLeft of the handshake's
    /// 3 s.
    Link(QWebSocket *socket, QTcpSocket *tcp, ServerSide self, Gatekeeper &gatekeeper,
        Duration timeLeft, const Clock &clock, QObject *parent);
    /// @param gatekeeper may be null: everyone who proves to be of the cluster is admitted.
    Link(ClientSide self, Gatekeeper *gatekeeper, const Clock &clock, QObject *parent);
    ~Link() override;

    /// Begins; connect the signals before.
    void start();

    /// The gatekeeper's yes.
    void admit(const Liveness &liveness);
    /// The gatekeeper's no, or an orderly end: bye if the link is up, a close frame, and an abort
    /// if that takes long.
    /// @param why for people; goes into the bye.
    void close(crypto::CloseReason reason, const QString &why = {});

    /// False when the link is not up, or when a heartbeat is dropped because the other side is
    /// behind. A queue that is full ends the link (`slow`).
    bool send(const wire::Content &content);
    /// A ping beside the regular ones.
    void pingNow();

    [[nodiscard]] wire::Side side() const { return m_side; }
    [[nodiscard]] bool isUp() const { return m_stage == Stage::Up; }
    /// Whether the other side has proven its name.
    [[nodiscard]] bool isAuthenticated() const { return m_peer.has_value(); }
    /// Only when authenticated.
    [[nodiscard]] const crypto::PeerIdentity &peer() const { return *m_peer; }
    /// The other's frame 0; only once up.
    [[nodiscard]] const wire::Ready &peerReady() const { return *m_peerReady; }
    /// IPv4 in IPv6 clothes (::ffff:10.0.0.1) is shown as IPv4.
    [[nodiscard]] QHostAddress peerAddress() const { return m_peerAddress; }
    /// "10.0.0.1:41234", or the URI that is dialled.
    [[nodiscard]] QString address() const { return m_address; }
    [[nodiscard]] const PingMeter &meter() const { return m_meter; }
    [[nodiscard]] Instant upSince() const { return m_upSince; }
    /// When the last frame opened.
    [[nodiscard]] Instant lastOpened() const { return m_lastOpened; }

Q_SIGNALS:
    /// The other side's name is proven; judge() follows.
    void authenticated();
    void up();
    /// All but Ready, Bye, Ping and Pong, which are answered here. @p at was read after the read
    /// returned (T1).
    void received(const clustd::wire::Content &content, clustd::Instant at);
    void lost(const clustd::link::Ending &ending);

private:
    enum class Stage { Connecting, Handshake, Judging, Frame0, Up, Closing, Lost };

    void adoptSocket(QWebSocket *socket);
    void onConnected();
    void onMessage(const QByteArray &message);
    void onDisconnected();
    void endAfterReading();
    void onDeadline();
    void readTicket(const QByteArray &ticket);
    void readHello(const QByteArray &hello);
    void readWelcome(const QByteArray &welcome);
    void readFrame(const QByteArray &frame, Instant at);
    void takeIn(const wire::Content &content, Instant at);
    void judge();
    void becomeUpIfReady();
    void watchSilence(Instant now);
    /// Of whatever stands on the connection, before the WebSocket looks at it.
    void onBytes(QTcpSocket *tcp);
    void watchBytes(QTcpSocket *tcp);
    [[nodiscard]] bool isFromClient() const;
    void write(const QByteArray &bytes);
    bool writeSealed(const wire::Content &content);
    [[nodiscard]] qint64 messageMaxToPeer() const;
    void fail(crypto::CloseReason reason, const QString &detail = {});
    void closeSocket(crypto::CloseReason reason);
    void end();
    void armDeadline(Duration span);
    void setUserTimeout(Duration span);

    const wire::Side m_side;
    const Clock &m_clock;
    Gatekeeper *m_gatekeeper = nullptr;
    std::optional<ServerSide> m_server;
    std::optional<ClientSide> m_client;
    std::optional<crypto::ServerHandshake> m_serverHandshake;
    std::optional<crypto::ClientHandshake> m_clientHandshake;
    std::optional<wire::SealedChannel> m_channel;
    QWebSocket *m_socket = nullptr; ///< Child
    Stage m_stage = Stage::Connecting;
    bool m_isHelloSent = false;
    Duration m_timeLeft = kHandshakeTime;
    std::optional<crypto::PeerIdentity> m_peer;
    std::optional<wire::Ready> m_peerReady;
    Liveness m_liveness;
    QHostAddress m_peerAddress;
    QString m_address;
    PingMeter m_meter;
    Instant m_upSince{};
    Instant m_lastOpened{};
    TokenBucket m_frames{kClientFramesPerSecond, kClientFramesPerSecond}; ///< Of a client
    TokenBucket m_bytes{kClientBytesPerSecond, kClientBytesAtOnce}; ///< Of a client
    quint64 m_received = 0; ///< Bytes since the upgrade
    quint64 m_receivedBefore = 0; ///< Those of the upgrade
    QTimer m_deadline; ///< Of the handshake, then of silence, then of closing
    Instant m_deadlineDue{};
    PiggybackTimer m_ping{m_clock};
    Ending m_ending;
};

} // namespace clustd::link
