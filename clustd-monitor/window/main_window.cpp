#include "window/main_window.h"

#include "charts/charts_view.h"
#include "common/theme.h"
#include "common/troubles.h"
#include "overview/overview_header.h"
#include "overview/overview_view.h"
#include "tables/links_view.h"
#include "tables/machine_pane.h"
#include "tables/machines_view.h"
#include "timeline/timeline_view.h"
#include "topology/topology_view.h"
#include "version.h"
#include "window/connect_dialog.h"
#include "window/header_view.h"
#include "window/known_clusters.h"
#include "window/sidebar.h"

#include <QApplication>
#include <QCborArray>
#include <QCloseEvent>
#include <QDialogButtonBox>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

MainWindow::MainWindow(QSettings *settings, QWidget *parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_known(new KnownClusters(m_book, settings, this))
{
    setObjectName(u"clustd-monitor"_s);
    setWindowTitle(tr("clustd monitor"));
    setWindowIcon(QIcon(icon(u"clustd-monitor"_s, Tone::Text, palette(), 128, 1)));
    m_tray = new Tray(m_book, this);
    m_header = new HeaderView;
    m_sidebar = new Sidebar(m_book);
    m_overviewHeader = new OverviewHeader;
    m_overview = new OverviewView(m_book);
    m_topology = new TopologyView;
    m_machines = new MachinesView;
    m_links = new LinksView;
    m_charts = new ChartsView;
    m_pane = new MachinePane;
    m_timeline = new TimelineView;

    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_topology, tr("&Topology"));
    m_tabs->addTab(m_machines, tr("&Machines"));
    m_tabs->addTab(m_links, tr("Lin&ks"));
    m_tabs->addTab(m_charts, tr("Cha&rts"));

    m_across = new QSplitter(Qt::Horizontal);
    m_across->addWidget(m_sidebar);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_tabs);
    m_pages->addWidget(m_overview);
    m_across->addWidget(m_pages);
    m_across->addWidget(m_pane);
    m_across->setStretchFactor(0, 0);
    m_across->setStretchFactor(1, 1);
    m_across->setStretchFactor(2, 0);
    m_down = new QSplitter(Qt::Vertical);
    m_down->addWidget(m_across);
    m_down->addWidget(m_timeline);
    m_down->setStretchFactor(0, 3);
    m_down->setStretchFactor(1, 2);
    for (QSplitter *splitter : {m_across, m_down})
        splitter->setHandleWidth(1);

    auto *body = new QWidget;
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_overviewHeader);
    column->addWidget(m_down, 1);
    setCentralWidget(body);

    m_footLeft = new QLabel;
    m_footRight = new QLabel;
    const int side = fontMetrics().averageCharWidth();
    for (QLabel *label : {m_footLeft, m_footRight})
        label->setContentsMargins(side, 0, side, 0);
    statusBar()->addWidget(m_footLeft, 1);
    statusBar()->addPermanentWidget(m_footRight);
    statusBar()->setSizeGripEnabled(false);

    buildMenus();
    connect(&m_book, &ClusterBook::currentChanged, this, &MainWindow::showCluster);
    connect(&m_book, &ClusterBook::adminChanged, this, &MainWindow::refreshLock);
    connect(m_sidebar, &Sidebar::addAsked, m_known, &KnownClusters::add);
    connect(m_sidebar, &Sidebar::removeAsked, m_known, &KnownClusters::remove);
    connect(&m_book, &ClusterBook::added, this, &MainWindow::chooseFirst);
    connect(&m_book, &ClusterBook::waitingChanged, this, &MainWindow::chooseFirst);
    connect(m_overview, &OverviewView::openAsked, this, [this](Cluster *cluster) {
        m_book.setCurrent(cluster);
        m_tabs->currentWidget()->setFocus(Qt::OtherFocusReason);
    });
    connect(m_overview, &OverviewView::removeAsked, m_known, &KnownClusters::remove);
    connect(m_overview, &OverviewView::forgetAsked, m_known, &KnownClusters::forget);
    connect(m_overview, &OverviewView::tokenAsked, m_known, &KnownClusters::giveToken);
    connect(m_overview, &OverviewView::addAsked, m_known, &KnownClusters::add);
    connect(m_overview, &OverviewView::journalAsked, m_openJournal, &QAction::trigger);
    const auto tellOverview = [this] {
        m_overviewHeader->setWords(m_overview->words());
        m_sidebar->setOverview(m_overview->words());
    };
    connect(m_overview, &OverviewView::changed, this, tellOverview);
    tellOverview();
    connect(m_known, &KnownClusters::changed, this, &MainWindow::saveState);
    connect(m_known, &KnownClusters::told, this,
        [this](const QString &text, int ms) { statusBar()->showMessage(text, ms); });
    connect(m_header, &HeaderView::switchoverAsked, this,
        [this] { act(ActionDialog::Action::Switchover); });
    connect(m_header, &HeaderView::maintenanceAsked, this,
        [this] { act(ActionDialog::Action::Maintenance); });
    connect(m_header, &HeaderView::pauseAsked, this, [this] { act(ActionDialog::Action::Pause); });
    connect(
        m_header, &HeaderView::resumeAsked, this, [this] { act(ActionDialog::Action::Resume); });
    connect(m_header, &HeaderView::unlockAsked, this, &MainWindow::unlock);
    connect(m_header, &HeaderView::lockAsked, this, [this] {
        if (Cluster *cluster = m_book.current())
            m_book.setAdmin(cluster, std::nullopt);
    });
    connect(m_header, &HeaderView::liveAsked, this, [this] {
        if (m_book.current())
            m_book.current()->setCursor({});
    });
    connect(m_header, &HeaderView::retryAsked, this, [this] {
        Cluster *cluster = m_book.current();
        if (cluster && cluster->connection())
            cluster->connection()->retry();
    });
    connect(m_header, &HeaderView::alarmsAsked, this, [this] {
        const Cluster *cluster = m_book.current();
        if (!cluster || !cluster->status())
            return;
        const std::vector<Trouble> troubles = troublesOf(*cluster->status());
        QStringList lines;
        lines.reserve(qsizetype(troubles.size()));
        for (const Trouble &trouble : troubles)
            lines << trouble.text;
        showText(tr("Alarms of %1").arg(printable(cluster->title())), lines.join(u"\n\n"_s));
    });
    connect(m_timeline, &TimelineView::whyAsked, this, &MainWindow::explain);
    connect(m_tray, &Tray::openAsked, this, [this] {
        showNormal();
        raise();
        activateWindow();
    });
    connect(m_tray, &Tray::quitAsked, qApp, &QApplication::quit);
    // Nobody could reach a hidden window whose tray has gone.
    m_trayTimer.setInterval(std::chrono::seconds(5));
    connect(&m_trayTimer, &QTimer::timeout, this, [this] {
        if (isVisible())
            m_trayTimer.stop();
        else if (!m_tray->isShown())
            show();
    });

    resize(1360, 900);
    m_down->setSizes({520, 300});
    if (m_settings) {
        restoreGeometry(m_settings->value(u"window/geometry"_s).toByteArray());
        m_isLaidOut = m_across->restoreState(m_settings->value(u"window/across"_s).toByteArray());
        m_down->restoreState(m_settings->value(u"window/down"_s).toByteArray());
        m_machines->restoreState(m_settings->value(u"window/machines"_s).toByteArray());
        m_timeline->restoreState(m_settings->value(u"window/timeline"_s).toByteArray());
        m_tray->setRules(NoticeRules::load(*m_settings));
    }
    showCluster(nullptr);
}

