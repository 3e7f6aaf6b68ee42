// What does a link cost in time, beside a bare TCP connection: a round trip, and the way from TCP
// to up?

#include "bench/measure.h"
#include "link/link.h"
#include "link/listener.h"
#include "util/assert.h"
#include "wire/codec.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

#include <functional>
#include <memory>

using namespace clustd;
using namespace clustd::bench;
using namespace Qt::Literals::StringLiterals;
using std::chrono::steady_clock;

namespace {

constexpr int kMessageSize = 200;
constexpr char kCluster[] = "bench";

double microsecondsSince(steady_clock::time_point began)
{
    return Nanoseconds(steady_clock::now() - began).count() / 1000;
}

wire::Ready machineReady()
{
    wire::Ready ready;
    ready.software = u"bench"_s;
    ready.uri = u"ws://127.0.0.1"_s;
    ready.role = u"voter"_s;
    ready.priority = 0;
    return ready;
}

/// The other side of what is measured, in a thread of its own as another process would be.
class OtherSide
{
public:
    OtherSide()
    {
        m_context.moveToThread(&m_thread);
        m_thread.start();
    }
    ~OtherSide()
    {
        run([this] { m_content.reset(); });
        m_thread.quit();
        m_thread.wait();
    }
    OtherSide(const OtherSide &) = delete;
    OtherSide &operator=(const OtherSide &) = delete;

    /// Makes @p Content there; it goes with this object.
    template <typename Content>
    Content &make(const std::function<std::unique_ptr<Content>()> &maker)
    {
        Content *made = nullptr;
        run([&] {
            auto content = maker();
            made = content.get();
            m_content = std::move(content);
        });
        return *made;
    }

private:
    void run(const std::function<void()> &action)
    {
        QMetaObject::invokeMethod(&m_context, action, Qt::BlockingQueuedConnection);
    }

