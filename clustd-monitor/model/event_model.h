#pragma once

#include "model/event_store.h"
#include "model/seen_events.h"

#include <QAbstractTableModel>
#include <QByteArray>
#include <QPointer>
#include <QSet>

#include <optional>
#include <vector>

namespace clustd::monitor {

/// Which events are shown; the default is all.
struct EventFilter
{
    QString text; ///< Each of its words must occur in machine, event or text, in any case
    QSet<EventGroup> hidden;
    EventWeight weightMin = EventWeight::Quiet;
    QStringList machines; ///< Only these; empty: all
    std::optional<qint64> fromMs; ///< Milliseconds since 1970 UTC, both included
    std::optional<qint64> toMs;

    [[nodiscard]] bool isAll() const { return *this == EventFilter(); }
    friend bool operator==(const EventFilter &, const EventFilter &) = default;
};

/// The timeline as a table, the newest event first, filtered. Colours are the view's; the model
/// says what an event is and how much it weighs.
///
/// Thread: the GUI's. Owner: any; the store may go away first.
class EventModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Machine, Term, Name, What, Why };
    static constexpr int kColumns = Why + 1;

    enum DataRole {
        EventRole = Qt::UserRole, ///< qulonglong: index in EventStore::events()
        TimeRole, ///< qint64: milliseconds since 1970 UTC
        NodeIdRole, ///< QString: the machine
        KindRole, ///< int: EventKind
        WeightRole, ///< int: EventWeight
        NumberRole ///< qulonglong: for `explain`; nothing: the machine asked has not told it
    };

    explicit EventModel(QObject *parent = nullptr);

    /// @param store nothing: no rows
    void setStore(const EventStore *store);
    [[nodiscard]] const EventStore *store() const { return m_store; }

    void setFilter(const EventFilter &filter);
    [[nodiscard]] const EventFilter &filter() const { return m_filter; }

    /// @param row from 0; must be a row
    [[nodiscard]] std::size_t eventIndex(int row) const;
    [[nodiscard]] const Event &eventAt(int row) const;
    /// The row of the newest shown event not newer than event @p index; -1: none.
    [[nodiscard]] int rowOf(std::size_t index) const;
    /// The row of the newest shown event at or before @p timeMs; -1: none.
    [[nodiscard]] int rowAt(qint64 timeMs) const;
    /// One line for each shown row of @p rows, fields between tabs, for the clipboard.
    [[nodiscard]] QString textOf(const QList<int> &rows) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role) const override;

private:
    void append(std::size_t first);
    void renew();
    void drop();
    void readWords();
    void growLetters();
    [[nodiscard]] std::vector<quint32> matches(std::size_t first) const;
    [[nodiscard]] QString shown(const Event &event, int column) const;
    [[nodiscard]] QString toolTip(const Event &event) const;

    QPointer<const EventStore> m_store;
    EventFilter m_filter;
    std::vector<QByteArray> m_words; ///< Of the filter's text, folded; the longest first
    std::vector<quint32> m_rows; ///< Indices of events, the oldest first
    SeenEvents m_seen;
    /// What is searched: machine, event and text of all events, folded, one after the other. Made
    /// when somebody searches for the first time.
    QByteArray m_letters;
    std::vector<quint32> m_ends; ///< Where in m_letters each event ends
};

} // namespace clustd::monitor
