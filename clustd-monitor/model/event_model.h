#pragma once

#include "model/event_store.h"

#include <QAbstractTableModel>
#include <QPointer>
#include <QSet>

#include <optional>
#include <vector>

namespace clustd::monitor {

/// The events that pass a filter, the newest first.
/// Thread: the GUI's.
class EventModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Machine, Term, Name, What, Why, ColumnCount };
    enum Role {
        KindRole = Qt::UserRole + 1, ///< EventKind as int
        WeightRole, ///< EventWeight as int
        TimeRole, ///< Milliseconds since 1970 UTC
        NumberRole ///< For `explain`; invalid: the machine that is asked has not told it
    };
    struct Filter
    {
        QString text; ///< In the machine, the name or the words; any case
        QSet<int> hiddenGroups; ///< EventGroup as int
        EventWeight weightMin = EventWeight::Quiet;

        friend bool operator==(const Filter &, const Filter &) = default;
    };

    explicit EventModel(QObject *parent = nullptr);

    /// @param store nothing: no rows; it may go away by itself
    void setStore(const EventStore *store);
    void setFilter(const Filter &filter);
    [[nodiscard]] const Filter &filter() const { return m_filter; }

    [[nodiscard]] const Event *event(int row) const;
    /// Of the newest shown event at or before @p timeMs; -1: none.
    [[nodiscard]] int rowAt(qint64 timeMs) const;
    [[nodiscard]] bool passes(const Event &event) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role) const override;

private:
    void rebuild();
    void append(std::size_t first);

    QPointer<const EventStore> m_store;
    Filter m_filter;
    std::vector<quint32> m_rows; ///< Indices of the store, the oldest first
};

} // namespace clustd::monitor
