// A link until both sides have proven who they are; what follows is in link.cpp.

#include "link/address.h"
#include "link/link.h"

#include <QNetworkRequest>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

#include <utility>

namespace clustd::link {

using crypto::CloseReason;
using namespace Qt::Literals::StringLiterals;

void Link::start()
{
    armDeadline(m_timeLeft);
    if (m_side == wire::Side::Server) {
        auto random = crypto::HandshakeRandom::draw();
        if (!random)
            return fail(CloseReason::Unsealed, u"the random generator failed"_s);
        m_serverHandshake.emplace(
            crypto::ServerHandshake::Self{m_server->id, m_server->incarnation, m_server->levels},
            *m_server->keys, std::move(*random));
        m_stage = Stage::Handshake;
        write(m_serverHandshake->ticket());
        return;
    }
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QString::fromLatin1(kSubprotocol)});
    m_socket->open(QNetworkRequest(m_client->uri), options);
}

void Link::onConnected()
{
    if (m_stage != Stage::Connecting)
        return;
    m_peerAddress = plainAddress(m_socket->peerAddress());
    if (auto *tcp = m_socket->findChild<QTcpSocket *>())
        watchBytes(tcp);
    if (m_socket->subprotocol() != QLatin1StringView(kSubprotocol))
        return fail(CloseReason::Version, u"the other side does not speak clustd.2"_s);
    auto random = crypto::HandshakeRandom::draw();
    if (!random)
        return fail(CloseReason::Unsealed, u"the random generator failed"_s);
    m_clientHandshake.emplace(m_client->self, m_client->credentials.clone(), std::move(*random));
    m_stage = Stage::Handshake;
}

void Link::readTicket(const QByteArray &ticket)
{
    const auto hello = m_clientHandshake->hello(ticket);
    if (!hello)
        return fail(hello.error());
    m_isHelloSent = true;
    write(*hello);
}

void Link::readHello(const QByteArray &hello)
{
    auto identity = m_serverHandshake->readHello(hello);
    if (!identity)
        return fail(identity.error());
    m_peer = std::move(*identity);
    judge();
}

void Link::readWelcome(const QByteArray &welcome)
{
    auto session = m_clientHandshake->finish(welcome);
    if (!session)
        return fail(session.error());
    m_peer = session->peer;
    if (m_client->self.role == crypto::PeerRole::Node && m_peer->name == m_client->self.name)
        return fail(CloseReason::Self);
    m_channel.emplace(m_side, std::move(*session));
    judge();
}

void Link::judge()
{
    m_stage = Stage::Judging;
    Q_EMIT authenticated();
    if (m_stage != Stage::Judging)
        return;
    if (m_gatekeeper != nullptr)
        m_gatekeeper->judge(*this);
    else
        admit(m_client->liveness);
}

void Link::admit(const Liveness &liveness)
{
    if (m_stage != Stage::Judging)
        return; // It ended while the gatekeeper was thinking.
    m_liveness = liveness;
    if (m_side == wire::Side::Server) {
        auto welcome = m_serverHandshake->welcome();
        if (!welcome)
            return fail(welcome.error());
        write(welcome->bytes);
        if (m_stage != Stage::Judging)
            return;
        m_channel.emplace(m_side, std::move(welcome->session));
    }
    m_stage = Stage::Frame0;
    if (!writeSealed(m_side == wire::Side::Server ? m_server->ready : m_client->ready))
        return;
    becomeUpIfReady();
}

} // namespace clustd::link
