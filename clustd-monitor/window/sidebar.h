#pragma once

#include "model/cluster_book.h"

#include <QListWidget>
#include <QWidget>

class QPushButton;

namespace clustd::monitor {

/// All clusters that are watched, one under the other, each with its state in a sign and a word.
/// Thread: the GUI's.
class Sidebar : public QWidget
{
    Q_OBJECT
public:
    explicit Sidebar(ClusterBook &book, QWidget *parent = nullptr);

    /// "cm-2 · can lose 1", as under the name of @p cluster.
    [[nodiscard]] static QString summaryOf(const Cluster &cluster);
    [[nodiscard]] QListWidget *list() const { return m_list; }

Q_SIGNALS:
    void addAsked();
    void removeAsked(clustd::monitor::Cluster *cluster);

protected:
    void changeEvent(QEvent *event) override;

private:
    void add(Cluster *cluster);
    void refresh(Cluster *cluster);
    [[nodiscard]] QListWidgetItem *itemOf(const Cluster *cluster) const;

    ClusterBook &m_book;
    QListWidget *m_list = nullptr;
    QPushButton *m_add = nullptr;
};

/// How bad it is, for the worst of several clusters: 0 well, 1 not known, 2 warning, 3 bad.
[[nodiscard]] int severityOf(const Cluster &cluster);

} // namespace clustd::monitor
