#include "commands/check_peers.h"

#include "commands/control_session.h"
#include "commands/text_table.h"
#include "config/config_text.h"
#include "version.h"

#include <QJsonArray>

#include <algorithm>
#include <set>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using config::Config;
using control::ClusterStatus;
using election::MachineRole;

namespace {

constexpr auto kAnswerWithin = 5s;

/// Alarms that say that files, secrets or releases do not fit together.
const QStringList kAlarms{u"voter-set-differs"_s, u"id-differs"_s, u"id-twice"_s, u"role-differs"_s,
    u"own-id"_s, u"duplicate-id"_s, u"wrong-cluster"_s, u"unknown-key"_s, u"version"_s,
    u"old-secret"_s, u"access-differs"_s, u"restart-needed"_s, u"config-faulty"_s};

/// One machine of the file.
struct Listed
{
    QString uri;
    QString id; ///< Empty: not known
    MachineRole role = MachineRole::Voter;
    std::optional<std::int64_t> priority; ///< Nothing: the file does not say
    bool isSelf = false;
};

QString idText(const NodeId &id)
{
    return QString::fromStdString(id.value());
}

std::vector<Listed> listedIn(const Config &file, const std::map<QString, QString> &ids)
{
    std::vector<Listed> list{{file.server.remoteAddress.toString(), idText(file.cluster.id),
        file.cluster.role, file.cluster.priority, true}};
    for (const config::Machine &machine : file.cluster.machines) {
        const QString uri = machine.uri.toString();
        const auto met = ids.find(uri);
        const QString id = machine.id ? idText(*machine.id)
            : met == ids.end()        ? QString()
                                      : met->second;
        list.push_back({uri, id, machine.role, machine.priority, false});
    }
    return list;
}

bool isSame(const Listed &listed, const control::NodeRow &row)
{
    return listed.uri == row.uri || (!listed.id.isEmpty() && listed.id == row.id);
}

class Comparison
{
public:
    Comparison(const Config &file, const std::vector<Listed> &listed, const Listed &machine,
        const ClusterStatus &status)
        : m_file(file)
        , m_listed(listed)
        , m_machine(machine)
        , m_status(status)
    {
    }

    std::vector<PeerDifference> all()
    {
        const config::Cluster &cluster = m_file.cluster;
        compare(u"cluster.name"_s, m_status.cluster, cluster.name);
        if (!m_machine.id.isEmpty())
            compare(u"cluster.id"_s, m_status.self, m_machine.id);
        compare(u"cluster.election"_s, m_status.election, config::toText(cluster.election));
        compareSpan(
            u"cluster.failover_within"_s, m_status.failoverWithinMs, m_file.timing.failoverWithin);
        compareSpan(u"timing.lease"_s, m_status.leaseMs, m_file.timing.lease);
        compareSpan(u"timing.fence"_s, m_status.fenceMs, m_file.timing.fence);
        if (const control::NodeRow *own = m_status.find(m_status.self))
            compareOwnRow(*own);
        compareMachines();
        compareVoters();
        for (const control::AlarmRow &alarm : m_status.alarms) {
            if (kAlarms.contains(alarm.code))
                m_found.push_back(
                    {u"alarm"_s, u"%1 (%2): %3"_s.arg(alarm.code, alarm.node, alarm.text), {}});
        }
        return std::move(m_found);
    }

private:
    void compare(const QString &key, const QString &there, const QString &here)
    {
        if (there != here)
            m_found.push_back({key, there, here});
    }

    /// Whole milliseconds are what a daemon tells; an older release tells nothing.
    void compareSpan(const QString &key, std::int64_t thereMs, Duration here)
    {
        if (thereMs != 0 && thereMs != here / 1ms)
            m_found.push_back(
                {key, config::durationText(thereMs * Duration(1ms)), config::durationText(here)});
    }

    void compareOwnRow(const control::NodeRow &own)
    {
        compare(u"version"_s, own.version, QStringLiteral(CLUSTD_VERSION));
        compare(u"cluster.role"_s, own.role, config::toText(m_machine.role));
        if (m_machine.priority)
            compare(u"cluster.priority"_s, QString::number(own.priority),
                QString::number(*m_machine.priority));
        if (m_machine.role == MachineRole::Witness || m_file.cluster.role == MachineRole::Witness)
            return;
        QStringList there;
        for (const control::DriverRow &driver : own.drivers)
            there += u"%1 (%2)"_s.arg(driver.name, driver.type);
        QStringList here;
        for (const config::Driver &driver : m_file.drivers)
            here += driver.name + u" (exec)"_s;
        compare(u"drivers"_s, listText(there), listText(here));
    }

    void compareMachines()
    {
        const auto &rows = m_status.nodes;
        const bool hasAll = std::all_of(m_listed.begin(), m_listed.end(), [&](const Listed &one) {
            return std::any_of(rows.begin(), rows.end(),
                [&](const control::NodeRow &row) { return isSame(one, row); });
        });
        const bool hasNoOther
            = std::all_of(rows.begin(), rows.end(), [&](const control::NodeRow &row) {
                  return std::any_of(m_listed.begin(), m_listed.end(),
                      [&](const Listed &one) { return isSame(one, row); });
              });
        if (hasAll && hasNoOther)
            return;
        QStringList there;
        for (const control::NodeRow &row : rows)
            there += row.uri.isEmpty() ? row.id : row.uri;
        QStringList here;
        for (const Listed &one : m_listed)
            here += one.uri;
        there.sort();
        here.sort();
        m_found.push_back({u"cluster.machines"_s, listText(there), listText(here)});
    }

