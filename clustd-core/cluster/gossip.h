#pragma once

#include "cluster/mesh.h"
#include "cluster/settings.h"
#include "control/control_api.h"
#include "wire/messages.h"

#include <QCborMap>

#include <optional>
#include <vector>

/// The `detail` map of NodeStatus: what machines tell each other for people, and the pause. Never
/// heard in a vote.
namespace clustd::cluster {

struct Detail
{
    QString uri;
    QString role;
    bool isHealthy = true;
    bool isInMaintenance = false;
    QString version;
    std::int64_t uptimeSeconds = 0;
    std::vector<control::DriverRow> drivers;
    std::vector<control::LinkRow> links; ///< From the sender's side; `from` is the sender
    std::vector<control::AlarmRow> alarms;
    bool usesOldKey = false;
    QByteArray accessHash; ///< First 8 bytes of SHA-256 over the sorted revoked list
    Pause pause;
};

[[nodiscard]] QCborMap toCbor(const Detail &detail, const QDateTime &now);
/// Takes what has the right type and leaves the rest at its default: it comes from an authenticated
/// machine, maybe of another release, and nothing that is decided hangs on it.
/// @param sender fills `from` of the links.
[[nodiscard]] Detail detailFromCbor(
    const QCborMap &map, const QString &sender, const QDateTime &now);

/// First 8 bytes of SHA-256 over the sorted revoked list, a newline after each.
[[nodiscard]] QByteArray accessHash(std::vector<std::string> revoked);

/// What one machine last said of itself.
struct PeerGossip
{
    election::NodeStatus status;
    Detail detail;
    Instant heardAt{};
    std::optional<Instant> detailAt; ///< When `detail` was heard; nothing: not yet
    Incarnation incarnation;
};

} // namespace clustd::cluster
