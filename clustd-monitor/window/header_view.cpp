#include "window/header_view.h"

#include "common/theme.h"
#include "common/troubles.h"

#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <chrono>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::Verdict;

namespace {

/// Text of other people in a label that understands rich text.
QString escaped(const QString &text)
{
    return printable(text).toHtmlEscaped();
}

QString inTone(const QString &html, Tone tone, const QPalette &palette, bool isBold = false)
{
    const QString span
        = u"<span style=\"color:%1\">%2</span>"_s.arg(toneColor(tone, palette).name(), html);
    return isBold ? u"<b>%1</b>"_s.arg(span) : span;
}

/// What does not fit into a header; all of it is in the tool tip and in the list.
constexpr qsizetype kTextMax = 160;

QString withBoldName(const Trouble &trouble, bool isShort = false)
{
    const QString text = isShort ? shortened(trouble.text, kTextMax) : trouble.text;
    if (!text.startsWith(trouble.who))
        return wrappable(text).toHtmlEscaped();
    return u"<b>%1</b>%2"_s.arg(wrappable(trouble.who).toHtmlEscaped(),
        wrappable(text.mid(trouble.who.size())).toHtmlEscaped());
}

void setTextIfOther(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

} // namespace

HeaderView::HeaderView(QWidget *parent)
    : QWidget(parent)
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(14);
    rows->addLayout(row);

    m_sign = new QLabel;
    m_sign->setAlignment(Qt::AlignCenter);
    row->addWidget(m_sign);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    m_headline = new QLabel;
    m_headline->setTextFormat(Qt::RichText);
    m_headline->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.6);
    m_headline->setFont(large);
    m_headline->setMinimumWidth(fontMetrics().height() * 8);
    m_subline = new QLabel;
    m_subline->setTextFormat(Qt::RichText);
    m_subline->setWordWrap(true);
    m_subline->setTextInteractionFlags(Qt::TextSelectableByMouse);
    texts->addStretch();
    texts->addWidget(m_headline);
    texts->addWidget(m_subline);
    texts->addStretch();
    row->addLayout(texts, 3);

    m_alarms = new QWidget;
    m_alarms->setObjectName(u"alarms"_s);
    auto *alarmRow = new QHBoxLayout(m_alarms);
    alarmRow->setContentsMargins(12, 6, 8, 6);
    m_alarmText = new QLabel;
    m_alarmText->setTextFormat(Qt::RichText);
    m_alarmText->setWordWrap(true);
    m_alarmText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    alarmRow->addWidget(m_alarmText, 1);
    m_alarmMore = new QToolButton;
    m_alarmMore->setAutoRaise(true);
    connect(m_alarmMore, &QToolButton::clicked, this, &HeaderView::alarmsAsked);
    alarmRow->addWidget(m_alarmMore);
    row->addWidget(m_alarms, 3);

    const auto button = [this, row](const QString &name, auto asked) {
        auto *made = new QToolButton;
        made->setObjectName(name);
        connect(made, &QToolButton::clicked, this, asked);
        row->addWidget(made);
        return made;
    };
    m_switchover = button(u"switchover"_s, &HeaderView::switchoverAsked);
    m_maintenance = button(u"maintenance"_s, &HeaderView::maintenanceAsked);
    m_pause = button(u"pause"_s, [this] {
        const bool isPaused
            = m_cluster && m_cluster->liveStatus() && m_cluster->liveStatus()->paused;
        if (isPaused)
            Q_EMIT resumeAsked();
        else
            Q_EMIT pauseAsked();
    });
    m_lock = button(u"lock"_s, [this] {
        if (m_isUnlocked)
            Q_EMIT lockAsked();
        else
            Q_EMIT unlockAsked();
    });

    m_banner = new QWidget;
    m_banner->setObjectName(u"banner"_s);
    m_banner->setAutoFillBackground(true);
    auto *bannerRow = new QHBoxLayout(m_banner);
    bannerRow->setContentsMargins(16, 6, 16, 6);
    m_bannerSign = new QLabel;
    bannerRow->addWidget(m_bannerSign);
    m_bannerText = new QLabel;
    m_bannerText->setWordWrap(true);
    m_bannerText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    bannerRow->addWidget(m_bannerText, 1);
    m_bannerButton = new QPushButton;
    connect(m_bannerButton, &QPushButton::clicked, this, [this] {
        if (m_cluster && m_cluster->cursor() && !m_cluster->isJournal())
            Q_EMIT liveAsked();
        else
            Q_EMIT retryAsked();
    });
    bannerRow->addWidget(m_bannerButton);
    rows->addWidget(m_banner);

    m_tick.setInterval(1s);
    m_tick.setTimerType(Qt::CoarseTimer);
    connect(&m_tick, &QTimer::timeout, this, &HeaderView::refreshTime);
    refresh();
}

