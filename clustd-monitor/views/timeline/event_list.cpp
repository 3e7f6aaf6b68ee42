#include "timeline/event_list.h"

#include "common/flat_header.h"
#include "common/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>

#include <algorithm>
#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

EventList::EventList(QWidget *parent)
    : QTableView(parent)
{
    setObjectName(u"timelineList"_s);
    setAccessibleName(tr("Events"));
    setAccessibleDescription(
        tr("The newest first. Enter shows the cluster as it was then, W asks why."));
    QTableView::setModel(&m_model);
    setItemDelegate(&m_cells);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setMouseTracking(true);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setMinimumHeight(fontMetrics().height() * 4);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    auto *header = new FlatHeader(this);
    setHorizontalHeader(header);
    header->setSigned(EventModel::Name);
    header->setMinimumSectionSize(fontMetrics().height() * 2);
    resetColumns();

    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, &EventList::takeRow);
    connect(this, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex &index) {
        if (index.column() != EventModel::Why)
            askMoment(index.row());
    });
    connect(this, &QAbstractItemView::clicked, this, [this](const QModelIndex &index) {
        if (index.column() == EventModel::Why)
            askWhy(index.row());
    });
    connect(this, &QWidget::customContextMenuRequested, this, &EventList::showMenu);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &EventList::keepRow);
    connect(&m_model, &QAbstractItemModel::rowsRemoved, this, &EventList::countChanged);
    connect(&m_model, &QAbstractItemModel::rowsInserted, this,
        [this](const QModelIndex &, int first, int last) {
            keepPlace(last - first + 1);
            Q_EMIT countChanged();
        });
}

void EventList::setStore(const EventStore *store)
{
    m_chosen.reset();
    m_model.setStore(store);
}

int EventList::chosenRow() const
{
    const QModelIndex current = selectionModel()->currentIndex();
    return current.isValid() && current.row() < m_model.rowCount() ? current.row() : -1;
}

