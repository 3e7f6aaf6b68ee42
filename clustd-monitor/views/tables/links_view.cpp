#include "tables/links_view.h"

#include "common/theme.h"

#include <QAbstractButton>
#include <QHelpEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QTableView>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using Kind = LinkLook::Kind;

namespace {

/// What the washes and signs of the matrix mean, in one or more lines.
class LinkLegend : public QWidget
{
public:
    explicit LinkLegend(QWidget *parent = nullptr)
        : QWidget(parent)
    {
        QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
        setAccessibleName(LinksView::tr("Legend"));
    }

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override { return layOut(nullptr, width); }
    [[nodiscard]] QSize sizeHint() const override
    {
        return {fontMetrics().height() * 20, layOut(nullptr, fontMetrics().height() * 40)};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        layOut(&painter, width());
    }

private:
    /// @param painter nothing: only measures. Returns the height.
    int layOut(QPainter *painter, int width) const
    {
        struct Entry
        {
            LinkModel::Cell cell;
            bool isOneWay;
            QString word;
        };
        const std::array<Entry, 6> entries{{{{u"up"_s, 1, 0}, false, LinksView::tr("heard")},
            {{u"up"_s, 1, 5000}, false, LinksView::tr("slow or lossy")},
            {{u"suspect"_s, 0, 0}, false, LinksView::tr("silent for a moment")},
            {{u"down"_s, 0, 0}, true, LinksView::tr("one way: heard by it, does not hear it")},
            {{u"down"_s, 0, 0}, false, LinksView::tr("not heard")},
            {{}, false, LinksView::tr("nobody told")}}};
        QFont small = font();
        small.setPointSizeF(small.pointSizeF() * 0.9);
        const QFontMetrics metrics(small);
        const int em = metrics.height();
        const int box = em * 12 / 10;
        int x = 0;
        int y = 0;
        for (const Entry &entry : entries) {
            const int needs = box + em / 3 + metrics.horizontalAdvance(entry.word);
            if (x > 0 && x + needs > width) {
                x = 0;
                y += em * 3 / 2;
            }
            if (painter) {
                QStyleOptionViewItem option;
                option.rect = QRect(x, y, box, box);
                option.palette = palette();
                option.font = small;
                LinkModel model;
                std::vector<control::LinkRow> rows{
                    {u"a"_s, u"b"_s, entry.cell.state, entry.cell.rttUs, entry.cell.lossPpm}};
                if (entry.isOneWay)
                    rows.push_back({u"b"_s, u"a"_s, u"up"_s, 1, 0});
                model.setLinks(rows);
                LinkCells().paint(painter, option, model.index(0, 1));
                painter->setFont(small);
                painter->setPen(toneColor(Tone::Muted, palette()));
                painter->drawText(
                    QRect(x + box + em / 3, y, needs, box), Qt::AlignVCenter, entry.word);
            }
            x += needs + em * 5 / 4;
        }
        return y + box;
    }
};

} // namespace

LinksView::LinksView(QWidget *parent)
    : QWidget(parent)
{
    const int em = fontMetrics().height();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(em * 3 / 4, em / 2, em * 3 / 4, em * 3 / 4);
    rows->setSpacing(em / 2);
    m_summary = new QLabel;
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    rows->addWidget(m_summary);

    m_table = new QTableView;
    m_table->setAccessibleName(tr("Links: each row hears the columns"));
    m_across = new LinkHeader(Qt::Horizontal, m_table);
    m_down = new LinkHeader(Qt::Vertical, m_table);
    m_table->setHorizontalHeader(m_across);
    m_table->setVerticalHeader(m_down);
    m_table->setModel(&m_model);
    m_table->setItemDelegate(&m_cells);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setCornerButtonEnabled(false);
    m_corner = m_table->findChild<QAbstractButton *>();
    if (m_corner)
        m_corner->installEventFilter(this);
    m_table->setMouseTracking(true);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->viewport()->installEventFilter(this);
    rows->addWidget(m_table, 1);

    m_hint = new QLabel(tr("Nobody has told yet whom it hears."));
    m_hint->setAlignment(Qt::AlignCenter);
    rows->addWidget(m_hint, 1);
    m_legend = new LinkLegend;
    rows->addWidget(m_legend);

    const auto choose = [this](int section) {
        if (m_cluster)
            m_cluster->select(m_model.machines().value(section));
    };
    connect(m_across, &QHeaderView::sectionClicked, this, choose);
    connect(m_down, &QHeaderView::sectionClicked, this, choose);
    connect(m_table, &QAbstractItemView::clicked, this,
        [choose](const QModelIndex &index) { choose(index.row()); });
    connect(m_table, &QAbstractItemView::activated, this,
        [choose](const QModelIndex &index) { choose(index.row()); });
    connect(&m_model, &QAbstractItemModel::modelReset, this, &LinksView::arrange);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    refresh();
}

void LinksView::setCluster(Cluster *cluster)
{
    if (m_cluster == cluster)
        return;
    if (m_cluster)
        m_cluster->disconnect(this);
    m_cluster = cluster;
    if (cluster) {
        connect(cluster, &Cluster::statusChanged, this, &LinksView::refresh);
        connect(cluster, &Cluster::linksChanged, this, &LinksView::refreshLinks);
        connect(cluster, &Cluster::selectionChanged, this, &LinksView::showSelection);
        connect(cluster, &QObject::destroyed, this, &LinksView::refresh);
    }
    refresh();
}

