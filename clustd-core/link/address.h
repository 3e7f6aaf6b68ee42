#pragma once

#include <QHostAddress>
#include <QString>
#include <QUrl>

namespace clustd::link {

/// A dual-stack listener shows IPv4 peers as ::ffff:a.b.c.d; this is them as IPv4, without a scope.
/// Others as they are.
[[nodiscard]] QHostAddress plainAddress(const QHostAddress &address);

/// What a listener takes for @p text of the configuration: "::" is IPv6 and IPv4 together, which
/// Qt means by Any and not by AnyIPv6.
[[nodiscard]] QHostAddress addressToListenOn(const QString &text);

/// "10.0.0.1:3001", "[fe80::1]:3001".
[[nodiscard]] QString addressText(const QHostAddress &address, quint16 port);

/// "host:port" in lower case, so that two spellings of one `ws://` URI compare equal.
[[nodiscard]] QString endpointOf(const QUrl &uri);

} // namespace clustd::link
