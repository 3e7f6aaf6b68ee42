#include "model/cluster_model.h"

#include "model/event_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::DriverRow;
using control::LinkRow;
using control::NodeRow;

bool MachineRow::isKnown() const
{
    return node.state != u"unreachable" && !node.version.isEmpty();
}

QString MachineRow::trouble() const
{
    QStringList parts;
    if (!node.detail.isEmpty())
        parts.append(printable(node.detail));
    for (const DriverRow &driver : node.drivers) {
        if (!driver.healthy || !driver.detail.isEmpty())
            parts.append(
                printable(driver.detail.isEmpty() ? driver.name
                                                  : u"%1: %2"_s.arg(driver.name, driver.detail)));
    }
    return parts.join(u"; ");
}

int MachineRow::startedCount() const
{
    return static_cast<int>(std::count_if(node.drivers.begin(), node.drivers.end(),
        [](const DriverRow &driver) { return driver.state == u"started"; }));
}

ClusterModel::ClusterModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void ClusterModel::setStatus(const std::optional<ClusterStatus> &status)
{
    static const std::vector<NodeRow> kNobody;
    const QString self = status ? status->self : QString();
    if (self != m_self) {
        m_self = self;
        readLosses();
    }
    const std::vector<NodeRow> &nodes = status ? status->nodes : kNobody;

    // Each machine to its row of before: by its id, or by its address when it had none yet.
    std::vector<bool> isTaken(m_rows.size(), false);
    const auto rowBefore = [&](const NodeRow &node) -> int {
        for (const bool byId : {true, false}) {
            for (std::size_t i = 0; i < m_rows.size(); ++i) {
                const NodeRow &known = m_rows[i].node;
                const bool isSame = byId ? !node.id.isEmpty() && known.id == node.id
                                         : (known.id.isEmpty() || node.id.isEmpty())
                        && known.uri == node.uri && !node.uri.isEmpty();
                if (isSame && !isTaken[i])
                    return static_cast<int>(i);
            }
        }
        return -1;
    };
    std::vector<std::pair<int, MachineRow>> known;
    std::vector<MachineRow> fresh;
    for (const NodeRow &node : nodes) {
        MachineRow row{node, !node.id.isEmpty() && status->master == node.id,
            !node.id.isEmpty() && status->self == node.id, lossOf(node.id)};
        const int at = rowBefore(node);
        if (at < 0) {
            fresh.push_back(std::move(row));
            continue;
        }
        isTaken[static_cast<std::size_t>(at)] = true;
        known.emplace_back(at, std::move(row));
    }
    for (auto &[at, row] : known)
        replaceRow(at, std::move(row));
    for (int i = static_cast<int>(isTaken.size()) - 1; i >= 0; --i) {
        if (isTaken[static_cast<std::size_t>(i)])
            continue;
        beginRemoveRows({}, i, i);
        m_rows.erase(m_rows.begin() + i);
        endRemoveRows();
    }
    if (fresh.empty())
        return;
    const int first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    std::move(fresh.begin(), fresh.end(), std::back_inserter(m_rows));
    endInsertRows();
}

void ClusterModel::setLinks(const std::vector<LinkRow> &links)
{
    if (links == m_links)
        return;
    m_links = links;
    readLosses();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        MachineRow row = m_rows[i];
        row.lossPpm = lossOf(row.node.id);
        replaceRow(static_cast<int>(i), std::move(row));
    }
}

void ClusterModel::readLosses()
{
    m_losses.clear();
    for (const LinkRow &link : m_links) {
        if (link.from == m_self && !m_self.isEmpty())
            m_losses.insert(link.to, link.lossPpm);
    }
}

std::optional<std::int64_t> ClusterModel::lossOf(const QString &id) const
{
    const auto it = m_losses.constFind(id);
    return id.isEmpty() || it == m_losses.constEnd() ? std::nullopt : std::optional(*it);
}

/// Whether a cell, or what a view may paint in it, is not as it was.
bool ClusterModel::isOther(const MachineRow &a, const MachineRow &b, int column)
{
    switch (column) {
    case Machine:
        return a.name() != b.name() || a.isMaster != b.isMaster || a.node.role != b.node.role
            || a.node.id.isEmpty() != b.node.id.isEmpty();
    case Address:
        return a.node.uri != b.node.uri;
    case Role:
        return a.node.role != b.node.role;
    case State:
        return a.node.state != b.node.state || a.node.detail != b.node.detail;
    case Priority:
        return a.node.priority != b.node.priority;
    case Health:
        return a.isKnown() != b.isKnown() || a.node.healthy != b.node.healthy
            || a.node.detail != b.node.detail || a.node.drivers != b.node.drivers;
    case Link:
        return a.node.link != b.node.link || a.node.detail != b.node.detail;
    case Term:
        return a.node.term != b.node.term;
    case RoundTrip:
        return a.node.rttUs != b.node.rttUs;
    case Loss:
        return a.lossPpm != b.lossPpm || a.isSelf != b.isSelf;
    case Version:
        return a.node.version != b.node.version;
    case Uptime:
        return a.node.uptimeS != b.node.uptimeS;
    case Drivers:
        return a.node.drivers != b.node.drivers;
    default:
        return true;
    }
}

