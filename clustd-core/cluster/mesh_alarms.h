#pragma once

#include "util/clock.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <map>
#include <optional>
#include <utility>

namespace clustd::cluster {

/// The alarms of the mesh: each is reported once when it begins (or its text changes) and once when
/// it ends. Those that stem from an occurrence end by themselves when it has not occurred again for
/// a while. Thread: the one that made it.
class MeshAlarms : public QObject
{
    Q_OBJECT
public:
    explicit MeshAlarms(const Clock &clock, QObject *parent = nullptr);

    /// Holds until clear().
    void raise(const QString &code, const QString &node, const QString &text);
    /// Holds for a minute after the last occurrence.
    void occurred(const QString &code, const QString &node, const QString &text);
    void clear(const QString &code, const QString &node);

Q_SIGNALS:
    void changed(bool raised, const QString &code, const QString &node, const QString &text);

private:
    struct Alarm
    {
        QString text;
        std::optional<Instant> until;
    };
    void put(const QString &code, const QString &node, Alarm alarm);
    void sweep();

    const Clock &m_clock;
    std::map<std::pair<QString, QString>, Alarm> m_alarms; ///< By code and node; bounded
    QTimer m_sweep;
};

} // namespace clustd::cluster