    QThread m_thread;
    QObject m_context;
    std::unique_ptr<QObject> m_content;
};

/// Sends back all bytes.
class TcpEcho : public QObject
{
public:
    TcpEcho()
    {
        m_server.setListenBacklogSize(256);
        CLUSTD_ASSERT(m_server.listen(QHostAddress::LocalHost));
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = m_server.nextPendingConnection();
            socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            connect(socket, &QTcpSocket::readyRead, socket,
                [socket] { socket->write(socket->readAll()); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
};

/// Admits everyone and sends back all messages.
class LinkEcho : public QObject, public link::Gatekeeper
{
public:
    explicit LinkEcho(std::shared_ptr<const std::vector<crypto::ClusterKeys>> keys)
        : m_listener(*this, m_clock)
    {
        link::Link::ServerSide self;
        self.id = "bench-1";
        self.incarnation = Incarnation{1};
        self.keys = std::move(keys);
        self.ready = machineReady();
        m_listener.setSelf(std::move(self));
        connect(&m_listener, &link::Listener::linkMade, this, [](link::Link *link) {
            connect(link, &link::Link::received, link,
                [link](const wire::Content &content) { CLUSTD_ASSERT(link->send(content)); });
        });
        CLUSTD_ASSERT(m_listener.listen(QHostAddress::LocalHost, 0).has_value());
    }
    void judge(link::Link &link) override { link.admit({Duration::zero(), link::kClientSilence}); }
    [[nodiscard]] quint16 port() const { return m_listener.port(); }

private:
    SystemClock m_clock;
    link::Listener m_listener;
};

/// The samples of @p sendOne, called again whenever it is told that the answer is there.
class RoundTrips
{
public:
    RoundTrips(Extent extent, std::function<void()> sendOne)
        : m_wanted(extent.warmUp + extent.samples)
        , m_warmUp(extent.warmUp)
        , m_sendOne(std::move(sendOne))
    {
    }
    [[nodiscard]] std::vector<double> run()
    {
        next();
        m_loop.exec();
        m_samples.erase(m_samples.begin(), m_samples.begin() + m_warmUp);
        return m_samples;
    }
    void answered()
    {
        m_samples.push_back(microsecondsSince(m_began));
        if (int(m_samples.size()) < m_wanted)
            next();
        else
            m_loop.quit();
    }

private:
    void next()
    {
        m_began = steady_clock::now();
        m_sendOne();
    }

    int m_wanted;
    int m_warmUp;
    std::function<void()> m_sendOne;
    steady_clock::time_point m_began;
    std::vector<double> m_samples;
    QEventLoop m_loop;
};

void measureTcpRoundTrip(Extent extent, quint16 port)
{
    const QByteArray message(kMessageSize, 'm');
    QTcpSocket socket;
    RoundTrips trips(extent, [&] { socket.write(message); });
    qsizetype got = 0;
    QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [&] {
        got += socket.readAll().size();
        if (got < kMessageSize)
            return;
        got = 0;
        trips.answered();
    });
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    CLUSTD_ASSERT(socket.waitForConnected());
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    printLine("round trip, bare QTcpSocket", trips.run(), "us");
}

/// A request whose plaintext has kMessageSize bytes.
wire::Request messageOfRightSize()
{
    wire::Request request{1, u"echo"_s, {{u"text"_s, QString()}}, {}};
    const auto missing
        = kMessageSize - wire::encode(request).size() - 1; // Of the longer text's length
    request.params[u"text"_s] = QString(missing, u'm');
    CLUSTD_ASSERT(wire::encode(request).size() == kMessageSize);
    return request;
}

link::Link::ClientSide client(const crypto::ClusterKeys &keys, quint16 port)
{
    link::Link::ClientSide self;
    self.uri = QUrl(u"ws://127.0.0.1:%1"_s.arg(port));
    // A machine, since clients may not send this much.
    self.self = {crypto::PeerRole::Node, "bench-2", Incarnation{1}, {}, {}};
    self.credentials = keys.credentialsFor(crypto::PeerRole::Node, "bench-2").value();
    self.ready = machineReady();
    self.liveness.pingInterval = Duration::zero();
    return self;
}

void failOnLoss(link::Link *link, const bool &isExpected)
{
    QObject::connect(link, &link::Link::lost, link, [&isExpected](const link::Ending &ending) {
        if (!isExpected)
            qFatal("the link was lost: %s", qUtf8Printable(ending.text()));
    });
}

void measureLinkRoundTrip(Extent extent, const crypto::ClusterKeys &keys, quint16 port)
{
    SystemClock clock;
    const wire::Request message = messageOfRightSize();
    auto *link = new link::Link(client(keys, port), nullptr, clock, nullptr); // Deletes itself
    RoundTrips trips(extent, [&] { CLUSTD_ASSERT(link->send(message)); });
    bool isDone = false;
    failOnLoss(link, isDone);
    QEventLoop untilUp;
    QObject::connect(link, &link::Link::up, &untilUp, &QEventLoop::quit);
    QObject::connect(link, &link::Link::received, &untilUp, [at = &trips] { at->answered(); });
    link->start();
    untilUp.exec();
    printLine("round trip, link (WebSocket, sealed, CBOR)", trips.run(), "us");
    isDone = true;
    QEventLoop untilLost;
    QObject::connect(link, &QObject::destroyed, &untilLost, &QEventLoop::quit);
    link->close(crypto::CloseReason::Bye);
    untilLost.exec();
}

void measureTcpConnect(Extent extent, quint16 port)
{
    std::vector<double> samples;
    for (int i = -extent.warmUp; i < extent.samples; ++i) {
        QTcpSocket socket;
        QEventLoop loop;
        QObject::connect(&socket, &QTcpSocket::connected, &loop, &QEventLoop::quit);
        const auto began = steady_clock::now();
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        loop.exec();
        if (i >= 0)
            samples.push_back(microsecondsSince(began) / 1000);
        socket.abort();
    }
    printLine("connect, bare QTcpSocket", samples, "ms");
}

void measureHandshake(Extent extent, const crypto::ClusterKeys &keys, quint16 port)
{
    SystemClock clock;
    std::vector<double> samples;
    for (int i = -extent.warmUp; i < extent.samples; ++i) {
        auto *link = new link::Link(client(keys, port), nullptr, clock, nullptr); // Deletes itself
        bool isDone = false;
        failOnLoss(link, isDone);
        QEventLoop loop;
        QObject::connect(link, &link::Link::up, &loop, &QEventLoop::quit);
        const auto began = steady_clock::now();
        link->start();
        loop.exec();
        if (i >= 0)
            samples.push_back(microsecondsSince(began) / 1000);
        isDone = true;
        QEventLoop untilLost;
        QObject::connect(link, &QObject::destroyed, &untilLost, &QEventLoop::quit);
        link->close(crypto::CloseReason::Bye);
        untilLost.exec();
    }
    printLine("handshake, from TCP connect to link up", samples, "ms");
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // As the daemon does
    const QCoreApplication application(argc, argv);
    const Extent extent = Extent::from(argc, argv);
    const Extent many{extent.samples * 50, extent.warmUp * 50};
    auto derived = crypto::ClusterKeys::derive("0123456789abcdefghijklmnopqrstuvwxyz", kCluster);
    std::vector<crypto::ClusterKeys> list;
    list.push_back(std::move(derived.value()));
    const auto keys = std::make_shared<const std::vector<crypto::ClusterKeys>>(std::move(list));

    OtherSide tcpSide, linkSide;
    const quint16 tcpPort
        = tcpSide.make<TcpEcho>([] { return std::make_unique<TcpEcho>(); }).port();
    const quint16 linkPort
        = linkSide.make<LinkEcho>([&] { return std::make_unique<LinkEcho>(keys); }).port();

    printHead("Links on loopback, 200 bytes each way");
    measureTcpRoundTrip(many, tcpPort);
    measureLinkRoundTrip(many, keys->front(), linkPort);
    measureTcpConnect(extent, tcpPort);
    measureHandshake(extent, keys->front(), linkPort);
    return 0;
}
