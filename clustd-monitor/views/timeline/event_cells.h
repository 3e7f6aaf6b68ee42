#pragma once

#include <QStyledItemDelegate>

namespace clustd::monitor {

/// Paints the cells of the list of events: times in letters of equal width, machines bold, an
/// event's sign before its name in the colour of its weight, 'why?' as a link.
///
/// Thread: the GUI's. Owner: TimelineView.
class EventCells : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
        const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(
        const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// Of a row, with @p font.
    [[nodiscard]] static int rowHeight(const QFont &font);
    /// Of the column of times, dates included.
    [[nodiscard]] static int timeWidth(const QFont &font);
};

} // namespace clustd::monitor
