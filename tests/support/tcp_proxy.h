#pragma once

#include <QHostAddress>
#include <QObject>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>
#include <memory>
#include <vector>

namespace clustd::test {

enum class Direction { ToServer, ToClient };

/// Splits one direction of a WebSocket connection into what stands on the wire: the HTTP head, then
/// frame by frame.
class WireUnits
{
public:
    [[nodiscard]] std::vector<QByteArray> feed(const QByteArray &bytes);

private:
    QByteArray m_rest;
    bool m_hasHead = false;
};

/// What a WebSocket frame carries, unmasked.
[[nodiscard]] QByteArray payloadOf(const QByteArray &frame);
/// A whole binary frame; a client's is masked.
[[nodiscard]] QByteArray binaryFrame(const QByteArray &payload, bool isMasked, quint8 opcode = 2);

/// The attacker in the middle: forwards connections to one target, unit by unit (the HTTP head is
/// unit 0), and may alter, drop, repeat, record or hold back what passes. Thread: the one that made
/// it.
class TcpProxy : public QObject
{
    Q_OBJECT
public:
    /// What goes on in place of @p unit, number @p index of its direction in the @p connection-th
    /// connection.
    using Filter = std::function<std::vector<QByteArray>(
        int connection, Direction direction, int index, const QByteArray &unit)>;

    explicit TcpProxy(quint16 targetPort, QObject *parent = nullptr);

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    void setFilter(Filter filter) { m_filter = std::move(filter); }
    /// Connects onward from 127.0.@p net.n, another one for each connection, so that limits per
    /// address are not met.
    void setSourceNet(quint8 net) { m_sourceNet = net; }
    void setSource(const QHostAddress &source) { m_source = source; }
    /// Holds everything back from now on, without closing anything: a cable that was pulled.
    void stall() { m_isStalled = true; }
    /// Takes no new connections.
    void refuse() { m_server.close(); }
    /// Ends all connections.
    void cut();

    [[nodiscard]] int openCount() const;
    [[nodiscard]] int connectionCount() const { return int(m_pairs.size()); }
    /// The units that a direction of a connection brought so far, as they came in.
    [[nodiscard]] const std::vector<QByteArray> &recorded(
        int connection, Direction direction) const;
    /// Puts bytes of our own into a connection.
    void inject(int connection, Direction direction, const QByteArray &bytes);

private:
    struct Half
    {
        WireUnits units;
        std::vector<QByteArray> recorded;
    };
    struct Pair
    {
        QTcpSocket *client = nullptr;
        QTcpSocket *server = nullptr;
        Half toServer, toClient;
        bool isOpen = true;
    };
    void take();
    void forward(int connection, Direction direction);
    void end(int connection);

    quint16 m_targetPort;
    QTcpServer m_server;
    Filter m_filter;
    quint8 m_sourceNet = 0;
    QHostAddress m_source;
    bool m_isStalled = false;
    std::vector<std::unique_ptr<Pair>> m_pairs;
};

} // namespace clustd::test
