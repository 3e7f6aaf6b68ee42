#include "tables/machine_rows.h"

#include "common/theme.h"
#include "model/event_store.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::DriverRow;

namespace {

/// The context of these words for translators.
struct Machines
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Machines)
};

const QString kNothing = u"–"_s;

QString toolTipOf(const MachineRow &row, int column)
{
    if (column == ClusterModel::Drivers) {
        QStringList lines;
        for (const DriverRow &driver : row.node.drivers) {
            const QString what = u"%1 (%2): %3"_s.arg(
                printable(driver.name), printable(driver.type), driverWord(driver.state));
            lines.append(
                driver.detail.isEmpty() ? what : u"%1, %2"_s.arg(what, printable(driver.detail)));
        }
        return lines.join(u'\n');
    }
    QString trouble = row.trouble();
    if (!trouble.isEmpty()
        && (column == ClusterModel::Health || column == ClusterModel::Link
            || column == ClusterModel::State || column == ClusterModel::Machine))
        return trouble;
    if (column == ClusterModel::Address)
        return printable(row.node.uri);
    if (column == ClusterModel::RoundTrip || column == ClusterModel::Loss)
        return Machines::tr("As measured by the machine that answers");
    return cellWords(row, column);
}

} // namespace

QString withoutScheme(const QString &uri)
{
    static const QString kScheme = u"ws://"_s;
    return uri.startsWith(kScheme) ? uri.mid(kScheme.size()) : uri;
}

QString cellWords(const MachineRow &row, int column)
{
    const control::NodeRow &node = row.node;
    const auto orNothing
        = [](const QString &text) { return text.isEmpty() ? kNothing : printable(text); };
    switch (column) {
    case ClusterModel::Machine:
        return node.id.isEmpty() ? Machines::tr("(not met yet)") : printable(node.id);
    case ClusterModel::Address:
        return orNothing(withoutScheme(node.uri));
    case ClusterModel::Role:
        return orNothing(roleWord(node.role));
    case ClusterModel::State:
        return orNothing(stateWord(node.state));
    case ClusterModel::Priority:
        return QString::number(node.priority);
    case ClusterModel::Health:
        return !row.isKnown() ? kNothing
            : node.healthy    ? Machines::tr("healthy")
                              : Machines::tr("sick");
    case ClusterModel::Link:
        return orNothing(linkWord(node.link));
    case ClusterModel::Term:
        return node.term > 0 ? QString::number(node.term) : kNothing;
    case ClusterModel::RoundTrip:
        return rttWords(node.rttUs);
    case ClusterModel::Loss:
        return row.lossPpm && !row.isSelf ? Machines::tr("%1 %").arg(
                   QLocale().toString(static_cast<double>(*row.lossPpm) / 10'000.0, 'f', 1))
                                          : kNothing;
    case ClusterModel::Version:
        return orNothing(node.version);
    case ClusterModel::Uptime:
        return node.uptimeS > 0 ? spanWords(node.uptimeS * 1000) : kNothing;
    case ClusterModel::Drivers: {
        const auto started = static_cast<std::size_t>(row.startedCount());
        if (node.drivers.empty())
            return kNothing;
        const auto failed = std::find_if(node.drivers.begin(), node.drivers.end(),
            [](const DriverRow &driver) { return driver.state == u"failed" || !driver.healthy; });
        if (failed != node.drivers.end())
            return u"%1: %2"_s.arg(printable(failed->name), driverWord(failed->state));
        if (started == 0)
            return Machines::tr("%1 stopped").arg(node.drivers.size());
        return started == node.drivers.size()
            ? Machines::tr("%1 started").arg(started)
            : Machines::tr("%1 of %2 started").arg(started).arg(node.drivers.size());
    }
    default:
        return {};
    }
}

MachineRows::MachineRows(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(ClusterModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSortLocaleAware(true);
    setDynamicSortFilter(true);
}

const ClusterModel &MachineRows::model() const
{
    return *static_cast<const ClusterModel *>(sourceModel());
}

void MachineRows::setFilter(const QString &text)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

const MachineRow &MachineRows::machine(const QModelIndex &index) const
{
    return model().machine(mapToSource(index).row());
}

QVariant MachineRows::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return cellWords(machine(index), index.column());
    case Qt::ToolTipRole:
        return toolTipOf(machine(index), index.column());
    case Qt::AccessibleTextRole:
        return index.column() == ClusterModel::Machine && machine(index).isMaster
            ? Machines::tr("%1, master").arg(cellWords(machine(index), index.column()))
            : cellWords(machine(index), index.column());
    default:
        return QSortFilterProxyModel::data(index, role);
    }
}

bool MachineRows::filterAcceptsRow(int row, const QModelIndex &) const
{
    if (m_words.isEmpty())
        return true;
    QString text = model().index(row, 0).data(ClusterModel::FilterRole).toString();
    for (int column = 0; column < ClusterModel::kColumns; ++column)
        text += u' ' + cellWords(model().machine(row), column);
    if (model().machine(row).isMaster)
        text += u' ' + Machines::tr("master");
    return std::all_of(m_words.begin(), m_words.end(),
        [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace clustd::monitor
