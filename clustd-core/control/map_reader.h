#pragma once

#include <QCborArray>
#include <QCborMap>
#include <QString>
#include <QStringList>

#include <limits>
#include <optional>

namespace clustd::control {

/// Reads a map that another program sent. A key that is absent keeps the default that is handed in;
/// a value of the wrong type, or outside its range, does too and is remembered: ask fault() at the
/// end, once. Thread: any. Owner: the caller's stack; the map must outlive it.
class MapReader
{
public:
    /// @param where prefix of the keys in fault(): "nodes[2]."; may be empty
    explicit MapReader(const QCborMap &map, QString where = {});

    [[nodiscard]] bool has(const QString &key) const { return m_map.contains(key); }

    [[nodiscard]] QString text(const QString &key, qsizetype lengthMax = kTextMax);
    /// Nothing for null and for absent.
    [[nodiscard]] std::optional<QString> textOrNull(const QString &key);
    [[nodiscard]] bool boolean(const QString &key, bool absent = false);
    [[nodiscard]] qint64 integer(const QString &key, qint64 absent = 0,
        qint64 min = std::numeric_limits<qint64>::min(),
        qint64 max = std::numeric_limits<qint64>::max());
    /// Nothing for null and for absent.
    [[nodiscard]] std::optional<qint64> integerOrNull(
        const QString &key, qint64 min = std::numeric_limits<qint64>::min());
    [[nodiscard]] quint64 unsignedInteger(const QString &key);
    [[nodiscard]] QStringList texts(const QString &key);
    [[nodiscard]] QCborMap map(const QString &key);
    /// The elements of an array of maps.
    [[nodiscard]] QList<QCborMap> maps(const QString &key);

    /// Remembers a key outside @p known as a fault. For requests, where a misspelt parameter must
    /// not be ignored.
    void allowOnly(const QStringList &known);
    void fail(const QString &key, const QString &what);
    void absorb(const MapReader &inner);

    /// "waits_ms: not a parameter here"; nothing when all was well.
    [[nodiscard]] const std::optional<QString> &fault() const { return m_fault; }

    /// Longest text that a person or a machine has a reason to send.
    static constexpr qsizetype kTextMax = 4096;

private:
    const QCborMap &m_map;
    QString m_where;
    std::optional<QString> m_fault;
};

} // namespace clustd::control
