#pragma once

#include <QCryptographicHash>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>
#include <vector>

namespace clustd::test {

/// The head that a clustd client sends, with or without what matters in it.
inline QByteArray upgradeHead(const QByteArray &extraLines = {}, bool hasSubprotocol = true)
{
    return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + QByteArray(hasSubprotocol ? "Sec-WebSocket-Protocol: clustd.2\r\n" : "") + extraLines
        + "\r\n";
}

/// A TCP connection that sends what it is told and keeps what comes.
class RawSocket : public QObject
{
public:
    explicit RawSocket(quint16 port, const QByteArray &first = {}, const QHostAddress &source = {})
    {
        QObject::connect(
            &m_socket, &QTcpSocket::readyRead, this, [this] { m_read += m_socket.readAll(); });
        QObject::connect(&m_socket, &QTcpSocket::connected, this, [this, first] {
            m_wasConnected = true;
            m_socket.write(first);
        });
        QObject::connect(&m_socket, &QTcpSocket::disconnected, this, [this] { m_isClosed = true; });
        if (!source.isNull())
            m_socket.bind(source);
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    }
    void write(const QByteArray &bytes) { m_socket.write(bytes); }
    [[nodiscard]] const QByteArray &read() const { return m_read; }
    [[nodiscard]] bool wasConnected() const { return m_wasConnected; }
    [[nodiscard]] bool isClosed() const { return m_isClosed; }

private:
    QTcpSocket m_socket;
    QByteArray m_read;
    bool m_wasConnected = false;
    bool m_isClosed = false;
};

/// Takes the place of a machine: upgrades properly, then sends recorded frames, the first at once
/// and the rest when the client has answered.
class ReplayServer : public QObject
{
public:
    explicit ReplayServer(std::vector<QByteArray> frames)
        : m_frames(std::move(frames))
    {
        m_server.listen(QHostAddress::LocalHost, 0);
        QObject::connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = m_server.nextPendingConnection();
            auto head = std::make_shared<QByteArray>(); // Shared by the slot's calls.
            auto isUpgraded = std::make_shared<bool>(false);
            QObject::connect(socket, &QTcpSocket::readyRead, this, [=, this] {
                *head += socket->readAll();
                if (*isUpgraded) {
                    for (std::size_t i = 1; i < m_frames.size(); ++i)
                        socket->write(m_frames[i]);
                    return;
                }
                if (!head->contains("\r\n\r\n"))
                    return;
                *isUpgraded = true;
                const qsizetype at = head->indexOf("Sec-WebSocket-Key: ") + 19;
                const QByteArray key = head->mid(at, head->indexOf("\r\n", at) - at);
                const QByteArray accept = QCryptographicHash::hash(
                    key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1)
                                              .toBase64();
                socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: "
                              "websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: "
                    + accept + "\r\nSec-WebSocket-Protocol: clustd.2\r\n\r\n" + m_frames.at(0));
            });
        });
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
    std::vector<QByteArray> m_frames;
};

} // namespace clustd::test
