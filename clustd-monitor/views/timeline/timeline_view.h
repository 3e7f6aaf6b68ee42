#pragma once

#include "model/cluster.h"
#include "model/event_model.h"
#include "timeline/event_cells.h"

#include <QPointer>
#include <QWidget>

#include <optional>
#include <vector>

class QActionGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QSplitter;
class QTableView;
class QToolButton;

namespace clustd::monitor {

class EventList;
class LanesWidget;

/// The timeline of a cluster: lanes over a time axis, and the events beneath them as a list. A
/// range, a search, a filter, and the way back to now above.
///
/// Ctrl+F goes to the search; in the list Enter shows the cluster as it was at that event, W asks
/// why, Ctrl+C copies the chosen lines.
///
/// Thread: the GUI's. Owner: its layout.
class TimelineView : public QWidget
{
    Q_OBJECT
public:
    explicit TimelineView(QWidget *parent = nullptr);

    /// @param cluster nothing: empty; may go away by itself
    void setCluster(Cluster *cluster);

    /// Whether 'why?' is offered; it is, unless told otherwise: who shows a journal and has nobody
    /// to ask says so here.
    void setWhyOffered(bool isOffered);

    /// Columns, the splitter, the range, and what the filter hides; not the search.
    [[nodiscard]] QByteArray saveState() const;
    /// False, and nothing changed, when @p state is not one of ours.
    bool restoreState(const QByteArray &state);

    /// So much time in view, up to now. @param spanMs 0: all that is known
    void setRange(qint64 spanMs);
    [[nodiscard]] const EventFilter &filter() const { return model().filter(); }
    void setFilter(const EventFilter &filter);

    [[nodiscard]] const EventModel &model() const;
    [[nodiscard]] LanesWidget *lanes() const { return m_lanes; }
    [[nodiscard]] QTableView *list() const;
    [[nodiscard]] QLineEdit *searchField() const { return m_search; }
    [[nodiscard]] QComboBox *rangeBox() const { return m_range; }
    [[nodiscard]] QToolButton *filterButton() const { return m_filterButton; }
    [[nodiscard]] QToolButton *liveButton() const { return m_live; }

Q_SIGNALS:
    /// What led to this event? @param number its number at the machine that is asked
    void whyAsked(quint64 number, const clustd::monitor::Event &event);

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    // timeline_bar.cpp
    void makeBar();
    void makeFilterMenu();
    void applyFilter();
    void showFilter();

    void showCount();
    void showRange();
    void showMode();
    void showMoment();
    void takeRange(int index);
    void scrubTo(std::size_t event);
    void retone();

    QPointer<Cluster> m_cluster;
    qint64 m_rangeMs = 3'600'000; ///< As chosen last, whatever was zoomed since; 0: all
    bool m_wasScrubbed = false;

    QLabel *m_title = nullptr;
    QLabel *m_count = nullptr;
    QLabel *m_moment = nullptr;
    QComboBox *m_range = nullptr;
    QLineEdit *m_search = nullptr;
    QAction *m_searchSign = nullptr;
    QToolButton *m_filterButton = nullptr;
    QMenu *m_filterMenu = nullptr;
    std::vector<QAction *> m_groupActions; ///< By EventGroup
    QActionGroup *m_weightActions = nullptr;
    QAction *m_inViewAction = nullptr;
    QAction *m_machineAction = nullptr;
    QToolButton *m_live = nullptr;
    QSplitter *m_splitter = nullptr;
    LanesWidget *m_lanes = nullptr;
    EventList *m_list = nullptr;
};

} // namespace clustd::monitor
