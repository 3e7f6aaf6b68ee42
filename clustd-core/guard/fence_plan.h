#pragma once

#include "util/instant.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

/// What the guard does when the daemon is dead or hangs: a plain value of fixed size, so that
/// nothing need be allocated while fencing, and the same bytes go over the pipe and into the plan
/// file.
namespace clustd::guard {

/// A command that stops one thing by force. It runs with the guard's environment, `env` on top of
/// it, and CLUSTD_DEADLINE_MS (set by the guard: how long it may take), in a process group of its
/// own, without input. What it leaves running is killed at the end of the fence.
struct FenceCommand
{
    std::string_view name; ///< Of the driver, for the log
    std::span<const std::string> argv; ///< argv[0] is looked up in PATH unless it has a slash
    std::span<const std::string> env; ///< "CLUSTD_ACTION=fence", "CLUSTD_TERM=7", ...
    Duration
        timeout{}; ///< After it, or when the lease ends sooner, SIGKILL; a timeout is a failure
    bool isRequired
        = true; ///< Its failure (any exit but 0) fails the fence, which is then repeated
};

/// The fence plan of one activation (G1). Whatever it says, the guard first kills the daemon and
/// all its descendants, wherever they have moved (double-forked, in a new session), so a process
/// that the daemon started needs no entry for that. Entries are for what outlives the guard as well
/// (killed with the daemon) or was started by someone else.
///
/// Order: groups, processes and cgroups are killed first, then the commands run one by
/// one in the order in which they were added: the reverse of the start order. Drivers that are
/// already stopped must bear their command once more.
///
/// Errors: an add that does not fit, or text with a NUL, changes nothing and answers false.
class FencePlan
{
public:
    static constexpr std::size_t kMaxSteps = 64;
    static constexpr std::size_t kMaxTextBytes = std::size_t{16} * 1024;
    static constexpr std::size_t kMaxWords = 256; ///< Of argv and env of one command together
    static constexpr std::size_t kMaxEncodedBytes = 16 + kMaxSteps * 24 + kMaxTextBytes;

    /// SIGKILL to a process group whose leader runs now. Its start time is noted, so that another
    /// process that got its number later is spared. False also when there is no such process.
    bool killGroup(pid_t leader);
    /// SIGKILL to one process, that which started at @p start (clock ticks): for what has left its
    /// parent and group.
    bool killProcess(pid_t pid, std::uint64_t start);
    /// Kills everything below a cgroup (v2) directory, an absolute path. It need not exist yet, nor
    /// any longer.
    bool killCgroup(std::string_view directory);
    /// Takes an address from an interface, see removeAddress(). False also for what is no
    /// "192.0.2.10/24".
    bool removeAddress(std::string_view interface, std::string_view address);
    bool run(const FenceCommand &command);

    [[nodiscard]] bool isEmpty() const { return m_stepCount == 0; }

    enum class StepKind : std::uint8_t {
        KillGroup = 1,
        KillCgroup = 2,
        Run = 3,
        RemoveAddress = 4,
        KillProcess = 5
    };
    struct Step
    {
        StepKind kind = StepKind::Run;
        bool isRequired = true;
        std::uint16_t argc = 0;
        std::uint16_t envc = 0;
        std::uint16_t textSize = 0;
        std::uint32_t textAt = 0; ///< In the text: the cgroup; interface and address; or name, argv
                                  ///< and env; each ended by a NUL
        std::uint64_t number = 0; ///< Start time of the leader or process in clock ticks, or the
                                  ///< timeout in nanoseconds
        std::int32_t pid = 0; ///< Of the group's leader, or the process
    };
    [[nodiscard]] std::span<const Step> steps() const
    {
        return std::span(m_steps).first(m_stepCount);
    }
    /// The words of @p step in their order: one for a cgroup; interface and address;
    /// name, argv, env for a command. Points
    /// into this plan.
    /// @param words at least kMaxWords + 1 long; what is not used stays untouched.
    std::size_t words(const Step &step, std::span<const char *> words) const;

    /// Bytes written to @p buffer; 0 when it is shorter than needed (kMaxEncodedBytes always
    /// suffice).
    [[nodiscard]] std::size_t encode(std::span<std::byte> buffer) const;
    /// Fills @p plan from what encode() wrote. False, with @p plan empty, for anything that it did
    /// not write.
    [[nodiscard]] static bool decode(std::span<const std::byte> bytes, FencePlan &plan);

    void clear();

private:
    [[nodiscard]] bool append(Step step, std::span<const std::string_view> words);

    std::array<Step, kMaxSteps> m_steps{};
    std::array<char, kMaxTextBytes> m_text{};
    std::size_t m_stepCount = 0;
    std::size_t m_textSize = 0;
};

} // namespace clustd::guard
