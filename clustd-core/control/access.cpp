#include "control/access.h"

#include "control/printable.h"

#include <QFile>

namespace clustd::control {

using namespace Qt::Literals::StringLiterals;

Result<QUrl> readUri(const QString &text)
{
    const QString plain = text.trimmed();
    QUrl uri(plain.contains(u"://"_s) ? plain : u"ws://"_s + plain, QUrl::StrictMode);
    if (!uri.isValid() || uri.scheme() != u"ws" || uri.host().isEmpty() || uri.port() <= 0)
        return fail(ErrorCode::Usage, {}, u"'%1' is no address"_s.arg(printable(plain)),
            u"use ws://HOST:PORT"_s);
    return uri;
}

Result<crypto::Credentials> readTokenFile(const QString &path)
{
    constexpr qint64 kTokenMax = 4096; // A token is a few hundred bytes; a larger file is none.
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(
            ErrorCode::System, path, file.errorString(), u"name the file that holds the token"_s);
    auto token = crypto::parseToken(file.read(kTokenMax).trimmed());
    if (!token)
        return fail(token.error().code, path, token.error().what, token.error().remedy);
    return token;
}

} // namespace clustd::control