MainWindow::~MainWindow()
{
    // Views let go of the clusters before the book does.
    showCluster(nullptr);
}

void MainWindow::showTab(int index)
{
    m_tabs->setCurrentIndex(index);
    if (m_book.current() || m_book.count() == 0)
        return;
    Cluster *chosen = m_overview->chosen();
    m_book.setCurrent(chosen ? chosen : m_book.at(0));
    m_tabs->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::showOverview()
{
    m_hasChosen = true;
    m_book.setCurrent(nullptr);
    m_overview->begin(m_last);
}

/// One cluster is shown at once, of several the overview; until the person chooses.
void MainWindow::chooseFirst()
{
    if (m_hasChosen)
        return;
    const bool isOne = m_book.count() == 1 && m_book.waiting().empty();
    m_isChoosing = true;
    m_book.setCurrent(isOne ? m_book.at(0) : nullptr);
    m_isChoosing = false;
    if (!isOne)
        m_overview->begin(nullptr);
}

void MainWindow::refreshPages()
{
    const bool isOverview = !m_book.current();
    m_pages->setCurrentWidget(isOverview ? static_cast<QWidget *>(m_overview) : m_tabs);
    m_header->setVisible(!isOverview);
    m_overviewHeader->setVisible(isOverview);
    m_pane->setVisible(!isOverview && m_showsDetails->isChecked());
    m_timeline->setVisible(!isOverview && m_showsTimeline->isChecked());
    m_remove->setEnabled(!isOverview);
    for (QAction *action : m_actions->actions())
        action->setEnabled(!isOverview && m_book.current()->connection());
}

void MainWindow::showCluster(Cluster *cluster)
{
    m_hasChosen = m_hasChosen || (cluster && !m_isChoosing);
    if (cluster)
        m_last = cluster;
    for (int i = 0; i < m_book.count(); ++i) {
        m_book.at(i)->disconnect(this);
    }
    m_header->setCluster(cluster);
    m_topology->setCluster(cluster);
    m_machines->setCluster(cluster);
    m_links->setCluster(cluster);
    m_charts->setCluster(cluster);
    m_pane->setCluster(cluster);
    m_timeline->setCluster(cluster);
    // A journal has nobody to ask.
    m_timeline->setWhyOffered(!cluster || !cluster->isJournal());
    if (cluster) {
        connect(cluster, &Cluster::stateChanged, this, &MainWindow::refreshFooter);
        connect(cluster, &Cluster::statusChanged, this, &MainWindow::refreshFooter);
        connect(cluster, &Cluster::cursorChanged, this, &MainWindow::refreshFooter);
    }
    refreshPages();
    refreshLock();
    refreshFooter();
}

QString MainWindow::footer() const
{
    return m_footLeft->text();
}

void MainWindow::refreshFooter()
{
    const Cluster *cluster = m_book.current();
    const ClusterConnection *connection = cluster ? cluster->connection() : nullptr;
    QString left;
    QString right = u"clustd-monitor "_s + QStringLiteral(CLUSTD_VERSION);
    if (connection) {
        const QString where = connection->uri().toString();
        switch (connection->state()) {
        case ConnectionState::Live:
            left = tr("live through %1 (%2), %n events", nullptr, int(cluster->events().size()))
                       .arg(where, connection->server());
            break;
        case ConnectionState::Connecting:
            left = tr("connecting to %1 …").arg(where);
            break;
        case ConnectionState::Stale:
        case ConnectionState::Lost:
            left = tr("out of date; trying %1").arg(where);
            break;
        case ConnectionState::Refused:
            left = tr("refused by %1").arg(where);
            break;
        }
        right = tr("encrypted, as %1").arg(connection->party()) + u" · "_s + right;
    } else if (cluster) {
        left = tr("journal %1, %n events", nullptr, int(cluster->events().size()))
                   .arg(cluster->title());
    }
    if (m_footLeft->text() != left)
        m_footLeft->setText(left);
    if (m_footRight->text() != right)
        m_footRight->setText(right);
    const QString title = cluster ? tr("%1 – clustd monitor").arg(printable(cluster->title()))
                                  : tr("clustd monitor");
    if (windowTitle() != title)
        setWindowTitle(title);
}

void MainWindow::refreshLock()
{
    const Cluster *cluster = m_book.current();
    if (!cluster || !cluster->connection()) {
        m_header->setUnlocked(false, {});
        return;
    }
    const std::optional<crypto::Credentials> admin = m_book.admin(cluster);
    m_header->setUnlocked(admin.has_value(),
        admin ? u"admin/"_s + QString::fromStdString(admin->name) : cluster->connection()->party());
}

bool MainWindow::unlock()
{
    Cluster *cluster = m_book.current();
    if (!cluster || !cluster->connection())
        return false;
    AdminDialog dialog(cluster->title(), this);
    if (dialog.exec() != QDialog::Accepted)
        return false;
    m_book.setAdmin(cluster, dialog.credentials());
    return true;
}

ActionDialog *MainWindow::act(ActionDialog::Action action)
{
    Cluster *cluster = m_book.current();
    if (!cluster || !cluster->connection() || cluster->state() != ConnectionState::Live) {
        statusBar()->showMessage(tr("Actions need a live connection to a cluster"), 8000);
        return nullptr;
    }
    if (!m_book.admin(cluster) && !unlock())
        return nullptr;
    auto *dialog = new ActionDialog(action, *cluster, *m_book.admin(cluster), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ActionDialog::carriedOut, this, [this](const QString &outcome) {
        statusBar()->showMessage(tr("Done: %1").arg(outcome), 15000);
    });
    dialog->open();
    return dialog;
}

/// What machines and people wrote, as it is and however long.
void MainWindow::showText(const QString &title, const QString &text)
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    auto *column = new QVBoxLayout(dialog);
    auto *shown = new QPlainTextEdit(text);
    shown->setReadOnly(true);
    shown->setAccessibleName(title);
    shown->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(shown);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    column->addWidget(buttons);
    buttons->button(QDialogButtonBox::Close)->setFocus();
    dialog->resize(fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 20);
    dialog->open();
}

