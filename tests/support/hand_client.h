#pragma once

#include "crypto/handshake.h"
#include "wire/messages.h"
#include "wire/sealed_channel.h"

#include <QObject>
#include <QUrl>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QWebSocket;
QT_END_NAMESPACE

namespace clustd::test {

/// Credentials of any name, from a secret.
[[nodiscard]] crypto::Credentials credentialsOf(const QByteArray &secret, crypto::PeerRole role,
    const std::string &name, const std::string &cluster = "test");

/// A client that does each step by hand and may do any of them wrong. What it does by itself:
/// answer T with H, take W in, open frames. Thread: the one that made it.
class HandClient : public QObject
{
    Q_OBJECT
public:
    enum class StopAfter { Nothing, Upgrade, Hello };

    HandClient(const QUrl &uri, crypto::PeerRole role, const std::string &name,
        crypto::Credentials credentials, StopAfter stop = StopAfter::Nothing,
        QObject *parent = nullptr);
    ~HandClient() override;

    /// Frame 0, then the link is up on the other side.
    void sendReady();
    void sendPlaintext(const QByteArray &plaintext);
    void sendContent(const wire::Content &content);
    void sendRaw(const QByteArray &message);
    void sendText(const QString &text);
    /// Empty ones of WebSocket itself.
    void sendPings(int count);
    [[nodiscard]] QByteArray sealed(const QByteArray &plaintext);

    [[nodiscard]] bool isClosed() const { return m_isClosed; }
    /// Close code and text that the server gave.
    [[nodiscard]] int closeCode() const { return m_closeCode; }
    [[nodiscard]] QString closedWith() const { return m_closedWith; }
    [[nodiscard]] bool hasSession() const { return m_channel != nullptr; }
    [[nodiscard]] const std::vector<wire::Content> &received() const { return m_received; }

private:
    void onMessage(const QByteArray &message);

    crypto::PeerRole m_role;
    StopAfter m_stop;
    std::unique_ptr<QWebSocket> m_socket;
    crypto::ClientHandshake m_handshake;
    std::unique_ptr<wire::SealedChannel> m_channel;
    bool m_isHelloSent = false;
    bool m_isClosed = false;
    int m_closeCode = 0;
    QString m_closedWith;
    std::vector<wire::Content> m_received;
};

} // namespace clustd::test
