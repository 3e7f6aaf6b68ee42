#include "crypto/primitives.h"

#include "util/assert.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>

namespace clustd::crypto {
namespace {

/// One HMAC context per thread; the first use pays for the fetch.
EVP_MAC_CTX *macContext()
{
    struct Context
    {
        EVP_MAC *mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
        Context()
        {
            char digest[] = "SHA256";
            const OSSL_PARAM params[]
                = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                    OSSL_PARAM_construct_end()};
            CLUSTD_ASSERT(context != nullptr && EVP_MAC_CTX_set_params(context, params) == 1);
        }
        ~Context()
        {
            EVP_MAC_CTX_free(context);
            EVP_MAC_free(mac);
        }
    };
    thread_local Context s_context;
    return s_context.context;
}

void setKey(EVP_MAC_CTX *context, Bytes key)
{
    // A key of no bytes would mean "the key as before" to OpenSSL: HMAC pads with zeros, so one
    // zero byte is the same key.
    static constexpr std::uint8_t kZero = 0;
    const std::uint8_t *keyData = key.empty() ? &kZero : key.data();
    CLUSTD_ASSERT(EVP_MAC_init(context, keyData, key.empty() ? 1 : key.size(), nullptr) == 1);
}

void finishMac(EVP_MAC_CTX *context, Bytes message, std::uint8_t *mac32)
{
    std::size_t length = 0;
    CLUSTD_ASSERT(EVP_MAC_update(context, message.data(), message.size()) == 1
        && EVP_MAC_final(context, mac32, &length, 32) == 1 && length == 32);
}

} // namespace

void hmacSha256(Bytes key, Bytes message, std::uint8_t *mac32)
{
    EVP_MAC_CTX *context = macContext();
    setKey(context, key);
    finishMac(context, message, mac32);
}

void hmacSha256(Bytes key, Bytes messageA, std::uint8_t *macA, Bytes messageB, std::uint8_t *macB)
{
    EVP_MAC_CTX *context = macContext();
    setKey(context, key);
    finishMac(context, messageA, macA);
    CLUSTD_ASSERT(EVP_MAC_init(context, nullptr, 0, nullptr) == 1); // The key as before
    finishMac(context, messageB, macB);
}

Key32 hkdfExtract(Bytes salt, Bytes ikm)
{
    Key32 prk;
    hmacSha256(salt, ikm, prk.data());
    return prk;
}

Key32 hkdfExpand(Bytes prk, Bytes info)
{
    // 32 bytes are one block: T(1) = HMAC(prk, info | 0x01).
    QByteArray block(reinterpret_cast<const char *>(info.data()), qsizetype(info.size()));
    block += '\x01';
    Key32 out;
    hmacSha256(prk, bytes(block), out.data());
    return out;
}

QByteArray sha256(const QByteArray &message)
{
    QByteArray digest(32, '\0');
    unsigned int length = 0;
    CLUSTD_ASSERT(
        EVP_Digest(message.constData(), std::size_t(message.size()),
            reinterpret_cast<unsigned char *>(digest.data()), &length, EVP_sha256(), nullptr)
            == 1
        && length == 32);
    return digest;
}

QByteArray x25519Public(const Key32 &privateKey)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, privateKey.data(), 32);
    QByteArray out(32, '\0');
    std::size_t length = 32;
    CLUSTD_ASSERT(key != nullptr
        && EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char *>(out.data()), &length)
            == 1
        && length == 32);
    EVP_PKEY_free(key);
    return out;
}

bool x25519(const Key32 &privateKey, const QByteArray &theirPublic, Key32 &shared)
{
    if (theirPublic.size() != 32)
        return false;
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, privateKey.data(), 32);
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr,
        reinterpret_cast<const unsigned char *>(theirPublic.constData()), 32);
    EVP_PKEY_CTX *context = own != nullptr ? EVP_PKEY_CTX_new(own, nullptr) : nullptr;
    std::size_t length = 32;
    const bool ok = context != nullptr && peer != nullptr && EVP_PKEY_derive_init(context) == 1
        && EVP_PKEY_derive_set_peer(context, peer) == 1
        && EVP_PKEY_derive(context, shared.data(), &length) == 1 && length == 32;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(peer);
    EVP_PKEY_free(own);
    std::uint8_t any = 0;
    for (std::size_t i = 0; i < 32; ++i)
        any = std::uint8_t(any | shared.data()[i]);
    return ok && any != 0;
}

bool randomBytes(std::uint8_t *out, std::size_t size)
{
    return RAND_priv_bytes(out, int(size)) == 1;
}

bool isEqualConstantTime(Bytes a, Bytes b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace clustd::crypto
