#pragma once

#include "guard/fence_plan.h"
#include "util/instant.h"
#include "util/strong_id.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace clustd::guard {

/// "CLUSTD_GUARD=" and 32 hexadecimal digits.
inline constexpr std::size_t kMarkBytes = 45;
using Mark = std::array<char, kMarkBytes>;

/// To whom a plan belongs.
struct PlanOwner
{
    Incarnation incarnation;
    Term token;
    pid_t daemon = 0;
    std::uint64_t daemonStart = 0; ///< Clock ticks after the boot
    Mark mark{};
};

/// The guard that holds a plan directory, as its file `guard` names it.
struct GuardProcess
{
    pid_t pid = 0;
    std::uint64_t start = 0; ///< Clock ticks after the boot
};

/// The guard that runs on @p directory now, nothing if none does.
[[nodiscard]] std::optional<GuardProcess> runningGuard(const std::string &directory);

/// The directory with the plan in force. Holds its lock, so that no second guard takes a plan in
/// force for one that was left. The file names the boot it was written in; after a reboot nothing
/// of it can be running, and it counts as absent.
///
/// The file is replaced by rename and not fsynced: it must outlive processes, not the machine.
/// After open() nothing is allocated. Errors: false, with the reason in the log.
class PlanFile
{
public:
    PlanFile() = default;
    ~PlanFile() { close(); }
    PlanFile(const PlanFile &) = delete;
    PlanFile &operator=(const PlanFile &) = delete;

    /// Makes the directory if need be and locks it. Where another guard holds it: false at once if
    /// that one lives; if it is dead, its fencer is still stopping what it left, which is waited
    /// for.
    /// @param waitMost for a fencer
    [[nodiscard]] bool open(const std::string &directory, Duration waitMost);
    [[nodiscard]] bool isOpen() const { return m_directory >= 0; }
    /// Lets go of the lock; in a forked process only of its share in it.
    void close();

    [[nodiscard]] bool store(const PlanOwner &owner, const FencePlan &plan);
    void remove();

    enum class Left { Nothing, Plan, Damaged };
    /// What an earlier guard has left there in this boot.
    [[nodiscard]] Left load(PlanOwner &owner, FencePlan &plan) const;

private:
    [[nodiscard]] bool lock(const std::string &directory, Duration waitMost) const;
    void nameGuard() const;

    int m_directory = -1;
    std::array<char, 36> m_boot{}; ///< Text of /proc/sys/kernel/random/boot_id
};

} // namespace clustd::guard
