#pragma once

#include "model/cluster_book.h"
#include "window/action_dialog.h"
#include "window/keyring.h"
#include "window/tray.h"

#include <QMainWindow>
#include <QTimer>

class QLabel;
class QSettings;
class QSplitter;
class QTabWidget;

namespace clustd::monitor {

class ChartsView;
class HeaderView;
class LinksView;
class MachinePane;
class MachinesView;
class Sidebar;
class TimelineView;
class TopologyView;

/// The monitor's window: header, clusters, the views of one cluster, its timeline.
/// Thread: the GUI's.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// @param settings what is kept between runs; it must outlive the window. Nothing: keep nothing
    explicit MainWindow(QSettings *settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] ClusterBook &book() { return m_book; }
    /// Connects the clusters of the last time; asks for a token only where none is kept.
    void openKnown();
    /// 0 topology, 1 machines, 2 links, 3 charts.
    void showTab(int index);

    [[nodiscard]] HeaderView *header() const { return m_header; }
    [[nodiscard]] TopologyView *topology() const { return m_topology; }
    [[nodiscard]] MachinesView *machines() const { return m_machines; }
    [[nodiscard]] LinksView *links() const { return m_links; }
    [[nodiscard]] ChartsView *charts() const { return m_charts; }
    [[nodiscard]] TimelineView *timeline() const { return m_timeline; }
    [[nodiscard]] Sidebar *sidebar() const { return m_sidebar; }
    [[nodiscard]] Tray *tray() const { return m_tray; }
    [[nodiscard]] QString footer() const;

    /// Asks first for an admin's token where none is at hand. @return nothing when it was not given
    ActionDialog *act(ActionDialog::Action action);
    void openJournal(const QString &path);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void buildMenus();
    void showCluster(Cluster *cluster);
    void refreshFooter();
    void refreshLock();
    void addCluster();
    void removeCluster(Cluster *cluster);
    bool unlock();
    void explain(quint64 number, const Event &event);
    void ask(const ClusterEntry &entry, const QString &trouble);
    void saveState();

    QSettings *m_settings;
    ClusterBook m_book;
    Keyring m_keyring;
    Tray *m_tray = nullptr;
    HeaderView *m_header = nullptr;
    Sidebar *m_sidebar = nullptr;
    QTabWidget *m_tabs = nullptr;
    TopologyView *m_topology = nullptr;
    MachinesView *m_machines = nullptr;
    LinksView *m_links = nullptr;
    ChartsView *m_charts = nullptr;
    MachinePane *m_pane = nullptr;
    TimelineView *m_timeline = nullptr;
    QSplitter *m_across = nullptr;
    QSplitter *m_down = nullptr;
    QLabel *m_footLeft = nullptr;
    QLabel *m_footRight = nullptr;
    QTimer m_trayTimer; ///< While the window is hidden: is there still a tray?
};

} // namespace clustd::monitor
