#pragma once

#include "crypto/primitives.h"

using EVP_CIPHER_CTX = struct evp_cipher_ctx_st;

namespace clustd::crypto {

inline constexpr std::size_t kAeadKeySize = 16;
inline constexpr std::size_t kAeadIvSize = 12;
inline constexpr std::size_t kAeadTagSize = 16;

/// AES-128-GCM (NIST SP 800-38D) with 96-bit IVs and whole tags, one direction: one object seals or
/// opens, so that its context keeps what OpenSSL sets up once.
///
/// The context remembers the last key until the next call or the end of the object.
/// Thread: any one.
class Aead
{
public:
    enum class Use { Seal, Open };

    explicit Aead(Use use);
    ~Aead();
    Aead(Aead &&other) noexcept;
    Aead &operator=(Aead &&other) noexcept;
    Aead(const Aead &) = delete;
    Aead &operator=(const Aead &) = delete;

    /// @param key, iv of kAeadKeySize and kAeadIvSize. Writes as many bytes as @p plaintext has to
    /// @p ciphertext, and the tag. False when the library fails.
    [[nodiscard]] bool seal(Bytes key, Bytes iv, Bytes additional, Bytes plaintext,
        std::uint8_t *ciphertext, std::uint8_t *tag);
    /// False when anything was altered; what stands in @p plaintext then must not be looked at.
    [[nodiscard]] bool open(Bytes key, Bytes iv, Bytes additional, Bytes ciphertext, Bytes tag,
        std::uint8_t *plaintext);

private:
    EVP_CIPHER_CTX *m_context = nullptr;
};

} // namespace clustd::crypto
