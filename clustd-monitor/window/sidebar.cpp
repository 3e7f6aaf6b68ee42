#include "window/sidebar.h"

#include "common/theme.h"

#include <QContextMenuEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::Verdict;

namespace {

enum ItemRole { ClusterRole = Qt::UserRole + 1, SummaryRole, ToneRole, SignRole };

/// Sign, name and summary on two lines.
class ClusterCells : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(
        const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {
            option.fontMetrics.averageCharWidth() * 16, option.fontMetrics.height() * 5 / 2 + 12};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
        const QModelIndex &index) const override
    {
        const QPalette &colors = option.palette;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF card = QRectF(option.rect).adjusted(4, 2, -4, -2);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(toneWash(Tone::Accent, colors));
            painter->drawRoundedRect(card, 6, 6);
        }
        const auto tone = Tone(index.data(ToneRole).toInt());
        const int size = option.fontMetrics.height();
        const QPixmap sign = icon(index.data(SignRole).toString(), tone, colors, size,
            painter->device()->devicePixelRatioF());
        painter->drawPixmap(QPointF(card.left() + 8, card.center().y() - size / 2.0), sign);
        const double left = card.left() + 8 + size + 8;
        const QRectF name(
            left, card.top() + 4, card.right() - left - 6, option.fontMetrics.height() * 1.2);
        QFont bold = option.font;
        bold.setBold(true);
        painter->setFont(bold);
        painter->setPen(toneColor(Tone::Text, colors));
        painter->drawText(name, Qt::AlignVCenter,
            QFontMetrics(bold).elidedText(
                index.data().toString(), Qt::ElideRight, int(name.width())));
        painter->setFont(option.font);
        painter->setPen(toneColor(tone == Tone::Good ? Tone::Muted : tone, colors));
        const QRectF summary = name.translated(0, name.height());
        painter->drawText(summary, Qt::AlignVCenter,
            option.fontMetrics.elidedText(
                index.data(SummaryRole).toString(), Qt::ElideRight, int(summary.width())));
        painter->restore();
    }
};

} // namespace

Sidebar::Sidebar(ClusterBook &book, QWidget *parent)
    : QWidget(parent)
    , m_book(book)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 10, 8, 10);
    auto *title = new QLabel(tr("CLUSTERS"));
    QFont small = title->font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    small.setBold(true);
    small.setLetterSpacing(QFont::AbsoluteSpacing, 0.8);
    title->setFont(small);
    title->setForegroundRole(QPalette::PlaceholderText);
    title->setContentsMargins(6, 0, 0, 4);
    column->addWidget(title);
    m_list = new QListWidget;
    m_list->setAccessibleName(tr("Clusters"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new ClusterCells(m_list));
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->viewport()->setAutoFillBackground(false);
    m_overview = new QListWidgetItem;
    m_list->addItem(m_overview);
    m_overview->setHidden(true);
    column->addWidget(m_list, 1);
    m_add = new QPushButton(tr("Add a cluster …"));
    m_add->setFlat(true);
    m_add->setIcon(buttonIcon(u"plus"_s, palette()));
    column->addWidget(m_add);
    connect(m_add, &QPushButton::clicked, this, &Sidebar::addAsked);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem *item) {
        if (item)
            m_book.setCurrent(clusterOf(item));
    });
    connect(m_list, &QListWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        Cluster *cluster = clusterOf(m_list->itemAt(at));
        if (!cluster)
            return;
        QMenu menu(this);
        menu.addAction(tr("Remove %1").arg(printable(cluster->title())), this,
            [this, cluster] { Q_EMIT removeAsked(cluster); });
        menu.exec(m_list->mapToGlobal(at));
    });
    connect(&m_book, &ClusterBook::added, this, &Sidebar::add);
    connect(&m_book, &ClusterBook::removed, this, [this](Cluster *cluster) {
        cluster->disconnect(this);
        const QSignalBlocker quiet(m_list);
        delete itemOf(cluster);
    });
    connect(&m_book, &ClusterBook::currentChanged, this, &Sidebar::showCurrent);
    for (int i = 0; i < m_book.count(); ++i)
        add(m_book.at(i));
}

