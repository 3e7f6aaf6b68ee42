#pragma once

#include "guard/fence_plan.h"
#include "util/strong_id.h"

#include <optional>
#include <span>
#include <variant>

/// What guard and daemon say to each other over their pipe, a pair of SOCK_SEQPACKET sockets: one
/// packet, one message.
///
/// message = "CG" | version 1 | type | length of payload u32 | CRC-32 of payload u32 | payload;
/// little-endian. Whoever receives anything else takes the other for dead: the guard fences (G3),
/// the daemon fences and ends (G4).
namespace clustd::guard {

inline constexpr std::size_t kMaxMessageBytes = 12 + 16 + FencePlan::kMaxEncodedBytes;

// ---- daemon -> guard
// -----------------------------------------------------------------------------------------------

/// The first message, and again when a reload changes the timing while nothing is active.
struct HelloMessage
{
    Incarnation incarnation;
    Duration fence{}; ///< D, 1 ms at least
};
/// G1. The plan itself travels beside it.
struct PlanMessage
{
    Term token;
    Instant deadline;
};
/// G2: a renewal.
struct DeadlineMessage
{
    Term token;
    Instant deadline;
};
/// G2: everything of the token has stopped.
struct StoppedMessage
{
    Term token;
};
/// The exit that follows is meant: no restart. Does not count while something is active.
struct LeavingMessage
{
};
/// Is the guard at work? Answered by Pong.
struct PingMessage
{
};
using ChildMessage = std::variant<HelloMessage, PlanMessage, DeadlineMessage, StoppedMessage,
    LeavingMessage, PingMessage>;

// ---- guard -> daemon
// -----------------------------------------------------------------------------------------------

/// Plan and deadline are held, and the plan is in its file: drivers may start.
struct PlanConfirmed
{
    Term token;
};
enum class PlanRefusal : std::uint8_t {
    TooLate
    = 1, ///< The deadline is too near, or another token's plan is in force, or the guard is fencing
    NotStored = 2, ///< The plan file could not be written; the guard's log says why
    NoWatchdog = 3, ///< The watchdog device cannot be used; the guard's log says why
};
/// Nothing may start. A plan that was held for the same token before is still in force.
struct PlanRefused
{
    Term token;
    PlanRefusal why = PlanRefusal::TooLate;
};
/// The guard reads its pipe.
struct Pong
{
};
/// The daemon must fence at once and end itself (G4). Comes once, and last.
struct GuardDied
{
};
using GuardMessage = std::variant<PlanConfirmed, PlanRefused, Pong, GuardDied>;

// ---- bytes
// ---------------------------------------------------------------------------------------------------------

/// Bytes written to @p buffer, 0 if they do not fit (kMaxMessageBytes always suffice).
/// @param plan goes with a PlanMessage; not looked at for others.
[[nodiscard]] std::size_t encode(
    const ChildMessage &message, const FencePlan *plan, std::span<std::byte> buffer);
[[nodiscard]] std::size_t encode(const GuardMessage &message, std::span<std::byte> buffer);

/// Nothing for a packet that is no whole and sound message. Allocates nothing.
/// @param plan is filled by a PlanMessage and otherwise left alone.
[[nodiscard]] std::optional<ChildMessage> decodeChildMessage(
    std::span<const std::byte> packet, FencePlan &plan);
[[nodiscard]] std::optional<GuardMessage> decodeGuardMessage(std::span<const std::byte> packet);

} // namespace clustd::guard
