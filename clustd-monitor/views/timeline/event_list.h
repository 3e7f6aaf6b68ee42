#pragma once

#include "model/event_model.h"
#include "timeline/event_cells.h"

#include <QTableView>

#include <optional>

namespace clustd::monitor {

/// The events of a cluster, the newest first. New ones come in at the top without moving what the
/// person reads or has chosen. Enter asks for the moment of an event, W why it happened, Ctrl+C
/// copies, Escape wants back to now.
///
/// Thread: the GUI's. Owner: TimelineView.
class EventList : public QTableView
{
    Q_OBJECT
public:
    explicit EventList(QWidget *parent = nullptr);

    /// @param store nothing: no rows; it may go away by itself
    void setStore(const EventStore *store);
    [[nodiscard]] EventModel &events() { return m_model; }

    /// -1: none.
    [[nodiscard]] int chosenRow() const;
    /// Brings it into view, and says nothing of it. @param row -1: none
    void selectRow(int row);
    /// Whether 'why?' is offered.
    void setWhyOffered(bool isOffered);
    [[nodiscard]] bool isWhyOffered() const { return m_isWhyOffered; }

Q_SIGNALS:
    /// The person chose this event (index in EventStore::events()).
    void chosen(std::size_t event);
    /// The cluster is to be shown as it was at this event.
    void momentAsked(std::size_t event);
    /// @param number its number at the machine that is asked
    void whyAsked(quint64 number, const clustd::monitor::Event &event);
    /// Only the events of this machine are wanted.
    void machineAsked(const QString &machine);
    void leaveAsked();
    void countChanged();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void takeRow();
    void keepRow();
    void keepPlace(int inserted);
    void askMoment(int row);
    void askWhy(int row);
    void copyRows() const;
    void showMenu(const QPoint &at);
    void resetColumns();

    EventModel m_model;
    EventCells m_cells;
    bool m_isChoosing = false; ///< The row is being set from outside
    bool m_isWhyOffered = true;
    struct Chosen
    {
        qint64 timeMs = 0;
        QString machine;
        QString name;
    };
    std::optional<Chosen> m_chosen; ///< To find the row again
};

} // namespace clustd::monitor
