#include "timeline/timeline_view.h"

#include "common/theme.h"
#include "timeline/event_list.h"
#include "timeline/lanes_widget.h"

#include <QComboBox>
#include <QDataStream>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QShortcut>
#include <QSplitter>
#include <QToolButton>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Before everything else that is kept; raised when it gets another meaning.
constexpr quint32 kStateMagic = 0x636d'6c01;

QIcon dot(const QColor &color, bool isFilled, int size)
{
    QIcon made;
    for (const double ratio : {1.0, 2.0}) {
        QPixmap pixmap(static_cast<int>(size * ratio), static_cast<int>(size * ratio));
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(color, 1.6));
        painter.setBrush(isFilled ? QBrush(color) : QBrush(Qt::NoBrush));
        const double radius = size * 0.27;
        painter.drawEllipse(QPointF(size / 2.0, size / 2.0), radius, radius);
        painter.end();
        made.addPixmap(pixmap);
    }
    return made;
}

void setTone(QWidget *widget, Tone tone)
{
    QPalette palette = widget->parentWidget() ? widget->parentWidget()->palette() : QPalette();
    const QColor color = toneColor(tone, palette);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text})
        palette.setColor(role, color);
    if (widget->palette() != palette)
        widget->setPalette(palette);
}

} // namespace

