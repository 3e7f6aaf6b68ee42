#pragma once

#include "control/control_api.h"
#include "control/printable.h"
#include "model/event_kind.h"

#include <QByteArray>
#include <QCborMap>
#include <QHash>
#include <QObject>
#include <QStringList>

#include <optional>
#include <unordered_map>
#include <vector>

namespace clustd::monitor {

/// One event. A window that is open all day keeps many of them, so what is seldom read stays in the
/// shortest form.
struct Event
{
    /// One printable line: what it says beside its name.
    [[nodiscard]] QString text() const { return QString::fromUtf8(utf8); }
    [[nodiscard]] QCborMap detail() const { return QCborValue::fromCbor(cbor).toMap(); }

    qint64 timeMs = 0; ///< Wall clock of its machine, milliseconds since 1970 UTC
    qint64 bootUs = 0; ///< CLOCK_BOOTTIME of its machine, microseconds
    quint64 term = 0;
    quint16 node = 0; ///< Index in EventStore::nodes()
    EventKind kind = EventKind::Other;
    QString name; ///< "master-elected"
    QByteArray utf8; ///< Of text()
    QByteArray cbor; ///< Of detail()
};

/// The merged timeline of one cluster, in the order in which things happened. Knows an event again
/// when another machine tells it under another number.
///
/// Thread: the GUI's. Owner: any.
class EventStore : public QObject
{
    Q_OBJECT
public:
    /// Beyond so many the oldest tenth goes.
    static constexpr std::size_t kEventsMax = 120'000;

    explicit EventStore(QObject *parent = nullptr);

    /// In any order; what is known already only gets its new number.
    void add(const std::vector<control::EventEntry> &entries);
    void clear();
    /// The numbers of events belong to the machine that was asked; with another one they begin
    /// anew.
    void forgetNumbers();

    [[nodiscard]] const std::vector<Event> &events() const { return m_events; }
    [[nodiscard]] std::size_t size() const { return m_events.size(); }
    /// Machines in the order of their first event.
    [[nodiscard]] const QStringList &nodes() const { return m_nodes; }
    [[nodiscard]] QString nodeOf(const Event &event) const { return m_nodes.value(event.node); }
    /// For `explain`: its number at the machine that is asked now; nothing: that one has not told
    /// it.
    [[nodiscard]] std::optional<quint64> numberOf(const Event &event) const;
    /// Index of the first event later than @p timeMs.
    [[nodiscard]] std::size_t after(qint64 timeMs) const;

Q_SIGNALS:
    /// What is new, in the order in which it happened, wherever it belongs; after appended() or
    /// rebuilt().
    void added(const std::vector<clustd::monitor::Event> &fresh);
    /// Events from @p first to the end are new and the latest; all others stand as they were.
    void appended(std::size_t first);
    /// Anything else changed: read all again.
    void rebuilt();

private:
    [[nodiscard]] quint64 identityOf(const Event &event) const;
    [[nodiscard]] quint16 nodeIndex(const QString &node);

    std::vector<Event> m_events;
    QStringList m_nodes;
    QHash<QString, quint16> m_nodeIndices;
    QHash<QString, QString> m_names; ///< So that equal names share their letters
    std::unordered_map<quint64, quint64> m_numbers; ///< Identity -> number; 0: not told by this one
};

using control::printable;

} // namespace clustd::monitor
