// The bar of TimelineView: range, search and filter.

#include "timeline/event_list.h"
#include "timeline/lanes_widget.h"
#include "timeline/timeline_view.h"

#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kMinute = 60'000;

} // namespace

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
    const std::array<QString, kEventGroups.size()> names{tr("Who is master"), tr("Links"),
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

void TimelineView::applyFilter()
{
    EventFilter filter;
    filter.text = m_search->text();
    for (std::size_t i = 0; i < kEventGroups.size(); ++i) {
        if (!m_groupActions[i]->isChecked())
            filter.hidden.insert(kEventGroups[i]);
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
    for (std::size_t i = 0; i < kEventGroups.size(); ++i) {
        const QSignalBlocker isActionQuiet(m_groupActions[i]);
        m_groupActions[i]->setChecked(!filter.hidden.contains(kEventGroups[i]));
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

} // namespace clustd::monitor
