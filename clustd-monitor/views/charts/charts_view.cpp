#include "charts/charts_view.h"

#include "charts/strokes.h"
#include "charts/ticks.h"

#include <QButtonGroup>
#include <QDateTime>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kMinuteMs = 60'000;
constexpr qint64 kSpanMinMs = 10'000;
constexpr qint64 kSpanMaxMs = 400LL * 24 * 60 * kMinuteMs;
/// Not more often than the eye can read figures.
constexpr std::chrono::milliseconds kRefresh{1000};
/// Beyond so many thin lines the background is a wall.
constexpr std::size_t kThinMax = 60;

QString arrow(const LinkKey &link)
{
    return u"%1 → %2"_s.arg(printable(link.from), printable(link.to));
}

} // namespace

ChartsView::ChartsView(QWidget *parent)
    : QWidget(parent)
    , m_spanMs(10 * kMinuteMs)
{
    m_tick.setSingleShot(true);
    m_tick.setInterval(kRefresh);
    connect(&m_tick, &QTimer::timeout, this, &ChartsView::refresh);

    const int em = fontMetrics().height();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(em * 3 / 4, em / 2, em * 3 / 4, em / 4);
    bar->setSpacing(em / 4);
    rows->addLayout(bar);
    m_spans = new QButtonGroup(this);
    const auto addSpan = [&](const QString &text, qint64 spanMs, const QString &hint) {
        auto *button = new QToolButton;
        button->setText(text);
        button->setToolTip(hint);
        button->setAccessibleName(hint);
        button->setCheckable(true);
        button->setAutoRaise(true);
        m_spans->addButton(button, static_cast<int>(spanMs));
        bar->addWidget(button);
    };
    addSpan(tr("1 min"), kMinuteMs, tr("Show the last minute"));
    addSpan(tr("10 min"), 10 * kMinuteMs, tr("Show the last ten minutes"));
    addSpan(tr("1 h"), 60 * kMinuteMs, tr("Show the last hour"));
    addSpan(tr("All"), 0, tr("Show all that is known"));
    connect(m_spans, &QButtonGroup::idClicked, this, [this](int spanMs) { setSpan(spanMs); });
    bar->addStretch();
    m_live = new QToolButton;
    m_live->setText(tr("Back to now"));
    m_live->setToolTip(tr("Show the newest again (End)"));
    m_live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_live->setAutoRaise(true);
    connect(m_live, &QToolButton::clicked, this, &ChartsView::goLive);
    bar->addWidget(m_live);

    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    rows->addWidget(area, 1);
    auto *page = new QWidget;
    m_grid = new QGridLayout(page);
    m_grid->setContentsMargins(em * 3 / 4, em / 4, em * 3 / 4, em * 3 / 4);
    m_grid->setSpacing(em * 3 / 4);
    area->setWidget(page);
    area->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);

    const std::array<QString, kCharts> titles{
        tr("Round trip per link"), tr("Lease margin"), tr("Jitter per link"), tr("Failover gaps")};
    for (int i = 0; i < kCharts; ++i) {
        auto *chart = new ChartWidget(titles[static_cast<std::size_t>(i)], page);
        m_charts[static_cast<std::size_t>(i)] = chart;
        connect(chart, &ChartWidget::zoomAsked, this, &ChartsView::zoom);
        connect(chart, &ChartWidget::panAsked, this, [this](qint64 byMs) {
            const qint64 newest = endMs();
            const qint64 toMs = std::min(newest, m_range.toMs + byMs);
            setRange({toMs - m_range.spanMs(), toMs}, toMs >= newest);
        });
        connect(chart, &ChartWidget::liveAsked, this, &ChartsView::goLive);
        connect(chart, &ChartWidget::hovered, this, [this](std::optional<qint64> timeMs) {
            for (ChartWidget *each : m_charts)
                each->setCrosshair(timeMs);
        });
    }
    m_charts[RoundTrips]->setSource(
        [this] { return m_cluster ? linkData(m_cluster->series().rtt()) : ChartData(); });
    m_charts[LeaseMargin]->setSource([this] { return leaseData(); });
    m_charts[Jitter]->setSource(
        [this] { return m_cluster ? linkData(m_cluster->series().jitter()) : ChartData(); });
    m_charts[Gaps]->setSource([this] { return gapData(); });
    setSpan(m_spanMs);
}