void LinksView::refresh()
{
    const std::optional<control::ClusterStatus> status
        = m_cluster ? m_cluster->status() : std::nullopt;
    const std::int64_t leaseMs = status ? status->leaseMs : 0;
    if (leaseMs != m_cells.lease()) {
        m_cells.setLease(leaseMs);
        m_table->viewport()->update();
    }
    m_model.setStatus(status);
    refreshLinks();
    showSelection();
}

void LinksView::refreshLinks()
{
    m_model.setLinks(m_cluster ? m_cluster->links() : std::vector<control::LinkRow>());
    refreshWords();
}

QString LinksView::summary() const
{
    int heard = 0;
    int oneWay = 0;
    int lost = 0;
    int slow = 0;
    const int count = m_model.rowCount();
    for (int from = 0; from < count; ++from) {
        for (int to = 0; to < count; ++to) {
            const LinkLook look
                = linkLookOf(m_model.cell(from, to), m_model.isOneWay(from, to), m_cells.lease());
            heard += look.kind == Kind::Heard ? 1 : 0;
            slow += look.kind == Kind::Slow || look.kind == Kind::Suspect ? 1 : 0;
            oneWay += look.kind == Kind::OneWay ? 1 : 0;
            lost += look.kind == Kind::NotHeard ? 1 : 0;
        }
    }
    if (heard + slow + oneWay + lost == 0)
        return {};
    QStringList parts;
    if (oneWay > 0)
        parts.append(tr("%n one way", nullptr, oneWay));
    if (lost > 0)
        parts.append(tr("%n not heard", nullptr, lost));
    if (slow > 0)
        parts.append(tr("%n slow, lossy or silent for a moment", nullptr, slow));
    if (parts.isEmpty())
        return tr("Every machine hears every other one");
    return tr("%n directions are well; %1", nullptr, heard).arg(parts.join(u", "));
}

void LinksView::refreshWords()
{
    const bool isEmpty = m_model.rowCount() == 0;
    m_table->setHidden(isEmpty);
    m_legend->setHidden(isEmpty);
    m_hint->setVisible(isEmpty);
    const QString text = summary();
    m_summary->setHidden(text.isEmpty());
    if (m_summary->text() != text)
        m_summary->setText(text);
}

void LinksView::showSelection()
{
    const QString chosen = m_cluster ? m_cluster->selected() : QString();
    if (chosen == m_cells.chosen())
        return;
    m_cells.setChosen(chosen);
    m_across->setChosen(chosen);
    m_down->setChosen(chosen);
    m_table->viewport()->update();
}

/// Figures where they fit, signs where they do not; as large as there is room, within reason.
void LinksView::arrange()
{
    const int count = m_model.rowCount();
    if (count == 0)
        return;
    const QFontMetrics metrics = fontMetrics();
    const int em = metrics.height();
    const int figures = metrics.horizontalAdvance(u"88.88 ms"_s) + em * 2;
    const int room = (m_table->width() - m_down->sizeHint().width() - 2) / count;
    const bool isNarrow = room < figures && count > 8;
    m_across->setTurned(isNarrow);
    m_across->setDefaultSectionSize(isNarrow ? std::max(em * 3 / 2, std::min(room, em * 3))
                                             : std::clamp(room, figures, em * 9));
    m_down->setDefaultSectionSize(isNarrow ? em * 3 / 2 : em * 13 / 5);
}

QString LinksView::toolTipAt(const QModelIndex &index) const
{
    if (!index.isValid() || index.row() == index.column())
        return {};
    const auto line = [this](int from, int to) {
        const LinkModel::Cell &cell = m_model.cell(from, to);
        const QString names = u"%1 → %2"_s.arg(
            printable(m_model.machines()[to]), printable(m_model.machines()[from]));
        if (cell.state.isEmpty())
            return u"%1: %2"_s.arg(names, tr("nobody told"));
        if (!LinkModel::isHeard(cell.state))
            return u"%1: %2"_s.arg(names, tr("not heard (%1)").arg(linkWord(cell.state)));
        return u"%1: %2, %3, %4"_s.arg(names, linkWord(cell.state), rttWords(cell.rttUs),
            tr("%1 % lost")
                .arg(QLocale().toString(static_cast<double>(cell.lossPpm) / 10'000.0, 'f', 1)));
    };
    // The arrow goes the way that words travel: from whom is heard to who hears.
    return line(index.row(), index.column()) + u'\n' + line(index.column(), index.row());
}

bool LinksView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize)
        arrange();
    if (watched == m_table->viewport() && event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), toolTipAt(m_table->indexAt(help->pos())), m_table);
        return true;
    }
    if (m_corner && watched == m_corner && event->type() == QEvent::Paint) {
        paintCorner();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

/// How to read the matrix, where its two headers meet.
void LinksView::paintCorner()
{
    QPainter painter(m_corner);
    painter.fillRect(m_corner->rect(), toneColor(Tone::Surface, palette()));
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    painter.setPen(toneColor(Tone::Muted, palette()));
    const int em = fontMetrics().height();
    const QRect place = m_corner->rect().adjusted(em / 4, 0, -em / 2, -em / 4);
    painter.drawText(place, Qt::AlignRight | Qt::AlignBottom,
        QFontMetrics(small).elidedText(tr("hears →"), Qt::ElideRight, place.width()));
}

void LinksView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        arrange();
}

} // namespace clustd::monitor
