// The menus of MainWindow and their keys.

#include "topology/topology_view.h"
#include "version.h"
#include "window/known_clusters.h"
#include "window/main_window.h"
#include "window/notices_dialog.h"
#include "window/sidebar.h"

#include <QApplication>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QTabWidget>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

void MainWindow::buildMenus()
{
    QMenu *cluster = menuBar()->addMenu(tr("&Cluster"));
    cluster->addAction(tr("&Add a cluster …"), QKeySequence::New, m_known, &KnownClusters::add);
    m_openJournal = cluster->addAction(tr("&Open a journal …"), QKeySequence::Open, this, [this] {
        const QString path = QFileDialog::getOpenFileName(
            this, tr("Open a journal"), {}, tr("Journals (*.jsonl);;All files (*)"));
        if (!path.isEmpty())
            m_known->openJournal(path);
    });
    m_remove = cluster->addAction(tr("&Remove this cluster"), this, [this] {
        if (m_book.current())
            m_known->remove(m_book.current());
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
    view->addAction(
        tr("&Overview"), QKeySequence(Qt::CTRL | Qt::Key_0), this, &MainWindow::showOverview);
    for (int i = 0; i < m_tabs->count(); ++i) {
        view->addAction(m_tabs->tabText(i), QKeySequence(int(Qt::CTRL) | (int(Qt::Key_1) + i)),
            this, [this, i] { showTab(i); });
    }
    view->addSeparator();
    view->addAction(tr("&Fit the topology"), this, [this] { m_topology->fit(); });
    view->addAction(tr("Zoom &in"), QKeySequence::ZoomIn, this, [this] { m_topology->zoom(1.2); });
    view->addAction(
        tr("Zoom o&ut"), QKeySequence::ZoomOut, this, [this] { m_topology->zoom(1 / 1.2); });
    view->addSeparator();
    const auto toggle = [this, view](const QString &text) {
        QAction *action = view->addAction(text);
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, &MainWindow::refreshPages);
        return action;
    };
    QAction *showsClusters = toggle(tr("&Clusters"));
    connect(showsClusters, &QAction::toggled, m_sidebar, &QWidget::setVisible);
    m_showsDetails = toggle(tr("&Details"));
    m_showsTimeline = toggle(tr("Time&line"));

    m_actions = menuBar()->addMenu(tr("&Actions"));
    m_actions->addAction(
        tr("&Switch over …"), this, [this] { act(ActionDialog::Action::Switchover); });
    m_actions->addAction(
        tr("&Maintenance …"), this, [this] { act(ActionDialog::Action::Maintenance); });
    m_actions->addAction(tr("&Pause …"), this, [this] { act(ActionDialog::Action::Pause); });
    m_actions->addAction(tr("&Resume …"), this, [this] { act(ActionDialog::Action::Resume); });

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
            tr("Ctrl+0: all clusters; Enter opens one\n"
               "Ctrl+1 … Ctrl+4: topology, machines, links, charts\n"
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

} // namespace clustd::monitor
