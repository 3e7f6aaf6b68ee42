#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace clustd::monitor {

/// The desktop's keyring (libsecret, KWallet) through QtKeychain. Tokens go there and nowhere else.
/// Thread: the GUI's. Every call ends with one call of its handler, from the event loop.
class Keyring : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// @param done with the token, or empty and the reason
    void read(const QString &key, std::function<void(const QByteArray &, const QString &)> done);
    /// @param done with the reason why not; empty: it is kept
    void write(
        const QString &key, const QByteArray &token, std::function<void(const QString &)> done);
    void remove(const QString &key);
};

} // namespace clustd::monitor
