#include "tables/machine_pane.h"

#include "common/theme.h"
#include "tables/machine_rows.h"

#include <QDateTime>
#include <QEvent>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::NodeRow;

namespace {

constexpr qint64 kSparkSpanMs = 10 * 60'000;
constexpr std::chrono::milliseconds kFiguresRefresh{1000};
constexpr std::chrono::milliseconds kHistoryRefresh{100};
constexpr std::size_t kEventsShown = 8;
/// Farther back nobody looks here; the timeline has the rest.
constexpr std::size_t kEventsSearched = 20'000;
constexpr qsizetype kEventLettersMax = 200;

void setTextIfOther(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

void setColour(QLabel *label, const QColor &colour)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, colour);
    label->setPalette(palette);
}

QString seconds(qint64 ms)
{
    return QLocale().toString(static_cast<double>(ms) / 1000.0, 'f', 2);
}

} // namespace

MachinePane::MachinePane(QWidget *parent)
    : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Machine"));
    m_figures.setSingleShot(true);
    m_figures.setInterval(kFiguresRefresh);
    connect(&m_figures, &QTimer::timeout, this, [this] {
        if (m_areFiguresOld && isVisible())
            refreshFigures();
    });
    m_history.setSingleShot(true);
    m_history.setInterval(kHistoryRefresh);
    connect(&m_history, &QTimer::timeout, this, &MachinePane::refreshHistory);
    build();
    retone();
    refresh();
}

QLabel *MachinePane::caption(const QString &text)
{
    auto *label = new QLabel(text.toUpper());
    label->setAccessibleName(text);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.82);
    small.setBold(true);
    small.setLetterSpacing(QFont::PercentageSpacing, 106);
    label->setFont(small);
    m_captions.push_back(label);
    return label;
}

void MachinePane::build()
{
    const int em = fontMetrics().height();
    auto *outer = new QWidget;
    auto *all = new QVBoxLayout(outer);
    all->setContentsMargins(0, 0, 0, 0);
    m_hint = new QLabel(tr("Select a machine"));
    m_hint->setAlignment(Qt::AlignCenter);
    all->addWidget(m_hint);
    m_page = new QWidget;
    all->addWidget(m_page);
    auto *rows = new QVBoxLayout(m_page);
    rows->setContentsMargins(em * 9 / 10, em * 3 / 4, em * 9 / 10, em);
    rows->setSpacing(em * 4 / 10);
    rows->addWidget(caption(tr("Machine")));

    auto *head = new QHBoxLayout;
    head->setSpacing(em * 4 / 10);
    m_sign = new QLabel;
    head->addWidget(m_sign, 0, Qt::AlignTop);
    auto *names = new QVBoxLayout;
    names->setSpacing(0);
    m_name = new QLabel;
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setBold(true);
    m_name->setFont(large);
    m_address = new QLabel;
    for (QLabel *label : {m_name, m_address}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        names->addWidget(label);
    }
    head->addLayout(names, 1);
    rows->addLayout(head);
    rows->addSpacing(em * 3 / 10);

    auto *facts = new QGridLayout;
    facts->setHorizontalSpacing(em * 8 / 10);
    facts->setVerticalSpacing(em * 3 / 10);
    facts->setColumnStretch(1, 1);
    const std::array<QString, kRows> keys{tr("state"), tr("why master"), tr("role"), tr("term"),
        tr("link"), tr("detail"), tr("version"), tr("RTT to peers")};
    for (int row = 0; row < kRows; ++row) {
        const auto at = static_cast<std::size_t>(row);
        m_keys[at] = new QLabel(keys[at]);
        facts->addWidget(m_keys[at], row, 0, Qt::AlignTop);
        if (row == RoundTrips)
            continue;
        m_values[at] = new QLabel;
        m_values[at]->setTextFormat(Qt::PlainText);
        m_values[at]->setWordWrap(true);
        m_values[at]->setTextInteractionFlags(Qt::TextSelectableByMouse);
        facts->addWidget(m_values[at], row, 1);
    }
    m_peers = new SparklineLabel;
    m_peers->setAccessibleName(keys[RoundTrips]);
    facts->addWidget(m_peers, RoundTrips, 1);
    rows->addLayout(facts);

    const auto addSection = [&](const QString &title) {
        rows->addSpacing(em * 6 / 10);
        QLabel *label = caption(title);
        rows->addWidget(label);
        return label;
    };
    m_leaseTitle = addSection(tr("Lease margin"));
    m_lease = new SparklineLabel;
    m_lease->setAccessibleName(tr("Lease margin"));
    rows->addWidget(m_lease);
    m_driversTitle = addSection(tr("Drivers"));
    m_driversBox = new QVBoxLayout;
    m_driversBox->setSpacing(em * 4 / 10);
    rows->addLayout(m_driversBox);
    m_eventsTitle = addSection(tr("Last events"));
    m_events = new QLabel;
    m_events->setTextFormat(Qt::RichText);
    m_events->setWordWrap(true);
    m_events->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_events->setMargin(em / 2);
    m_events->setAutoFillBackground(true);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF() * 0.85);
    m_events->setFont(fixed);
    rows->addWidget(m_events);
    rows->addStretch(1);
    setWidget(outer);

    m_peers->setSource([this] { return peers(); }, kSparkSpanMs);
    m_lease->setSource(
        [this] {
            return m_cluster ? std::vector{&m_cluster->series().lease()}
                             : std::vector<const Series *>();
        },
        kSparkSpanMs);
}

