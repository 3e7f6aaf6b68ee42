#pragma once

#include "crypto/aead.h"

namespace clustd::crypto {

/// Writes kAeadIvSize random bytes that nobody else was or will be given. False when the kernel has
/// none to give; the connection must then end.
///
/// Every frame has a key of its own, so an IV must differ only where that key exists twice: in a
/// process that was forked, or a machine that was cloned or set back to a snapshot while it ran.
/// A generator that keeps its state in the process, as OpenSSL's does, goes on alike in such
/// copies. These bytes come from the kernel instead, a few hundred at a time: what is kept of them
/// vanishes in a forked process, and each IV is mixed with the clock in nanoseconds, by which
/// copies of a machine differ. Mixing leaves random bytes random.
///
/// Thread: any; each keeps bytes of its own.
[[nodiscard]] bool freshIv(std::uint8_t *iv);

} // namespace clustd::crypto
