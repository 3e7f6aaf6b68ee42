#include "support/hand_client.h"

#include "wire/codec.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

namespace clustd::test {

crypto::Credentials credentialsOf(const QByteArray &secret, crypto::PeerRole role,
    const std::string &name, const std::string &cluster)
{
    auto keys = crypto::ClusterKeys::derive(secret, cluster);
    auto credentials = keys->credentialsFor(role, name);
    return std::move(*credentials);
}

HandClient::HandClient(const QUrl &uri, crypto::PeerRole role, const std::string &name,
    crypto::Credentials credentials, StopAfter stop, QObject *parent)
    : QObject(parent)
    , m_role(role)
    , m_stop(stop)
    , m_socket(std::make_unique<QWebSocket>())
    , m_handshake({role, name, Incarnation{role == crypto::PeerRole::Node ? 77U : 0U}, {}, {}},
          std::move(credentials), std::move(*crypto::HandshakeRandom::draw()))
{
    m_socket->setProxy(QNetworkProxy::NoProxy);
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, &HandClient::onMessage);
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
        m_isClosed = true;
        m_closeCode = static_cast<int>(m_socket->closeCode());
        m_closedWith = m_socket->closeReason();
    });
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QStringLiteral("clustd.2")});
    m_socket->open(QNetworkRequest(uri), options);
}

HandClient::~HandClient()
{
    // A QWebSocket that is connected when it is destroyed writes a close frame on its way out, and
    // Qt 6.4 leaks the text of its reason.
    m_socket->disconnect();
    m_socket->abort();
}

void HandClient::onMessage(const QByteArray &message)
{
    if (m_stop == StopAfter::Upgrade)
        return;
    if (!m_isHelloSent) {
        const auto hello = m_handshake.hello(message);
        m_isHelloSent = true;
        if (hello)
            m_socket->sendBinaryMessage(*hello);
        return;
    }
    if (m_stop == StopAfter::Hello)
        return;
    if (!m_channel) {
        auto session = m_handshake.finish(message);
        if (session)
            m_channel
                = std::make_unique<wire::SealedChannel>(wire::Side::Client, std::move(*session));
        return;
    }
    const auto plaintext = m_channel->open(message);
    if (!plaintext)
        return;
    const auto content = wire::decode(*plaintext, crypto::PeerRole::Node, m_received.empty());
    if (content)
        m_received.push_back(*content);
}

void HandClient::sendReady()
{
    wire::Ready ready;
    ready.software = QStringLiteral("by hand");
    if (m_role == crypto::PeerRole::Node) {
        ready.uri = QStringLiteral("ws://127.0.0.1:1");
        ready.role = QStringLiteral("voter");
        ready.priority = 100;
    }
    sendContent(ready);
}

void HandClient::sendPlaintext(const QByteArray &plaintext)
{
    sendRaw(sealed(plaintext));
}

void HandClient::sendContent(const wire::Content &content)
{
    sendPlaintext(wire::encode(content));
}

void HandClient::sendRaw(const QByteArray &message)
{
    m_socket->sendBinaryMessage(message);
}

void HandClient::sendText(const QString &text)
{
    m_socket->sendTextMessage(text);
}

void HandClient::sendPings(int count)
{
    for (int i = 0; i < count; ++i)
        m_socket->ping();
}

QByteArray HandClient::sealed(const QByteArray &plaintext)
{
    return *m_channel->seal(plaintext);
}

} // namespace clustd::test
