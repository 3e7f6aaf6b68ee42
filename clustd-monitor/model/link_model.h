#pragma once

#include "control/control_api.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QStringList>

#include <optional>
#include <vector>

namespace clustd::monitor {

/// Who hears whom: a row for each machine that listens, a column for each that is heard. The two
/// directions of a link are two cells, on either side of the diagonal.
///
/// Thread: the GUI's. Owner: any.
class LinkModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum DataRole {
        StateRole = Qt::UserRole, ///< up, suspect, down, refused; "self" on the diagonal; empty:
                                  ///< nobody told
        RttUsRole, ///< Microseconds; 0: not measured
        LossPpmRole, ///< Lost pings in a million
        OneWayRole, ///< This direction is down or refused while the other one is heard
        FromRole, ///< Who hears
        ToRole ///< Who is heard
    };

    /// One direction.
    struct Cell
    {
        QString state;
        std::int64_t rttUs = 0;
        std::int64_t lossPpm = 0;

        friend bool operator==(const Cell &, const Cell &) = default;
    };

    explicit LinkModel(QObject *parent = nullptr);

    /// Which machines there are. A machine that no link names has an empty row and column.
    /// @param status nothing: only those that links name
    void setStatus(const std::optional<control::ClusterStatus> &status);
    void setLinks(const std::vector<control::LinkRow> &links);

    /// Machines in the order of rows and of columns.
    [[nodiscard]] const QStringList &machines() const { return m_names; }
    /// @param from, to indices of machines()
    [[nodiscard]] const Cell &cell(int from, int to) const;
    [[nodiscard]] bool isOneWay(int from, int to) const;
    /// up or suspect: something was heard a moment ago.
    [[nodiscard]] static bool isHeard(const QString &state);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role) const override;

private:
    void rename();
    [[nodiscard]] std::vector<Cell> cellsOf(const std::vector<control::LinkRow> &links) const;
    [[nodiscard]] std::size_t place(int from, int to) const;

    QStringList m_machines; ///< Of the status
    std::vector<control::LinkRow> m_links;
    QStringList m_names;
    QHash<QString, int> m_indices;
    std::vector<Cell> m_cells; ///< Row by row
};

} // namespace clustd::monitor
