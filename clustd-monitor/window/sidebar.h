#pragma once

#include "model/cluster_book.h"
#include "overview/card_words.h"

#include <QListWidget>
#include <QWidget>

class QPushButton;

namespace clustd::monitor {

/// All clusters that are watched, one under the other, each with its state in a sign and a word;
/// over them, where they are several, the way to the overview of all.
/// Thread: the GUI's.
class Sidebar : public QWidget
{
    Q_OBJECT
public:
    explicit Sidebar(ClusterBook &book, QWidget *parent = nullptr);

    /// "cm-2 · can lose 1", as under the name of @p cluster.
    [[nodiscard]] static QString summaryOf(const Cluster &cluster);
    [[nodiscard]] QListWidget *list() const { return m_list; }
    /// What the overview says of all of them.
    void setOverview(const OverviewWords &words);

Q_SIGNALS:
    void addAsked();
    void removeAsked(clustd::monitor::Cluster *cluster);

protected:
    void changeEvent(QEvent *event) override;

private:
    void add(Cluster *cluster);
    void refresh(Cluster *cluster);
    void showCurrent();
    [[nodiscard]] QListWidgetItem *itemOf(const Cluster *cluster) const;
    /// Nothing for the overview.
    [[nodiscard]] Cluster *clusterOf(const QListWidgetItem *item) const;

    ClusterBook &m_book;
    QListWidget *m_list = nullptr;
    QListWidgetItem *m_overview = nullptr; ///< The first; hidden while there are fewer than two
    QPushButton *m_add = nullptr;
};

} // namespace clustd::monitor
