#pragma once

#include "charts/chart_widget.h"
#include "model/cluster.h"

#include <QPointer>
#include <QTimer>

#include <array>

class QButtonGroup;
class QGridLayout;
class QToolButton;

namespace clustd::monitor {

/// What a cluster measured, over one common range of time: round trips, the lease's margin, jitter,
/// and how long each change of master took. Goes along with the present until the person looks
/// back.
///
/// Thread: the GUI's. Owner: its layout.
class ChartsView : public QWidget
{
    Q_OBJECT
public:
    enum Chart { RoundTrips, LeaseMargin, Jitter, Gaps };
    static constexpr int kCharts = Gaps + 1;

    explicit ChartsView(QWidget *parent = nullptr);

    /// @param cluster nothing: empty charts; may go away by itself
    void setCluster(Cluster *cluster);
    /// So much time in view, up to now. @param spanMs 0: all that is known
    void setSpan(qint64 spanMs);
    [[nodiscard]] ChartRange range() const { return m_range; }
    /// Whether the newest is in view and stays there.
    [[nodiscard]] bool isLive() const { return m_isLive; }
    void goLive();

    [[nodiscard]] const ChartWidget &chart(Chart which) const { return *m_charts[which]; }

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void noteMore();
    void refresh();
    void setRange(ChartRange range, bool isLive);
    void zoom(double factor, qint64 aboutMs);
    void showMoment();
    [[nodiscard]] qint64 endMs() const;
    [[nodiscard]] qint64 beginMs() const;
    [[nodiscard]] ChartData linkData(const std::map<LinkKey, Series> &all) const;
    [[nodiscard]] ChartData leaseData() const;
    [[nodiscard]] ChartData gapData() const;

    QPointer<Cluster> m_cluster;
    std::vector<Gap> m_gaps;
    bool m_areGapsOld = true;
    ChartRange m_range;
    qint64 m_spanMs;
    bool m_isLive = true;
    QTimer m_tick; ///< Runs only while there is something new to show
    std::array<ChartWidget *, kCharts> m_charts{};
    QButtonGroup *m_spans = nullptr;
    QToolButton *m_live = nullptr;
    QGridLayout *m_grid = nullptr;
    int m_columns = 0;
};

} // namespace clustd::monitor
