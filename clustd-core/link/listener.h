#pragma once

#include "link/admission.h"
#include "link/link.h"
#include "util/result.h"

#include <QObject>
#include <QTcpServer>

#include <map>
#include <memory>

QT_BEGIN_NAMESPACE
class QWebSocketServer;
QT_END_NAMESPACE

namespace clustd::link {

/// Accepts connections within the limits for strangers, upgrades them, and makes links of them.
///
/// Thread: the one that made it.
/// Owner:  the links it makes are its children; they delete themselves after lost().
/// Errors: what never became a link that was up is reported by refused(); nothing from outside ends
/// the process.
class Listener : public QObject
{
    Q_OBJECT
public:
    Listener(Gatekeeper &gatekeeper, const Clock &clock, QObject *parent = nullptr);
    ~Listener() override;

    /// For connections accepted from now on. To be set before listen().
    void setSelf(Link::ServerSide self);
    void setMachineAddresses(std::vector<QHostAddress> addresses);
    [[nodiscard]] bool isMachineAddress(const QHostAddress &address) const;

    /// Errors: System, naming address and port; Qt 6.4 leaves the text of "in use" empty.
    [[nodiscard]] Result<void> listen(const QHostAddress &address, quint16 port);
    [[nodiscard]] quint16 port() const { return m_tcp.serverPort(); }
    /// Listens no more, and ends what is not up yet.
    void stop();

    /// Connections that have proven nothing yet.
    [[nodiscard]] std::size_t unauthenticatedCount() const { return m_admission.count(); }

Q_SIGNALS:
    /// A handshake begins; to connect to the link's signals.
    void linkMade(clustd::link::Link *link);
    /// @p node is empty unless the name was proven.
    void refused(const QHostAddress &from, const QString &address, const QString &node,
        const clustd::link::Ending &ending);

private:
    struct Stranger;

    void acceptSome();
    void admit(QTcpSocket *tcp);
    void lookAtHead(Admission::Number number);
    void sweep();
    void upgraded();
    void forget(Admission::Number number);
    void end(Admission::Number number, const Ending &ending);

    Gatekeeper &m_gatekeeper;
    const Clock &m_clock;
    Link::ServerSide m_self;
    QTcpServer m_tcp;
    std::unique_ptr<QWebSocketServer> m_upgrader;
    QTimer m_acceptSoon;
    QTimer m_acceptAgain;
    QTimer m_sweep; ///< Runs while a stranger is here
    Admission m_admission;
    std::map<Admission::Number, std::unique_ptr<Stranger>>
        m_strangers; ///< Those before the upgrade, and links before authentication
};

} // namespace clustd::link
