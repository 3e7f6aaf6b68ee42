#pragma once

#include "guard/guard_client.h"
#include "guard/last_resort.h"
#include "guard/watchdog.h"
#include "util/instant.h"
#include "util/strong_id.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

/// The guard as a process (docs/ELECTION.md, The guard).
namespace clustd::guard {

struct GuardOptions
{
    /// Where the plan in force is kept (G1); made if its parent exists, mode 0700. Must be on a
    /// file system that cannot hang, best /run/clustd. One guard at a time holds it. Empty: no
    /// file, and a plan does not outlive the guard.
    std::string planDirectory;
    Duration fence = std::chrono::milliseconds(500); ///< D, until the daemon's Hello says its own
    Duration restartDelayMin = std::chrono::milliseconds(100); ///< Doubles with each death ...
    Duration restartDelayMax = std::chrono::seconds(5); ///< ... up to this ...
    Duration wellAfter
        = std::chrono::seconds(10); ///< ... and starts anew after a life that was so long
    LastResortOptions lastResort; ///< G5; none: an alarm only
    WatchdogOptions watchdog;
    bool wantsRealtime
        = true; ///< Ask for locked memory, SCHED_RR and not to be chosen when memory runs out (G4)
};

/// What a daemon is told when it starts.
struct ChildStart
{
    /// Former lives of this machine that are dead, with all they had started stopped: the daemon
    /// says Released{that, for ever} for each as soon as it has a link (G3). Oldest first, at most
    /// four.
    std::vector<Incarnation> formerLives;
    unsigned restarts = 0; ///< Times that this guard has restarted the daemon
    std::string lastEnd; ///< "killed by signal 9", for the journal; empty at the first start
};

/// The daemon itself. Runs in a fork of a process that has had no thread; its result is the exit
/// code. It should say Hello on the client before anything else, and Leaving before an orderly
/// exit.
using ChildMain = std::function<int(GuardClient client, const ChildStart &start)>;

/// Runs @p childMain in a child process and guards it. To be called from main() before any thread,
/// event loop or QCoreApplication exists. Returns in the guard only: the child leaves through
/// std::exit().
///
/// First a plan left over from a former guard (killed together with its daemon) is carried out.
///
/// How the child may end:
/// - after Leaving with nothing active, or with code 0 and nothing active: the guard ends with the
/// same code;
/// - with code 2 or 3 (usage, configuration), or any code before its first Hello, nothing active
/// and never restarted
///   before: the same, since another try would end alike;
/// - in any other way (G3): everything that it started is killed, the plan is carried out, and when
/// that has succeeded
///   a new child is forked, unless the guard was asked to end (SIGTERM, SIGINT): then it ends with
///   the child's code, or 128 + signal.
/// Before the guard ends it kills what descendants are left.
///
/// SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2 are passed on to the child, except where a terminal
/// has sent them to both. Descendants that lose their parent become the guard's children
/// (PR_SET_CHILD_SUBREAPER), so none gets away. All processes below it carry CLUSTD_GUARD=<random>
/// in their environment; drivers must not remove that.
/// @return exit code for main(); 1 also when the guard itself cannot start (its log says why)
[[nodiscard]] int runGuarded(const GuardOptions &options, const ChildMain &childMain);

/// Carries out the plan that was left in @p planDirectory, if any, and removes it: what
/// runGuarded() does first, and what `ExecStopPost=` is for (G6). Waits at most @p limit.
/// Kills the caller's children too: it must have none of its own.
/// @param former is filled with the life that the plan belonged to
/// @return false if something is left running, or another guard holds the directory
[[nodiscard]] bool carryOutLeftOverPlan(
    const std::string &planDirectory, Duration limit, std::vector<Incarnation> *former = nullptr);

} // namespace clustd::guard
