#include "link/link.h"

#include "link/address.h"
#include "link/received_bytes.h"
#include "util/assert.h"
#include "util/log_categories.h"
#include "wire/codec.h"

#include <QNetworkProxy>
#include <QTcpSocket>
#include <QWebSocket>

#include <algorithm>
#include <chrono>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace clustd::link {

using crypto::CloseReason;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

std::chrono::milliseconds ceilMs(Duration span)
{
    return std::chrono::ceil<std::chrono::milliseconds>(std::max(span, Duration::zero()));
}

std::uint64_t nanoseconds(Instant at)
{
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

} // namespace

Link::Link(QWebSocket *socket, QTcpSocket *tcp, ServerSide self, Gatekeeper &gatekeeper,
    Duration timeLeft, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_side(wire::Side::Server)
    , m_clock(clock)
    , m_gatekeeper(&gatekeeper)
    , m_server(std::move(self))
    , m_timeLeft(timeLeft)
{
    m_peerAddress = plainAddress(tcp->peerAddress());
    m_address = addressText(m_peerAddress, tcp->peerPort());
    // The server sets neither by itself, and its socket would stay a child of the QTcpServer.
    tcp->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    tcp->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    tcp->setParent(socket);
    adoptSocket(socket);
    watchBytes(tcp);
}

Link::Link(ClientSide self, Gatekeeper *gatekeeper, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_side(wire::Side::Client)
    , m_clock(clock)
    , m_gatekeeper(gatekeeper)
    , m_client(std::move(self))
{
    m_address = m_client->uri.authority();
    adoptSocket(new QWebSocket);
    // Otherwise the application's or the system's proxy is asked.
    m_socket->setProxy(QNetworkProxy::NoProxy);
}

Link::~Link() = default;

void Link::adoptSocket(QWebSocket *socket)
{
    m_socket = socket;
    socket->setParent(this);
    socket->setMaxAllowedIncomingFrameSize(kMessageMaxBeforeUp);
    socket->setMaxAllowedIncomingMessageSize(kMessageMaxBeforeUp);
    connect(socket, &QWebSocket::connected, this, &Link::onConnected);
    connect(socket, &QWebSocket::disconnected, this, &Link::onDisconnected);
    connect(socket, &QWebSocket::binaryMessageReceived, this, &Link::onMessage);
    connect(socket, &QWebSocket::textMessageReceived, this,
        [this] { fail(CloseReason::Malformed, u"a text message"_s); });
    // Spelt errorOccurred from Qt 6.5 on. Without the abort, a client whose upgrade is refused
    // stays connecting for ever in 6.4.2.
    connect(socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, [this] {
        if (m_stage < Stage::Closing) {
            const QString said = m_socket->errorString();
            // So says Qt where the other side just went away.
            m_ending.detail = said == u"Unknown error" ? u"the connection broke"_s : said;
        }
        if (m_stage == Stage::Connecting) {
            m_socket->abort();
            end();
        }
        // Later errors are followed by disconnected(), with what had arrived before still to be
        // read.
    });
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &Link::onDeadline);
    connect(&m_ping, &PiggybackTimer::due, this, &Link::pingNow);
}

void Link::onMessage(const QByteArray &message)
{
    // T1: read here, after the bytes were read and as late as before they are looked at; never a
    // cached loop time.
    const Instant at = m_clock.now();
    switch (m_stage) {
    case Stage::Connecting:
    case Stage::Closing:
    case Stage::Lost:
        return; // What came behind the end of a link is not read.
    case Stage::Handshake:
        if (m_side == wire::Side::Server)
            readHello(message);
        else if (!m_isHelloSent)
            readTicket(message);
        else
            readWelcome(message);
        return;
    case Stage::Judging:
        // A client waits for W; a server's frame 0 may come while the client's gatekeeper thinks.
        if (m_side == wire::Side::Server)
            return fail(CloseReason::Malformed, u"more than the hello"_s);
        [[fallthrough]];
    case Stage::Frame0:
    case Stage::Up:
        readFrame(message, at);
        return;
    }
}

void Link::watchBytes(QTcpSocket *tcp)
{
    // QWebSocket reads by a queued call, so what is too much is seen before any of it is looked at.
    m_receivedBefore = receivedBytes(tcp->socketDescriptor()).value_or(0);
    m_receivedBefore -= std::min(m_receivedBefore, static_cast<quint64>(tcp->bytesAvailable()));
    connect(tcp, &QTcpSocket::readyRead, this, [this, tcp] { onBytes(tcp); });
}

void Link::onBytes(QTcpSocket *tcp)
{
    const bool isUnproven = m_stage <= Stage::Judging;
    const bool isOfMachine = m_peer && m_peer->role == crypto::PeerRole::Node;
    if (m_stage == Stage::Lost || (!isUnproven && isOfMachine))
        return;
    const auto waiting = static_cast<quint64>(tcp->bytesAvailable());
    if (m_stage == Stage::Closing) {
        // Who is told to go has little left to say.
        if (waiting > kBytesBeforeProof) {
            m_socket->abort();
            end();
        }
        return;
    }
    const quint64 all = receivedBytes(tcp->socketDescriptor()).value_or(0);
    const quint64 received = std::max(m_received, all - std::min(all, m_receivedBefore));
    const quint64 fresh = received - std::exchange(m_received, received);
    // The side that dials also gets a ticket and a frame 0 before it has decided.
    const quint64 most = m_side == wire::Side::Server ? kBytesBeforeProof : 2 * kBytesBeforeProof;
    if (isUnproven && std::max(waiting, received) > most)
        return fail(CloseReason::TooBig, u"more than a handshake takes"_s);
    if (!isFromClient())
        return;
    if (!m_bytes.take(static_cast<double>(fresh), m_clock.now()))
        return fail(CloseReason::Busy, u"more bytes than a client may send"_s);
    // Pongs are queued by the library itself.
    if (m_socket->bytesToWrite() > kQueueMaxToClient)
        fail(CloseReason::Slow, u"%1 bytes wait to be read"_s.arg(m_socket->bytesToWrite()));
}

bool Link::isFromClient() const
{
    return m_side == wire::Side::Server && m_peer && m_peer->role != crypto::PeerRole::Node;
}

void Link::readFrame(const QByteArray &frame, Instant at)
{
    if (isFromClient() && !m_frames.take(1, at))
        return fail(CloseReason::Busy, u"more frames than a client may send"_s);
    const auto plaintext = m_channel->open(frame);
    if (!plaintext)
        return fail(plaintext.error());
    const bool isFirst = m_channel->openedFrames() == 1;
    const auto content = wire::decode(*plaintext, m_peer->role, isFirst);
    if (!content)
        return fail(content.error());
    m_lastOpened = at;
    if (isFirst) {
        const auto *ready = std::get_if<wire::Ready>(&*content);
        if (ready == nullptr)
            return fail(CloseReason::Malformed, u"frame 0 is not ready"_s);
        m_peerReady = *ready;
        return becomeUpIfReady();
    }
    if (m_stage != Stage::Up)
        return fail(CloseReason::Malformed, u"a frame before both sides are ready"_s);
    takeIn(*content, at);
}

void Link::becomeUpIfReady()
{
    if (m_stage != Stage::Frame0 || !m_peerReady)
        return;
    m_stage = Stage::Up;
    m_upSince = m_lastOpened;
    m_serverHandshake.reset();
    m_clientHandshake.reset();
    const quint64 messageMax = isFromClient() ? kMessageMaxFromClient : kMessageMaxFromMachine;
    m_socket->setMaxAllowedIncomingFrameSize(messageMax);
    m_socket->setMaxAllowedIncomingMessageSize(messageMax);
    setUserTimeout(m_liveness.silence);
    armDeadline(m_liveness.silence);
    if (m_liveness.pingInterval > Duration::zero()) {
        m_ping.start(ceilMs(m_liveness.pingInterval));
        pingNow();
    }
    if (m_stage == Stage::Up)
        Q_EMIT up();
}

void Link::takeIn(const wire::Content &content, Instant at)
{
    if (const auto *ping = std::get_if<wire::Ping>(&content)) {
        wire::Pong pong{ping->seq, ping->t1, nanoseconds(at), 0};
        pong.t3 = nanoseconds(m_clock.now());
        send(pong);
    } else if (const auto *pong = std::get_if<wire::Pong>(&content)) {
        m_meter.answered(*pong, at);
    } else if (const auto *bye = std::get_if<wire::Bye>(&content)) {
        const auto reason = closeReasonFrom(bye->reason);
        m_ending
            = {reason.value_or(CloseReason::Bye), true, true, reason ? QString() : bye->reason};
        m_stage = Stage::Closing;
        closeSocket(CloseReason::Bye);
    } else {
        Q_EMIT received(content, at);
    }
}

bool Link::send(const wire::Content &content)
{
    if (m_stage != Stage::Up)
        return false;
    // Qt queues without limit when the other side does not read, so what waits is bounded here.
    const qint64 queued = m_socket->bytesToWrite();
    if (queued > kQueueMaxForHeartbeats && std::holds_alternative<election::Heartbeat>(content))
        return false;
    const bool isToMachine = m_peer->role == crypto::PeerRole::Node;
    if (queued > (isToMachine ? kQueueMaxToMachine : kQueueMaxToClient)) {
        fail(CloseReason::Slow, u"%1 bytes wait to be read"_s.arg(queued));
        return false;
    }
    if (!writeSealed(content))
        return false;
    m_ping.ride();
    return true;
}

void Link::pingNow()
{
    send(m_meter.ask(m_clock.now()));
}

bool Link::writeSealed(const wire::Content &content)
{
    const QByteArray plaintext = wire::encode(content);
    if (plaintext.size() + kSealedOverhead > messageMaxToPeer()) {
        // Sent, it would cost the link. Our own fault: whoever makes messages must bound them.
        qCWarning(lcLink, "%s: a message of %lld bytes is over the limit -> not sent",
            qUtf8Printable(m_address), static_cast<long long>(plaintext.size()));
        return false;
    }
    const auto frame = m_channel->seal(plaintext);
    if (!frame) {
        fail(frame.error());
        return false;
    }
    write(*frame);
    return true;
}

qint64 Link::messageMaxToPeer() const
{
    if (m_stage != Stage::Up)
        return static_cast<qint64>(kMessageMaxBeforeUp);
    const bool isFromClient
        = m_side == wire::Side::Client && m_client->self.role != crypto::PeerRole::Node;
    return static_cast<qint64>(isFromClient ? kMessageMaxFromClient : kMessageMaxFromMachine);
}

void Link::write(const QByteArray &bytes)
{
    m_socket->sendBinaryMessage(bytes);
}

void Link::armDeadline(Duration span)
{
    m_deadlineDue = m_clock.now() + span;
    m_deadline.start(ceilMs(span));
}

void Link::onDeadline()
{
    switch (m_stage) {
    case Stage::Connecting:
    case Stage::Handshake:
    case Stage::Judging:
    case Stage::Frame0:
        return fail(CloseReason::Timeout, u"the link did not come up in time"_s);
    case Stage::Up:
        return watchSilence(m_clock.now());
    case Stage::Closing:
        m_socket->abort();
        return end();
    case Stage::Lost:
        return;
    }
}

void Link::watchSilence(Instant now)
{
    const Duration left = m_lastOpened + m_liveness.silence - now;
    if (left > Duration::zero())
        return armDeadline(left);
    // A timer that fires far too late says that this process stood still, not the other one: what
    // arrived meanwhile still waits in the socket and is read first.
    if (now - m_deadlineDue > m_liveness.silence / 4)
        return armDeadline(m_liveness.silence / 4);
    fail(
        CloseReason::Timeout, u"nothing heard for %1 ms"_s.arg(ceilMs(now - m_lastOpened).count()));
}

void Link::close(CloseReason reason, const QString &why)
{
    if (m_stage >= Stage::Closing)
        return;
    if (m_stage == Stage::Up) {
        const bool hasText = reason == CloseReason::Bye && !why.isEmpty();
        writeSealed(wire::Bye{hasText ? why : crypto::toText(reason)});
        if (m_stage != Stage::Up)
            return;
    }
    m_ending = {reason, false, false, why};
    const bool isConnecting = m_stage == Stage::Connecting && m_side == wire::Side::Client;
    m_stage = Stage::Closing;
    if (isConnecting) {
        m_socket->abort();
        return end();
    }
    closeSocket(reason);
}

void Link::fail(CloseReason reason, const QString &detail)
{
    if (m_stage >= Stage::Closing)
        return;
    m_ending = {reason, false, false, detail};
    const bool isConnecting = m_stage == Stage::Connecting && m_side == wire::Side::Client;
    m_stage = Stage::Closing;
    // The close frame is flushed to the kernel at once, and the abort drops only what waits in this
    // process.
    if (!isConnecting)
        closeSocket(reason);
    m_socket->abort();
    end();
}

void Link::closeSocket(CloseReason reason)
{
    // Qt does not time the closing handshake, and keeps what is queued meanwhile.
    armDeadline(kCloseTime);
    m_ping.stop();
    m_socket->close(static_cast<QWebSocketProtocol::CloseCode>(reason), crypto::toText(reason));
}

void Link::onDisconnected()
{
    // QWebSocket reads by a queued call: a bye or a close frame that arrived with the end is
    // delivered before this one.
    QMetaObject::invokeMethod(this, &Link::endAfterReading, Qt::QueuedConnection);
}

void Link::endAfterReading()
{
    if (m_stage == Stage::Lost)
        return;
    if (m_stage != Stage::Closing) {
        // closeCode() is 1000 after a reset or an abort too; every close frame of ours has a reason
        // text.
        const int code = static_cast<int>(m_socket->closeCode());
        const QString said = m_socket->closeReason();
        const auto reason = closeReasonFrom(code);
        if (code == 1000 && said.isEmpty())
            m_ending.reason.reset();
        else if (reason && said == crypto::toText(*reason))
            m_ending = {reason, true, false, {}};
        else if (reason == CloseReason::TooBig)
            m_ending = {reason, false, false, said};
        else if (reason == CloseReason::GoingAway)
            m_ending = {CloseReason::Timeout, false, false, said};
        else
            m_ending = {CloseReason::Malformed, false, false, said};
    }
    end();
}

void Link::end()
{
    if (m_stage == Stage::Lost)
        return;
    m_stage = Stage::Lost;
    m_deadline.stop();
    m_ping.stop();
    m_channel.reset();
    m_serverHandshake.reset();
    m_clientHandshake.reset();
    QMetaObject::invokeMethod(
        this,
        [this] {
            Q_EMIT lost(m_ending);
            deleteLater();
        },
        Qt::QueuedConnection);
}

void Link::setUserTimeout(Duration span)
{
    // A safety net below our own deadline: unacknowledged data ends the connection even if no timer
    // of ours runs.
    const auto *tcp = m_socket->findChild<QTcpSocket *>();
    if (tcp == nullptr || tcp->socketDescriptor() < 0)
        return;
    const auto milliseconds = static_cast<unsigned int>(ceilMs(span).count());
    if (setsockopt(static_cast<int>(tcp->socketDescriptor()), IPPROTO_TCP, TCP_USER_TIMEOUT,
            &milliseconds, sizeof milliseconds)
        != 0)
        qCDebug(lcLink, "%s: TCP_USER_TIMEOUT refused", qUtf8Printable(m_address));
}

} // namespace clustd::link
