#include "overview/overview_header.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace clustd::monitor {

OverviewHeader::OverviewHeader(QWidget *parent)
    : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(14);
    m_sign = new QLabel;
    row->addWidget(m_sign);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    m_headline = new QLabel;
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.6);
    large.setBold(true);
    m_headline->setFont(large);
    m_subline = new QLabel;
    m_subline->setWordWrap(true);
    for (QLabel *label : {m_headline, m_subline}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    texts->addStretch();
    texts->addWidget(m_headline);
    texts->addWidget(m_subline);
    texts->addStretch();
    row->addLayout(texts, 1);
}

void OverviewHeader::setWords(const OverviewWords &words)
{
    m_words = words;
    refresh();
}

QString OverviewHeader::headline() const
{
    return m_headline->text();
}

QString OverviewHeader::subline() const
{
    return m_subline->text();
}

void OverviewHeader::refresh()
{
    const int size = fontMetrics().height() * 3;
    m_sign->setFixedSize(size, size);
    m_sign->setPixmap(signTile(m_words.sign, m_words.tone, palette(), size, devicePixelRatioF()));
    m_headline->setText(m_words.headline);
    m_subline->setText(m_words.subline);
    update(); // Its own colour follows the state too
}

void OverviewHeader::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void OverviewHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(),
        m_words.tone == Tone::Bad ? toneWash(Tone::Bad, palette())
                                  : toneColor(Tone::Surface, palette()));
    painter.setPen(toneColor(Tone::Line, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

} // namespace clustd::monitor
