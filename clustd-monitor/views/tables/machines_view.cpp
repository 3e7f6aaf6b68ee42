#include "tables/machines_view.h"

#include "common/flat_header.h"
#include "common/theme.h"

#include <QDataStream>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <chrono>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Before the bytes of QHeaderView; raised when columns get another meaning.
constexpr quint32 kStateMagic = 0x636d'7401;
constexpr std::chrono::milliseconds kSparklinesRefresh{1000};

} // namespace

MachinesView::MachinesView(QWidget *parent)
    : QWidget(parent)
{
    m_rows.setSourceModel(&m_model);
    m_sparklines.setSingleShot(true);
    m_sparklines.setInterval(kSparklinesRefresh);
    connect(&m_sparklines, &QTimer::timeout, this, &MachinesView::repaintSparklines);

    const int em = fontMetrics().height();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(em * 3 / 4, em / 2, em * 3 / 4, em / 2);
    m_filter = new QLineEdit;
    m_filter->setPlaceholderText(tr("Filter machines"));
    m_filter->setAccessibleName(tr("Filter machines"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(em * 20);
    m_search = m_filter->addAction(QIcon(), QLineEdit::LeadingPosition);
    bar->addWidget(m_filter, 1);
    bar->addStretch();
    m_count = new QLabel;
    bar->addWidget(m_count);
    rows->addLayout(bar);

    m_table = new QTableView;
    m_table->setAccessibleName(tr("Machines"));
    m_table->setModel(&m_rows);
    m_table->setItemDelegate(&m_cells);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setMouseTracking(true);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    auto *header = new FlatHeader(m_table);
    header->setSigned(ClusterModel::Machine);
    header->setSectionsClickable(true);
    header->setStretchLastSection(true);
    m_table->setHorizontalHeader(header);
    header->setMinimumSectionSize(em * 2);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setToolTip(tr("Click sorts, dragging moves, the right button chooses columns"));
    connect(header, &QWidget::customContextMenuRequested, this, &MachinesView::showHeaderMenu);
    m_table->setSortingEnabled(true);
    rows->addWidget(m_table, 1);
    resetColumns();

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        // The table chooses a neighbour of what is hidden; the person did not.
        m_isShowing = true;
        m_rows.setFilter(text);
        m_isShowing = false;
        refreshCount();
        showSelection();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
        &MachinesView::takeSelection);
    auto *find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    auto *clear = new QShortcut(Qt::Key_Escape, this);
    clear->setContext(Qt::WidgetWithChildrenShortcut);
    connect(clear, &QShortcut::activated, m_filter, &QLineEdit::clear);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    retone();
    refreshCount();
}

void MachinesView::setCluster(Cluster *cluster)
{
    if (m_cluster == cluster)
        return;
    if (m_cluster)
        m_cluster->disconnect(this);
    m_cluster = cluster;
    m_cells.setCluster(cluster);
    if (cluster) {
        connect(cluster, &Cluster::statusChanged, this, &MachinesView::refresh);
        connect(cluster, &Cluster::linksChanged, this, &MachinesView::refresh);
        connect(cluster, &Cluster::selectionChanged, this, &MachinesView::showSelection);
        connect(cluster, &Cluster::seriesGrown, this, [this] {
            if (isVisible() && !m_sparklines.isActive())
                m_sparklines.start();
        });
        connect(cluster, &QObject::destroyed, this, &MachinesView::refresh);
    }
    refresh();
}

void MachinesView::refresh()
{
    // A row that goes takes its selection along; nobody unselected it.
    m_isShowing = true;
    m_model.setStatus(m_cluster ? m_cluster->status() : std::nullopt);
    m_model.setLinks(m_cluster ? m_cluster->links() : std::vector<control::LinkRow>());
    m_isShowing = false;
    refreshCount();
    showSelection();
}

void MachinesView::refreshCount()
{
    const int all = m_model.rowCount();
    const int shown = m_rows.rowCount();
    const QString text = shown < all ? tr("%1 of %2 machines").arg(shown).arg(all)
        : all == 1                   ? tr("1 machine")
                                     : tr("%n machines", nullptr, all);
    if (m_count->text() != text)
        m_count->setText(text);
}

void MachinesView::showSelection()
{
    const int row = m_cluster ? m_model.rowOf(m_cluster->selected()) : -1;
    const QModelIndex shown = row < 0 ? QModelIndex() : m_rows.mapFromSource(m_model.index(row, 0));
    QItemSelectionModel *selection = m_table->selectionModel();
    if (shown.isValid() ? selection->isRowSelected(shown.row()) : !selection->hasSelection())
        return;
    m_isShowing = true;
    if (shown.isValid()) {
        const int column = std::max(0, m_table->currentIndex().column());
        selection->setCurrentIndex(m_rows.index(shown.row(), column),
            QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    } else {
        selection->clearSelection();
    }
    m_isShowing = false;
}

void MachinesView::takeSelection()
{
    if (m_isShowing || !m_cluster)
        return;
    const QModelIndexList chosen = m_table->selectionModel()->selectedRows();
    if (!chosen.isEmpty())
        m_cluster->select(chosen.front().data(ClusterModel::NodeIdRole).toString());
    else if (m_rows.rowCount() == m_model.rowCount())
        m_cluster->select({});
}

/// Only the cells that are in view.
void MachinesView::repaintSparklines()
{
    const QHeaderView *header = m_table->horizontalHeader();
    if (!isVisible() || header->isSectionHidden(ClusterModel::RoundTrip))
        return;
    QWidget *viewport = m_table->viewport();
    viewport->update(header->sectionViewportPosition(ClusterModel::RoundTrip), 0,
        header->sectionSize(ClusterModel::RoundTrip), viewport->height());
}

void MachinesView::showHeaderMenu(const QPoint &at)
{
    QHeaderView *header = m_table->horizontalHeader();
    QMenu menu(this);
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        // Without its name a row says nothing.
        if (column == ClusterModel::Machine)
            continue;
        QAction *action = menu.addAction(
            m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        connect(action, &QAction::toggled, header,
            [header, column](bool isShown) { header->setSectionHidden(column, !isShown); });
    }
    menu.addSeparator();
    connect(menu.addAction(tr("Fit widths")), &QAction::triggered, m_table,
        &QTableView::resizeColumnsToContents);
    connect(menu.addAction(tr("Usual columns")), &QAction::triggered, this,
        &MachinesView::resetColumns);
    menu.exec(header->mapToGlobal(at));
}

/// As they are for somebody who never changed them.
void MachinesView::resetColumns()
{
    QHeaderView *header = m_table->horizontalHeader();
    const QFontMetrics metrics = fontMetrics();
    const int em = metrics.height();
    struct Usual
    {
        ClusterModel::Column column;
        double width; ///< In heights of a line
        bool isShown = true;
    };
    // What matters most comes first; whoever asks how links fare has a view for it.
    const std::array<Usual, ClusterModel::kColumns> usual{{{ClusterModel::Machine, 8},
        {ClusterModel::State, 8}, {ClusterModel::Health, 6}, {ClusterModel::Drivers, 9},
        {ClusterModel::RoundTrip, 11}, {ClusterModel::Role, 5.5}, {ClusterModel::Address, 9},
        {ClusterModel::Uptime, 6}, {ClusterModel::Version, 4.5}, {ClusterModel::Priority, 4.5},
        {ClusterModel::Term, 4}, {ClusterModel::Link, 6, false}, {ClusterModel::Loss, 5, false}}};
    int visual = 0;
    for (const Usual &each : usual) {
        header->moveSection(header->visualIndex(each.column), visual++);
        header->setSectionHidden(each.column, !each.isShown);
        const QString title
            = m_model.headerData(each.column, Qt::Horizontal, Qt::DisplayRole).toString();
        header->resizeSection(each.column,
            std::max(static_cast<int>(em * each.width), metrics.horizontalAdvance(title) + em * 2));
    }
    m_table->verticalHeader()->setDefaultSectionSize(em * 19 / 10);
    m_table->sortByColumn(ClusterModel::Machine, Qt::AscendingOrder);
}

QByteArray MachinesView::saveState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << kStateMagic << m_table->horizontalHeader()->saveState();
    return state;
}

bool MachinesView::restoreState(const QByteArray &state)
{
    QDataStream in(state);
    quint32 magic = 0;
    QByteArray columns;
    in >> magic >> columns;
    QHeaderView *header = m_table->horizontalHeader();
    if (in.status() != QDataStream::Ok || magic != kStateMagic || !header->restoreState(columns))
        return false;
    header->setSectionHidden(ClusterModel::Machine, false);
    m_table->sortByColumn(header->sortIndicatorSection(), header->sortIndicatorOrder());
    return true;
}

void MachinesView::retone()
{
    m_search->setIcon(buttonIcon(u"search"_s, palette()));
    QPalette muted = m_count->palette();
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text})
        muted.setColor(role, toneColor(Tone::Muted, palette()));
    m_count->setPalette(muted);
}

void MachinesView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        retone();
    if (event->type() == QEvent::FontChange)
        m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() * 19 / 10);
}

void MachinesView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showSelection();
}

} // namespace clustd::monitor
