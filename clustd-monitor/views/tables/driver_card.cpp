#include "tables/driver_card.h"

#include "common/theme.h"
#include "model/event_store.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::DriverRow;

namespace {

constexpr qsizetype kDetailMax = 400; ///< The tool tip has the rest

struct Look
{
    Tone tone = Tone::Muted;
    QString sign;
};

Look lookOf(const DriverRow &row, bool isCalm)
{
    if (row.state == u"failed")
        return {Tone::Bad, u"cross"_s};
    if (!row.healthy)
        return {Tone::Bad, u"warning"_s};
    if (row.state == u"started")
        return {Tone::Good, u"check"_s};
    if (row.state == u"stopped")
        return {isCalm ? Tone::Off : Tone::Warning, u"pause"_s};
    return {Tone::Warning, u"clock"_s};
}

void setColour(QLabel *label, const QColor &colour)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, colour);
    label->setPalette(palette);
}

} // namespace

DriverCard::DriverCard(QWidget *parent)
    : QFrame(parent)
{
    const int em = fontMetrics().height();
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(em * 6 / 10, em * 4 / 10, em * 6 / 10, em * 4 / 10);
    grid->setHorizontalSpacing(em * 4 / 10);
    grid->setVerticalSpacing(em * 2 / 10);
    m_badge = new QLabel;
    m_name = new QLabel;
    m_name->setTextFormat(Qt::RichText);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sign = new QLabel;
    m_state = new QLabel;
    m_state->setTextFormat(Qt::PlainText);
    m_detail = new QLabel;
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setWordWrap(true);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(m_badge, 0, 0);
    grid->addWidget(m_name, 0, 1);
    grid->addWidget(m_sign, 0, 2);
    grid->addWidget(m_state, 0, 3);
    grid->addWidget(m_detail, 1, 1, 1, 3);
    grid->setColumnStretch(1, 1);
    // A long name gives way to the state.
    m_name->setMinimumWidth(em * 3);
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void DriverCard::setDriver(int number, const DriverRow &row, bool isCalm)
{
    if (number == m_number && row == m_row && isCalm == m_isCalm)
        return;
    m_number = number;
    m_row = row;
    m_isCalm = isCalm;
    refresh();
}

void DriverCard::refresh()
{
    const int em = fontMetrics().height();
    const double ratio = devicePixelRatioF();
    const Look look = lookOf(m_row, m_isCalm);
    const int size = em * 5 / 4;
    QPixmap badge(QSize(size, size) * ratio);
    badge.setDevicePixelRatio(ratio);
    badge.fill(Qt::transparent);
    QPainter painter(&badge);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(toneColor(Tone::Muted, palette()), 1.2));
    painter.drawEllipse(QRectF(1, 1, size - 2, size - 2));
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.8);
    painter.setFont(small);
    painter.setPen(toneColor(Tone::Text, palette()));
    painter.drawText(QRectF(0, 0, size, size), Qt::AlignCenter, QString::number(m_number));
    painter.end();
    m_badge->setPixmap(badge);

    m_name->setText(
        u"<b>%1</b> <span style=\"color:%2\">%3</span>"_s.arg(printable(m_row.name).toHtmlEscaped(),
            toneColor(Tone::Muted, palette()).name(), printable(m_row.type).toHtmlEscaped()));
    m_name->setToolTip(u"%1 (%2)"_s.arg(printable(m_row.name), printable(m_row.type)));
    m_sign->setPixmap(icon(look.sign, look.tone, palette(), em * 9 / 10, ratio));
    const QString state = printable(driverWord(m_row.state));
    m_state->setText(m_row.healthy ? state : tr("%1, sick").arg(state));
    setColour(m_state, toneColor(look.tone, palette()));
    m_detail->setText(wrappable(shortened(m_row.detail, kDetailMax)));
    m_detail->setToolTip(m_row.detail.size() > kDetailMax
            ? u"<p>%1</p>"_s.arg(wrappable(m_row.detail).toHtmlEscaped())
            : QString());
    m_detail->setHidden(m_row.detail.isEmpty());
    setColour(m_detail, toneColor(m_row.healthy ? Tone::Muted : Tone::Bad, palette()));
    setAccessibleName(
        tr("Driver %1: %2, %3").arg(m_number).arg(printable(m_row.name), m_state->text()));
}

void DriverCard::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if ((event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        && m_number > 0)
        refresh();
}

void DriverCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isBad = m_row.state == u"failed" || !m_row.healthy;
    painter.setPen(QPen(toneColor(isBad ? Tone::Bad : Tone::Line, palette()), 1));
    painter.setBrush(isBad ? toneWash(Tone::Bad, palette()) : toneColor(Tone::Surface, palette()));
    const double radius = fontMetrics().height() * 0.35;
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

} // namespace clustd::monitor
