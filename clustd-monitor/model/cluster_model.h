#pragma once

#include "control/control_api.h"

#include <QAbstractTableModel>
#include <QHash>

#include <optional>
#include <vector>

namespace clustd::monitor {

/// One row of ClusterModel.
struct MachineRow
{
    control::NodeRow node;
    bool isMaster = false;
    bool isSelf = false; ///< The one that answers
    /// Of the pings of the one that answers, in a million; nothing: not told.
    std::optional<std::int64_t> lossPpm;

    /// What a machine is called: its address while it was never met.
    [[nodiscard]] const QString &name() const { return node.id.isEmpty() ? node.uri : node.id; }
    /// Whether it told of its service; nothing was heard of the others.
    [[nodiscard]] bool isKnown() const;
    /// Sick drivers, or why it is not heard; printable, may be empty.
    [[nodiscard]] QString trouble() const;
    /// How many drivers were started.
    [[nodiscard]] int startedCount() const;

    friend bool operator==(const MachineRow &, const MachineRow &) = default;
};

/// The machines of a cluster as a table of plain figures: views give them words, units and colours.
/// A machine keeps its row while it is in the cluster, and only the cells that are other than
/// before are reported, so that nothing else is painted again.
///
/// Thread: the GUI's. Owner: any.
class ClusterModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        Machine,
        Address,
        Role,
        State,
        Priority,
        Health,
        Link,
        Term,
        RoundTrip,
        Loss,
        Version,
        Uptime,
        Drivers
    };
    static constexpr int kColumns = Drivers + 1;

    enum DataRole {
        SortRole = Qt::UserRole, ///< Numbers as numbers; what is not known comes first
        NodeIdRole, ///< The same in every column: MachineRow::name()
        StateRole, ///< "follower", as in the status
        HealthyRole, ///< bool; nothing while it is not known
        IsMasterRole,
        FilterRole ///< All that is written in the row
    };

    explicit ClusterModel(QObject *parent = nullptr);

    /// @param status nothing: no rows
    void setStatus(const std::optional<control::ClusterStatus> &status);
    /// Of these only those from the machine that answers count: its losses.
    void setLinks(const std::vector<control::LinkRow> &links);

    /// @param row from 0; must be a row
    [[nodiscard]] const MachineRow &machine(int row) const;
    /// -1: no such machine. @param name MachineRow::name()
    [[nodiscard]] int rowOf(const QString &name) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role) const override;

private:
    void replaceRow(int row, MachineRow fresh);
    void readLosses();
    [[nodiscard]] std::optional<std::int64_t> lossOf(const QString &id) const;
    [[nodiscard]] static bool isOther(const MachineRow &a, const MachineRow &b, int column);
    [[nodiscard]] static QVariant shown(const MachineRow &row, int column);
    [[nodiscard]] static QVariant sortKey(const MachineRow &row, int column);
    [[nodiscard]] static Qt::Alignment alignmentOf(int column);
    [[nodiscard]] static QString filterText(const MachineRow &row);

    std::vector<MachineRow> m_rows;
    std::vector<control::LinkRow> m_links;
    QString m_self;
    QHash<QString, std::int64_t> m_losses; ///< Of the links from m_self, by whom it hears
};

} // namespace clustd::monitor
