#pragma once

#include "model/cluster.h"
#include "tables/machine_cells.h"
#include "tables/machine_rows.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;

namespace clustd::monitor {

/// The machines of a cluster as a table: filter, sort, columns as the person wants them.
/// Ctrl+F goes to the filter, Escape clears it.
///
/// Thread: the GUI's. Owner: its layout.
class MachinesView : public QWidget
{
    Q_OBJECT
public:
    explicit MachinesView(QWidget *parent = nullptr);

    /// @param cluster nothing: an empty table; may go away by itself
    void setCluster(Cluster *cluster);

    /// Columns: which, where, how wide, sorted by which.
    [[nodiscard]] QByteArray saveState() const;
    /// False, and nothing changed, when @p state is not one of ours.
    bool restoreState(const QByteArray &state);

    [[nodiscard]] const ClusterModel &model() const { return m_model; }
    [[nodiscard]] QLineEdit *filterField() const { return m_filter; }
    [[nodiscard]] QTableView *table() const { return m_table; }

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void refresh();
    void refreshCount();
    void showSelection();
    void takeSelection();
    void repaintSparklines();
    void showHeaderMenu(const QPoint &at);
    void resetColumns();
    void retone();

    ClusterModel m_model;
    MachineRows m_rows;
    MachineCells m_cells;
    QPointer<Cluster> m_cluster;
    QTimer m_sparklines; ///< Runs only while there is something new to paint
    QLineEdit *m_filter = nullptr;
    QAction *m_search = nullptr;
    QLabel *m_count = nullptr;
    QTableView *m_table = nullptr;
    bool m_isShowing = false; ///< The selection is being set from outside
};

} // namespace clustd::monitor
