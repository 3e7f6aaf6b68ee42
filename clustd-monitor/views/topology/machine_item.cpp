#include "topology/machine_item.h"

#include <QFontMetricsF>
#include <QGraphicsSceneMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t kNotesMax = 4;

QFont scaled(QFont font, double factor, bool isBold = false)
{
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(isBold);
    return font;
}

} // namespace

MachineItem::MachineItem(const QFont &font, const QPalette &palette)
    : m_font(font)
    , m_palette(palette)
{
    setFlag(ItemIsFocusable);
    setCursor(Qt::PointingHandCursor);
    setZValue(2);
    measure();
}

void MachineItem::setPicture(const MachinePicture &picture)
{
    if (picture == m_picture)
        return;
    prepareGeometryChange();
    m_picture = picture;
    measure();
    setToolTip(spoken());
    update();
}

void MachineItem::setLease(double share, const QString &words)
{
    // A hundredth of the ring is less than what can be seen.
    if (std::abs(share - m_lease) < 0.01 && words == m_leaseWords)
        return;
    const bool hadWords = m_leaseWords.isEmpty() != words.isEmpty();
    if (hadWords)
        prepareGeometryChange();
    m_lease = share;
    m_leaseWords = words;
    measure();
    update();
}

void MachineItem::setChosen(bool isChosen)
{
    if (isChosen == m_isChosen)
        return;
    m_isChosen = isChosen;
    update();
}

void MachineItem::setLook(const QFont &font, const QPalette &palette)
{
    prepareGeometryChange();
    m_font = font;
    m_palette = palette;
    measure();
    update();
}

void MachineItem::setNotesSide(Qt::Alignment side)
{
    if (side == m_side)
        return;
    prepareGeometryChange();
    m_side = side;
}

std::vector<MachineItem::Note> MachineItem::notes() const
{
    std::vector<Note> made;
    if (m_picture.isMaintained && m_picture.state != u"maintenance")
        made.push_back({tr("maintenance"), Tone::Off, u"pause"_s});
    if (m_picture.role == u"witness" || m_picture.role == u"standby")
        made.push_back({roleWord(m_picture.role), Tone::Muted, m_picture.role});
    for (const control::DriverRow &driver : m_picture.drivers) {
        const bool isFine = driver.healthy && driver.state == u"started";
        const bool isMoving = driver.state == u"starting" || driver.state == u"stopping";
        const QString word = isFine ? QString()
                                    : u": "_s
                + (driver.healthy || driver.state == u"failed" ? driverWord(driver.state)
                                                               : tr("sick"));
        made.push_back({driver.name + word,
            isFine                                             ? Tone::Good
                : isMoving                                     ? Tone::Warning
                : !driver.healthy || driver.state == u"failed" ? Tone::Bad
                                                               : Tone::Muted,
            isFine                                             ? u"check"_s
                : isMoving                                     ? u"clock"_s
                : !driver.healthy || driver.state == u"failed" ? u"cross"_s
                                                               : QString()});
    }
    if (made.size() > kNotesMax) {
        const auto more = static_cast<int>(made.size() - kNotesMax + 1);
        made.resize(kNotesMax - 1);
        made.push_back({tr("and %n more", nullptr, more), Tone::Muted, {}});
    }
    if (m_picture.isSick && m_picture.drivers.empty())
        made.push_back({tr("a driver is sick"), Tone::Bad, u"cross"_s});
    if (!m_picture.trouble.isEmpty())
        made.push_back({m_picture.trouble, Tone::Bad, {}});
    if (!m_leaseWords.isEmpty())
        made.push_back({m_leaseWords, Tone::Muted, {}});
    if (m_picture.isSelf)
        made.push_back({tr("answers this monitor"), Tone::Muted, u"eye"_s});
    return made;
}

