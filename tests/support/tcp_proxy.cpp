#include "support/tcp_proxy.h"

#include <QtEndian>

namespace clustd::test {

namespace {

struct FrameShape
{
    qsizetype header = 0;
    qsizetype payload = 0;
    bool isMasked = false;
};

/// Nothing while the header is not whole.
std::optional<FrameShape> shapeOf(const QByteArray &bytes)
{
    if (bytes.size() < 2)
        return std::nullopt;
    FrameShape shape;
    const auto second = static_cast<quint8>(bytes[1]);
    shape.isMasked = (second & 0x80U) != 0;
    const quint8 length = second & 0x7fU;
    const qsizetype extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    shape.header = 2 + extended + (shape.isMasked ? 4 : 0);
    if (bytes.size() < shape.header)
        return std::nullopt;
    shape.payload = length;
    if (extended == 2)
        shape.payload = qFromBigEndian<quint16>(bytes.constData() + 2);
    else if (extended == 8)
        shape.payload = static_cast<qsizetype>(qFromBigEndian<quint64>(bytes.constData() + 2));
    return shape;
}

} // namespace

std::vector<QByteArray> WireUnits::feed(const QByteArray &bytes)
{
    m_rest += bytes;
    std::vector<QByteArray> units;
    while (true) {
        qsizetype size = 0;
        if (!m_hasHead) {
            const qsizetype end = m_rest.indexOf("\r\n\r\n");
            size = end < 0 ? 0 : end + 4;
        } else if (const auto shape = shapeOf(m_rest);
                   shape && m_rest.size() >= shape->header + shape->payload) {
            size = shape->header + shape->payload;
        }
        if (size == 0)
            return units;
        m_hasHead = true;
        units.push_back(m_rest.left(size));
        m_rest.remove(0, size);
    }
}

QByteArray payloadOf(const QByteArray &frame)
{
    const auto shape = shapeOf(frame);
    if (!shape)
        return {};
    QByteArray payload = frame.mid(shape->header);
    if (shape->isMasked) {
        const QByteArray mask = frame.mid(shape->header - 4, 4);
        for (qsizetype i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    return payload;
}

QByteArray binaryFrame(const QByteArray &payload, bool isMasked, quint8 opcode)
{
    QByteArray frame;
    frame += static_cast<char>(0x80U | opcode);
    const quint8 maskBit = isMasked ? 0x80 : 0;
    if (payload.size() < 126) {
        frame += static_cast<char>(maskBit | static_cast<quint8>(payload.size()));
    } else if (payload.size() < 65536) {
        frame += static_cast<char>(maskBit | 126U);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    } else {
        frame += static_cast<char>(maskBit | 127U);
        QByteArray length(8, '\0');
        qToBigEndian(static_cast<quint64>(payload.size()), length.data());
        frame += length;
    }
    if (isMasked)
        frame += QByteArray(4, '\0');
    return frame + payload;
}

TcpProxy::TcpProxy(quint16 targetPort, QObject *parent)
    : QObject(parent)
    , m_targetPort(targetPort)
{
    m_server.listen(QHostAddress::LocalHost, 0);
    connect(&m_server, &QTcpServer::newConnection, this, &TcpProxy::take);
}

void TcpProxy::take()
{
    while (QTcpSocket *client = m_server.nextPendingConnection()) {
        const int connection = connectionCount();
        auto pair = std::make_unique<Pair>();
        pair->client = client;
        client->setParent(this);
        pair->server = new QTcpSocket(this);
        // Else a stalled proxy would go on reading without end, and nobody would ever be slow.
        client->setReadBufferSize(64 * 1024);
        pair->server->setReadBufferSize(64 * 1024);
        if (!m_source.isNull())
            pair->server->bind(m_source);
        else if (m_sourceNet != 0)
            pair->server->bind(QHostAddress(
                0x7f000000U + (quint32(m_sourceNet) << 8U) + 1 + quint32(connection % 250)));
        pair->server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_targetPort);
        connect(client, &QTcpSocket::readyRead, this,
            [this, connection] { forward(connection, Direction::ToServer); });
        connect(pair->server, &QTcpSocket::readyRead, this,
            [this, connection] { forward(connection, Direction::ToClient); });
        connect(pair->server, &QTcpSocket::connected, this,
            [this, connection] { forward(connection, Direction::ToServer); });
        connect(client, &QTcpSocket::disconnected, this, [this, connection] { end(connection); });
        connect(
            pair->server, &QTcpSocket::disconnected, this, [this, connection] { end(connection); });
        m_pairs.push_back(std::move(pair));
    }
}

void TcpProxy::forward(int connection, Direction direction)
{
    Pair &pair = *m_pairs[size_t(connection)];
    const bool isToServer = direction == Direction::ToServer;
    if (m_isStalled || !pair.isOpen || pair.server->state() != QAbstractSocket::ConnectedState)
        return;
    QTcpSocket *from = isToServer ? pair.client : pair.server;
    QTcpSocket *to = isToServer ? pair.server : pair.client;
    Half &half = isToServer ? pair.toServer : pair.toClient;
    for (const QByteArray &unit : half.units.feed(from->readAll())) {
        const int index = int(half.recorded.size());
        half.recorded.push_back(unit);
        const std::vector<QByteArray> out
            = m_filter ? m_filter(connection, direction, index, unit) : std::vector{unit};
        for (const QByteArray &bytes : out)
            to->write(bytes);
    }
}

void TcpProxy::end(int connection)
{
    Pair &pair = *m_pairs[size_t(connection)];
    if (!pair.isOpen || m_isStalled)
        return;
    // What arrived before the end is passed on before it, the close frame above all.
    forward(connection, Direction::ToServer);
    forward(connection, Direction::ToClient);
    pair.isOpen = false;
    pair.client->disconnectFromHost();
    pair.server->disconnectFromHost();
}

void TcpProxy::cut()
{
    for (const auto &pair : m_pairs) {
        pair->isOpen = false;
        pair->client->abort();
        pair->server->abort();
    }
}

int TcpProxy::openCount() const
{
    int count = 0;
    for (const auto &pair : m_pairs)
        count += pair->isOpen ? 1 : 0;
    return count;
}

const std::vector<QByteArray> &TcpProxy::recorded(int connection, Direction direction) const
{
    const Pair &pair = *m_pairs.at(size_t(connection));
    return direction == Direction::ToServer ? pair.toServer.recorded : pair.toClient.recorded;
}

void TcpProxy::inject(int connection, Direction direction, const QByteArray &bytes)
{
    const Pair &pair = *m_pairs.at(size_t(connection));
    (direction == Direction::ToServer ? pair.server : pair.client)->write(bytes);
}

} // namespace clustd::test
