#pragma once

#include "crypto/handshake.h"

#include <QByteArray>

#include <memory>

namespace clustd::wire {

enum class Side { Client, Server };

/// After so many the sender ends the link and dials again.
inline constexpr std::uint64_t kFramesMax = std::uint64_t{1} << 32U;

/// Seals and opens the frames of one connection: one key per frame, a chain per direction,
/// AES-128-GCM with a random IV. After the first frame that does not open, everything is refused.
/// What it remembers of used keys opens the last frame of each direction and nothing before.
/// Thread: any one. Allocates only the frame it returns.
class SealedChannel
{
public:
    /// @param framesMax in one direction; less than 2^32 only in tests.
    SealedChannel(Side side, crypto::Session &&session, std::uint64_t framesMax = kFramesMax);
    ~SealedChannel();
    SealedChannel(SealedChannel &&) noexcept;
    SealedChannel &operator=(SealedChannel &&) noexcept;

    /// Errors: Counter at the last number, Unsealed if the generator or the cipher fails.
    [[nodiscard]] crypto::Outcome<QByteArray> seal(const QByteArray &plaintext);
    /// Errors: Unsealed, for ever after.
    [[nodiscard]] crypto::Outcome<QByteArray> open(const QByteArray &frame);

    [[nodiscard]] std::uint64_t sealedFrames() const;
    [[nodiscard]] std::uint64_t openedFrames() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace clustd::wire