void MachineItem::measure()
{
    const QFontMetricsF name(scaled(m_font, 1.1, true));
    const QFontMetricsF word(scaled(m_font, 0.88));
    const double widest = std::max(name.horizontalAdvance(m_picture.id),
        // Of the longest word, so that a machine does not grow with its state.
        word.horizontalAdvance(stateWord(u"unreachable"_s)) + word.height() * 1.1);
    // A diamond has less room than a circle.
    const double room = m_picture.role == u"witness" ? 0.78 : 0.60;
    m_radius
        = std::clamp(widest * room + name.height() * 0.2, name.height() * 2.1, name.height() * 4.2);
    m_notes = notes();
    m_noteWidth = 0;
    for (const Note &note : m_notes)
        m_noteWidth = std::max(m_noteWidth,
            word.horizontalAdvance(note.text) + (note.icon.isEmpty() ? 0 : word.height() * 1.1));
    m_noteWidth = std::min(m_noteWidth + 2, name.height() * 14);
}

QPainterPath MachineItem::outline(double radius) const
{
    QPainterPath path;
    if (m_picture.role == u"witness") {
        path.moveTo(0, -radius);
        path.lineTo(radius, 0);
        path.lineTo(0, radius);
        path.lineTo(-radius, 0);
        path.closeSubpath();
    } else if (m_picture.role == u"standby") {
        const double side = radius * 0.92;
        path.addRoundedRect(QRectF(-side, -side, 2 * side, 2 * side), side * 0.28, side * 0.28);
    } else {
        path.addEllipse(QPointF(), radius, radius);
    }
    return path;
}

double MachineItem::reach(const QPointF &unit) const
{
    const double margin = 5 + (m_picture.isMaster ? m_radius * 0.2 : 0);
    if (m_picture.role == u"witness")
        return m_radius / (std::abs(unit.x()) + std::abs(unit.y())) + margin;
    if (m_picture.role == u"standby")
        return m_radius * 0.92 / std::max(std::abs(unit.x()), std::abs(unit.y())) + margin;
    return m_radius + margin;
}

QRectF MachineItem::notesRect() const
{
    const QFontMetricsF word(scaled(m_font, 0.88));
    const double height = word.height() * 1.15 * double(m_notes.size());
    const double out = m_radius * (m_picture.isMaster ? 1.2 : 1.0) + word.height() * 0.45;
    if (m_side & Qt::AlignRight)
        return {out, -height / 2, m_noteWidth, height};
    if (m_side & Qt::AlignLeft)
        return {-out - m_noteWidth, -height / 2, m_noteWidth, height};
    return {-m_noteWidth / 2, out, m_noteWidth, height};
}

QRectF MachineItem::boundingRect() const
{
    const double around = m_radius * 1.3 + 6;
    return QRectF(-around, -around - m_radius * 0.75, 2 * around, 2 * around + m_radius * 0.75)
        .united(notesRect().adjusted(-4, -4, 4, 4));
}

QPainterPath MachineItem::shape() const
{
    return outline(m_radius + 4);
}

void MachineItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    const Tone tone = m_picture.isSick ? Tone::Bad : toneOfState(m_picture.state);
    const QColor color = toneColor(tone, m_palette);
    const double ratio = painter->device()->devicePixelRatioF()
        * std::max(
            0.5, std::hypot(painter->worldTransform().m11(), painter->worldTransform().m12()));
    painter->setRenderHint(QPainter::Antialiasing);

    if (m_isChosen) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(toneWash(Tone::Accent, m_palette));
        painter->drawPath(outline(m_radius * (m_picture.isMaster ? 1.32 : 1.18)));
    }
    if (m_picture.isMaster) {
        // The ring is the whole lease; what is left of it is drawn strong.
        const double ring = m_radius * 1.15;
        const QRectF square(-ring, -ring, 2 * ring, 2 * ring);
        const double width = m_radius * 0.11;
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(toneColor(Tone::Line, m_palette), width));
        painter->drawEllipse(square);
        if (m_lease > 0) {
            painter->setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap));
            painter->drawArc(square, 90 * 16, -int(std::lround(std::min(1.0, m_lease) * 360 * 16)));
        }
    }
    const bool isAway = m_picture.state == u"unreachable";
    QPen frame(color, isAway ? 2.2 : 2.6);
    if (isAway) {
        frame.setDashPattern({3, 2});
    }
    painter->setPen(frame);
    painter->setBrush(isAway     ? toneColor(Tone::Surface, m_palette)
            : m_picture.isMaster ? toneWash(Tone::Master, m_palette)
            : m_picture.isSick   ? toneWash(Tone::Bad, m_palette)
                                 : toneColor(Tone::Surface, m_palette));
    painter->drawPath(outline(m_radius));

    const QFont nameFont = scaled(m_font, 1.1, true);
    const QFontMetricsF name(nameFont);
    painter->setFont(nameFont);
    painter->setPen(toneColor(Tone::Text, m_palette));
    const double inner = m_radius * (m_picture.role == u"witness" ? 1.25 : 1.75);
    painter->drawText(QRectF(-inner / 2, -name.height() * 1.02, inner, name.height()),
        Qt::AlignCenter, name.elidedText(m_picture.id, Qt::ElideMiddle, inner));

    const QFont wordFont = scaled(m_font, 0.88);
    const QFontMetricsF word(wordFont);
    painter->setFont(wordFont);
    painter->setPen(color);
    const double sign = word.height() * 0.78;
    const QString stateText
        = word.elidedText(stateWord(m_picture.state), Qt::ElideRight, inner - sign * 1.25);
    const double width = word.horizontalAdvance(stateText) + sign * 1.25;
    const double top = name.height() * 0.08;
    const QPixmap mark = icon(iconOfState(m_picture.state), tone, m_palette, int(sign), ratio);
    painter->drawPixmap(QRectF(-width / 2, top + (word.height() - sign) / 2, sign, sign), mark,
        QRectF(mark.rect()));
    painter->drawText(
        QRectF(-width / 2 + sign * 1.25, top, width, word.height()), Qt::AlignVCenter, stateText);

    if (m_picture.isMaster) {
        const double crown = m_radius * 0.62;
        const QPixmap pixmap = icon(u"crown"_s, Tone::Master, m_palette, int(crown), ratio);
        painter->drawPixmap(QRectF(-crown / 2, -m_radius * 1.24 - crown, crown, crown), pixmap,
            QRectF(pixmap.rect()));
    }
    paintNotes(*painter, ratio);
}

void MachineItem::paintNotes(QPainter &painter, double ratio) const
{
    const QFont wordFont = scaled(m_font, 0.88);
    const QFontMetricsF word(wordFont);
    painter.setFont(wordFont);
    QRectF line = notesRect();
    line.setHeight(word.height() * 1.15);
    for (const Note &note : m_notes) {
        const double sign = note.icon.isEmpty() ? 0 : word.height() * 0.78;
        const double gap = note.icon.isEmpty() ? 0 : sign * 0.35;
        const QString text = word.elidedText(note.text, Qt::ElideRight, line.width() - sign - gap);
        const double width = word.horizontalAdvance(text) + sign + gap;
        const double left = m_side & Qt::AlignRight ? line.left()
            : m_side & Qt::AlignLeft                ? line.right() - width
                                                    : line.center().x() - width / 2;
        if (sign > 0) {
            const QPixmap pixmap = icon(note.icon, note.tone, m_palette, int(sign), ratio);
            painter.drawPixmap(QRectF(left, line.center().y() - sign / 2, sign, sign), pixmap,
                QRectF(pixmap.rect()));
        }
        painter.setPen(toneColor(note.tone, m_palette));
        painter.drawText(QRectF(left + sign + gap, line.top(), width + 2, line.height()),
            Qt::AlignVCenter | Qt::AlignLeft, text);
        line.translate(0, line.height());
    }
}

QString MachineItem::spoken() const
{
    QStringList parts{m_picture.id, roleWord(m_picture.role), stateWord(m_picture.state)};
    if (m_picture.isMaster)
        parts << (m_picture.isActive ? tr("master") : tr("master, not active yet"));
    for (const Note &note : m_notes)
        parts << note.text;
    return parts.join(u", "_s);
}

void MachineItem::mousePressEvent(QGraphicsSceneMouseEvent *event)
{
    event->accept();
    Q_EMIT pressed(m_picture.id);
}

} // namespace clustd::monitor