void MachinePane::setCluster(Cluster *cluster)
{
    if (m_cluster == cluster)
        return;
    if (m_cluster) {
        m_cluster->disconnect(this);
        m_cluster->events().disconnect(this);
    }
    m_cluster = cluster;
    if (cluster) {
        connect(cluster, &Cluster::statusChanged, this, &MachinePane::refresh);
        connect(cluster, &Cluster::selectionChanged, this, &MachinePane::refresh);
        connect(cluster, &Cluster::cursorChanged, this, &MachinePane::refresh);
        connect(cluster, &Cluster::stateChanged, this, &MachinePane::refresh);
        connect(cluster, &QObject::destroyed, this, &MachinePane::refresh);
        const auto noteFigures = [this] {
            m_areFiguresOld = true;
            if (isVisible() && !m_figures.isActive())
                refreshFigures();
        };
        connect(cluster, &Cluster::leaseChanged, this, noteFigures);
        connect(cluster, &Cluster::seriesGrown, this, noteFigures);
        const auto noteEvents = [this] {
            if (isVisible() && !m_history.isActive())
                m_history.start();
        };
        connect(&cluster->events(), &EventStore::appended, this, noteEvents);
        connect(&cluster->events(), &EventStore::rebuilt, this, noteEvents);
    }
    refresh();
}

const NodeRow *MachinePane::shownNode() const
{
    if (!m_cluster || !m_cluster->status())
        return nullptr;
    const ClusterStatus &status = *m_cluster->status();
    const QString &wanted = m_cluster->selected().isEmpty() ? status.master.value_or(QString())
                                                            : m_cluster->selected();
    const auto it
        = std::find_if(status.nodes.begin(), status.nodes.end(), [&](const NodeRow &node) {
              return !wanted.isEmpty() && (node.id.isEmpty() ? node.uri : node.id) == wanted;
          });
    return it == status.nodes.end() ? nullptr : &*it;
}

bool MachinePane::isMasterShown() const
{
    return m_cluster && m_cluster->status() && !m_machine.isEmpty()
        && m_cluster->status()->master == m_machine;
}

std::vector<const Series *> MachinePane::peers() const
{
    std::vector<const Series *> made;
    if (!m_cluster)
        return made;
    const auto &all = m_cluster->series().rtt();
    for (auto it = all.lower_bound({m_machine, {}}); it != all.end() && it->first.from == m_machine;
         ++it)
        made.push_back(&it->second);
    if (!made.empty())
        return made;
    // A machine that cannot be asked itself: as the others measure it.
    for (const auto &[link, series] : all) {
        if (link.to == m_machine)
            made.push_back(&series);
    }
    return made;
}

