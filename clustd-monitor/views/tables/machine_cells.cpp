#include "tables/machine_cells.h"

#include "charts/sparkline.h"
#include "common/theme.h"
#include "tables/machine_rows.h"

#include <QAbstractItemView>
#include <QPainter>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kSparkSpanMs = 5 * 60'000;
constexpr std::int64_t kLossShownPpm = 1000;

/// What a cell looks like beside its words.
struct Look
{
    QString sign; ///< An icon's name; empty: none
    Tone signTone = Tone::Text;
    Tone tone = Tone::Text;
    bool isBold = false;
};

Look lookOf(const MachineRow &row, int column)
{
    const control::NodeRow &node = row.node;
    const bool isAway = node.state == u"unreachable";
    switch (column) {
    case ClusterModel::Machine:
        if (row.isMaster)
            return {u"crown"_s, Tone::Master, Tone::Text, true};
        if (node.role == u"witness")
            return {u"witness"_s, Tone::Muted, isAway ? Tone::Muted : Tone::Text, true};
        if (node.role == u"standby")
            return {u"standby"_s, Tone::Muted, isAway ? Tone::Muted : Tone::Text, true};
        return {{}, Tone::Text, node.id.isEmpty() ? Tone::Muted : Tone::Text, !node.id.isEmpty()};
    case ClusterModel::State:
        return {iconOfState(node.state), toneOfState(node.state), toneOfState(node.state), false};
    case ClusterModel::Health:
        if (!row.isKnown())
            return {{}, Tone::Muted, Tone::Muted, false};
        return node.healthy ? Look{u"check"_s, Tone::Good, Tone::Text, false}
                            : Look{u"warning"_s, Tone::Bad, Tone::Bad, true};
    case ClusterModel::Link: {
        const Tone tone = toneOfLink(node.link);
        return {tone == Tone::Good      ? u"check"_s
                : tone == Tone::Warning ? u"clock"_s
                                        : u"cross"_s,
            tone, tone == Tone::Good ? Tone::Text : tone, false};
    }
    case ClusterModel::Loss:
        return {{}, Tone::Text,
            row.lossPpm.value_or(0) >= kLossShownPpm ? Tone::Warning : Tone::Muted, false};
    case ClusterModel::Drivers: {
        const bool isBroken = std::any_of(node.drivers.begin(), node.drivers.end(),
            [](const auto &driver) { return driver.state == u"failed" || !driver.healthy; });
        if (isBroken)
            return {u"warning"_s, Tone::Bad, Tone::Bad, false};
        if (row.startedCount() > 0)
            return {u"check"_s, Tone::Good, Tone::Text, false};
        return {{}, Tone::Muted, Tone::Muted, false};
    }
    case ClusterModel::Address:
    case ClusterModel::Version:
        return {{}, Tone::Muted, Tone::Muted, false};
    default:
        return {{}, Tone::Text, isAway ? Tone::Muted : Tone::Text, false};
    }
}

} // namespace

MachineCells::MachineCells(QObject *parent)
    : QStyledItemDelegate(parent)
{
}

void MachineCells::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *rows = static_cast<const MachineRows *>(index.model());
    const MachineRow &row = rows->machine(index);
    const Look look = lookOf(row, index.column());
    const QPalette &palette = option.palette;
    const QFontMetrics metrics(option.font);
    const int em = metrics.height();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);

    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(option.rect, toneWash(Tone::Accent, palette));
        // A wash alone is faint: the first cell shown has an edge too.
        const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
        if (view && option.rect.left() <= view->viewport()->rect().left() + 1)
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), std::max(2, em / 6),
                                  option.rect.height()),
                toneColor(Tone::Accent, palette));
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        QColor wash = toneWash(Tone::Accent, palette);
        wash.setAlphaF(0.5F);
        painter->fillRect(option.rect, wash);
    }

    QRect place = option.rect.adjusted(em / 2, 0, -em / 2, 0);
    if (index.column() == ClusterModel::RoundTrip) {
        const int words = metrics.horizontalAdvance(u"88.88 ms"_s);
        const QRectF spark(place.left(), place.top() + em * 0.3, place.width() - words - em * 0.5,
            place.height() - em * 0.6);
        if (m_cluster && m_cluster->status() && spark.width() > em && !m_cluster->cursor()) {
            const auto &all = m_cluster->series().rtt();
            const auto it = all.find({m_cluster->status()->self, row.node.id});
            if (it != all.end())
                paintSparkline(*painter, spark, it->second,
                    toneColor(row.node.state == u"unreachable" ? Tone::Off : Tone::Accent, palette),
                    kSparkSpanMs);
        }
    }
    if (!look.sign.isEmpty()) {
        const int size = em * 9 / 10;
        const double ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(QPoint(place.left(), place.center().y() - size / 2 + 1),
            icon(look.sign, look.signTone, palette, size, ratio));
        place.setLeft(place.left() + size + em / 3);
    } else if (index.column() == ClusterModel::Machine) {
        // Names stand in one line, with a sign or without.
        place.setLeft(place.left() + em * 9 / 10 + em / 3);
    }
    QFont font = option.font;
    font.setBold(look.isBold);
    painter->setFont(font);
    painter->setPen(toneColor(look.tone, palette));
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    painter->drawText(place, static_cast<int>(alignment) | Qt::TextSingleLine,
        QFontMetrics(font).elidedText(
            index.data(Qt::DisplayRole).toString(), Qt::ElideRight, place.width()));

    painter->setPen(QPen(toneColor(Tone::Line, palette), 0));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(toneColor(Tone::Accent, palette), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -1.5));
    }
    painter->restore();
}

QSize MachineCells::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QFont font = option.font;
    font.setBold(true);
    const QFontMetrics metrics(font);
    const int em = metrics.height();
    int width = metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + em * 5 / 2;
    if (index.column() == ClusterModel::RoundTrip)
        width = metrics.horizontalAdvance(u"88.88 ms"_s) + em * 7;
    return {width, em * 19 / 10};
}

} // namespace clustd::monitor
