#include "wire/sealed_channel.h"

#include "crypto/primitives.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace clustd::wire {

using crypto::CloseReason;
using crypto::Key32;

namespace {

constexpr qsizetype kIv = 12;
constexpr qsizetype kTag = 16;
constexpr std::uint64_t kFramesMax = std::uint64_t{1} << 32U;

/// One direction: its chain and how far it has run.
struct Direction
{
    Key32 chain;
    std::uint8_t number = 0; ///< 00 client -> server, 01 server -> client
    std::uint64_t n = 0;

    /// The key of frame n; the chain moves on and forgets it.
    Key32 nextKey()
    {
        static constexpr std::uint8_t kKey = 1;
        static constexpr std::uint8_t kChain = 2;
        Key32 key, next;
        crypto::hmacSha256(crypto::bytes(chain), {&kKey, 1}, key.data());
        crypto::hmacSha256(crypto::bytes(chain), {&kChain, 1}, next.data());
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

std::uint8_t *raw(QByteArray &bytes, qsizetype at)
{
    return reinterpret_cast<std::uint8_t *>(bytes.data()) + at;
}
const std::uint8_t *raw(const QByteArray &bytes, qsizetype at)
{
    return reinterpret_cast<const std::uint8_t *>(bytes.constData()) + at;
}

EVP_CIPHER *aes128Gcm()
{
    static EVP_CIPHER *const s_cipher = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    return s_cipher;
}

} // namespace

struct SealedChannel::State
{
    Direction out, in;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    bool isBroken = false;
    ~State() { EVP_CIPHER_CTX_free(cipher); }
};

SealedChannel::SealedChannel(Side side, crypto::Session &&session)
    : m_state(std::make_unique<State>())
{
    Direction up{std::move(session.chainClientToServer), 0, 0};
    Direction down{std::move(session.chainServerToClient), 1, 0};
    m_state->out = side == Side::Client ? std::move(up) : std::move(down);
    m_state->in = side == Side::Client ? std::move(down) : std::move(up);
}
SealedChannel::~SealedChannel() = default;
SealedChannel::SealedChannel(SealedChannel &&) noexcept = default;
SealedChannel &SealedChannel::operator=(SealedChannel &&) noexcept = default;

crypto::Outcome<QByteArray> SealedChannel::seal(const QByteArray &plaintext)
{
    State &s = *m_state;
    if (s.out.n >= kFramesMax)
        return tl::unexpected<CloseReason>(CloseReason::Counter);
    QByteArray frame(kIv + kTag + plaintext.size(), Qt::Uninitialized);
    const auto data = s.out.additionalData();
    const Key32 key = s.out.nextKey();
    int length = 0;
    const bool ok = crypto::randomBytes(raw(frame, 0), kIv)
        && EVP_EncryptInit_ex2(s.cipher, aes128Gcm(), key.data(), raw(frame, 0), nullptr) == 1
        && EVP_EncryptUpdate(s.cipher, nullptr, &length, data.data(), int(data.size())) == 1
        && EVP_EncryptUpdate(
               s.cipher, raw(frame, kIv + kTag), &length, raw(plaintext, 0), int(plaintext.size()))
            == 1
        && EVP_EncryptFinal_ex(s.cipher, raw(frame, kIv + kTag) + length, &length) == 1
        && EVP_CIPHER_CTX_ctrl(s.cipher, EVP_CTRL_AEAD_GET_TAG, int(kTag), raw(frame, kIv)) == 1;
    if (!ok)
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    ++s.out.n;
    return frame;
}

crypto::Outcome<QByteArray> SealedChannel::open(const QByteArray &frame)
{
    State &s = *m_state;
    if (s.isBroken || frame.size() < kIv + kTag + 1 || s.in.n >= kFramesMax) {
        s.isBroken = true;
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    }
    QByteArray plaintext(frame.size() - kIv - kTag, Qt::Uninitialized);
    QByteArray tag = frame.mid(kIv, kTag);
    const auto data = s.in.additionalData();
    const Key32 key = s.in.nextKey();
    int length = 0;
    const bool ok
        = EVP_DecryptInit_ex2(s.cipher, aes128Gcm(), key.data(), raw(frame, 0), nullptr) == 1
        && EVP_DecryptUpdate(s.cipher, nullptr, &length, data.data(), int(data.size())) == 1
        && EVP_DecryptUpdate(
               s.cipher, raw(plaintext, 0), &length, raw(frame, kIv + kTag), int(plaintext.size()))
            == 1
        && EVP_CIPHER_CTX_ctrl(s.cipher, EVP_CTRL_AEAD_SET_TAG, int(kTag), raw(tag, 0)) == 1
        && EVP_DecryptFinal_ex(s.cipher, raw(plaintext, 0) + length, &length) > 0;
    if (!ok) {
        s.isBroken = true;
        return tl::unexpected<CloseReason>(CloseReason::Unsealed);
    }
    ++s.in.n;
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
