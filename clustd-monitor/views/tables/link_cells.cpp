#include "tables/link_cells.h"

#include "model/event_store.h"
#include "tables/machine_rows.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The context of these words for translators.
struct Links
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Links)
};

/// One lost ping in a thousand is worth a look.
constexpr std::int64_t kLossShownPpm = 1000;
constexpr std::int64_t kLossBadPpm = 100'000;
/// So many round trips must fit into a lease for a link to be at ease.
constexpr std::int64_t kTripsAtEase = 8;

/// Heard in one direction only: a shaft that ends at a bar.
void paintOneWay(QPainter &painter, const QRectF &place, const QColor &colour)
{
    const double y = place.center().y();
    const double head = place.height() * 0.28;
    painter.setPen(QPen(
        colour, std::max(1.4, place.height() / 9), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawLine(QPointF(place.left() + 1, y), QPointF(place.right() - 1, y));
    painter.drawPolyline(QPolygonF({{place.right() - 1 - head, y - head}, {place.right() - 1, y},
        {place.right() - 1 - head, y + head}}));
    painter.drawLine(QPointF(place.left() + 1, y - head), QPointF(place.left() + 1, y + head));
}

} // namespace

LinkLook linkLookOf(const LinkModel::Cell &cell, bool isOneWay, std::int64_t leaseMs)
{
    using Kind = LinkLook::Kind;
    if (cell.state == u"self")
        return {Kind::Self, Tone::Line, {}, {}};
    if (cell.state.isEmpty())
        return {Kind::NotTold, Tone::Off, {}, {}};
    if (isOneWay)
        return {Kind::OneWay, Tone::Bad, {}, Links::tr("one way")};
    if (cell.state == u"suspect")
        return {Kind::Suspect, Tone::Warning, u"clock"_s, linkWord(cell.state)};
    if (!LinkModel::isHeard(cell.state))
        return {Kind::NotHeard, Tone::Bad, u"cross"_s, linkWord(cell.state)};
    const bool isSlow = leaseMs > 0 && cell.rttUs * kTripsAtEase > leaseMs * 1000;
    if (isSlow || cell.lossPpm >= kLossShownPpm)
        return {Kind::Slow, cell.lossPpm >= kLossBadPpm ? Tone::Bad : Tone::Warning, u"warning"_s,
            rttWords(cell.rttUs)};
    return {
        Kind::Heard, Tone::Good, {}, cell.rttUs > 0 ? rttWords(cell.rttUs) : linkWord(cell.state)};
}

LinkCells::LinkCells(QObject *parent)
    : QStyledItemDelegate(parent)
{
}

void LinkCells::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *model = static_cast<const LinkModel *>(index.model());
    const LinkModel::Cell &cell = model->cell(index.row(), index.column());
    const LinkLook look = linkLookOf(cell, model->isOneWay(index.row(), index.column()), m_leaseMs);
    const QPalette &palette = option.palette;
    const QFontMetrics metrics(option.font);
    const int em = metrics.height();
    const double ratio = painter->device()->devicePixelRatioF();
    const bool isNarrow = option.rect.width() < metrics.horizontalAdvance(u"88.88 ms"_s) + em / 3;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const double gap = isNarrow ? 0.5 : 1.5;
    const QRectF place = QRectF(option.rect).adjusted(gap, gap, -gap, -gap);
    const double radius = isNarrow ? 2 : em * 0.25;

    using Kind = LinkLook::Kind;
    painter->setPen(Qt::NoPen);
    if (look.kind == Kind::Self) {
        QColor wash = toneColor(Tone::Line, palette);
        wash.setAlphaF(0.55F);
        painter->setBrush(QBrush(wash, Qt::BDiagPattern));
        painter->drawRoundedRect(place, radius, radius);
        painter->restore();
        return;
    }
    if (look.kind == Kind::NotTold) {
        painter->setBrush(toneColor(Tone::Line, palette));
        painter->drawEllipse(place.center(), em * 0.1, em * 0.1);
    } else {
        painter->setBrush(toneWash(look.tone, palette));
        painter->drawRoundedRect(place, radius, radius);
    }
    const bool isOfChosen = !m_chosen.isEmpty()
        && (model->machines()[index.row()] == m_chosen
            || model->machines()[index.column()] == m_chosen);
    const bool hasFocus = option.state.testFlag(QStyle::State_HasFocus);
    if (isOfChosen || hasFocus || option.state.testFlag(QStyle::State_MouseOver)) {
        QColor edge = toneColor(Tone::Accent, palette);
        edge.setAlphaF(hasFocus ? 1.0F : 0.35F);
        painter->setPen(QPen(edge, hasFocus ? 1.6 : 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    }

    const double size = std::min(em * 0.85, place.width() * 0.7);
    const auto paintSign = [&](const QRectF &where) {
        if (look.kind == Kind::OneWay)
            paintOneWay(*painter, where, toneColor(look.tone, palette));
        else if (!look.sign.isEmpty())
            painter->drawPixmap(where.topLeft(),
                icon(look.sign, look.tone, palette, static_cast<int>(where.width()), ratio));
    };
    if (isNarrow) {
        QRectF where(0, 0, size, size);
        where.moveCenter(place.center());
        paintSign(where);
        painter->restore();
        return;
    }
    const bool hasSign = look.kind == Kind::OneWay || !look.sign.isEmpty();
    const bool hasLoss = cell.lossPpm >= kLossShownPpm && LinkModel::isHeard(cell.state);
    QFont font = option.font;
    font.setBold(look.kind != Kind::Heard && look.kind != Kind::Slow);
    const QFontMetricsF wordMetrics(font);
    const double signWidth = hasSign ? size + em * 0.3 : 0;
    const QString word
        = wordMetrics.elidedText(look.word, Qt::ElideRight, place.width() - signWidth - 2);
    const double width = wordMetrics.horizontalAdvance(word) + signWidth;
    double x = place.center().x() - width / 2;
    const double middle = place.center().y() - (hasLoss ? em * 0.42 : 0);
    if (hasSign)
        paintSign({x, middle - size / 2, size, size});
    x += signWidth;
    painter->setFont(font);
    painter->setPen(toneColor(look.kind == Kind::Heard ? Tone::Text : look.tone, palette));
    painter->drawText(
        QPointF(x, middle + (wordMetrics.ascent() - wordMetrics.descent()) / 2), word);
    if (hasLoss) {
        QFont small = option.font;
        small.setPointSizeF(small.pointSizeF() * 0.8);
        painter->setFont(small);
        const QString loss
            = Links::tr("%1 % lost")
                  .arg(QLocale().toString(static_cast<double>(cell.lossPpm) / 10'000.0, 'f', 1));
        painter->drawText(QRectF(place.left(), middle + em * 0.4, place.width(), em),
            Qt::AlignHCenter | Qt::AlignTop, loss);
    }
    painter->restore();
}

LinkHeader::LinkHeader(Qt::Orientation orientation, QWidget *parent)
    : QHeaderView(orientation, parent)
{
    setSectionResizeMode(QHeaderView::Fixed);
    setSectionsClickable(true);
    setHighlightSections(false);
    setMinimumSectionSize(4);
}

void LinkHeader::setTurned(bool isTurned)
{
    if (isTurned == m_isTurned)
        return;
    m_isTurned = isTurned;
    updateGeometry();
    viewport()->update();
}

void LinkHeader::setChosen(const QString &machine)
{
    m_chosen = machine;
    viewport()->update();
}

QString LinkHeader::name(int section) const
{
    if (!model())
        return {};
    return withoutScheme(model()->headerData(section, orientation(), Qt::DisplayRole).toString());
}

void LinkHeader::paintEvent(QPaintEvent *event)
{
    QHeaderView::paintEvent(event);
    // Beyond the last name the style paints a button's ground.
    QRect empty = viewport()->rect();
    const int end = std::max(0, length() - offset());
    if (orientation() == Qt::Horizontal)
        empty.setLeft(end);
    else
        empty.setTop(end);
    QPainter painter(viewport());
    painter.fillRect(empty, toneColor(Tone::Surface, palette()));
}

QSize LinkHeader::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    const int em = metrics.height();
    int longest = em * 3;
    for (int section = 0; section < count(); ++section)
        longest = std::max(longest, metrics.horizontalAdvance(name(section)) + em * 3 / 2);
    longest = std::min(longest, em * (m_isTurned ? 8 : 12));
    if (orientation() == Qt::Vertical)
        return {longest, em * 2};
    return {em * 4, m_isTurned ? longest : em * 2};
}

void LinkHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    const QFontMetrics metrics = fontMetrics();
    const int em = metrics.height();
    const auto *links = qobject_cast<const LinkModel *>(model());
    const bool isChosen
        = links && !m_chosen.isEmpty() && links->machines().value(section) == m_chosen;
    painter->save();
    painter->fillRect(rect, toneColor(Tone::Surface, palette()));
    painter->setPen(toneColor(isChosen ? Tone::Accent : Tone::Text, palette()));
    QFont bold = font();
    bold.setBold(isChosen);
    painter->setFont(bold);
    const auto elided = [&](int width) {
        return QFontMetrics(bold).elidedText(name(section), Qt::ElideMiddle, width);
    };
    if (orientation() == Qt::Horizontal && m_isTurned) {
        painter->translate(rect.center().x(), rect.bottom());
        painter->rotate(-90);
        const QRect turned(em / 3, -rect.width() / 2, rect.height() - em / 2, rect.width());
        painter->drawText(turned, Qt::AlignLeft | Qt::AlignVCenter, elided(turned.width()));
    } else if (orientation() == Qt::Horizontal) {
        const QRect place = rect.adjusted(2, 0, -2, 0);
        painter->drawText(place, Qt::AlignCenter, elided(place.width()));
    } else {
        const QRect place = rect.adjusted(em / 2, 0, -em / 2, 0);
        painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter, elided(place.width()));
    }
    painter->restore();
}

} // namespace clustd::monitor
