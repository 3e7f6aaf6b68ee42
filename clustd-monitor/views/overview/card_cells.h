#pragma once

#include "overview/card_words.h"

#include <QStyledItemDelegate>

namespace clustd::monitor {

/// Paints one cluster's card: its sign and name, its machines as small signs, who is master since
/// when, the margin and the first trouble. Thread: the GUI's.
class CardCells : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit CardCells(const OverviewModel &model, QObject *parent = nullptr);

    /// Of each card with its margins, in pixels.
    void setCell(const QSize &cell) { m_cell = cell; }
    [[nodiscard]] static int heightFor(const QFontMetrics &font);
    [[nodiscard]] static int widthMin(const QFontMetrics &font);
    [[nodiscard]] static int widthMax(const QFontMetrics &font);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
        const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(
        const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const OverviewModel &m_model;
    QSize m_cell;
};

} // namespace clustd::monitor
