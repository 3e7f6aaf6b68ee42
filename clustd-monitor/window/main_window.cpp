#include "window/main_window.h"

#include "charts/charts_view.h"
#include "common/theme.h"
#include "model/journal_file.h"
#include "tables/links_view.h"
#include "tables/machine_pane.h"
#include "tables/machines_view.h"
#include "timeline/timeline_view.h"
#include "topology/topology_view.h"
#include "version.h"
#include "window/connect_dialog.h"
#include "window/header_view.h"
#include "window/notices_dialog.h"
#include "window/sidebar.h"

#include <QApplication>
#include <QCborArray>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSplitter>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

MainWindow::MainWindow(QSettings *settings, QWidget *parent)
    : QMainWindow(parent)
    , m_settings(settings)
{
    setObjectName(u"clustd-monitor"_s);
    setWindowTitle(tr("clustd monitor"));
    setWindowIcon(QIcon(icon(u"clustd-monitor"_s, Tone::Text, palette(), 128, 1)));
    m_tray = new Tray(m_book, this);
    m_header = new HeaderView;
    m_sidebar = new Sidebar(m_book);
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
    m_tabs->addTab(m_links, tr("&Links"));
    m_tabs->addTab(m_charts, tr("C&harts"));

    m_across = new QSplitter(Qt::Horizontal);
    m_across->addWidget(m_sidebar);
    m_across->addWidget(m_tabs);
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
    column->addWidget(m_down, 1);
    setCentralWidget(body);

    m_footLeft = new QLabel;
    m_footRight = new QLabel;
    statusBar()->addWidget(m_footLeft, 1);
    statusBar()->addPermanentWidget(m_footRight);
    statusBar()->setSizeGripEnabled(false);

    buildMenus();
    connect(&m_book, &ClusterBook::currentChanged, this, &MainWindow::showCluster);
    connect(&m_book, &ClusterBook::adminChanged, this, &MainWindow::refreshLock);
    connect(m_sidebar, &Sidebar::addAsked, this, &MainWindow::addCluster);
    connect(m_sidebar, &Sidebar::removeAsked, this, &MainWindow::removeCluster);
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
        QStringList lines;
        for (const control::AlarmRow &alarm : cluster->status()->alarms)
            lines << u"%1 (%2): %3"_s.arg(alarm.code, alarm.node, printable(alarm.text));
        for (const control::NodeRow &node : cluster->status()->nodes) {
            if (node.link == u"down" || node.link == u"refused" || !node.healthy)
                lines << u"%1: %2, %3 %4"_s.arg(node.id.isEmpty() ? node.uri : node.id,
                    stateWord(node.state), linkWord(node.link), printable(node.detail));
        }
        QMessageBox::information(
            this, tr("Alarms of %1").arg(cluster->title()), lines.join(u"\n\n"_s));
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
    m_across->setSizes({180, 830, 330});
    m_down->setSizes({520, 300});
    if (m_settings) {
        restoreGeometry(m_settings->value(u"window/geometry"_s).toByteArray());
        m_across->restoreState(m_settings->value(u"window/across"_s).toByteArray());
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

void MainWindow::buildMenus()
{
    QMenu *cluster = menuBar()->addMenu(tr("&Cluster"));
    cluster->addAction(tr("&Add a cluster …"), QKeySequence::New, this, &MainWindow::addCluster);
    cluster->addAction(tr("&Open a journal …"), QKeySequence::Open, this, [this] {
        const QString path = QFileDialog::getOpenFileName(
            this, tr("Open a journal"), {}, tr("Journals (*.jsonl);;All files (*)"));
        if (!path.isEmpty())
            openJournal(path);
    });
    cluster->addAction(tr("&Remove this cluster"), this, [this] {
        if (m_book.current())
            removeCluster(m_book.current());
    });
    cluster->addSeparator();
    cluster->addAction(tr("&Save a picture …"), this, [this] {
        const QString path = QFileDialog::getSaveFileName(
            this, tr("Save a picture"), u"clustd.png"_s, tr("Pictures (*.png)"));
        if (!path.isEmpty() && !grab().save(path))
            QMessageBox::warning(
                this, tr("Save a picture"), tr("%1 could not be written").arg(path));
    });
    cluster->addAction(tr("&Quit"), QKeySequence::Quit, qApp, &QApplication::quit);

    QMenu *view = menuBar()->addMenu(tr("&View"));
    for (int i = 0; i < m_tabs->count(); ++i) {
        view->addAction(m_tabs->tabText(i), QKeySequence(int(Qt::CTRL) | (int(Qt::Key_1) + i)),
            this, [this, i] { showTab(i); });
    }
    view->addSeparator();
    view->addAction(tr("&Fit the topology"), this, [this] { m_topology->fit(); });
    view->addAction(tr("Zoom &in"), QKeySequence::ZoomIn, this, [this] { m_topology->zoom(1.2); });
    view->addAction(
        tr("Zoom &out"), QKeySequence::ZoomOut, this, [this] { m_topology->zoom(1 / 1.2); });
    view->addSeparator();
    const auto toggle = [view](const QString &text, QWidget *widget) {
        QAction *action = view->addAction(text);
        action->setCheckable(true);
        action->setChecked(true);
        QObject::connect(action, &QAction::toggled, widget, &QWidget::setVisible);
    };
    toggle(tr("C&lusters"), m_sidebar);
    toggle(tr("&Details"), m_pane);
    toggle(tr("Time&line"), m_timeline);

    QMenu *actions = menuBar()->addMenu(tr("&Actions"));
    actions->addAction(
        tr("&Switch over …"), this, [this] { act(ActionDialog::Action::Switchover); });
    actions->addAction(
        tr("&Maintenance …"), this, [this] { act(ActionDialog::Action::Maintenance); });
    actions->addAction(tr("&Pause …"), this, [this] { act(ActionDialog::Action::Pause); });
    actions->addAction(tr("&Resume …"), this, [this] { act(ActionDialog::Action::Resume); });

    QMenu *timeline = menuBar()->addMenu(tr("Time&line"));
    timeline->addAction(tr("Back to &now"), QKeySequence(Qt::CTRL | Qt::Key_L), this, [this] {
        if (m_book.current())
            m_book.current()->setCursor({});
    });

    QMenu *settings = menuBar()->addMenu(tr("&Settings"));
    settings->addAction(tr("&Notifications …"), this, [this] {
        NoticesDialog dialog(m_tray->rules(), this);
        if (dialog.exec() != QDialog::Accepted)
            return;
        m_tray->setRules(dialog.rules());
        if (m_settings)
            dialog.rules().save(*m_settings);
    });

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Keys"), this, [this] {
        QMessageBox::information(this, tr("Keys"),
            tr("Ctrl+1 … Ctrl+4: topology, machines, links, charts\n"
               "Arrow keys: from machine to machine; in the timeline: pan\n"
               "+ and -: zoom; F: fit the topology\n"
               "Home, End: all of the timeline, back to now\n"
               "Enter: go to the moment of an event; W: why it happened\n"
               "Ctrl+F: search; Esc or Ctrl+L: back to now"));
    });
    help->addAction(tr("&About"), this, [this] {
        QMessageBox::about(this, tr("clustd monitor"),
            tr("<p><b>clustd monitor %1</b></p><p>Shows clusters of clustd as they are. It joins "
               "as "
               "an observer and never votes.</p><p>MIT licence.</p>")
                .arg(QStringLiteral(CLUSTD_VERSION)));
    });
}

