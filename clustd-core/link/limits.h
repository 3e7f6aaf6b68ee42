#pragma once

#include "util/instant.h"

#include <QtGlobal>

/// Every bound of docs/PROTOCOL.md, Limits: nothing that a stranger or a slow reader does may grow
/// without end.
namespace clustd::link {

inline constexpr char kSubprotocol[] = "clustd.2";

// Sizes of one message, in bytes.
inline constexpr quint64 kMessageMaxBeforeUp = 1024;
inline constexpr quint64 kMessageMaxFromMachine = 1024 * 1024;
inline constexpr quint64 kMessageMaxFromClient = 64 * 1024;
/// IV and tag of a frame, beside its ciphertext.
inline constexpr qint64 kSealedOverhead = 28;
/// Longest head of an HTTP upgrade; ours has under 300 bytes.
inline constexpr qint64 kUpgradeHeadMax = 8 * 1024;

// Bytes that wait to be taken by the kernel.
inline constexpr qint64 kQueueMaxForHeartbeats = 256 * 1024;
inline constexpr qint64 kQueueMaxToMachine = 1024 * 1024;
inline constexpr qint64 kQueueMaxToClient = 4 * 1024 * 1024;

// Connections that have not shown a right mac yet.
inline constexpr int kUnauthenticatedMax = 64;
inline constexpr int kUnauthenticatedMaxPerAddress = 8;
inline constexpr int kUnauthenticatedMaxPerMachine
    = 4; ///< Beside those, for a configured machine's address
inline constexpr int kAcceptedPerTurn = 8;

/// Frames a second from a client, of whatever kind, and as many at once. Reading one costs tens of
/// microseconds of the thread that decides, and a socket hands over all that it has in one turn.
inline constexpr double kClientFramesPerSecond = 500;

// All bytes of a connection, those of WebSocket's own pings, pongs and empty fragments included:
// none of them is shown to us, and each costs microseconds of the thread that decides.
/// Until the other side has proven itself. A handshake has under 600 bytes.
inline constexpr quint64 kBytesBeforeProof = 2 * kMessageMaxBeforeUp;
/// From a client, a second; and as many at once.
inline constexpr double kClientBytesPerSecond = 128 * 1024;
inline constexpr double kClientBytesAtOnce = 256 * 1024;

/// From the beginning of TCP until the link is up.
inline constexpr Duration kHandshakeTime = std::chrono::seconds(3);
/// How long an orderly close may take before the connection is aborted.
inline constexpr Duration kCloseTime = std::chrono::milliseconds(250);

inline constexpr Duration kRedialMin = std::chrono::milliseconds(100);
inline constexpr Duration kRedialMax = std::chrono::seconds(5);
/// A link that was up for so long starts the backoff anew.
inline constexpr Duration kRedialSettled = std::chrono::seconds(10);

inline constexpr Duration kClientPingInterval = std::chrono::seconds(5);
inline constexpr Duration kClientSilence = std::chrono::seconds(15);

} // namespace clustd::link
