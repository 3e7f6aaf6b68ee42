#pragma once

#include "crypto/secret_bytes.h"

#include <QByteArray>

#include <cstdint>
#include <span>

/// HMAC-SHA256 (RFC 2104), HKDF (RFC 5869) and X25519 (RFC 7748) over OpenSSL's EVP. Algorithms are
/// fetched once per process, contexts are kept per thread: an implicit fetch per call costs more
/// than the work itself. Errors: a failing library is a fault of the installation and ends the
/// process, except where bool says otherwise.
namespace clustd::crypto {

using Bytes = std::span<const std::uint8_t>;
[[nodiscard]] inline Bytes bytes(const QByteArray &a)
{
    return {reinterpret_cast<const std::uint8_t *>(a.constData()), std::size_t(a.size())};
}
[[nodiscard]] inline Bytes bytes(const Key32 &key)
{
    return {key.data(), Key32::size()};
}

void hmacSha256(Bytes key, Bytes message, std::uint8_t *mac32);
/// Two messages under one key, which is then set up once: a third of the cost goes into that.
void hmacSha256(Bytes key, Bytes messageA, std::uint8_t *macA, Bytes messageB, std::uint8_t *macB);
[[nodiscard]] Key32 hkdfExtract(Bytes salt, Bytes ikm);
[[nodiscard]] Key32 hkdfExpand(Bytes prk, Bytes info);
[[nodiscard]] QByteArray sha256(const QByteArray &message);
[[nodiscard]] QByteArray x25519Public(const Key32 &privateKey);
/// False when the result is all zero (a share of small order).
[[nodiscard]] bool x25519(const Key32 &privateKey, const QByteArray &theirPublic, Key32 &shared);
[[nodiscard]] bool randomBytes(std::uint8_t *out, std::size_t size);
[[nodiscard]] bool isEqualConstantTime(Bytes a, Bytes b);

} // namespace clustd::crypto