void MainWindow::showTab(int index)
{
    m_tabs->setCurrentIndex(index);
}

void MainWindow::showCluster(Cluster *cluster)
{
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

void MainWindow::openKnown()
{
    if (!m_settings)
        return;
    for (const ClusterEntry &entry : ClusterBook::load(*m_settings)) {
        std::vector<QUrl> uris;
        for (const QString &text : entry.uris) {
            if (const Result<QUrl> uri = readUri(text))
                uris.push_back(*uri);
        }
        if (uris.empty())
            continue;
        if (!entry.tokenFile.isEmpty()) {
            Result<crypto::Credentials> token = readTokenFile(entry.tokenFile);
            if (token)
                m_book.add(entry, {uris, std::move(*token)});
            else
                ask(entry, token.error().text());
            continue;
        }
        m_keyring.read(
            entry.key, [this, entry, uris](const QByteArray &kept, const QString &trouble) {
                Result<crypto::Credentials> token = crypto::parseToken(kept);
                if (token)
                    m_book.add(entry, {uris, std::move(*token)});
                else
                    ask(entry,
                        tr("The desktop's keyring did not give the token: %1. Give it again.")
                            .arg(trouble.isEmpty() ? token.error().text() : trouble));
            });
    }
}

void MainWindow::ask(const ClusterEntry &entry, const QString &trouble)
{
    auto *dialog = new ConnectDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!entry.key.isEmpty())
        dialog->setEntry(entry, trouble);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const ClusterEntry given = dialog->entry();
        Cluster *cluster = m_book.add(given, {dialog->uris(), dialog->credentials()});
        m_book.setCurrent(cluster);
        if (const QByteArray token = dialog->tokenToKeep(); !token.isEmpty()) {
            m_keyring.write(given.key, token, [this](const QString &fault) {
                if (!fault.isEmpty())
                    statusBar()->showMessage(
                        tr("The token is not kept for the next time: %1").arg(fault), 15000);
            });
        }
        saveState();
    });
    dialog->open();
}

