#pragma once

#include "model/cluster_book.h"
#include "window/action_dialog.h"
#include "window/tray.h"

#include <QMainWindow>
#include <QPointer>
#include <QTimer>

class QAction;
class QLabel;
class QMenu;
class QSettings;
class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace clustd::monitor {

class ChartsView;
class HeaderView;
class KnownClusters;
class LinksView;
class MachinePane;
class MachinesView;
class OverviewHeader;
class OverviewView;
class Sidebar;
class TimelineView;
class TopologyView;

/// The monitor's window: header, clusters, the views of one cluster and its timeline, or the
/// overview of all.
/// Thread: the GUI's.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// @param settings what is kept between runs; it must outlive the window. Nothing: keep nothing
    explicit MainWindow(QSettings *settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] ClusterBook &book() { return m_book; }
    [[nodiscard]] KnownClusters *known() const { return m_known; }
    /// 0 topology, 1 machines, 2 links, 3 charts; of the cluster chosen in the overview where that
    /// is shown.
    void showTab(int index);
    void showOverview();

    [[nodiscard]] HeaderView *header() const { return m_header; }
    [[nodiscard]] TopologyView *topology() const { return m_topology; }
    [[nodiscard]] MachinesView *machines() const { return m_machines; }
    [[nodiscard]] LinksView *links() const { return m_links; }
    [[nodiscard]] ChartsView *charts() const { return m_charts; }
    [[nodiscard]] TimelineView *timeline() const { return m_timeline; }
    [[nodiscard]] OverviewView *overview() const { return m_overview; }
    [[nodiscard]] OverviewHeader *overviewHeader() const { return m_overviewHeader; }
    [[nodiscard]] Sidebar *sidebar() const { return m_sidebar; }
    [[nodiscard]] Tray *tray() const { return m_tray; }
    [[nodiscard]] QString footer() const;

    /// Asks first for an admin's token where none is at hand. @return nothing when it was not given
    ActionDialog *act(ActionDialog::Action action);

protected:
    void showEvent(QShowEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void buildMenus();
    void chooseFirst();
    void showCluster(Cluster *cluster);
    void refreshPages();
    void refreshFooter();
    void refreshLock();
    bool unlock();
    void showText(const QString &title, const QString &text);
    void explain(quint64 number, const Event &event);
    void saveState();

    QSettings *m_settings;
    ClusterBook m_book;
    KnownClusters *m_known;
    Tray *m_tray = nullptr;
    HeaderView *m_header = nullptr;
    Sidebar *m_sidebar = nullptr;
    OverviewHeader *m_overviewHeader = nullptr;
    OverviewView *m_overview = nullptr;
    QStackedWidget *m_pages = nullptr; ///< The tabs, or the overview
    QTabWidget *m_tabs = nullptr;
    TopologyView *m_topology = nullptr;
    MachinesView *m_machines = nullptr;
    LinksView *m_links = nullptr;
    ChartsView *m_charts = nullptr;
    MachinePane *m_pane = nullptr;
    TimelineView *m_timeline = nullptr;
    QSplitter *m_across = nullptr;
    QSplitter *m_down = nullptr;
    QMenu *m_actions = nullptr;
    QAction *m_openJournal = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_showsDetails = nullptr;
    QAction *m_showsTimeline = nullptr;
    bool m_isLaidOut = false; ///< The room is shared out, now or in an earlier run
    bool m_hasChosen = false; ///< The person has said which cluster, or all, is to be seen
    bool m_isChoosing = false; ///< The window itself says so
    QPointer<Cluster> m_last; ///< That was shown, to come back to
    QLabel *m_footLeft = nullptr;
    QLabel *m_footRight = nullptr;
    QTimer m_trayTimer; ///< While the window is hidden: is there still a tray?
};

} // namespace clustd::monitor