void HeaderView::setCluster(Cluster *cluster)
{
    if (m_cluster)
        m_cluster->disconnect(this);
    m_cluster = cluster;
    if (cluster) {
        connect(cluster, &Cluster::statusChanged, this, &HeaderView::refresh);
        connect(cluster, &Cluster::stateChanged, this, &HeaderView::refresh);
        connect(cluster, &Cluster::cursorChanged, this, &HeaderView::refresh);
        connect(cluster, &QObject::destroyed, this, &HeaderView::refresh);
    }
    refresh();
}

void HeaderView::setUnlocked(bool isUnlocked, const QString &party)
{
    m_isUnlocked = isUnlocked;
    m_party = party;
    refresh();
}

QString HeaderView::headline() const
{
    return m_headline->text();
}

QString HeaderView::subline() const
{
    return m_subline->text();
}

QString HeaderView::bannerText() const
{
    return m_banner->isHidden() ? QString() : m_bannerText->text();
}

void HeaderView::refresh()
{
    const QPalette colors = palette();
    const bool hasStatus = m_cluster && m_cluster->status();
    const bool isPast = m_cluster && m_cluster->cursor();
    const bool isLive = m_cluster && m_cluster->connection() && !isPast
        && m_cluster->state() == ConnectionState::Live;

    const int size = fontMetrics().height() * 3;
    Tone tone = Tone::Off;
    QString sign = u"clock"_s;
    if (hasStatus) {
        const Verdict verdict = control::verdictOf(*m_cluster->status());
        tone = m_cluster->isStale() && !isPast ? Tone::Off : toneOf(verdict);
        sign = iconOf(verdict);
        m_sign->setAccessibleName(verdictWord(verdict));
        m_sign->setToolTip(verdictWord(verdict));
    }
    m_sign->setFixedSize(size, size);
    m_sign->setPixmap(signTile(sign, tone, colors, size, devicePixelRatioF()));

    m_switchover->setText(tr("Switch over …"));
    m_switchover->setIcon(buttonIcon(u"swap"_s, colors));
    m_switchover->setToolTip(tr("Move the master's role to another machine"));
    m_maintenance->setText(tr("Maintenance …"));
    m_maintenance->setIcon(buttonIcon(u"wrench"_s, colors));
    m_maintenance->setToolTip(tr("Keep a machine from being master for a while"));
    const bool isPaused = m_cluster && m_cluster->liveStatus() && m_cluster->liveStatus()->paused;
    m_pause->setText(isPaused ? tr("Resume …") : tr("Pause …"));
    m_pause->setIcon(buttonIcon(isPaused ? u"play"_s : u"pause"_s, colors));
    m_pause->setToolTip(isPaused ? tr("Let the cluster act by itself again")
                                 : tr("The cluster takes no action by itself"));
    for (QToolButton *button : {m_switchover, m_maintenance, m_pause}) {
        button->setVisible(m_cluster && m_cluster->connection());
        button->setEnabled(isLive && hasStatus);
    }
    m_lock->setVisible(m_cluster && m_cluster->connection());
    m_lock->setIcon(buttonIcon(m_isUnlocked ? u"unlock"_s : u"lock"_s, colors));
    m_lock->setText(m_party.isEmpty() ? tr("read-only")
            : m_isUnlocked            ? m_party
                                      : tr("%1 · read-only").arg(m_party));
    m_lock->setToolTip(m_isUnlocked
            ? tr("Actions are allowed with this token. Click to lock them again.")
            : tr("This monitor only looks. Click to give an admin's token for actions."));
    showAlarms();
    showBanner();
    refreshTime();
    fitButtons();
    update(); // Its own colour follows the state too
}

/// Where there is too little room for their words, the buttons keep their signs alone.
void HeaderView::fitButtons()
{
    const int em = fontMetrics().height();
    int wanted = m_sign->width() + m_headline->sizeHint().width() + em * 4;
    if (!m_alarms->isHidden())
        wanted += em * 12;
    const std::array buttons{m_switchover, m_maintenance, m_pause, m_lock};
    for (const QToolButton *button : buttons)
        wanted += fontMetrics().horizontalAdvance(button->text()) + em * 3;
    // The alarms give way to it, and both do not move with each of its seconds.
    const int whole = (m_headline->sizeHint().width() / em + 1) * em;
    m_headline->setMinimumWidth(std::min(whole, width() / 2));
    // A headline that grows must not make the buttons flutter.
    if (width() < wanted)
        m_hasWords = false;
    else if (width() > wanted + em * 2)
        m_hasWords = true;
    const Qt::ToolButtonStyle style
        = m_hasWords ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly;
    for (QToolButton *button : buttons) {
        if (button->toolButtonStyle() != style)
            button->setToolButtonStyle(style);
        if (button->accessibleName() != button->text())
            button->setAccessibleName(button->text());
    }
}