void MainWindow::explain(quint64 number, const Event &event)
{
    Cluster *cluster = m_book.current();
    const QString title = tr("Why: %1").arg(printable(event.name));
    const QString what = event.text();
    if (!cluster || !cluster->connection())
        return;
    cluster->connection()->request(u"explain"_s, {{u"seq"_s, qint64(number)}},
        ClusterConnection::kUsual,
        [guard = QPointer<MainWindow>(this), title, what](
            const control::ControlClient::Answer &answer) {
            if (!guard)
                return;
            QStringList lines;
            if (answer) {
                const QCborArray given = answer->value(u"lines"_s).toArray();
                lines.reserve(given.size());
                for (const QCborValue line : given)
                    lines << printable(line.toString());
            } else {
                lines << what << printable(answer.error().message);
            }
            guard->showText(title, lines.join(u"\n"_s));
        });
}

void MainWindow::saveState()
{
    if (!m_settings)
        return;
    m_settings->setValue(u"window/geometry"_s, saveGeometry());
    m_settings->setValue(u"window/across"_s, m_across->saveState());
    m_settings->setValue(u"window/down"_s, m_down->saveState());
    m_settings->setValue(u"window/machines"_s, m_machines->saveState());
    m_settings->setValue(u"window/timeline"_s, m_timeline->saveState());
    m_book.save(*m_settings);
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (std::exchange(m_isLaidOut, true))
        return;
    // In a small window the views keep their room.
    const int across = m_across->width();
    const int sidebar = std::clamp(across / 7, 150, 190);
    const int pane = std::clamp(across / 4, 240, 330);
    m_across->setSizes({sidebar, across - sidebar - pane, pane});
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    event->accept();
    // With a tray icon the monitor goes on watching; without one nothing stays behind.
    if (!m_tray->isShown())
        QApplication::quit();
    else
        m_trayTimer.start();
}

} // namespace clustd::monitor
