#include "timeline/timeline_view.h"

#include "common/theme.h"
#include "timeline/event_list.h"
#include "timeline/lanes_widget.h"

#include <QActionGroup>
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

#include <algorithm>
#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Before everything else that is kept; raised when it gets another meaning.
constexpr quint32 kStateMagic = 0x636d'6c01;
constexpr qint64 kMinute = 60'000;
constexpr std::array kGroups{EventGroup::Mastership, EventGroup::Links, EventGroup::Drivers,
    EventGroup::Orders, EventGroup::Alarms, EventGroup::Life};

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

void TimelineView::makeBar()
{
    const int em = fontMetrics().height();
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(em * 3 / 4, em / 3, em / 2, em / 3);
    row->setSpacing(em / 2);
    m_title = new QLabel(tr("Timeline"));
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    row->addWidget(m_title);
    m_count = new QLabel;
    row->addWidget(m_count);
    m_moment = new QLabel;
    m_moment->setObjectName(u"timelineMoment"_s);
    row->addSpacing(em / 2);
    row->addWidget(m_moment);
    row->addStretch(1);

    m_range = new QComboBox;
    m_range->setObjectName(u"timelineRange"_s);
    m_range->setAccessibleName(tr("Time in view"));
    m_range->setToolTip(tr("How much time is in view"));
    m_range->addItem(tr("last 10 min"), 10 * kMinute);
    m_range->addItem(tr("last 60 min"), 60 * kMinute);
    m_range->addItem(tr("last 24 h"), 24 * 60 * kMinute);
    m_range->addItem(tr("last 7 d"), 7 * 24 * 60 * kMinute);
    m_range->addItem(tr("all"), qint64(0));
    m_range->setMinimumContentsLength(11);
    m_range->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(m_range, &QComboBox::activated, this, &TimelineView::takeRange);
    row->addWidget(m_range);

    m_search = new QLineEdit;
    m_search->setObjectName(u"timelineSearch"_s);
    m_search->setPlaceholderText(tr("Search events"));
    m_search->setAccessibleName(tr("Search events"));
    m_search->setToolTip(tr("Words of the machine, the event or its text (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(em * 8);
    m_search->setMaximumWidth(em * 14);
    m_searchSign = m_search->addAction(QIcon(), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &TimelineView::applyFilter);
    row->addWidget(m_search, 1);

    m_filterButton = new QToolButton;
    m_filterButton->setObjectName(u"timelineFilter"_s);
    m_filterButton->setToolTip(tr("Which events are shown"));
    m_filterButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_filterButton->setAutoRaise(true);
    makeFilterMenu();
    row->addWidget(m_filterButton);

    m_live = new QToolButton;
    m_live->setObjectName(u"timelineLive"_s);
    m_live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_live->setAutoRaise(true);
    connect(m_live, &QToolButton::clicked, this, [this] { m_lanes->goLive(); });
    row->addWidget(m_live);
    static_cast<QVBoxLayout *>(layout())->addWidget(bar);
}

void TimelineView::makeFilterMenu()
{
    m_filterMenu = new QMenu(m_filterButton);
    m_filterMenu->installEventFilter(this);
    const std::array<QString, kGroups.size()> names{tr("Who is master"), tr("Links"),
        tr("Drivers and services"), tr("What people asked for"), tr("Alarms"),
        tr("Starts and ends of machines")};
    for (const QString &name : names) {
        QAction *action = m_filterMenu->addAction(name);
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, &TimelineView::applyFilter);
        m_groupActions.push_back(action);
    }
    m_filterMenu->addSeparator();
    m_weightActions = new QActionGroup(this);
    const auto addWeight = [this](const QString &name, EventWeight weight) {
        QAction *action = m_filterMenu->addAction(name);
        action->setCheckable(true);
        action->setData(static_cast<int>(weight));
        action->setChecked(weight == EventWeight::Quiet);
        m_weightActions->addAction(action);
    };
    addWeight(tr("However small"), EventWeight::Quiet);
    addWeight(tr("Worth knowing"), EventWeight::Notable);
    addWeight(tr("Warnings and worse"), EventWeight::Warning);
    addWeight(tr("Only what stopped the service"), EventWeight::Grave);
    connect(m_weightActions, &QActionGroup::triggered, this, &TimelineView::applyFilter);
    m_filterMenu->addSeparator();
    const auto addChoice = [this](const QString &name) {
        QAction *action = m_filterMenu->addAction(name);
        action->setCheckable(true);
        connect(action, &QAction::toggled, this, &TimelineView::applyFilter);
        return action;
    };
    m_machineAction = addChoice(tr("Only the chosen machine"));
    m_inViewAction = addChoice(tr("Only the time in view"));
    m_filterMenu->addSeparator();
    connect(m_filterMenu->addAction(tr("Show all")), &QAction::triggered, this,
        [this] { setFilter({}); });
    // Not the button's own menu: its arrow has no place beside words.
    connect(m_filterButton, &QToolButton::clicked, this, [this] {
        m_filterMenu->popup(m_filterButton->mapToGlobal(QPoint(0, m_filterButton->height())));
    });
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

void TimelineView::applyFilter()
{
    EventFilter filter;
    filter.text = m_search->text();
    for (std::size_t i = 0; i < kGroups.size(); ++i) {
        if (!m_groupActions[i]->isChecked())
            filter.hidden.insert(kGroups[i]);
    }
    if (const QAction *weight = m_weightActions->checkedAction())
        filter.weightMin = static_cast<EventWeight>(weight->data().toInt());
    if (m_machineAction->isChecked() && m_cluster && !m_cluster->selected().isEmpty())
        filter.machines = {m_cluster->selected()};
    if (m_inViewAction->isChecked()) {
        filter.fromMs = m_lanes->window().fromMs;
        filter.toMs = m_lanes->window().toMs;
    }
    m_list->events().setFilter(filter);
    showFilter();
    showCount();
}

/// @param filter its machines and times are chosen by what is chosen and in view, if there are any
void TimelineView::setFilter(const EventFilter &filter)
{
    const QSignalBlocker isQuiet(m_search);
    m_search->setText(filter.text);
    for (std::size_t i = 0; i < kGroups.size(); ++i) {
        const QSignalBlocker isActionQuiet(m_groupActions[i]);
        m_groupActions[i]->setChecked(!filter.hidden.contains(kGroups[i]));
    }
    for (QAction *action : m_weightActions->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(filter.weightMin));
    const QSignalBlocker isMachineQuiet(m_machineAction);
    m_machineAction->setChecked(!filter.machines.isEmpty());
    const QSignalBlocker isViewQuiet(m_inViewAction);
    m_inViewAction->setChecked(filter.fromMs || filter.toMs);
    applyFilter();
}

void TimelineView::showFilter()
{
    const EventFilter &filter = model().filter();
    const int active = (filter.hidden.isEmpty() ? 0 : 1)
        + (filter.weightMin == EventWeight::Quiet ? 0 : 1) + (m_machineAction->isChecked() ? 1 : 0)
        + (m_inViewAction->isChecked() ? 1 : 0);
    m_filterButton->setText(active == 0 ? tr("Filter ▾") : tr("Filter (%1) ▾").arg(active));
    m_filterButton->setAccessibleName(active == 0 ? tr("Filter: all kinds of events are shown")
                                                  : tr("Filter: some events are hidden"));
    QFont font = m_live->font();
    font.setBold(active > 0);
    m_filterButton->setFont(font);
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
        const bool isThere = chosen >= 0 && model().event(chosen).timeMs == *m_cluster->cursor();
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
    for (const EventGroup group : kGroups) {
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