void Sidebar::add(Cluster *cluster)
{
    const QSignalBlocker quiet(m_list);
    m_list->addItem(new QListWidgetItem);
    const auto again = [this, cluster] { refresh(cluster); };
    connect(cluster, &Cluster::stateChanged, this, again);
    connect(cluster, &Cluster::statusChanged, this, again);
    refresh(cluster);
}

QListWidgetItem *Sidebar::itemOf(const Cluster *cluster) const
{
    const int index = m_book.indexOf(cluster);
    return index < 0 ? nullptr : m_list->item(index + 1);
}

Cluster *Sidebar::clusterOf(const QListWidgetItem *item) const
{
    const int index = item ? m_list->row(item) - 1 : -1;
    return index < 0 || index >= m_book.count() ? nullptr : m_book.at(index);
}

void Sidebar::showCurrent()
{
    const QSignalBlocker quiet(m_list);
    QListWidgetItem *item = m_book.current() ? itemOf(m_book.current()) : m_overview;
    m_list->setCurrentItem(item && !item->isHidden() ? item : nullptr);
}

void Sidebar::setOverview(const OverviewWords &words)
{
    m_overview->setText(tr("Overview"));
    m_overview->setData(SummaryRole, words.brief);
    m_overview->setData(ToneRole, int(words.tone));
    m_overview->setData(SignRole, u"cluster"_s);
    m_overview->setData(
        Qt::AccessibleTextRole, u"%1, %2"_s.arg(m_overview->text(), words.headline));
    m_overview->setToolTip(words.subline);
    const bool isAlone = m_book.count() + int(m_book.waiting().size()) < 2;
    if (isAlone != m_overview->isHidden()) {
        m_overview->setHidden(isAlone);
        showCurrent();
    }
}

QString Sidebar::summaryOf(const Cluster &cluster)
{
    if (cluster.isJournal())
        return tr("journal, %n events", nullptr, int(cluster.events().size()));
    switch (cluster.state()) {
    case ConnectionState::Connecting:
        return tr("connecting …");
    case ConnectionState::Stale:
    case ConnectionState::Lost:
        return tr("not connected");
    case ConnectionState::Refused:
        return tr("refused");
    case ConnectionState::Live:
        break;
    }
    if (!cluster.liveStatus())
        return tr("connecting …");
    const control::ClusterStatus &status = *cluster.liveStatus();
    if (!status.master)
        return tr("no master");
    const QString tail = !control::hasQuorum(status) ? tr("no quorum")
        : status.election == u"naive"                ? tr("naive")
                                                     : tr("can lose %1").arg(status.canLose);
    return u"%1 · %2"_s.arg(printable(*status.master), tail);
}

void Sidebar::refresh(Cluster *cluster)
{
    QListWidgetItem *item = itemOf(cluster);
    if (!item)
        return;
    Tone tone = Tone::Off;
    QString sign = cluster->isJournal() ? u"folder"_s : u"ghost"_s;
    if (!cluster->isJournal() && cluster->state() == ConnectionState::Live
        && cluster->liveStatus()) {
        const Verdict verdict = control::verdictOf(*cluster->liveStatus());
        tone = toneOf(verdict);
        sign = iconOf(verdict);
    } else if (cluster->state() == ConnectionState::Lost
        || cluster->state() == ConnectionState::Refused) {
        tone = Tone::Bad;
        sign = u"cross"_s;
    }
    const QString name = printable(cluster->title());
    const QString summary = summaryOf(*cluster);
    item->setText(name);
    item->setData(SummaryRole, summary);
    item->setData(ToneRole, int(tone));
    item->setData(SignRole, sign);
    item->setData(Qt::AccessibleTextRole, u"%1, %2"_s.arg(name, summary));
    item->setToolTip(cluster->connection() ? cluster->connection()->uri().toString() : QString());
    if (m_book.current() == cluster && m_list->currentItem() != item)
        showCurrent();
}

void Sidebar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_add->setIcon(buttonIcon(u"plus"_s, palette()));
}

} // namespace clustd::monitor