void MachinePane::refresh()
{
    const NodeRow *node = shownNode();
    m_machine = !node ? QString() : node->id.isEmpty() ? node->uri : node->id;
    m_page->setVisible(node != nullptr);
    m_hint->setVisible(node == nullptr);
    if (!node)
        return;
    refreshFacts(*m_cluster->status(), *node);
    refreshDrivers(*m_cluster->status(), *node);
    refreshHistory();
    refreshFigures();
}

QString MachinePane::stateText(const ClusterStatus &status, const NodeRow &node) const
{
    QString text = printable(stateWord(node.state));
    if (status.master == node.id && !node.id.isEmpty()) {
        const std::optional<Cluster::Lease> &lease = m_cluster->lease();
        if (lease && lease->master == node.id && lease->leaseMs > 0 && !m_cluster->cursor())
            return tr("%1, lease %2 s of %3 s")
                .arg(text, seconds(lease->leftMs), seconds(lease->leaseMs));
        return text;
    }
    const bool isKnown = node.state != u"unreachable" && !node.version.isEmpty();
    if (node.maintenance && node.state != u"maintenance")
        text = tr("%1, in maintenance").arg(text);
    return isKnown && !node.healthy ? tr("%1, sick").arg(text) : text;
}

void MachinePane::refreshFacts(const ClusterStatus &status, const NodeRow &node)
{
    const int em = fontMetrics().height();
    const bool isMaster = isMasterShown();
    const QString sign = isMaster ? u"crown"_s : iconOfState(node.state);
    m_sign->setPixmap(icon(sign, isMaster ? Tone::Master : toneOfState(node.state), palette(),
        em * 13 / 10, devicePixelRatioF()));
    setTextIfOther(m_name, wrappable(withoutScheme(m_machine)));
    const QString address
        = node.id.isEmpty() ? tr("(not met yet)") : wrappable(withoutScheme(node.uri));
    setTextIfOther(m_address, address);
    m_address->setHidden(address.isEmpty());
    setAccessibleDescription(u"%1, %2"_s.arg(m_name->text(), stateWord(node.state)));

    setRow(State, stateText(status, node), toneOfState(node.state), true);
    setRow(Why, isMaster ? wrappable(status.why) : QString());
    setRow(Role, tr("%1, priority %2").arg(printable(roleWord(node.role))).arg(node.priority));
    setRow(Term, node.term > 0 ? QString::number(node.term) : QString());
    const QString link = node.rttUs > 0
        ? u"%1, %2"_s.arg(printable(linkWord(node.link)), rttWords(node.rttUs))
        : printable(linkWord(node.link));
    const Tone linkTone = toneOfLink(node.link);
    setRow(Link, link, linkTone == Tone::Good ? Tone::Text : linkTone);
    setRow(Detail, wrappable(node.detail), linkTone == Tone::Good ? Tone::Text : linkTone);
    setRow(Version,
        node.version.isEmpty() ? QString()
            : node.uptimeS > 0
            ? tr("%1, up %2").arg(wrappable(node.version), spanWords(node.uptimeS * 1000))
            : wrappable(node.version));
}

void MachinePane::refreshDrivers(const ClusterStatus &status, const NodeRow &node)
{
    while (m_cards.size() < node.drivers.size()) {
        m_cards.push_back(new DriverCard);
        m_driversBox->addWidget(m_cards.back());
    }
    const bool isCalm = status.master != node.id || !status.active;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setHidden(i >= node.drivers.size());
        if (i < node.drivers.size())
            m_cards[i]->setDriver(static_cast<int>(i) + 1, node.drivers[i], isCalm);
    }
    m_driversTitle->setHidden(node.drivers.empty());
}

