#include "util/error.h"

#include <cstring>

namespace clustd {

QString Error::text() const
{
    QString text = where.isEmpty() ? what : where + QStringLiteral(": ") + what;
    if (!remedy.isEmpty())
        text += QStringLiteral("; ") + remedy;
    return text;
}

QString errnoText(const QString &what, int number)
{
    char buffer[128] = {};
    // The GNU strerror_r, which may answer with a text of its own instead of filling the buffer.
    const char *message = strerror_r(number, buffer, sizeof buffer);
    return QStringLiteral("%1: %2 (errno %3)")
        .arg(what, QString::fromLocal8Bit(message))
        .arg(number);
}

} // namespace clustd
