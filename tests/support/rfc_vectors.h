#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

namespace clustd::test {

/// Published vectors of the primitives; empty when the file is not there.
inline QJsonObject rfcVectors()
{
    QFile file(QStringLiteral(CLUSTD_SOURCE_DIR "/tests/golden/rfc-vectors.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                          : QJsonObject();
}

inline QByteArray fromHex(const QJsonValue &value)
{
    return QByteArray::fromHex(value.toString().toLatin1());
}

} // namespace clustd::test
