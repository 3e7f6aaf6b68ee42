#pragma once

#include "control/control_api.h"
#include "demo/service_probe.h"
#include "terminal.h"
#include "util/instant.h"

#include <QStringList>

#include <optional>
#include <vector>

/// The demo's picture in the terminal. Pure: from what is known to lines. Thread: any.
namespace clustd::daemon {

/// All that the board shows.
struct BoardModel
{
    struct Machine
    {
        QString id;
        bool isOn = false; ///< Its guard runs
        bool isHung = false; ///< A signal holds its daemon
        bool isHeard = false; ///< Its daemon answers us
        std::optional<control::ClusterStatus> status; ///< The last that it said
        std::vector<bool> isCut; ///< By our hand: what it sends does not reach machine number ...
    };
    struct Holder
    {
        QString id;
        std::chrono::milliseconds left{};
    };
    struct Gap
    {
        QString from;
        QString to;
        double ms = 0;
    };

    std::vector<Machine> machines;
    std::optional<Holder> holder; ///< Of the lease; nothing: nobody holds one
    Duration lease{};
    Duration fence{};
    Duration failoverWithin{};
    ServiceProbe::Report clients;
    QString serviceUrl;
    std::vector<Gap> gaps; ///< By the service's own stamps, oldest first
    QString fault; ///< Not empty: the service ran on two machines
    std::vector<control::EventEntry> timeline; ///< Newest last
    int selected = 0; ///< Whom a key concerns
    QStringList story; ///< With --auto: what was told so far, instead of the keys
};

/// Exactly as many lines as @p size has rows, or fewer; each may be wider than the screen, which
/// cuts it. What matters less goes first where there is no room.
[[nodiscard]] std::vector<Line> drawBoard(
    const BoardModel &model, const Look &look, const ScreenSize &size);

/// "07:31:02.123  cm-1  master-lost  text": an event without its date, for one day's work.
[[nodiscard]] Line timelineLine(const control::EventEntry &entry);

} // namespace clustd::daemon
