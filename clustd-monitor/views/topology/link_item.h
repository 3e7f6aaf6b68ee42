#pragma once

#include "common/theme.h"
#include "model/topology_picture.h"

#include <QFont>
#include <QGraphicsItem>

namespace clustd::monitor {

/// The two directions of one link, as one line: whole where both hear each other, dashed with an
/// arrow where only one does, dotted where none does.
class LinkItem : public QGraphicsItem
{
public:
    LinkItem(const QFont &font, const QPalette &palette);

    /// @param from, to ends of the line at the frames of the machines, in scene units
    void setLine(const QPointF &from, const QPointF &to);
    /// @param isLabelled whether the round trip is written on it
    void setPicture(const LinkPicture &picture, bool isLabelled);
    [[nodiscard]] const LinkPicture &picture() const { return m_picture; }
    void setLook(const QFont &font, const QPalette &palette);

    [[nodiscard]] QRectF boundingRect() const override;
    [[nodiscard]] QPainterPath shape() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    [[nodiscard]] QString label() const;
    [[nodiscard]] QRectF labelRect() const;

    LinkPicture m_picture;
    QFont m_font;
    QPalette m_palette;
    QPointF m_from;
    QPointF m_to;
    bool m_isLabelled = false;
};

} // namespace clustd::monitor
