#pragma once

#include "config/config.h"
#include "control/control_api.h"
#include "wire/messages.h"

#include <map>
#include <optional>
#include <vector>

/// The file of this machine beside what the machines of the cluster run.
namespace clustd::daemon {

/// One key that a machine runs with another value than the file has or makes it expect.
struct PeerDifference
{
    QString key; ///< "cluster.failover_within"; "alarm": a machine says itself that files differ
    QString there;
    QString here; ///< Empty for an alarm

    friend bool operator==(const PeerDifference &, const PeerDifference &) = default;
};

/// A machine that was asked, or could not be.
struct PeerReport
{
    QString uri; ///< As the file has it
    QString id; ///< Empty while it is not known
    bool isSelf = false;
    std::optional<wire::ResponseError> failure; ///< Why it gave no answer
    std::vector<PeerDifference> differences;
};

/// Of the machine at @p uri, which says @p status of itself and the cluster.
/// @param ids uri -> id of all machines of the file as far as they are known
[[nodiscard]] std::vector<PeerDifference> differencesOf(const config::Config &file,
    const QString &uri, const control::ClusterStatus &status,
    const std::map<QString, QString> &ids);

/// Asks the daemon of this machine and every other of the file, one after the other, under the
/// secret of the file. Changes nothing. Thread: main; blocks in an event loop of its own.
[[nodiscard]] std::vector<PeerReport> askPeers(const config::Config &file);

[[nodiscard]] QString peersText(const std::vector<PeerReport> &reports);
[[nodiscard]] QJsonArray peersJson(const std::vector<PeerReport> &reports);

} // namespace clustd::daemon
