#include "window/tray.h"

#include "common/theme.h"
#include "window/sidebar.h"

#include <QApplication>
#include <QMenu>
#include <QPainter>
#include <QPointer>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kShowAgain = 5s;
constexpr std::chrono::milliseconds kSameFor = 10s; ///< Of two machines' words of one thing

} // namespace

QSet<int> NoticeRules::usual()
{
    return {MasterChanged, QuorumLost, Alarms, Sick, Unheard};
}

bool NoticeRules::isQuiet(const QTime &now) const
{
    if (!hasQuietHours)
        return false;
    // From 22 to 7 goes over midnight.
    return quietFrom <= quietTo ? now >= quietFrom && now < quietTo
                                : now >= quietFrom || now < quietTo;
}

std::optional<NoticeRules::Kind> NoticeRules::kindOf(EventKind event)
{
    static const std::map<EventKind, Kind> kinds{{EventKind::Active, MasterChanged},
        {EventKind::MasterLost, MasterChanged}, {EventKind::QuorumLost, QuorumLost},
        {EventKind::QuorumRegained, QuorumLost}, {EventKind::Alarm, Alarms},
        {EventKind::ServiceSick, Sick}, {EventKind::DriverFailed, Sick},
        {EventKind::LinkDown, LinksDown}};
    const auto it = kinds.find(event);
    return it == kinds.end() ? std::nullopt : std::optional(it->second);
}

bool NoticeRules::wants(EventKind event, const QTime &now) const
{
    const std::optional<Kind> kind = kindOf(event);
    return kind && wants(*kind, now);
}

bool NoticeRules::wants(Kind kind, const QTime &now) const
{
    return wanted.contains(kind) && !isQuiet(now);
}

void NoticeRules::save(QSettings &settings) const
{
    QVariantList kinds;
    kinds.reserve(wanted.size());
    for (const int kind : wanted)
        kinds << kind;
    settings.setValue(u"notices/kinds"_s, kinds);
    settings.setValue(u"notices/quiet"_s, hasQuietHours);
    settings.setValue(u"notices/quiet_from"_s, quietFrom);
    settings.setValue(u"notices/quiet_to"_s, quietTo);
}

NoticeRules NoticeRules::load(QSettings &settings)
{
    NoticeRules rules;
    if (settings.contains(u"notices/kinds"_s)) {
        rules.wanted.clear();
        const QVariantList kinds = settings.value(u"notices/kinds"_s).toList();
        for (const QVariant &kind : kinds)
            rules.wanted.insert(kind.toInt());
    }
    rules.hasQuietHours = settings.value(u"notices/quiet"_s, false).toBool();
    rules.quietFrom = settings.value(u"notices/quiet_from"_s, rules.quietFrom).toTime();
    rules.quietTo = settings.value(u"notices/quiet_to"_s, rules.quietTo).toTime();
    return rules;
}

Tray::Tray(ClusterBook &book, QObject *parent)
    : QObject(parent)
    , m_book(book)
    , m_menu(std::make_unique<QMenu>())
{
    m_menu->addAction(tr("Open the monitor"), this, &Tray::openAsked);
    m_menu->addSeparator();
    m_menu->addAction(tr("Quit"), this, &Tray::quitAsked);
    m_icon.setContextMenu(m_menu.get());
    connect(&m_icon, &QSystemTrayIcon::activated, this,
        [this](QSystemTrayIcon::ActivationReason reason) {
            if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
                Q_EMIT openAsked();
        });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::openAsked);
    connect(&m_book, &ClusterBook::added, this, &Tray::watch);
    connect(&m_book, &ClusterBook::removed, this, [this](Cluster *cluster) {
        cluster->disconnect(this);
        m_silences.erase(cluster);
        QMetaObject::invokeMethod(this, &Tray::refresh, Qt::QueuedConnection);
    });
    m_showTimer.setSingleShot(true);
    connect(&m_showTimer, &QTimer::timeout, this, &Tray::show);
    refresh();
}

Tray::~Tray() = default;

void Tray::show()
{
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        m_showTimer.stop();
        m_icon.show();
    } else if (m_triesLeft-- > 0) {
        m_showTimer.start(kShowAgain);
    }
}

void Tray::watch(Cluster *cluster)
{
    connect(cluster, &Cluster::stateChanged, this, &Tray::refresh);
    connect(cluster, &Cluster::statusChanged, this, &Tray::refresh);
    connect(cluster, &Cluster::stateChanged, this, [this, cluster] { listen(cluster); });
    connect(cluster, &Cluster::happened, this,
        [this, cluster](const Event &event) { notice(cluster, event); });
    refresh();
}