TimelineView::TimelineView(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"timelineView"_s);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    makeBar();
    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->setObjectName(u"timelineSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    m_lanes = new LanesWidget;
    m_splitter->addWidget(m_lanes);
    m_list = new EventList;
    m_splitter->addWidget(m_list);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    rows->addWidget(m_splitter, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    connect(m_lanes, &LanesWidget::windowChanged, this, [this] {
        showRange();
        if (m_inViewAction->isChecked())
            applyFilter();
    });
    connect(m_lanes, &LanesWidget::modeChanged, this, &TimelineView::showMode);
    connect(m_lanes, &LanesWidget::eventPicked, this, [this](std::size_t event) {
        const int row = model().rowOf(event);
        if (row >= 0 && model().eventIndex(row) == event)
            m_list->selectRow(row);
        m_lanes->setMarked(event);
    });
    connect(m_list, &EventList::chosen, m_lanes, &LanesWidget::setMarked);
    connect(m_list, &EventList::momentAsked, this, &TimelineView::scrubTo);
    connect(m_list, &EventList::whyAsked, this, &TimelineView::whyAsked);
    connect(m_list, &EventList::countChanged, this, &TimelineView::showCount);
    connect(m_list, &EventList::leaveAsked, this, [this] {
        if (m_lanes->isScrubbed())
            m_lanes->goLive();
    });
    connect(m_list, &EventList::machineAsked, this, [this](const QString &machine) {
        if (m_cluster)
            m_cluster->select(machine);
        m_machineAction->setChecked(true);
    });
    auto *find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    retone();
    showRange();
    showMode();
    showCount();
}

void TimelineView::setCluster(Cluster *cluster)
{
    if (cluster == m_cluster && cluster)
        return;
    if (m_cluster)
        m_cluster->disconnect(this);
    m_cluster = cluster;
    m_wasScrubbed = false;
    m_list->setStore(cluster ? &cluster->events() : nullptr);
    m_lanes->setCluster(cluster);
    if (cluster) {
        connect(cluster, &Cluster::cursorChanged, this, &TimelineView::showMoment);
        connect(cluster, &Cluster::selectionChanged, this, [this] {
            if (m_machineAction->isChecked())
                applyFilter();
        });
        // Whether an event has a number depends on whom we are connected to.
        connect(cluster, &Cluster::stateChanged, m_list->viewport(), qOverload<>(&QWidget::update));
        connect(cluster, &QObject::destroyed, this, [this] {
            m_list->setStore(nullptr);
            showCount();
            showMode();
        });
    }
    applyFilter();
    m_list->scrollToTop();
    showRange();
    showMode();
    showCount();
}

void TimelineView::setWhyOffered(bool isOffered)
{
    m_list->setWhyOffered(isOffered);
}

const EventModel &TimelineView::model() const
{
    return m_list->events();
}

QTableView *TimelineView::list() const
{
    return m_list;
}

void TimelineView::showCount()
{
    const auto all = static_cast<qint64>(model().store() ? model().store()->size() : 0);
    const qint64 shown = model().rowCount();
    const QLocale locale;
    const QString text = !m_cluster ? QString()
        : shown == all ? (all == 1 ? tr("1 event") : tr("%1 events").arg(locale.toString(all)))
                       : tr("%1 of %2 events").arg(locale.toString(shown), locale.toString(all));
    if (m_count->text() != text)
        m_count->setText(text);
}

// ---- Range and moment

void TimelineView::setRange(qint64 spanMs)
{
    m_rangeMs = spanMs;
    m_lanes->setSpan(spanMs);
    showRange();
}

void TimelineView::takeRange(int index)
{
    setRange(m_range->itemData(index).toLongLong());
}

void TimelineView::showRange()
{
    const qint64 span = m_lanes->window().span();
    int index = -1;
    if (m_lanes->isAll())
        index = m_range->findData(qint64(0));
    else if (m_lanes->isFollowing())
        index = m_range->findData(span);
    m_range->setPlaceholderText(span < 10'000 ? spanWords(span) : spanWords(span / 1000 * 1000));
    m_range->setCurrentIndex(index);
}

void TimelineView::showMode()
{
    const bool isJournal = m_cluster && m_cluster->isJournal();
    const bool isScrubbed = m_lanes->isScrubbed();
    const bool isConnected = m_cluster && m_cluster->state() == ConnectionState::Live;
    const bool isNow = m_lanes->isFollowing() && !isScrubbed && m_cluster;
    const int size = fontMetrics().height();
    m_live->setEnabled(m_cluster);
    m_live->setText(isJournal ? tr("end") : tr("live"));
    const Tone tone = isNow && isConnected && !isJournal ? Tone::Good
        : isScrubbed                                     ? Tone::Accent
                                                         : Tone::Off;
    m_live->setIcon(dot(toneColor(tone, palette()), isNow && isConnected, size));
    const QString words = isJournal ? (isNow ? tr("The end of the journal is shown")
                                             : tr("Go to the end of the journal (Escape)"))
        : isNow                     ? (isConnected ? tr("The present is shown and goes on")
                                                   : tr("Not connected: this is what was heard last"))
                                    : tr("Return to now (Escape)");
    m_live->setToolTip(words);
    m_live->setAccessibleName(m_live->text());
    m_live->setAccessibleDescription(words);

    const QString moment = isScrubbed && m_cluster->cursor()
        ? tr("as it was at %1")
              .arg(timeWords(*m_cluster->cursor(), QDateTime::currentMSecsSinceEpoch()))
        : QString();
    m_moment->setText(moment);
    m_moment->setVisible(!moment.isEmpty());
    showRange();
}

/// The list goes along with the moment that is shown.
void TimelineView::showMoment()
{
    const bool isScrubbed = m_lanes->isScrubbed();
    showMode();
    if (isScrubbed) {
        const int row = model().rowAt(*m_cluster->cursor());
        const int chosen = m_list->chosenRow();
        const bool isThere = chosen >= 0 && model().eventAt(chosen).timeMs == *m_cluster->cursor();
        if (!isThere) {
            m_lanes->setMarked(std::nullopt);
            m_list->selectRow(row);
        }
    } else if (m_wasScrubbed) {
        m_lanes->setMarked(std::nullopt);
        m_list->selectRow(-1);
        m_list->scrollToTop();
    }
    m_wasScrubbed = isScrubbed;
}

void TimelineView::scrubTo(std::size_t event)
{
    if (!m_cluster)
        return;
    m_cluster->setCursor(m_cluster->events().events()[event].timeMs);
    m_list->selectRow(model().rowOf(event));
    m_lanes->setMarked(event);
}

bool TimelineView::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (watched == m_search) {
            if (key->key() == Qt::Key_Escape && !m_search->text().isEmpty()) {
                m_search->clear();
                return true;
            }
            if (key->key() == Qt::Key_Down || key->key() == Qt::Key_Return) {
                m_list->setFocus(Qt::ShortcutFocusReason);
                if (m_list->chosenRow() < 0 && model().rowCount() > 0)
                    m_list->setCurrentIndex(model().index(0, 0));
                return true;
            }
        }
    }
    // Whoever ticks one kind of event often ticks another.
    if (watched == m_filterMenu && event->type() == QEvent::MouseButtonRelease) {
        QAction *action
            = m_filterMenu->actionAt(static_cast<QMouseEvent *>(event)->position().toPoint());
        if (action && action->isCheckable() && action->isEnabled()) {
            action->trigger();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

// ---- What is kept

QByteArray TimelineView::saveState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    QList<quint8> hidden;
    for (const EventGroup group : model().filter().hidden)
        hidden.append(static_cast<quint8>(group));
    out << kStateMagic << m_splitter->saveState() << m_list->horizontalHeader()->saveState()
        << m_rangeMs << hidden << static_cast<quint8>(model().filter().weightMin);
    return state;
}

bool TimelineView::restoreState(const QByteArray &state)
{
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_4);
    quint32 magic = 0;
    QByteArray splitter;
    QByteArray columns;
    qint64 range = 0;
    QList<quint8> hidden;
    quint8 weight = 0;
    in >> magic;
    if (magic != kStateMagic)
        return false;
    in >> splitter >> columns >> range >> hidden >> weight;
    if (in.status() != QDataStream::Ok || range < 0
        || weight > static_cast<quint8>(EventWeight::Grave)
        || !m_list->horizontalHeader()->restoreState(columns))
        return false;
    m_splitter->restoreState(splitter);
    m_list->setWhyOffered(m_list->isWhyOffered());
    EventFilter filter;
    filter.weightMin = static_cast<EventWeight>(weight);
    for (const EventGroup group : kEventGroups) {
        if (hidden.contains(static_cast<quint8>(group)))
            filter.hidden.insert(group);
    }
    setFilter(filter);
    setRange(range);
    return true;
}

void TimelineView::retone()
{
    m_searchSign->setIcon(buttonIcon(u"search"_s, palette()));
    m_filterButton->setIcon(buttonIcon(u"eye"_s, palette()));
    setTone(m_count, Tone::Muted);
    setTone(m_moment, Tone::Accent);
    showMode();
    showFilter();
}

void TimelineView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        retone();
    if (event->type() == QEvent::FontChange) {
        QFont bold = font();
        bold.setBold(true);
        m_title->setFont(bold);
    }
}

} // namespace clustd::monitor
