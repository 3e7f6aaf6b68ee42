#include "link/listener.h"

#include "link/address.h"
#include "util/log_categories.h"

#include <QPointer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketCorsAuthenticator>
#include <QWebSocketServer>

#include <algorithm>
#include <chrono>
#include <utility>

namespace clustd::link {

using crypto::CloseReason;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

/// A connection that has proven nothing yet: a TCP socket, then a link.
struct Listener::Stranger
{
    QPointer<QTcpSocket> tcp;
    QPointer<Link> link; ///< Null until the upgrade
    QHostAddress from;
    QString address;
    Instant since;
    bool hasOrigin = false;
};

Listener::Listener(Gatekeeper &gatekeeper, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_gatekeeper(gatekeeper)
    , m_clock(clock)
    , m_upgrader(std::make_unique<QWebSocketServer>(u"clustd"_s, QWebSocketServer::NonSecureMode))
{
    // QTcpServer accepts until this many wait and then leaves the rest in the kernel's queue.
    m_tcp.setMaxPendingConnections(kAcceptedPerTurn);
    m_tcp.setListenBacklogSize(256);
    m_acceptSoon.setSingleShot(true);
    connect(&m_acceptSoon, &QTimer::timeout, this, &Listener::acceptSome);
    connect(&m_tcp, &QTcpServer::newConnection, this, [this] {
        if (!m_acceptSoon.isActive())
            m_acceptSoon.start(0);
    });
    // Out of file descriptors, QTcpServer pauses and would stay paused.
    m_acceptAgain.setSingleShot(true);
    m_acceptAgain.setInterval(1s);
    connect(&m_acceptAgain, &QTimer::timeout, &m_tcp, &QTcpServer::resumeAccepting);
    connect(&m_tcp, &QTcpServer::acceptError, this, [this] {
        qCWarning(
            lcLink, "accepting: %s -> again in a second", qUtf8Printable(m_tcp.errorString()));
        m_acceptAgain.start();
    });

    m_sweep.setInterval(250ms);
    connect(&m_sweep, &QTimer::timeout, this, &Listener::sweep);

    m_upgrader->setSupportedSubprotocols({QString::fromLatin1(kSubprotocol)});
    connect(m_upgrader.get(), &QWebSocketServer::newConnection, this, &Listener::upgraded);
    connect(m_upgrader.get(), &QWebSocketServer::originAuthenticationRequired, this,
        [](QWebSocketCorsAuthenticator *request) {
            // Only browsers send one, and no page has any business here (answered with 403).
            request->setAllowed(request->origin().isEmpty());
        });
}

Listener::~Listener()
{
    for (auto &[number, stranger] : m_strangers) {
        if (stranger->tcp)
            stranger->tcp->disconnect(this);
    }
}

void Listener::setSelf(Link::ServerSide self)
{
    m_self = std::move(self);
}

void Listener::setMachineAddresses(std::vector<QHostAddress> addresses)
{
    m_admission.setMachines(std::move(addresses));
}

bool Listener::isMachineAddress(const QHostAddress &address) const
{
    return m_admission.isMachine(address);
}

Result<void> Listener::listen(const QHostAddress &address, quint16 port)
{
    if (m_tcp.listen(address, port))
        return {};
    QString why = m_tcp.errorString();
    if (m_tcp.serverError() == QAbstractSocket::AddressInUseError || why.isEmpty())
        why = u"the address is in use"_s;
    return fail(ErrorCode::System, addressText(address, port), u"cannot listen: %1"_s.arg(why),
        u"stop what listens there ('ss -ltnp' shows it), or change server.bind_address or server.bind_port"_s);
}

void Listener::stop()
{
    m_tcp.close();
    m_acceptSoon.stop();
    m_acceptAgain.stop();
    while (!m_strangers.empty())
        end(m_strangers.begin()->first, {CloseReason::GoingAway, false, false, {}});
}

void Listener::acceptSome()
{
    for (int i = 0; i < kAcceptedPerTurn && m_tcp.hasPendingConnections(); ++i) {
        QTcpSocket *tcp = m_tcp.nextPendingConnection();
        // One that ended while it waited here has said so already: it would keep a place until the
        // sweep.
        if (tcp->state() == QAbstractSocket::ConnectedState)
            admit(tcp);
        else
            tcp->deleteLater();
    }
    if (m_tcp.hasPendingConnections())
        m_acceptSoon.start(0);
}

void Listener::admit(QTcpSocket *tcp)
{
    const QHostAddress from = plainAddress(tcp->peerAddress());
    const Admission::Arrival arrival = m_admission.arrive(from);
    if (arrival.displaced)
        end(*arrival.displaced,
            {CloseReason::Busy, false, false, u"displaced by a newer connection"_s});

    auto stranger = std::make_unique<Stranger>();
    stranger->tcp = tcp;
    stranger->from = from;
    stranger->address = addressText(from, tcp->peerPort());
    stranger->since = m_clock.now();
    const Admission::Number number = arrival.number;
    m_strangers.emplace(number, std::move(stranger));

    connect(tcp, &QTcpSocket::disconnected, this, [this, number] {
        const auto entry = m_strangers.find(number);
        const bool hasOrigin = entry != m_strangers.end() && entry->second->hasOrigin;
        end(number,
            {CloseReason::Malformed, false, false,
                hasOrigin ? u"an Origin header"_s : u"ended without an upgrade to WebSocket"_s});
    });
    m_upgrader->handleConnection(tcp);
    // After handleConnection(): its queued call must be posted before a deletion that starts in
    // this slot.
    connect(tcp, &QTcpSocket::readyRead, this, [this, number] { lookAtHead(number); });
    lookAtHead(number);
    if (!m_sweep.isActive())
        m_sweep.start();
}

void Listener::lookAtHead(Admission::Number number)
{
    // Qt itself waits for 800 kB of head. No client of ours sends anything behind it before the
    // ticket came.
    const auto stranger = m_strangers.find(number);
    if (stranger == m_strangers.end() || stranger->second->link || !stranger->second->tcp)
        return;
    QTcpSocket *tcp = stranger->second->tcp;
    if (tcp->peek(kUpgradeHeadMax).toLower().contains("\r\norigin:"))
        stranger->second->hasOrigin = true;
    if (tcp->bytesAvailable() > kUpgradeHeadMax)
        end(number, {CloseReason::TooBig, false, false, u"an endless head"_s});
}

void Listener::sweep()
{
    // handleConnection() runs no timeout of its own. A link has one.
    const Instant now = m_clock.now();
    std::vector<Admission::Number> late;
    for (const auto &[number, stranger] : m_strangers) {
        if (!stranger->link && now - stranger->since >= kHandshakeTime)
            late.push_back(number);
    }
    for (const Admission::Number number : late)
        end(number, {CloseReason::Timeout, false, false, u"no upgrade to WebSocket in time"_s});
    if (m_strangers.empty())
        m_sweep.stop();
}

void Listener::upgraded()
{
    while (QWebSocket *socket = m_upgrader->nextPendingConnection()) {
        const auto found
            = std::find_if(m_strangers.begin(), m_strangers.end(), [&](const auto &entry) {
                  const QTcpSocket *tcp = entry.second->tcp;
                  return tcp != nullptr && !entry.second->link
                      && tcp->peerPort() == socket->peerPort()
                      && tcp->peerAddress() == socket->peerAddress()
                      && tcp->localAddress() == socket->localAddress();
              });
        if (found == m_strangers.end()) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        const Admission::Number number = found->first;
        Stranger &stranger = *found->second;
        QTcpSocket *tcp = stranger.tcp;
        tcp->disconnect(this);
        const Duration timeLeft = kHandshakeTime - (m_clock.now() - stranger.since);
        auto *link = new Link(socket, tcp, m_self, m_gatekeeper, timeLeft, m_clock, this);
        stranger.link = link;
        connect(link, &Link::authenticated, this, [this, number] { forget(number); });
        connect(link, &Link::lost, this, [this, number, link](const Ending &ending) {
            forget(number);
            if (link->upSince() == Instant{}) {
                const QString node = link->isAuthenticated()
                    ? QString::fromStdString(link->peer().name)
                    : QString();
                Q_EMIT refused(link->peerAddress(), link->address(), node, ending);
            }
        });
        if (socket->subprotocol() != QLatin1StringView(kSubprotocol)) {
            link->close(CloseReason::Version, u"no subprotocol clustd.2"_s);
            continue;
        }
        if (stranger.hasOrigin) {
            // An empty one, which Qt does not tell from none.
            link->close(CloseReason::Malformed, u"an Origin header"_s);
            continue;
        }
        if (socket->requestUrl().path() != u"/") {
            link->close(CloseReason::Malformed, u"another path than /"_s);
            continue;
        }
        Q_EMIT linkMade(link);
        link->start();
    }
}

void Listener::forget(Admission::Number number)
{
    m_admission.leave(number);
    m_strangers.erase(number);
}

void Listener::end(Admission::Number number, const Ending &ending)
{
    const auto found = m_strangers.find(number);
    if (found == m_strangers.end())
        return;
    const std::unique_ptr<Stranger> stranger = std::move(found->second);
    forget(number);
    if (stranger->link) {
        stranger->link->close(*ending.reason, ending.detail); // Its lost() reports.
        return;
    }
    if (QTcpSocket *tcp = stranger->tcp) {
        tcp->disconnect(this);
        tcp->disconnect(m_upgrader.get());
        // Later, since the upgrader's queued look at this socket may be on its way: on a closed one
        // Qt prints a warning, as often as strangers like.
        QMetaObject::invokeMethod(
            tcp,
            [tcp] {
                tcp->abort();
                tcp->deleteLater();
            },
            Qt::QueuedConnection);
    }
    Q_EMIT refused(stranger->from, stranger->address, {}, ending);
}

} // namespace clustd::link
