#include "overview/card_cells.h"

#include <QDateTime>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kMargin = 8; ///< Around a card, pixels
constexpr int kPadding = 14; ///< Within it
constexpr int kStripe = 4; ///< The band of the verdict's colour
constexpr int kTroubleLines = 2;
constexpr int kSignsMax = 24; ///< Machines; of more only their number is told

/// @p text in at most @p lines lines from the top of @p box, the last cut short with an ellipsis.
void drawLines(
    QPainter &painter, const QRectF &box, const QFont &font, const QString &text, int lines)
{
    QTextLayout layout(text, font);
    QTextOption wrap;
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(wrap);
    const QFontMetricsF metrics(font);
    const double height = metrics.height();
    layout.beginLayout();
    for (int i = 0; i < lines; ++i) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(box.width());
        const QRectF row(box.left(), box.top() + i * height, box.width(), height);
        const bool isCut = i == lines - 1 && line.textStart() + line.textLength() < text.size();
        // The ellipsis wants the rest of the text, not only what the line took.
        const QString shown = isCut
            ? metrics.elidedText(text.mid(line.textStart()), Qt::ElideRight, box.width())
            : text.mid(line.textStart(), line.textLength());
        painter.drawText(row, Qt::AlignVCenter | Qt::TextSingleLine, shown);
    }
    layout.endLayout();
}

/// Each machine as a sign in a row that ends at @p right. @return where the row begins
double drawMachines(QPainter &painter, const QPalette &colors, const control::ClusterStatus &status,
    const QPointF &right, int size, bool isOld)
{
    const int count = std::min(static_cast<int>(status.nodes.size()), kSignsMax);
    const double step = size * 1.25;
    double x = right.x() - count * step;
    const double begin = x;
    for (int i = 0; i < count; ++i, x += step) {
        const control::NodeRow &node = status.nodes[static_cast<std::size_t>(i)];
        const bool isSick
            = !node.healthy && !node.version.isEmpty() && node.state != u"unreachable";
        const QString sign = isSick                                ? u"warning"_s
            : node.role == u"witness" && node.state == u"follower" ? u"witness"_s
                                                                   : iconOfState(node.state);
        const Tone tone = isOld ? Tone::Off : isSick ? Tone::Bad : toneOfState(node.state);
        painter.drawPixmap(QPointF(x, right.y() - size / 2.0),
            icon(sign, tone, colors, size, painter.device()->devicePixelRatioF()));
    }
    return begin;
}

} // namespace

CardCells::CardCells(const OverviewModel &model, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
{
}

int CardCells::heightFor(const QFontMetrics &font)
{
    // Name and verdict, a gap, master and margin, a gap, the trouble.
    return font.height() * (4 + kTroubleLines) + font.height() * 3 / 2 + 2 * (kMargin + kPadding);
}

int CardCells::widthMin(const QFontMetrics &font)
{
    return font.averageCharWidth() * 60;
}

int CardCells::widthMax(const QFontMetrics &font)
{
    return font.averageCharWidth() * 96;
}

QSize CardCells::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return m_cell;
}

void CardCells::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const ClusterCard &card = m_model.card(index.row());
    const CardWords words = wordsOf(card, QDateTime::currentMSecsSinceEpoch());
    const QPalette &colors = option.palette;
    const double ratio = painter->device()->devicePixelRatioF();
    const QFontMetrics metrics = option.fontMetrics;
    const int line = metrics.height();
    const bool isChosen = option.state & QStyle::State_Selected;

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(option.rect)
                           .adjusted(kMargin, kMargin, -kMargin, -kMargin)
                           .adjusted(.5, .5, -.5, -.5);
    painter->setPen(isChosen ? QPen(toneColor(Tone::Accent, colors), 2)
                             : QPen(toneColor(Tone::Line, colors), 1));
    painter->setBrush(
        words.tone == Tone::Bad ? toneWash(Tone::Bad, colors) : toneColor(Tone::Surface, colors));
    painter->drawRoundedRect(box, 8, 8);
    painter->setPen(Qt::NoPen);
    painter->setBrush(toneColor(words.tone == Tone::Off ? Tone::Line : words.tone, colors));
    painter->drawRoundedRect(QRectF(box.left() + 5, box.top() + 8, kStripe, box.height() - 16),
        kStripe / 2., kStripe / 2.);

    QRectF inner = box.adjusted(kPadding + kStripe, kPadding, -kPadding, -kPadding);
    const int tile = line * 9 / 4;
    painter->drawPixmap(inner.topLeft(), signTile(words.sign, words.tone, colors, tile, ratio));

    double right = inner.right();
    if (card.status)
        right = drawMachines(*painter, colors, *card.status,
                    QPointF(inner.right(), inner.top() + line * 0.6), line, words.isOld)
            - line / 2.0;
    QFont bold = option.font;
    bold.setBold(true);
    const double left = inner.left() + tile + line * 0.7;
    const auto put = [&](double x, double y, double end, const QFont &font, Tone tone,
                         const QString &text) {
        painter->setFont(font);
        painter->setPen(toneColor(tone, colors));
        painter->drawText(QRectF(x, y, end - x, line * 1.2), Qt::AlignVCenter | Qt::TextSingleLine,
            QFontMetrics(font).elidedText(text, Qt::ElideRight, std::max(0, int(end - x))));
    };
    put(left, inner.top(), right, bold, Tone::Text, card.title);
    put(left, inner.top() + line * 1.1, inner.right(), option.font,
        words.tone == Tone::Off ? Tone::Muted : words.tone, words.verdict);

    double y = inner.top() + tile + line / 2.0;
    const bool hasMaster = card.status && card.status->master;
    put(inner.left(), y, inner.right(), hasMaster && !words.isOld ? bold : option.font,
        words.isOld || !card.status ? Tone::Muted
            : hasMaster             ? Tone::Text
                                    : Tone::Bad,
        words.isOld && !words.master.isEmpty() ? tr("last heard: %1").arg(words.master)
                                               : words.master);
    y += line * 1.15;
    put(inner.left(), y, inner.right(), option.font, words.isOld ? Tone::Muted : words.marginTone,
        words.margin);
    y += line * 1.6;
    if (words.troubles.empty()) {
        painter->restore();
        return;
    }

    const Trouble &first = words.troubles.front();
    const Tone tone = words.isOld && !first.who.isEmpty() ? Tone::Muted : first.tone;
    painter->drawPixmap(QPointF(inner.left(), y + line * 0.05),
        icon(tone == Tone::Bad ? u"cross"_s : u"warning"_s, tone, colors, line, ratio));
    const double textLeft = inner.left() + line * 1.4;
    double textRight = inner.right();
    if (words.troubles.size() > 1) {
        const QString more = tr("+%1").arg(words.troubles.size() - 1);
        const double width = metrics.horizontalAdvance(more) + line * 0.5;
        put(textRight - width + line * 0.5, y, textRight, option.font, Tone::Muted, more);
        textRight -= width + line * 0.3;
    }
    painter->setFont(option.font);
    painter->setPen(toneColor(tone == Tone::Off ? Tone::Muted : tone, colors));
    drawLines(*painter, QRectF(textLeft, y, textRight - textLeft, line * kTroubleLines),
        option.font, first.text, kTroubleLines);
    painter->restore();
}

} // namespace clustd::monitor
