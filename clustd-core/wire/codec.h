#pragma once

#include "crypto/close_reason.h"
#include "wire/messages.h"

namespace clustd::wire {

/// One CBOR map in deterministic encoding (RFC 8949 §4.2.1).
[[nodiscard]] QByteArray encode(const Content &content);

/// Reads strictly: see docs/PROTOCOL.md, Content.
/// @param sender role of the other side, which decides what it may say (election messages come from
/// machines alone).
/// @param isFirst frame 0: must be Ready, and Ready nowhere else.
/// Errors: Malformed only.
[[nodiscard]] crypto::Outcome<Content> decode(
    const QByteArray &plaintext, crypto::PeerRole sender, bool isFirst);

} // namespace clustd::wire
