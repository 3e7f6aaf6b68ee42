#include "crypto/aead.h"

#include "util/assert.h"

#include <openssl/evp.h>

#include <utility>

namespace clustd::crypto {
namespace {

EVP_CIPHER *aes128Gcm()
{
    static EVP_CIPHER *const s_cipher = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    return s_cipher;
}

} // namespace

Aead::Aead(Use use)
    : m_context(EVP_CIPHER_CTX_new())
{
    CLUSTD_ASSERT(m_context != nullptr
        && EVP_CipherInit_ex2(
               m_context, aes128Gcm(), nullptr, nullptr, use == Use::Seal ? 1 : 0, nullptr)
            == 1);
}

Aead::~Aead()
{
    EVP_CIPHER_CTX_free(m_context);
}

Aead::Aead(Aead &&other) noexcept
    : m_context(std::exchange(other.m_context, nullptr))
{
}

Aead &Aead::operator=(Aead &&other) noexcept
{
    std::swap(m_context, other.m_context);
    return *this;
}

bool Aead::seal(Bytes key, Bytes iv, Bytes additional, Bytes plaintext, std::uint8_t *ciphertext,
    std::uint8_t *tag)
{
    CLUSTD_ASSERT(key.size() == kAeadKeySize && iv.size() == kAeadIvSize);
    int length = 0;
    return EVP_EncryptInit_ex2(m_context, nullptr, key.data(), iv.data(), nullptr) == 1
        && EVP_EncryptUpdate(m_context, nullptr, &length, additional.data(), int(additional.size()))
        == 1
        && EVP_EncryptUpdate(
               m_context, ciphertext, &length, plaintext.data(), int(plaintext.size()))
        == 1
        && EVP_EncryptFinal_ex(m_context, ciphertext + length, &length) == 1
        && EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_GET_TAG, int(kAeadTagSize), tag) == 1;
}

bool Aead::open(
    Bytes key, Bytes iv, Bytes additional, Bytes ciphertext, Bytes tag, std::uint8_t *plaintext)
{
    CLUSTD_ASSERT(key.size() == kAeadKeySize && iv.size() == kAeadIvSize);
    if (tag.size() != kAeadTagSize)
        return false;
    int length = 0;
    // The library takes the tag as if it might write to it, and only reads.
    auto *expected = const_cast<std::uint8_t *>(tag.data());
    return EVP_DecryptInit_ex2(m_context, nullptr, key.data(), iv.data(), nullptr) == 1
        && EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_SET_TAG, int(kAeadTagSize), expected) == 1
        && EVP_DecryptUpdate(m_context, nullptr, &length, additional.data(), int(additional.size()))
        == 1
        && EVP_DecryptUpdate(
               m_context, plaintext, &length, ciphertext.data(), int(ciphertext.size()))
        == 1
        && EVP_DecryptFinal_ex(m_context, plaintext + length, &length) > 0;
}

} // namespace clustd::crypto
