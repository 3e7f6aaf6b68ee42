#pragma once

#include "crypto/close_reason.h"

#include <QString>

#include <optional>

namespace clustd::link {

/// How a link ended. For logs, status and alarms: a lost link says nothing about its machine.
struct Ending
{
    std::optional<crypto::CloseReason> reason; ///< Nothing: the connection broke, or never stood
    bool byPeer = false; ///< The other side gave the reason
    bool isAuthentic
        = false; ///< It stood in a sealed bye; a close code anybody on the way may forge
    QString detail; ///< The fact, in words: "Connection refused"

    /// "unknown-key", "lost": a word of a small fixed set, for counting.
    [[nodiscard]] QString label() const;
    /// "unknown-key, says the other side: it holds another secret".
    [[nodiscard]] QString text() const;
    /// Whether somebody said no, rather than left or vanished.
    [[nodiscard]] bool isRefusal() const;
};

/// The reason whose text on the wire this is.
[[nodiscard]] std::optional<crypto::CloseReason> closeReasonFrom(const QString &text);
/// The reason whose close code this is.
[[nodiscard]] std::optional<crypto::CloseReason> closeReasonFrom(int closeCode);

} // namespace clustd::link