    /// The set in force, where the file names all that it makes of it.
    void compareVoters()
    {
        const control::SetRow &set = m_status.newSet ? *m_status.newSet : m_status.set;
        if (m_file.cluster.election == config::ElectionMode::Naive || set.voters.empty())
            return;
        std::map<QString, QString> wanted;
        for (const Listed &one : m_listed) {
            if (one.id.isEmpty())
                return;
            if (one.role != MachineRole::Standby)
                wanted[one.id] = config::toText(one.role);
        }
        compare(u"voters"_s, votersText(set.voters), votersText(wanted));
    }

    static QString listText(const QStringList &list)
    {
        return list.isEmpty() ? u"none"_s : list.join(u", "_s);
    }
    static QString votersText(const std::map<QString, QString> &voters)
    {
        QStringList list;
        for (const auto &[id, role] : voters)
            list += role == u"witness" ? id + u" (witness)"_s : id;
        return listText(list);
    }

    const Config &m_file;
    const std::vector<Listed> &m_listed;
    const Listed &m_machine;
    const ClusterStatus &m_status;
    std::vector<PeerDifference> m_found;
};

tl::expected<ClusterStatus, wire::ResponseError> statusOf(const Config &file, const QUrl &uri)
{
    const auto session = ControlSession::makeFor(file, uri);
    if (!session)
        return tl::unexpected(wire::ResponseError{u"failed"_s, session.error().text(), {}});
    const ControlSession::Answer answer = (*session)->request(u"get_cluster"_s, {}, kAnswerWithin);
    if (!answer)
        return tl::unexpected(answer.error());
    Result<ClusterStatus> status = control::statusFromCbor(*answer);
    if (!status)
        return tl::unexpected(wire::ResponseError{u"failed"_s, status.error().text(), {}});
    return std::move(*status);
}

} // namespace

std::vector<PeerDifference> differencesOf(const Config &file, const QString &uri,
    const ClusterStatus &status, const std::map<QString, QString> &ids)
{
    const std::vector<Listed> listed = listedIn(file, ids);
    const auto machine = std::find_if(
        listed.begin(), listed.end(), [&uri](const Listed &one) { return one.uri == uri; });
    return machine == listed.end() ? std::vector<PeerDifference>()
                                   : Comparison(file, listed, *machine, status).all();
}

std::vector<PeerReport> askPeers(const Config &file)
{
    std::vector<PeerReport> reports;
    std::vector<std::optional<ClusterStatus>> answers;
    std::map<QString, QString> ids;
    for (const Listed &one : listedIn(file, {})) {
        const QUrl uri = one.isSelf ? ownUri(file.server) : QUrl(one.uri);
        auto status = statusOf(file, uri);
        PeerReport report{one.uri, one.id, one.isSelf, {}, {}};
        if (status) {
            report.id = status->self;
            ids[one.uri] = status->self;
            answers.emplace_back(std::move(*status));
        } else {
            report.failure = status.error();
            answers.emplace_back();
        }
        reports.push_back(std::move(report));
    }
    std::set<QString> told; // Alarms come to every machine.
    for (std::size_t i = 0; i < reports.size(); ++i) {
        if (!answers[i])
            continue;
        for (const PeerDifference &one : differencesOf(file, reports[i].uri, *answers[i], ids)) {
            if (one.key != u"alarm" || told.insert(one.there).second)
                reports[i].differences.push_back(one);
        }
    }
    return reports;
}

QString peersText(const std::vector<PeerReport> &reports)
{
    std::vector<QStringList> rows{{u"MACHINE"_s, u"ADDRESS"_s, u"WHAT IT RUNS"_s}};
    for (const PeerReport &report : reports) {
        QStringList lines;
        if (report.failure)
            lines += u"not compared: "_s + report.failure->message;
        for (const PeerDifference &one : report.differences)
            lines += one.key == u"alarm"
                ? u"alarm %1"_s.arg(one.there)
                : u"%1: %2 there, %3 by this file"_s.arg(one.key, one.there, one.here);
        if (lines.isEmpty())
            lines += u"the same"_s;
        QString name = report.id.isEmpty() ? u"(id not yet known)"_s : report.id;
        if (report.isSelf)
            name += u" (this)"_s;
        for (qsizetype i = 0; i < lines.size(); ++i)
            rows.push_back(
                i == 0 ? QStringList{name, report.uri, lines[i]} : QStringList{{}, {}, lines[i]});
    }
    return textTable(rows);
}

QJsonArray peersJson(const std::vector<PeerReport> &reports)
{
    QJsonArray array;
    for (const PeerReport &report : reports) {
        QJsonArray differences;
        for (const PeerDifference &one : report.differences)
            differences
                += QJsonObject{{u"key"_s, one.key}, {u"there"_s, one.there}, {u"here"_s, one.here}};
        QJsonObject object{{u"uri"_s, report.uri},
            {u"id"_s, report.id.isEmpty() ? QJsonValue() : QJsonValue(report.id)},
            {u"self"_s, report.isSelf}, {u"compared"_s, !report.failure},
            {u"differences"_s, differences}};
        if (report.failure) {
            object.insert(u"code"_s, report.failure->code);
            object.insert(u"error"_s, report.failure->message);
        }
        array += object;
    }
    return array;
}

} // namespace clustd::daemon