QSize HeaderView::minimumSizeHint() const
{
    return {fontMetrics().height() * 24, QWidget::minimumSizeHint().height()};
}

void HeaderView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitButtons();
}

void HeaderView::refreshTime()
{
    const QPalette colors = palette();
    if (!m_cluster) {
        setTextIfOther(m_headline, {});
        setTextIfOther(m_subline, {});
        m_tick.stop();
        return;
    }
    if (!m_cluster->status()) {
        setTextIfOther(m_headline, u"<b>%1</b>"_s.arg(escaped(m_cluster->title())));
        setTextIfOther(m_subline, tr("connecting …"));
        m_tick.stop();
        return;
    }
    const ClusterStatus &status = *m_cluster->status();
    const qint64 now = m_cluster->cursor().value_or(QDateTime::currentMSecsSinceEpoch());
    const QDateTime since = QDateTime::fromString(status.since, Qt::ISODateWithMs);
    const QString span = since.isValid()
        ? spanWords(std::max<qint64>(0, now - since.toMSecsSinceEpoch()) / 1000 * 1000)
        : QString();
    const QString term = tr("term %1").arg(status.term);
    QString line;
    if (status.master) {
        line = tr("<b>%1 is master</b>").arg(escaped(*status.master));
        QString rest
            = span.isEmpty() ? u" · "_s + term : u' ' + tr("for %1").arg(span) + u" · "_s + term;
        if (!status.active)
            rest += u" · "_s + tr("not active yet");
        line += inTone(rest, Tone::Muted, colors);
    } else {
        line = inTone(tr("No master"), Tone::Bad, colors, true);
        line += inTone(
            (span.isEmpty() ? QString() : u' ' + tr("for %1").arg(span)) + u" · "_s + term,
            Tone::Muted, colors);
    }
    setTextIfOther(m_headline, line);

    QStringList parts;
    const control::Quorum &quorum = status.quorum;
    if (status.election != u"naive") {
        const QString counts = tr("%1 voters, %2 reachable, %3 needed")
                                   .arg(quorum.voters)
                                   .arg(quorum.reachable)
                                   .arg(quorum.needed);
        QString margin;
        if (!control::hasQuorum(status))
            margin = inTone(tr("no majority: nobody can be elected"), Tone::Bad, colors, true);
        else if (status.canLose == 0)
            margin = inTone(tr("can lose no more machine"), Tone::Warning, colors, true);
        else
            margin = status.canLose == 1
                ? tr("<b>can lose 1 more machine</b>")
                : tr("<b>can lose %1 more machines</b>").arg(status.canLose);
        parts << counts + u": "_s + margin;
    }
    if (status.paused)
        parts << inTone(tr("paused: nothing is done by itself"), Tone::Warning, colors, true);
    if (!status.election.isEmpty())
        parts << (status.election == u"naive"
                ? inTone(electionWord(status.election), Tone::Warning, colors, true)
                : electionWord(status.election));
    if (status.failoverWithinMs > 0)
        parts << tr("failover within %1").arg(spanWords(status.failoverWithinMs));
    if (m_cluster->lastGapMs())
        parts << tr("last gap %1").arg(spanWords(*m_cluster->lastGapMs()));
    QStringList maintained;
    for (const control::NodeRow &node : status.nodes) {
        if (node.maintenance)
            maintained << escaped(node.id);
    }
    if (!maintained.isEmpty())
        parts << tr("in maintenance: %1").arg(maintained.join(u", "_s));
    if (!status.waitingFor.isEmpty())
        parts << inTone(tr("waits for %1").arg(escaped(status.waitingFor.join(u", "_s))),
            Tone::Warning, colors);
    QString sub = parts.join(u" · "_s);
    if (!status.master && !status.why.isEmpty())
        sub += u"<br>"_s + wrappable(shortened(status.why, kTextMax)).toHtmlEscaped();
    setTextIfOther(m_subline, sub);
    // The span is written to the second only for its first hour.
    const bool isGrowing = since.isValid() && !m_cluster->cursor() && isVisible();
    if (isGrowing && !m_tick.isActive())
        m_tick.start();
    else if (!isGrowing)
        m_tick.stop();
    if (m_cluster->isStale() && !m_cluster->cursor())
        showBanner();
}

