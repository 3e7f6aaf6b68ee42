#include "model/topology_picture.h"

#include <algorithm>
#include <map>
#include <utility>

namespace clustd::monitor {

using control::ClusterStatus;
using control::LinkRow;
using control::NodeRow;

namespace {

struct BothWays
{
    const LinkRow *there = nullptr; ///< As the first of the pair sees it
    const LinkRow *back = nullptr;
};

LinkKind kindOf(const BothWays &pair)
{
    const auto is = [](const LinkRow *row, const char16_t *state) {
        return row && row->state == QStringView(state);
    };
    const auto isHeard
        = [&is](const LinkRow *row) { return is(row, u"up") || is(row, u"suspect"); };
    if (pair.there && pair.back && isHeard(pair.there) != isHeard(pair.back))
        return LinkKind::OneWay;
    // A machine that cannot be asked says nothing of its own side.
    const bool isUp = (!pair.there || isHeard(pair.there)) && (!pair.back || isHeard(pair.back));
    if (!isUp)
        return LinkKind::Down;
    return is(pair.there, u"suspect") || is(pair.back, u"suspect") ? LinkKind::Suspect
                                                                   : LinkKind::Up;
}

MachinePicture machineOf(const NodeRow &node, const ClusterStatus &status)
{
    MachinePicture made;
    made.id = node.id.isEmpty() ? node.uri : node.id;
    made.role = node.role;
    made.state = node.state;
    made.isMaster = !node.id.isEmpty() && status.master == node.id;
    made.isActive = made.isMaster && status.active;
    made.isSelf = !node.id.isEmpty() && node.id == status.self;
    made.isMaintained = node.maintenance;
    const bool isKnown = node.state != u"unreachable" && !node.version.isEmpty();
    made.isSick = isKnown && !node.healthy;
    if (node.state == u"unreachable" || node.link == u"refused")
        made.trouble = node.detail;
    for (const control::DriverRow &driver : node.drivers) {
        if (made.isMaster || driver.state != u"stopped" || !driver.healthy)
            made.drivers.push_back(driver);
    }
    return made;
}

/// The fault that a person should see first has the lowest number.
int urgency(const LinkPicture &link, const QString &chosen)
{
    const int kind = link.kind == LinkKind::OneWay ? 0
        : link.kind == LinkKind::Suspect           ? 1
        : link.kind == LinkKind::Down              ? 2
                                                   : 3;
    const bool isNear = link.isOfMaster || link.a == chosen || link.b == chosen;
    return kind + (isNear ? 0 : 10);
}

} // namespace

TopologyPicture pictureOf(
    const ClusterStatus &status, const std::vector<LinkRow> &links, const QString &chosen)
{
    TopologyPicture picture;
    for (const NodeRow &node : status.nodes)
        picture.machines.push_back(machineOf(node, status));

    std::map<std::pair<QString, QString>, BothWays> pairs;
    for (const LinkRow &row : links) {
        if (row.from == row.to)
            continue;
        if (row.from < row.to)
            pairs[{row.from, row.to}].there = &row;
        else
            pairs[{row.to, row.from}].back = &row;
    }
    const bool isLarge = status.nodes.size() > kAllLinksMachines;
    for (const auto &[names, pair] : pairs) {
        LinkPicture link;
        link.a = names.first;
        link.b = names.second;
        link.kind = kindOf(pair);
        if (link.kind == LinkKind::OneWay && pair.back->state != u"down"
            && pair.back->state != u"refused")
            std::swap(link.a, link.b);
        link.isOfMaster = status.master == link.a || status.master == link.b;
        for (const LinkRow *row : {pair.there, pair.back}) {
            if (!row)
                continue;
            link.rttUs = std::max(link.rttUs, row->rttUs);
            link.lossPpm = std::max(link.lossPpm, row->lossPpm);
        }
        const bool isDull
            = link.kind == LinkKind::Up && !link.isOfMaster && link.a != chosen && link.b != chosen;
        if (isLarge && isDull)
            ++picture.linksLeftOut;
        else
            picture.links.push_back(std::move(link));
    }
    if (picture.links.size() > kLinksMax) {
        std::stable_sort(picture.links.begin(), picture.links.end(),
            [&chosen](const LinkPicture &a, const LinkPicture &b) {
                return urgency(a, chosen) < urgency(b, chosen);
            });
        picture.linksLeftOut += static_cast<int>(picture.links.size() - kLinksMax);
        picture.links.resize(kLinksMax);
    }
    return picture;
}

} // namespace clustd::monitor
