#include "wire/sealed_channel.h"

#include "crypto/aead.h"
#include "crypto/fresh_iv.h"

#include <array>
#include <utility>

namespace clustd::wire {

using crypto::Aead;
using crypto::CloseReason;
using crypto::Key32;

namespace {

constexpr qsizetype kIv = crypto::kAeadIvSize;
constexpr qsizetype kTag = crypto::kAeadTagSize;

/// One direction: its chain and how far it has run.
struct Direction
{
    Key32 chain;
    std::uint8_t number = 0; ///< 00 client -> server, 01 server -> client
    std::uint64_t n = 0;
    bool isBroken = false;

    /// The key of frame n, of which the first bytes count; the chain moves on and forgets it.
    Key32 nextKey()
    {
        static constexpr std::uint8_t kKey = 1;
        static constexpr std::uint8_t kChain = 2;
        Key32 key, next;
        crypto::hmacSha256(crypto::bytes(chain), {&kKey, 1}, key.data(), {&kChain, 1}, next.data());
        chain = std::move(next);
        return key;
    }
    [[nodiscard]] std::array<std::uint8_t, 9> additionalData() const
    {
        std::array<std::uint8_t, 9> data{number};
        for (std::size_t i = 0; i < 8; ++i)
            data[1 + i] = std::uint8_t(n >> (56 - 8 * i));
        return data;
    }
};

crypto::Bytes keyOf(const Key32 &derived)
{
    return crypto::bytes(derived).first(crypto::kAeadKeySize);
}

std::uint8_t *raw(QByteArray &bytes)
{
    return reinterpret_cast<std::uint8_t *>(bytes.data());
}

} // namespace

struct SealedChannel::State
{
    Direction out, in;
    std::uint64_t framesMax = kFramesMax;
    Aead sealer{Aead::Use::Seal};
    Aead opener{Aead::Use::Open};
};

SealedChannel::SealedChannel(Side side, crypto::Session &&session, std::uint64_t framesMax)
    : m_state(std::make_unique<State>())
{
    m_state->framesMax = framesMax;
    m_state->out = {std::move(session.chainClientToServer), 0, 0, false};
    m_state->in = {std::move(session.chainServerToClient), 1, 0, false};
    if (side == Side::Server)
        std::swap(m_state->out, m_state->in);
}
SealedChannel::~SealedChannel() = default;
SealedChannel::SealedChannel(SealedChannel &&) noexcept = default;
SealedChannel &SealedChannel::operator=(SealedChannel &&) noexcept = default;

crypto::Outcome<QByteArray> SealedChannel::seal(const QByteArray &plaintext)
{
    Direction &out = m_state->out;
    if (out.n >= m_state->framesMax)
        return tl::unexpected<CloseReason>(CloseReason::Counter);
    if (out.isBroken)
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    QByteArray frame(kIv + kTag + plaintext.size(), Qt::Uninitialized);
    std::uint8_t *iv = raw(frame);
    const auto data = out.additionalData();
    const Key32 key = out.nextKey();
    if (!crypto::freshIv(iv)
        || !m_state->sealer.seal(keyOf(key), {iv, crypto::kAeadIvSize}, data,
            crypto::bytes(plaintext), iv + kIv + kTag, iv + kIv)) {
        out.isBroken = true; // The chain has moved on without a frame.
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    }
    ++out.n;
    return frame;
}

crypto::Outcome<QByteArray> SealedChannel::open(const QByteArray &frame)
{
    Direction &in = m_state->in;
    if (in.isBroken || frame.size() < kIv + kTag + 1 || in.n >= m_state->framesMax) {
        in.isBroken = true;
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    }
    const crypto::Bytes all = crypto::bytes(frame);
    QByteArray plaintext(frame.size() - kIv - kTag, Qt::Uninitialized);
    const auto data = in.additionalData();
    const Key32 key = in.nextKey();
    if (!m_state->opener.open(keyOf(key), all.first(kIv), data, all.subspan(kIv + kTag),
            all.subspan(kIv, kTag), raw(plaintext))) {
        in.isBroken = true;
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    }
    ++in.n;
    return plaintext;
}

std::uint64_t SealedChannel::sealedFrames() const
{
    return m_state->out.n;
}

std::uint64_t SealedChannel::openedFrames() const
{
    return m_state->in.n;
}

} // namespace clustd::wire
