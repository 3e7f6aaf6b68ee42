#pragma once

#include "model/cluster_model.h"

#include <QSortFilterProxyModel>

namespace clustd::monitor {

/// The rows of a ClusterModel in the order and the words that a person reads: states translated,
/// figures with their units, and only those that the filter lets through.
///
/// Thread: the GUI's. Owner: MachinesView.
class MachineRows : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit MachineRows(QObject *parent = nullptr);

    /// Rows that hold each of its words, in any column, in any case.
    void setFilter(const QString &text);
    /// @param index of this model
    [[nodiscard]] const MachineRow &machine(const QModelIndex &index) const;

    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    [[nodiscard]] const ClusterModel &model() const;

    QStringList m_words;
};

/// "10.0.0.1:3001" for "ws://10.0.0.1:3001": all machines have the same.
[[nodiscard]] QString withoutScheme(const QString &uri);
/// Of one cell: what it says, in the reader's language.
[[nodiscard]] QString cellWords(const MachineRow &row, int column);

} // namespace clustd::monitor