void MachinePane::refreshHistory()
{
    QStringList lines;
    if (m_cluster && !m_machine.isEmpty()) {
        const EventStore &store = m_cluster->events();
        const auto node = store.nodes().indexOf(m_machine);
        const qint64 nowMs = m_cluster->cursor().value_or(QDateTime::currentMSecsSinceEpoch());
        const std::size_t end = m_cluster->cursor() ? store.after(nowMs) : store.size();
        const std::size_t begin = end > kEventsSearched ? end - kEventsSearched : 0;
        const QString muted = toneColor(Tone::Muted, palette()).name();
        for (std::size_t i = end; node >= 0 && i > begin && lines.size() < qsizetype(kEventsShown);
             --i) {
            const Event &event = store.events()[i - 1];
            if (event.node != node)
                continue;
            const QString text = shortened(event.text(), kEventLettersMax);
            const Tone tone = toneOf(weightOf(event.kind));
            lines.prepend(
                u"<span style=\"color:%1\">%2</span> <span style=\"color:%3\">%4</span> %5"_s.arg(
                    muted, timeWords(event.timeMs, nowMs).chopped(4),
                    toneColor(tone == Tone::Muted ? Tone::Text : tone, palette()).name(),
                    wrappable(event.name).toHtmlEscaped(), wrappable(text).toHtmlEscaped()));
        }
    }
    setTextIfOther(m_events, lines.join(u"<br>"_s));
    m_events->setHidden(lines.isEmpty());
    m_eventsTitle->setHidden(lines.isEmpty());
}

/// What changes all the time.
void MachinePane::refreshFigures()
{
    m_areFiguresOld = false;
    const NodeRow *node = shownNode();
    if (!node)
        return;
    m_figures.start();
    setRow(State, stateText(*m_cluster->status(), *node), toneOfState(node->state), true);
    // What was measured belongs to the present.
    const bool isPresent = !m_cluster->cursor();
    const bool hasPeers = isPresent && !m_peers->isEmpty();
    m_peers->setHidden(!hasPeers);
    m_keys[RoundTrips]->setHidden(!hasPeers);
    const bool hasLease = isPresent && isMasterShown() && !m_lease->isEmpty();
    m_lease->setHidden(!hasLease);
    m_leaseTitle->setHidden(!hasLease);
    m_peers->refresh();
    m_lease->refresh();
}

void MachinePane::setRow(Row row, const QString &text, Tone tone, bool isBold)
{
    const auto at = static_cast<std::size_t>(row);
    QLabel *value = m_values[at];
    setTextIfOther(value, text);
    value->setHidden(text.isEmpty());
    m_keys[at]->setHidden(text.isEmpty());
    if (m_tones[at] != tone) {
        m_tones[at] = tone;
        setColour(value, toneColor(tone, palette()));
    }
    if (value->font().bold() != isBold) {
        QFont font = value->font();
        font.setBold(isBold);
        value->setFont(font);
    }
}

void MachinePane::retone()
{
    const QColor muted = toneColor(Tone::Muted, palette());
    for (QLabel *label : m_captions)
        setColour(label, muted);
    for (QLabel *label : m_keys)
        setColour(label, muted);
    setColour(m_hint, muted);
    setColour(m_address, muted);
    for (std::size_t i = 0; i < m_values.size(); ++i)
        setColour(m_values[i], toneColor(m_tones[i], palette()));
    // The pane lies on the surface of cards; what was said is set back from it.
    QPalette ground = viewport()->palette();
    ground.setColor(QPalette::Window, toneColor(Tone::Surface, palette()));
    viewport()->setPalette(ground);
    QPalette box = m_events->palette();
    box.setColor(QPalette::Window, toneColor(Tone::Window, palette()));
    m_events->setPalette(box);
}

QString MachinePane::text() const
{
    if (m_machine.isEmpty())
        return m_hint->text();
    QStringList lines{m_name->text(), m_address->text()};
    for (int row = 0; row < RoundTrips; ++row) {
        const auto at = static_cast<std::size_t>(row);
        if (!m_values[at]->text().isEmpty())
            lines.append(u"%1: %2"_s.arg(m_keys[at]->text(), m_values[at]->text()));
    }
    for (const DriverCard *card : m_cards) {
        if (!card->isHidden())
            lines.append(card->accessibleName());
    }
    return lines.join(u'\n').remove(QChar(0x200b));
}

QSize MachinePane::sizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 22, em * 34};
}

QSize MachinePane::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 15, em * 10};
}

void MachinePane::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || !m_page)
        return;
    retone();
    refresh();
}

void MachinePane::showEvent(QShowEvent *event)
{
    QScrollArea::showEvent(event);
    refresh();
}

} // namespace clustd::monitor
