#include "timeline/event_cells.h"

#include "common/theme.h"
#include "model/event_model.h"

#include <QAbstractItemView>
#include <QFontDatabase>
#include <QPainter>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

Tone toneOfEvent(const QModelIndex &index)
{
    const auto kind = static_cast<EventKind>(index.data(EventModel::KindRole).toInt());
    if (kind == EventKind::Active)
        return Tone::Master;
    const auto weight = static_cast<EventWeight>(index.data(EventModel::WeightRole).toInt());
    // Gold is the master's; of what is only worth knowing there is too much for a colour.
    return weight == EventWeight::Notable && groupOf(kind) != EventGroup::Mastership
        ? Tone::Text
        : toneOf(weight);
}

QFont fontOf(const QFont &base, int column)
{
    if (column == EventModel::Time) {
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setPointSizeF(base.pointSizeF() * 0.92);
        return fixed;
    }
    QFont font = base;
    font.setBold(column == EventModel::Machine);
    return font;
}

Tone toneOfCell(const QModelIndex &index)
{
    switch (index.column()) {
    case EventModel::Time:
    case EventModel::Term:
        return Tone::Muted;
    case EventModel::Name:
        return toneOfEvent(index);
    case EventModel::Why:
        return Tone::Accent;
    default:
        return Tone::Text;
    }
}

} // namespace

int EventCells::rowHeight(const QFont &font)
{
    return QFontMetrics(font).height() * 16 / 10;
}

int EventCells::timeWidth(const QFont &font)
{
    const QFontMetrics metrics(fontOf(font, EventModel::Time));
    return metrics.horizontalAdvance(u"0000-00-00 00:00:00.000"_s)
        + QFontMetrics(font).height() * 3 / 2;
}

void EventCells::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QPalette &palette = option.palette;
    const int em = QFontMetrics(option.font).height();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool isHovered = option.state.testFlag(QStyle::State_MouseOver);
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(option.rect, toneWash(Tone::Accent, palette));
        const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
        if (view && option.rect.left() <= view->viewport()->rect().left() + 1)
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), std::max(2, em / 6),
                                  option.rect.height()),
                toneColor(Tone::Accent, palette));
    } else if (isHovered) {
        QColor wash = toneWash(Tone::Accent, palette);
        wash.setAlphaF(0.5F);
        painter->fillRect(option.rect, wash);
    }

    QRect place = option.rect.adjusted(
        index.column() == EventModel::Time ? em * 3 / 4 : em / 2, 0, -em / 2, 0);
    if (index.column() == EventModel::Name) {
        const auto kind = static_cast<EventKind>(index.data(EventModel::KindRole).toInt());
        const int size = em * 8 / 10;
        painter->drawPixmap(QPoint(place.left(), place.center().y() - size / 2 + 1),
            icon(iconOf(kind), toneOfEvent(index), palette, size,
                painter->device()->devicePixelRatioF()));
        place.setLeft(place.left() + size + em / 3);
    }
    QFont font = fontOf(option.font, index.column());
    font.setUnderline(index.column() == EventModel::Why && isHovered);
    painter->setFont(font);
    painter->setPen(toneColor(toneOfCell(index), palette));
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    painter->drawText(place, static_cast<int>(alignment) | Qt::TextSingleLine,
        QFontMetrics(font).elidedText(
            index.data(Qt::DisplayRole).toString(), Qt::ElideRight, place.width()));
    painter->setPen(QPen(toneColor(Tone::Line, palette), 0));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->restore();
}

QSize EventCells::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QFontMetrics metrics(fontOf(option.font, index.column()));
    const int em = QFontMetrics(option.font).height();
    const int sign = index.column() == EventModel::Name ? em * 8 / 10 + em / 3 : 0;
    const int width = metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString());
    return {width + sign + em * 3 / 2, rowHeight(option.font)};
}

} // namespace clustd::monitor