void HeaderView::showAlarms()
{
    const std::vector<Trouble> lines = m_cluster && m_cluster->status()
        ? troublesOf(*m_cluster->status())
        : std::vector<Trouble>();
    m_alarms->setVisible(!lines.empty());
    if (lines.empty())
        return;
    const QPalette colors = palette();
    const Tone tone = lines.front().tone;
    m_alarms->setStyleSheet(u"#alarms { background: %1; border-radius: %2px; }"_s.arg(
        toneWash(tone, colors).name(), QString::number(fontMetrics().height() * 3 / 4)));
    m_alarmText->setText(inTone(withBoldName(lines.front(), true), tone, colors));
    QStringList all;
    for (const Trouble &line : lines)
        all << u"<p>%1</p>"_s.arg(withBoldName(line));
    m_alarms->setToolTip(all.join(QString()));
    m_alarmText->setAccessibleName(tr("Alarms"));
    const bool isCut = lines.front().text.size() > kTextMax;
    m_alarmMore->setVisible(lines.size() > 1 || isCut);
    m_alarmMore->setText(
        lines.size() > 1 ? tr("and %n more", nullptr, int(lines.size()) - 1) : tr("all of it"));
}

void HeaderView::showBanner()
{
    const QPalette colors = palette();
    QString text;
    Tone tone = Tone::Warning;
    QString sign = u"clock"_s;
    QString button;
    if (m_cluster && m_cluster->cursor()) {
        const qint64 at = *m_cluster->cursor();
        text = m_cluster->isJournal()
            ? tr("From the journal %1: as it was at %2")
                  .arg(m_cluster->title(), timeWords(at, QDateTime::currentMSecsSinceEpoch()))
            : tr("You see the past: as it was at %1")
                  .arg(timeWords(at, QDateTime::currentMSecsSinceEpoch()));
        tone = Tone::Accent;
        button = m_cluster->isJournal() ? QString() : tr("Back to live");
    } else if (m_cluster && m_cluster->connection()) {
        const ClusterConnection &connection = *m_cluster->connection();
        const QString age = connection.heardMs() == 0
            ? QString()
            : spanWords((QDateTime::currentMSecsSinceEpoch() - connection.heardMs()) / 1000 * 1000);
        switch (connection.state()) {
        case ConnectionState::Live:
            break;
        case ConnectionState::Connecting:
            if (!connection.trouble().isEmpty()) {
                text = tr("Not connected: %1").arg(connection.trouble());
                sign = u"cross"_s;
            }
            break;
        case ConnectionState::Stale:
        case ConnectionState::Lost:
            text = tr("OUT OF DATE by %1: what you see may not be so any more. %2")
                       .arg(age, connection.trouble());
            tone = Tone::Bad;
            sign = u"warning"_s;
            break;
        case ConnectionState::Refused:
            text = tr("Refused: %1").arg(connection.trouble());
            tone = Tone::Bad;
            sign = u"lock"_s;
            button = tr("Try again");
            break;
        }
        if (connection.state() != ConnectionState::Live && !text.isEmpty() && isVisible()
            && !m_tick.isActive())
            m_tick.start();
    }
    m_banner->setVisible(!text.isEmpty());
    if (text.isEmpty())
        return;
    QPalette own = m_banner->palette();
    own.setColor(QPalette::Window, toneWash(tone, colors));
    own.setColor(QPalette::WindowText, toneColor(tone, colors));
    m_banner->setPalette(own);
    const int size = fontMetrics().height();
    m_bannerSign->setPixmap(icon(sign, tone, colors, size, devicePixelRatioF()));
    setTextIfOther(m_bannerText, printable(text));
    m_bannerButton->setVisible(!button.isEmpty());
    m_bannerButton->setText(button);
}

void HeaderView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::LanguageChange)
        refresh();
}

void HeaderView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    Tone tone = Tone::Surface;
    if (m_cluster && m_cluster->status() && !m_cluster->isStale()) {
        const Tone verdict = toneOf(control::verdictOf(*m_cluster->status()));
        if (verdict == Tone::Bad)
            tone = verdict;
    }
    painter.fillRect(
        rect(), tone == Tone::Surface ? toneColor(tone, palette()) : toneWash(tone, palette()));
    painter.setPen(toneColor(Tone::Line, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

void HeaderView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

void HeaderView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_tick.stop();
}

} // namespace clustd::monitor
