#include "link/address.h"

namespace clustd::link {

using namespace Qt::Literals::StringLiterals;

QHostAddress plainAddress(const QHostAddress &address)
{
    bool isIpv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIpv4);
    if (isIpv4)
        return QHostAddress(ipv4);
    QHostAddress plain = address;
    plain.setScopeId({});
    return plain;
}

QHostAddress addressToListenOn(const QString &text)
{
    const QHostAddress address(text);
    return address == QHostAddress::AnyIPv6 ? QHostAddress(QHostAddress::Any) : address;
}

QString addressText(const QHostAddress &address, quint16 port)
{
    const bool isIpv6 = address.protocol() == QAbstractSocket::IPv6Protocol;
    return (isIpv6 ? u"[%1]:%2"_s : u"%1:%2"_s).arg(address.toString()).arg(port);
}

QString endpointOf(const QUrl &uri)
{
    return u"%1:%2"_s.arg(uri.host().toLower()).arg(uri.port(80));
}

} // namespace clustd::link