/// Tells views of each run of neighbouring cells that changed.
void ClusterModel::replaceRow(int row, MachineRow fresh)
{
    MachineRow &before = m_rows[static_cast<std::size_t>(row)];
    if (fresh == before)
        return;
    const MachineRow old = std::exchange(before, std::move(fresh));
    for (int column = 0; column < kColumns;) {
        int end = column;
        while (end < kColumns && isOther(old, before, end))
            ++end;
        if (end > column)
            Q_EMIT dataChanged(index(row, column), index(row, end - 1));
        column = end + 1;
    }
}

const MachineRow &ClusterModel::machine(int row) const
{
    return m_rows[static_cast<std::size_t>(row)];
}

int ClusterModel::rowOf(const QString &name) const
{
    const auto it = std::find_if(
        m_rows.begin(), m_rows.end(), [&](const MachineRow &row) { return row.name() == name; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

int ClusterModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ClusterModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant ClusterModel::shown(const MachineRow &row, int column)
{
    const NodeRow &node = row.node;
    switch (column) {
    case Machine:
        return node.id.isEmpty() ? tr("(not met yet)") : printable(node.id);
    case Address:
        return printable(node.uri);
    case Role:
        return printable(node.role);
    case State:
        return printable(node.state);
    case Priority:
        return QVariant::fromValue<qlonglong>(node.priority);
    case Health:
        if (!row.isKnown())
            return QVariant();
        return node.healthy ? tr("healthy") : tr("sick");
    case Link:
        return printable(node.link);
    case Term:
        return node.term > 0 ? QVariant::fromValue<qulonglong>(node.term) : QVariant();
    case RoundTrip:
        return node.rttUs > 0 ? QVariant(static_cast<double>(node.rttUs) / 1000.0) : QVariant();
    case Loss:
        return row.lossPpm ? QVariant(static_cast<double>(*row.lossPpm) / 10'000.0) : QVariant();
    case Version:
        return printable(node.version);
    case Uptime:
        return node.uptimeS > 0 ? QVariant::fromValue<qlonglong>(node.uptimeS) : QVariant();
    case Drivers:
        return node.drivers.empty()
            ? QVariant()
            : QVariant(tr("%1 of %2 started").arg(row.startedCount()).arg(node.drivers.size()));
    default:
        return {};
    }
}

QVariant ClusterModel::sortKey(const MachineRow &row, int column)
{
    const NodeRow &node = row.node;
    switch (column) {
    case Machine:
        return row.name();
    case Priority:
        return QVariant::fromValue<qlonglong>(node.priority);
    case Health:
        return row.isKnown() ? (node.healthy ? 2 : 1) : 0;
    case Term:
        return QVariant::fromValue<qulonglong>(node.term);
    case RoundTrip:
        return QVariant::fromValue<qlonglong>(node.rttUs);
    case Loss:
        return QVariant::fromValue<qlonglong>(row.lossPpm.value_or(-1));
    case Uptime:
        return QVariant::fromValue<qlonglong>(node.uptimeS);
    case Drivers:
        return row.startedCount();
    default:
        return shown(row, column).toString();
    }
}

QString ClusterModel::filterText(const MachineRow &row)
{
    const NodeRow &node = row.node;
    QStringList words{node.id, node.uri, node.role, node.state, node.link, node.version};
    words.append(shown(row, Machine).toString());
    words.append(shown(row, Health).toString());
    for (const DriverRow &driver : node.drivers)
        words << driver.name << driver.type << driver.state;
    words.append(row.trouble());
    return printable(words.join(u' '));
}

/// Figures to the right, so that their digits stand under each other.
Qt::Alignment ClusterModel::alignmentOf(int column)
{
    switch (column) {
    case Priority:
    case Term:
    case RoundTrip:
    case Loss:
    case Uptime:
        return Qt::AlignRight | Qt::AlignVCenter;
    default:
        return Qt::AlignLeft | Qt::AlignVCenter;
    }
}

QVariant ClusterModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const MachineRow &row = machine(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shown(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant(alignmentOf(index.column()));
    case SortRole:
        return sortKey(row, index.column());
    case NodeIdRole:
        return row.name();
    case StateRole:
        return row.node.state;
    case HealthyRole:
        return row.isKnown() ? QVariant(row.node.healthy) : QVariant();
    case IsMasterRole:
        return row.isMaster;
    case FilterRole:
        return filterText(row);
    default:
        return {};
    }
}

QVariant ClusterModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return QVariant(alignmentOf(section));
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Machine:
        return tr("Machine");
    case Address:
        return tr("Address");
    case Role:
        return tr("Role");
    case State:
        return tr("State");
    case Priority:
        return tr("Priority");
    case Health:
        return tr("Health");
    case Link:
        return tr("Link");
    case Term:
        return tr("Term");
    case RoundTrip:
        return tr("Round trip");
    case Loss:
        return tr("Loss");
    case Version:
        return tr("Version");
    case Uptime:
        return tr("Up for");
    case Drivers:
        return tr("Drivers");
    default:
        return {};
    }
}

} // namespace clustd::monitor