void Tray::refresh()
{
    int worst = 0;
    QStringList lines;
    for (int i = 0; i < m_book.count(); ++i) {
        const Cluster &cluster = *m_book.at(i);
        worst = std::max(worst, severityOf(OverviewModel::cardOf(cluster)));
        lines << u"%1: %2"_s.arg(printable(cluster.title()), Sidebar::summaryOf(cluster));
    }
    const QString tip = lines.isEmpty() ? tr("clustd monitor") : lines.join(u'\n');
    if (tip != m_icon.toolTip())
        m_icon.setToolTip(tip);
    if (worst == m_severity)
        return;
    m_severity = worst;
    const QPalette palette = QApplication::palette();
    const int size = 64;
    QPixmap picture(size, size);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.drawPixmap(
        4, 4, icon(u"crown"_s, worst == 1 ? Tone::Off : Tone::Master, palette, 56, 1));
    if (worst > 1) {
        const Tone tone = worst == 3 ? Tone::Bad : Tone::Warning;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(toneColor(Tone::Surface, palette));
        painter.drawEllipse(28, 28, 36, 36);
        painter.drawPixmap(
            31, 31, icon(worst == 3 ? u"cross"_s : u"warning"_s, tone, palette, 30, 1));
    }
    painter.end();
    m_icon.setIcon(QIcon(picture));
}

std::pair<QString, QString> Tray::noticeOf(const Cluster &cluster, const Event &event)
{
    const QString node = printable(cluster.events().nodeOf(event));
    const QString name = printable(cluster.title());
    if (event.kind == EventKind::Active)
        return {tr("%1: %2 is master").arg(name, node),
            tr("term %1. %2").arg(event.term).arg(event.text())};
    if (event.kind == EventKind::MasterLost)
        return {tr("%1: the master is lost").arg(name), event.text()};
    if (event.kind == EventKind::QuorumLost)
        return {tr("%1: %2 lost the quorum").arg(name, node), event.text()};
    if (event.kind == EventKind::QuorumRegained)
        return {tr("%1: %2 has a quorum again").arg(name, node), event.text()};
    if (event.kind == EventKind::Alarm)
        return {tr("%1: alarm on %2").arg(name, node), event.text()};
    if (event.kind == EventKind::ServiceSick || event.kind == EventKind::DriverFailed)
        return {tr("%1: %2 is sick").arg(name, node), event.text()};
    if (event.kind == EventKind::LinkDown)
        return {tr("%1: a link of %2 is down").arg(name, node), event.text()};
    return {};
}

void Tray::notice(Cluster *cluster, const Event &event)
{
    if (!m_rules.wants(event.kind, QTime::currentTime()))
        return;
    const auto [title, text] = noticeOf(*cluster, event);
    // Every machine says that the master is lost; once is enough. Other notices are the same only
    // when they say the same.
    const QString whole = event.kind == EventKind::MasterLost ? title : title + u'\n' + text;
    if (title.isEmpty()
        || (whole == m_lastText && m_lastAt.isValid() && !m_lastAt.hasExpired(kSameFor.count())))
        return;
    m_lastText = whole;
    m_lastAt.start();
    give(title, text, weightOf(event.kind) >= EventWeight::Warning);
}

void Tray::give(const QString &title, const QString &text, bool isWarning)
{
    if (m_icon.isVisible() && QSystemTrayIcon::supportsMessages())
        m_icon.showMessage(
            title, text, isWarning ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information);
    Q_EMIT noticed(title, text);
}

void Tray::listen(Cluster *cluster)
{
    const ClusterConnection *connection = cluster->connection();
    if (!connection || connection->heardMs() == 0)
        return;
    const auto silence = m_silences.find(cluster);
    if (connection->state() != ConnectionState::Live) {
        if (silence != m_silences.end())
            return;
        m_silences[cluster].since.start();
        QTimer::singleShot(
            m_unheardAfter, Qt::PreciseTimer, this, [this, guard = QPointer<Cluster>(cluster)] {
                if (guard)
                    tellUnheard(guard);
            });
        return;
    }
    if (silence == m_silences.end())
        return;
    const Silence ended = silence->second;
    m_silences.erase(silence);
    if (ended.isTold && m_rules.wants(NoticeRules::Unheard, QTime::currentTime()))
        give(tr("%1: heard again").arg(printable(cluster->title())),
            tr("%1 answers, after %2 without a word.")
                .arg(printable(connection->server()), spanWords(ended.since.elapsed())),
            false);
}

void Tray::tellUnheard(Cluster *cluster)
{
    const auto silence = m_silences.find(cluster);
    // The timer may be of an earlier silence, which ended.
    if (silence == m_silences.end() || silence->second.isTold
        || !silence->second.since.hasExpired(m_unheardAfter.count() - 1))
        return;
    silence->second.isTold = true;
    if (!m_rules.wants(NoticeRules::Unheard, QTime::currentTime()))
        return;
    give(tr("%1: nothing is heard any more").arg(printable(cluster->title())),
        tr("No machine has answered for %1: what the monitor shows is out of date. %2")
            .arg(spanWords(silence->second.since.elapsed()),
                printable(cluster->connection()->trouble())),
        true);
}

} // namespace clustd::monitor
