#pragma once

#include "control/control_api.h"

#include <QStringList>

#include <optional>
#include <vector>

/// What the topology shows of a cluster, without saying where or in which colour. Thread: any.
namespace clustd::monitor {

struct MachinePicture
{
    QString id; ///< Its address while it was never met
    QString role; ///< voter, witness, standby
    QString state; ///< As in the status
    bool isMaster = false;
    bool isActive = false; ///< The master, with its drivers started
    bool isSelf = false; ///< The one that answers
    bool isSick = false;
    bool isMaintained = false;
    QString trouble; ///< Why its link is down, as the asked machine says
    std::vector<control::DriverRow>
        drivers; ///< Of the master, and elsewhere those not quietly stopped

    friend bool operator==(const MachinePicture &, const MachinePicture &) = default;
};

enum class LinkKind {
    Up,
    Suspect, ///< One side has heard nothing for a moment
    OneWay, ///< Only one of the two hears the other
    Down
};

struct LinkPicture
{
    QString a; ///< For OneWay: the one that hears
    QString b; ///< For OneWay: the one that is heard, and does not hear
    LinkKind kind = LinkKind::Down;
    bool isOfMaster = false;
    std::int64_t rttUs = 0; ///< The longer of the two; microseconds; 0: not measured
    std::int64_t lossPpm = 0; ///< The worse of the two

    friend bool operator==(const LinkPicture &, const LinkPicture &) = default;
};

struct TopologyPicture
{
    std::vector<MachinePicture> machines; ///< In the order of the status
    std::vector<LinkPicture> links; ///< One for each pair of which something is known
    /// Of a large cluster only the links of the master, of @p chosen and the faulty ones are drawn.
    int linksLeftOut = 0;

    friend bool operator==(const TopologyPicture &, const TopologyPicture &) = default;
};

/// Beyond so many machines healthy links that do not concern the master are left out.
inline constexpr std::size_t kAllLinksMachines = 16;
/// And beyond so many links the faulty ones too, the least interesting first.
inline constexpr std::size_t kLinksMax = 600;

[[nodiscard]] TopologyPicture pictureOf(const control::ClusterStatus &status,
    const std::vector<control::LinkRow> &links, const QString &chosen);

} // namespace clustd::monitor