void MainWindow::addCluster()
{
    ask({}, {});
}

void MainWindow::removeCluster(Cluster *cluster)
{
    const ClusterEntry entry = m_book.entryOf(cluster);
    if (!entry.key.isEmpty())
        m_keyring.remove(entry.key);
    m_book.remove(cluster);
    saveState();
}

void MainWindow::openJournal(const QString &path)
{
    const Result<JournalFile> journal = readJournal(path);
    if (!journal) {
        QMessageBox::warning(this, tr("Open a journal"), journal.error().text());
        return;
    }
    m_book.setCurrent(m_book.addJournal(QFileInfo(path).fileName(), journal->entries));
    if (journal->brokenLines > 0)
        statusBar()->showMessage(
            tr("%n lines were left out; the first: %1", nullptr, int(journal->brokenLines))
                .arg(journal->notes.front().text()),
            30000);
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
    connect(dialog, &ActionDialog::done, this, [this](const QString &outcome) {
        statusBar()->showMessage(tr("Done: %1").arg(outcome), 15000);
    });
    dialog->open();
    return dialog;
}

void MainWindow::explain(quint64 number, const Event &event)
{
    Cluster *cluster = m_book.current();
    const QString title = tr("Why: %1").arg(event.name);
    const QString what = event.text();
    const auto tell = [this, title](const QString &text) {
        auto *box
            = new QMessageBox(QMessageBox::Information, title, text, QMessageBox::Close, this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        box->open();
    };
    if (!cluster || !cluster->connection())
        return;
    cluster->connection()->request(u"explain"_s, {{u"seq"_s, qint64(number)}},
        ClusterConnection::kUsual,
        [guard = QPointer<MainWindow>(this), tell, what](
            const control::ControlClient::Answer &answer) {
            if (!guard)
                return;
            QStringList lines;
            if (answer) {
                const QCborArray given = answer->value(u"lines"_s).toArray();
                for (const QCborValue line : given)
                    lines << printable(line.toString());
            } else {
                lines << what << answer.error().message;
            }
            tell(lines.join(u"\n"_s));
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