void ChartsView::setCluster(Cluster *cluster)
{
    if (m_cluster == cluster)
        return;
    if (m_cluster) {
        m_cluster->disconnect(this);
        m_cluster->events().disconnect(this);
    }
    m_cluster = cluster;
    m_areGapsOld = true;
    if (cluster) {
        connect(cluster, &Cluster::seriesGrown, this, &ChartsView::noteMore);
        connect(cluster, &Cluster::leaseChanged, this, &ChartsView::noteMore);
        connect(cluster, &Cluster::statusChanged, this, &ChartsView::noteMore);
        connect(cluster, &Cluster::cursorChanged, this, &ChartsView::showMoment);
        connect(cluster, &QObject::destroyed, this, [this] {
            m_areGapsOld = true;
            refresh();
        });
        const auto noteEvents = [this] {
            m_areGapsOld = true;
            noteMore();
        };
        connect(&cluster->events(), &EventStore::appended, this, noteEvents);
        connect(&cluster->events(), &EventStore::rebuilt, this, noteEvents);
    }
    // Nothing but changes of master is known of a journal, over whatever time it covers.
    setSpan(cluster && cluster->isJournal() ? 0 : m_spanMs);
    showMoment();
}

void ChartsView::setSpan(qint64 spanMs)
{
    m_spanMs = spanMs;
    if (QAbstractButton *button = m_spans->button(static_cast<int>(spanMs)))
        button->setChecked(true);
    m_isLive = true;
    refresh();
}

void ChartsView::goLive()
{
    const qint64 toMs = endMs();
    setRange({toMs - m_range.spanMs(), toMs}, true);
}

void ChartsView::noteMore()
{
    if (isVisible() && !m_tick.isActive())
        m_tick.start();
}

/// The range up to the newest, and every chart anew.
void ChartsView::refresh()
{
    if (m_areGapsOld) {
        m_gaps = m_cluster ? gapsOf(m_cluster->events()) : std::vector<Gap>();
        m_areGapsOld = false;
    }
    if (m_isLive) {
        const qint64 toMs = endMs();
        const bool isAll = m_spans->checkedId() == 0;
        const qint64 beganMs = isAll ? std::min(beginMs(), toMs - kMinuteMs) : 0;
        const qint64 fromMs = isAll               ? beganMs - (toMs - beganMs) / 50
            : m_spans->checkedButton() != nullptr ? toMs - m_spanMs
                                                  : toMs - m_range.spanMs();
        m_range = {fromMs, toMs};
    }
    for (ChartWidget *chart : m_charts) {
        if (chart->range() == m_range)
            chart->refresh();
        else
            chart->setRange(m_range);
    }
    m_live->setVisible(!m_isLive);
}

void ChartsView::setRange(ChartRange range, bool isLive)
{
    m_range = range;
    m_isLive = isLive;
    refresh();
}

void ChartsView::zoom(double factor, qint64 aboutMs)
{
    const qint64 spanMs
        = std::clamp(static_cast<qint64>(static_cast<double>(m_range.spanMs()) * factor),
            kSpanMinMs, kSpanMaxMs);
    if (spanMs == m_range.spanMs())
        return;
    // None of the buttons says what is in view now.
    m_spans->setExclusive(false);
    for (QAbstractButton *button : m_spans->buttons())
        button->setChecked(false);
    m_spans->setExclusive(true);
    const double share = static_cast<double>(aboutMs - m_range.fromMs)
        / static_cast<double>(std::max<qint64>(1, m_range.spanMs()));
    const qint64 fromMs = aboutMs - static_cast<qint64>(share * static_cast<double>(spanMs));
    const qint64 newest = endMs();
    // Zooming out of the present keeps the present in view.
    const qint64 toMs = m_isLive || fromMs + spanMs > newest ? newest : fromMs + spanMs;
    setRange({toMs - spanMs, toMs}, toMs >= newest);
}

void ChartsView::showMoment()
{
    // A journal's only moment is its end until somebody goes elsewhere; that needs no line.
    std::optional<qint64> moment = m_cluster ? m_cluster->cursor() : std::nullopt;
    if (moment && m_cluster->isJournal() && *moment >= endMs())
        moment.reset();
    for (ChartWidget *chart : m_charts)
        chart->setMoment(moment);
}

qint64 ChartsView::endMs() const
{
    if (m_cluster && m_cluster->isJournal())
        return m_cluster->events().size() > 0 ? m_cluster->events().events().back().timeMs : 0;
    // To the second, so that one second shows one range.
    return QDateTime::currentMSecsSinceEpoch() / 1000 * 1000 + 1000;
}

qint64 ChartsView::beginMs() const
{
    qint64 beganMs = endMs();
    if (!m_cluster)
        return beganMs;
    if (m_cluster->events().size() > 0)
        beganMs = std::min(beganMs,
            m_cluster->isJournal() ? m_cluster->events().events().front().timeMs
                : m_gaps.empty()   ? beganMs
                                   : m_gaps.front().timeMs);
    for (const auto &[link, series] : m_cluster->series().rtt()) {
        if (!series.isEmpty())
            beganMs = std::min(beganMs, series.at(0).timeMs);
    }
    return beganMs;
}

