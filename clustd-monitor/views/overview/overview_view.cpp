#include "overview/overview_view.h"

#include "overview/card_cells.h"

#include <QDateTime>
#include <QIdentityProxyModel>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollBar>
#include <QStackedLayout>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What the list shows: the words of each card for tool tips and for who cannot see it.
class SpokenCards : public QIdentityProxyModel
{
public:
    SpokenCards(OverviewModel &model, QObject *parent)
        : QIdentityProxyModel(parent)
        , m_model(model)
    {
        setSourceModel(&model);
    }

    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        if (role != Qt::AccessibleTextRole && role != Qt::ToolTipRole)
            return QIdentityProxyModel::data(index, role);
        const ClusterCard &card = m_model.card(index.row());
        const CardWords words = wordsOf(card, QDateTime::currentMSecsSinceEpoch());
        if (role == Qt::AccessibleTextRole)
            return words.spoken(card.title);
        QStringList lines;
        lines.reserve(1 + qsizetype(words.troubles.size()));
        lines << u"<p><b>%1</b></p>"_s.arg(card.title.toHtmlEscaped());
        for (const Trouble &trouble : words.troubles)
            lines << u"<p>%1</p>"_s.arg(trouble.text.toHtmlEscaped());
        return lines.join(QString());
    }

private:
    const OverviewModel &m_model;
};

/// As many cards beside each other as there is room for.
class Cards : public QListView
{
public:
    explicit Cards(const OverviewModel &model)
        : m_cells(new CardCells(model, this))
    {
        setItemDelegate(m_cells);
        setViewMode(IconMode);
        setMovement(Static);
        setResizeMode(Adjust);
        setUniformItemSizes(true);
        setFrameShape(NoFrame);
        setSelectionMode(SingleSelection);
        setEditTriggers(NoEditTriggers);
        setVerticalScrollMode(ScrollPerPixel);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setContextMenuPolicy(Qt::CustomContextMenu);
        setTextElideMode(Qt::ElideRight);
        viewport()->setAutoFillBackground(false);
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        arrange();
        QListView::resizeEvent(event);
    }
    void changeEvent(QEvent *event) override
    {
        QListView::changeEvent(event);
        if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
            arrange();
    }

    void rowsInserted(const QModelIndex &parent, int start, int end) override
    {
        QListView::rowsInserted(parent, start, end);
        arrange();
    }

private:
    void arrange()
    {
        const QFontMetrics font = fontMetrics();
        // QListView keeps the place of a scroll bar free, whether there is one or not.
        const int room = maximumViewportSize().width()
            - style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, verticalScrollBar()) - 1;
        const int wanted = model() ? std::max(1, model()->rowCount()) : 1;
        const int columns = std::clamp(room / CardCells::widthMin(font), 1, wanted);
        const QSize cell(
            std::clamp(room / columns, 1, CardCells::widthMax(font)), CardCells::heightFor(font));
        if (cell == gridSize())
            return;
        m_cells->setCell(cell);
        setGridSize(cell);
    }

    CardCells *m_cells;
};

} // namespace

OverviewView::OverviewView(ClusterBook &book, QWidget *parent)
    : QWidget(parent)
    , m_model(book)
{
    m_pages = new QStackedLayout(this);
    auto *cards = new Cards(m_model);
    m_list = cards;
    m_list->setObjectName(u"overview"_s);
    m_list->setAccessibleName(tr("All clusters"));
    m_list->setModel(new SpokenCards(m_model, this));
    auto *page = new QWidget;
    auto *around = new QVBoxLayout(page);
    around->setContentsMargins(8, 8, 8, 8);
    around->addWidget(m_list);
    m_pages->addWidget(page);

    m_pages->addWidget(makeEmpty());

    connect(m_list, &QListView::activated, this, &OverviewView::open);
    connect(m_list, &QListView::customContextMenuRequested, this, &OverviewView::openMenu);
    connect(&m_model, &QAbstractItemModel::rowsInserted, this, &OverviewView::refresh);
    connect(&m_model, &QAbstractItemModel::rowsRemoved, this, &OverviewView::refresh);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &OverviewView::refresh);
    refresh();
}

QWidget *OverviewView::makeEmpty()
{
    auto *empty = new QWidget;
    auto *column = new QVBoxLayout(empty);
    column->addStretch(2);
    m_emptySign = new QLabel;
    m_emptySign->setAlignment(Qt::AlignCenter);
    column->addWidget(m_emptySign);
    auto *text = new QLabel(tr("Name any machine of a cluster, and see all of it."));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    column->addWidget(text);
    auto *buttons = new QHBoxLayout;
    auto *add = new QPushButton(tr("Add a cluster …"));
    add->setObjectName(u"addFirst"_s);
    auto *journal = new QPushButton(tr("Open a journal …"));
    connect(add, &QPushButton::clicked, this, &OverviewView::addAsked);
    connect(journal, &QPushButton::clicked, this, &OverviewView::journalAsked);
    buttons->addStretch();
    buttons->addWidget(add);
    buttons->addWidget(journal);
    buttons->addStretch();
    column->addSpacing(fontMetrics().height());
    column->addLayout(buttons);
    column->addStretch(3);
    return empty;
}

void OverviewView::openMenu(const QPoint &at)
{
    const QModelIndex index = m_list->indexAt(at);
    if (!index.isValid())
        return;
    Cluster *cluster = m_model.clusterAt(index.row());
    const QString title = m_model.card(index.row()).title;
    const QString key = m_model.keyAt(index.row());
    QMenu menu(this);
    menu.addAction(tr("Open %1").arg(title), this, [this, index] { open(index); });
    menu.addAction(tr("Remove %1").arg(title), this, [this, cluster, key] {
        if (cluster)
            Q_EMIT removeAsked(cluster);
        else
            Q_EMIT forgetAsked(key);
    });
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

void OverviewView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void OverviewView::begin(const Cluster *chosen)
{
    if (m_model.rowCount() == 0)
        return;
    const int row = m_model.rowOf(chosen);
    if (row >= 0 || !m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_list->model()->index(std::max(0, row), 0));
    m_list->setFocus(Qt::OtherFocusReason);
}

Cluster *OverviewView::chosen() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() ? m_model.clusterAt(index.row()) : nullptr;
}

void OverviewView::open(const QModelIndex &index)
{
    if (Cluster *cluster = m_model.clusterAt(index.row()))
        Q_EMIT openAsked(cluster);
    else
        Q_EMIT tokenAsked(m_model.keyAt(index.row()));
}

void OverviewView::refresh()
{
    const bool isEmpty = m_model.rowCount() == 0;
    m_pages->setCurrentIndex(isEmpty ? 1 : 0);
    if (isEmpty)
        m_emptySign->setPixmap(icon(
            u"cluster"_s, Tone::Off, palette(), fontMetrics().height() * 5, devicePixelRatioF()));
    const OverviewWords now = words();
    const QString all
        = u"%1\n%2\n%3\n%4"_s.arg(now.sign, now.headline, now.subline).arg(m_model.rowCount());
    if (all == m_before)
        return;
    m_before = all;
    Q_EMIT changed();
}

} // namespace clustd::monitor