void EventList::selectRow(int row)
{
    m_isChoosing = true;
    QItemSelectionModel *selection = selectionModel();
    if (row < 0) {
        selection->clear();
        m_chosen.reset();
    } else {
        const int column = std::max(0, currentIndex().column());
        selection->setCurrentIndex(m_model.index(row, column),
            QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        const QModelIndex first = m_model.index(row, EventModel::Time);
        const QRect place = visualRect(first);
        if (!viewport()->rect().contains(QPoint(1, place.center().y())))
            scrollTo(first, QAbstractItemView::PositionAtCenter);
        const Event &event = m_model.eventAt(row);
        m_chosen = Chosen{event.timeMs, m_model.store()->nodeOf(event), event.name};
    }
    m_isChoosing = false;
}

void EventList::takeRow()
{
    const int row = chosenRow();
    if (m_isChoosing || row < 0 || !m_model.store())
        return;
    const Event &event = m_model.eventAt(row);
    m_chosen = Chosen{event.timeMs, m_model.store()->nodeOf(event), event.name};
    Q_EMIT chosen(m_model.eventIndex(row));
}

/// The model began anew; the person's row is the same event as before, if it is still shown.
void EventList::keepRow()
{
    Q_EMIT countChanged();
    if (!m_chosen || !m_model.store())
        return;
    for (int row = m_model.rowAt(m_chosen->timeMs); row >= 0 && row < m_model.rowCount(); ++row) {
        const Event &event = m_model.eventAt(row);
        if (event.timeMs != m_chosen->timeMs)
            break;
        if (event.name == m_chosen->name && m_model.store()->nodeOf(event) == m_chosen->machine) {
            selectRow(row);
            return;
        }
    }
}

/// New events come in at the top; who reads further down must not lose the place.
void EventList::keepPlace(int inserted)
{
    QScrollBar *bar = verticalScrollBar();
    const int before = bar->value();
    if (before == 0)
        return;
    doItemsLayout();
    bar->setValue(before + inserted * verticalHeader()->defaultSectionSize());
}

void EventList::askMoment(int row)
{
    if (row >= 0 && m_model.store())
        Q_EMIT momentAsked(m_model.eventIndex(row));
}

void EventList::askWhy(int row)
{
    if (row < 0 || !m_model.store() || !m_isWhyOffered)
        return;
    const Event event = m_model.eventAt(row);
    if (const std::optional<quint64> number = m_model.store()->numberOf(event))
        Q_EMIT whyAsked(*number, event);
}

void EventList::copyRows() const
{
    QList<int> rows;
    for (const QModelIndex &index : selectionModel()->selectedRows())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    if (!rows.isEmpty())
        QGuiApplication::clipboard()->setText(m_model.textOf(rows));
}

void EventList::showMenu(const QPoint &at)
{
    const int row = indexAt(at).row();
    if (row < 0)
        return;
    QMenu menu(this);
    connect(
        menu.addAction(buttonIcon(u"clock"_s, palette()), tr("Show the cluster as it was then")),
        &QAction::triggered, this, [this, row] { askMoment(row); });
    if (m_isWhyOffered && m_model.store()->numberOf(m_model.eventAt(row)))
        connect(
            menu.addAction(tr("Why?")), &QAction::triggered, this, [this, row] { askWhy(row); });
    connect(menu.addAction(tr("Copy")), &QAction::triggered, this, &EventList::copyRows);
    menu.addSeparator();
    const QString machine = m_model.store()->nodeOf(m_model.eventAt(row));
    connect(menu.addAction(tr("Only events of %1").arg(machine)), &QAction::triggered, this,
        [this, machine] { Q_EMIT machineAsked(machine); });
    connect(
        menu.addAction(tr("Usual columns")), &QAction::triggered, this, &EventList::resetColumns);
    menu.exec(viewport()->mapToGlobal(at));
}

/// As they are for somebody who never changed them.
void EventList::resetColumns()
{
    QHeaderView *header = horizontalHeader();
    const QFontMetrics metrics = fontMetrics();
    const int em = metrics.height();
    const std::array<std::pair<EventModel::Column, double>, EventModel::kColumns> usual{
        {{EventModel::Time, 11.5}, {EventModel::Machine, 6.5}, {EventModel::Name, 10},
            {EventModel::Term, 4}, {EventModel::What, 20}, {EventModel::Why, 4}}};
    int visual = 0;
    for (const auto &[column, width] : usual) {
        header->setSectionResizeMode(
            column, column == EventModel::What ? QHeaderView::Stretch : QHeaderView::Interactive);
        header->moveSection(header->visualIndex(column), visual++);
        header->resizeSection(column, static_cast<int>(em * width));
    }
    header->resizeSection(EventModel::Time, EventCells::timeWidth(font()));
    // Short words, but not of one length in every language.
    const auto fit = [&](EventModel::Column column, const QString &word) {
        header->resizeSection(column,
            std::max(header->sectionSize(column), metrics.horizontalAdvance(word) + em * 5 / 4));
    };
    fit(EventModel::Term, model()->headerData(EventModel::Term, Qt::Horizontal).toString());
    fit(EventModel::Why, EventModel::tr("why?"));
    verticalHeader()->setDefaultSectionSize(EventCells::rowHeight(font()));
}

void EventList::setWhyOffered(bool isOffered)
{
    m_isWhyOffered = isOffered;
    setColumnHidden(EventModel::Why, !isOffered);
}

void EventList::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyRows();
        return;
    }
    if ((event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier) {
        switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            askMoment(chosenRow());
            return;
        case Qt::Key_W:
            askWhy(chosenRow());
            return;
        case Qt::Key_Escape:
            Q_EMIT leaveAsked();
            return;
        default:
            break;
        }
    }
    QTableView::keyPressEvent(event);
}

void EventList::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        verticalHeader()->setDefaultSectionSize(EventCells::rowHeight(font()));
}

} // namespace clustd::monitor