/// The worst links in colour, the others behind them.
ChartData ChartsView::linkData(const std::map<LinkKey, Series> &all) const
{
    ChartData made;
    struct Candidate
    {
        const LinkKey *link;
        const Series *series;
        SeriesSummary summary;
    };
    std::vector<Candidate> candidates;
    for (const auto &[link, series] : all) {
        const SeriesSummary summary = summaryOf(series, m_range.fromMs, m_range.toMs);
        if (summary.count > 0)
            candidates.push_back({&link, &series, summary});
    }
    std::stable_sort(candidates.begin(), candidates.end(),
        [](const Candidate &a, const Candidate &b) { return a.summary.mean > b.summary.mean; });
    std::size_t drawn = 0;
    for (const Candidate &candidate : candidates) {
        if (drawn == ChartWidget::kColours + kThinMax)
            break;
        made.lines.push_back({arrow(*candidate.link), candidate.series,
            drawn >= static_cast<std::size_t>(ChartWidget::kColours)});
        ++drawn;
    }
    const auto count = static_cast<int>(candidates.size());
    if (count > ChartWidget::kColours)
        made.summary = tr("%n links, the worst in colour", nullptr, count);
    else if (count > 1)
        made.summary = tr("%n links", nullptr, count);
    made.emptyText = m_cluster && m_cluster->isJournal() ? tr("A journal holds no measurements")
        : all.empty()                                    ? tr("nothing measured yet")
                                                         : tr("nothing measured in this time");
    return made;
}

ChartData ChartsView::leaseData() const
{
    ChartData made;
    made.emptyText = m_cluster && m_cluster->isJournal() ? tr("A journal holds no measurements")
                                                         : tr("nothing measured yet");
    if (!m_cluster || m_cluster->series().lease().isEmpty())
        return made;
    const Series &lease = m_cluster->series().lease();
    made.lines.push_back({{}, &lease, false});
    const SeriesSummary summary = summaryOf(lease, m_range.fromMs, m_range.toMs);
    if (summary.count > 0)
        made.summary
            = tr("now %1, lowest %2").arg(valueWords(summary.last), valueWords(summary.min));
    else
        made.emptyText = tr("nothing measured in this time");
    const std::optional<control::ClusterStatus> &status = m_cluster->liveStatus();
    if (status && status->leaseMs > 0)
        made.marks.push_back({static_cast<double>(status->leaseMs),
            tr("whole lease %1").arg(valueWords(static_cast<double>(status->leaseMs))),
            Tone::Muted});
    if (status && status->fenceMs > 0)
        made.zone
            = ChartZone{static_cast<double>(status->fenceMs), tr("fencing begins here"), Tone::Bad};
    return made;
}

ChartData ChartsView::gapData() const
{
    ChartData made;
    for (const Gap &gap : m_gaps) {
        const QString words = valueWords(static_cast<double>(gap.gapMs));
        made.bars.push_back({gap.timeMs, static_cast<double>(gap.gapMs),
            gap.from == gap.to
                ? tr("%1 again after %2").arg(printable(gap.to), words)
                : tr("%1 → %2 in %3").arg(printable(gap.from), printable(gap.to), words)});
    }
    if (m_gaps.empty()) {
        made.emptyText = tr("no change of master is known");
        return made;
    }
    const Gap &last = m_gaps.back();
    made.summary = tr("last %1").arg(valueWords(static_cast<double>(last.gapMs)));
    made.emptyText = tr("no change of master in this time; the last, %1 before its end, took %2")
                         .arg(spanWords(std::max<qint64>(0, m_range.toMs - last.timeMs)),
                             valueWords(static_cast<double>(last.gapMs)));
    if (last.timeMs > m_range.toMs)
        made.emptyText = tr("no change of master in this time");
    const std::optional<control::ClusterStatus> &status = m_cluster->liveStatus();
    if (status && status->failoverWithinMs > 0) {
        const auto within = static_cast<double>(status->failoverWithinMs);
        made.marks.push_back({within, tr("promised %1").arg(valueWords(within)), Tone::Warning});
    }
    return made;
}

void ChartsView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_live->setIcon(buttonIcon(u"play"_s, palette()));
}

void ChartsView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_live->setIcon(buttonIcon(u"play"_s, palette()));
    refresh();
}

void ChartsView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int columns = width() >= fontMetrics().height() * 36 ? 2 : 1;
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (int i = 0; i < kCharts; ++i)
        m_grid->addWidget(m_charts[static_cast<std::size_t>(i)], i / columns, i % columns);
}

} // namespace clustd::monitor
