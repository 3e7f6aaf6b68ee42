#pragma once

#include "model/cluster.h"
#include "model/link_model.h"
#include "tables/link_cells.h"

#include <QPointer>
#include <QWidget>

class QAbstractButton;
class QLabel;
class QTableView;

namespace clustd::monitor {

/// Who hears whom, as a matrix: a row for each machine that listens, a column for each that is
/// heard. Whatever does not fit as figures is shown as signs.
///
/// Thread: the GUI's. Owner: its layout.
class LinksView : public QWidget
{
    Q_OBJECT
public:
    explicit LinksView(QWidget *parent = nullptr);

    /// @param cluster nothing: an empty matrix; may go away by itself
    void setCluster(Cluster *cluster);

    [[nodiscard]] const LinkModel &model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    /// One line: how many links are well and how many are not.
    [[nodiscard]] QString summary() const;

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refresh();
    void refreshLinks();
    void refreshWords();
    void showSelection();
    void arrange();
    void paintCorner();
    [[nodiscard]] QString toolTipAt(const QModelIndex &index) const;

    LinkModel m_model;
    LinkCells m_cells;
    QPointer<Cluster> m_cluster;
    QTableView *m_table = nullptr;
    QAbstractButton *m_corner = nullptr; ///< The table's own
    LinkHeader *m_across = nullptr;
    LinkHeader *m_down = nullptr;
    QLabel *m_summary = nullptr;
    QLabel *m_hint = nullptr;
    QWidget *m_legend = nullptr;
};

} // namespace clustd::monitor
