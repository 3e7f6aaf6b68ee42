#pragma once

#include "charts/sparkline.h"
#include "common/theme.h"
#include "model/cluster.h"
#include "tables/driver_card.h"

#include <QPointer>
#include <QScrollArea>
#include <QTimer>

#include <array>
#include <vector>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace clustd::monitor {

/// All that is known of one machine: the one that is chosen, else the master.
///
/// Thread: the GUI's. Owner: its layout.
class MachinePane : public QScrollArea
{
    Q_OBJECT
public:
    explicit MachinePane(QWidget *parent = nullptr);

    /// @param cluster nothing: a hint; may go away by itself
    void setCluster(Cluster *cluster);
    /// Which machine is shown; empty: none.
    [[nodiscard]] const QString &machine() const { return m_machine; }
    /// One line for each thing it says, for tests and for the clipboard.
    [[nodiscard]] QString text() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    enum Row { State, Why, Role, Term, Link, Detail, Version, RoundTrips };
    static constexpr int kRows = RoundTrips + 1;

    void build();
    void refresh();
    void refreshFacts(const control::ClusterStatus &status, const control::NodeRow &node);
    void refreshDrivers(const control::ClusterStatus &status, const control::NodeRow &node);
    void refreshHistory();
    void refreshFigures();
    void setRow(Row row, const QString &text, Tone tone = Tone::Text, bool isBold = false);
    void retone();
    [[nodiscard]] const control::NodeRow *shownNode() const;
    [[nodiscard]] bool isMasterShown() const;
    [[nodiscard]] QString stateText(
        const control::ClusterStatus &status, const control::NodeRow &node) const;
    [[nodiscard]] QLabel *caption(const QString &text);
    [[nodiscard]] std::vector<const Series *> peers() const;

    QPointer<Cluster> m_cluster;
    QString m_machine;
    QTimer m_figures; ///< At most once a second: lease and round trips
    QTimer m_history; ///< Events come in bursts
    bool m_areFiguresOld = false;
    QWidget *m_page = nullptr;
    QLabel *m_hint = nullptr;
    QLabel *m_sign = nullptr;
    QLabel *m_name = nullptr;
    QLabel *m_address = nullptr;
    std::array<QLabel *, kRows> m_keys{};
    std::array<QLabel *, RoundTrips> m_values{}; ///< The last row holds a line
    SparklineLabel *m_peers = nullptr;
    QLabel *m_driversTitle = nullptr;
    QVBoxLayout *m_driversBox = nullptr;
    std::vector<DriverCard *> m_cards;
    QLabel *m_eventsTitle = nullptr;
    QLabel *m_events = nullptr;
    QLabel *m_leaseTitle = nullptr;
    SparklineLabel *m_lease = nullptr;
    std::vector<QLabel *> m_captions;
    std::array<Tone, RoundTrips> m_tones{};
};

} // namespace clustd::monitor
