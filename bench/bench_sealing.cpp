// What does it cost to seal and to open a message, beside the bare cipher?

#include "bench/measure.h"
#include "util/assert.h"
#include "wire/codec.h"
#include "wire/sealed_channel.h"

#include <openssl/evp.h>

#include <array>
#include <cstring>

using namespace clustd;
using namespace clustd::bench;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kMessageSize = 200;
constexpr int kBatch = 500;
constexpr double kTargetMicroseconds = 1.5;

crypto::Session session()
{
    crypto::Session session;
    std::memset(session.chainClientToServer.data(), 1, 32);
    std::memset(session.chainServerToClient.data(), 2, 32);
    return session;
}

/// AES-128-GCM as bare as OpenSSL has it: one context, one key, a counted IV, nothing allocated.
class BareCipher
{
public:
    explicit BareCipher(bool isSealing)
        : m_isSealing(isSealing)
    {
        CLUSTD_ASSERT(EVP_CipherInit_ex2(m_context, m_cipher, m_key.data(), m_iv.data(),
                          isSealing ? 1 : 0, nullptr)
            == 1);
    }
    ~BareCipher()
    {
        EVP_CIPHER_CTX_free(m_context);
        EVP_CIPHER_free(m_cipher);
    }
    BareCipher(const BareCipher &) = delete;
    BareCipher &operator=(const BareCipher &) = delete;

    void seal(std::uint8_t *text, std::uint8_t *tag)
    {
        begin();
        crypt(text);
        int length = 0;
        CLUSTD_ASSERT(m_isSealing && EVP_EncryptFinal_ex(m_context, text, &length) == 1
            && EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1);
    }
    void open(std::uint8_t *text, std::uint8_t *tag)
    {
        begin();
        CLUSTD_ASSERT(EVP_CIPHER_CTX_ctrl(m_context, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1);
        crypt(text);
        int length = 0;
        CLUSTD_ASSERT(!m_isSealing && EVP_DecryptFinal_ex(m_context, text, &length) == 1);
    }

private:
    void begin()
    {
        ++m_number;
        std::memcpy(m_iv.data(), &m_number, sizeof m_number);
        CLUSTD_ASSERT(
            EVP_CipherInit_ex2(m_context, nullptr, nullptr, m_iv.data(), -1, nullptr) == 1);
    }
    void crypt(std::uint8_t *text)
    {
        int length = 0;
        CLUSTD_ASSERT(EVP_CipherUpdate(m_context, nullptr, &length, m_additional.data(),
                          int(m_additional.size()))
                == 1
            && EVP_CipherUpdate(m_context, text, &length, text, kMessageSize) == 1);
    }

    bool m_isSealing;
    EVP_CIPHER *m_cipher = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
    EVP_CIPHER_CTX *m_context = EVP_CIPHER_CTX_new();
    std::array<std::uint8_t, 16> m_key{};
    std::array<std::uint8_t, 12> m_iv{};
    std::array<std::uint8_t, 9> m_additional{};
    std::uint64_t m_number = 0;
};

void measureBareCipher(Extent extent)
{
    std::array<std::uint8_t, kMessageSize> text{};
    std::array<std::uint8_t, 16> tag{};
    BareCipher sealer(true);
    printLine("AES-128-GCM by OpenSSL, one fixed key: seal",
        microsecondsPerCall(extent, kBatch, [&] { sealer.seal(text.data(), tag.data()); }), "us");

    // Opened in the order of sealing, since the IV is counted on both sides.
    std::vector<double> samples;
    BareCipher another(true), opener(false);
    std::vector<std::array<std::uint8_t, kMessageSize>> texts(kBatch);
    std::vector<std::array<std::uint8_t, 16>> tags(kBatch);
    for (int i = 0; i < extent.samples; ++i) {
        for (std::size_t n = 0; n < kBatch; ++n)
            another.seal(texts[n].data(), tags[n].data());
        std::size_t next = 0;
        const auto took = microsecondsPerCall({1, 0}, kBatch, [&] {
            opener.open(texts[next].data(), tags[next].data());
            ++next;
        });
        samples.push_back(took.front());
    }
    printLine("AES-128-GCM by OpenSSL, one fixed key: open", samples, "us");
}

void measureFrames(Extent extent)
{
    const QByteArray message(kMessageSize, 'm');
    wire::SealedChannel client(wire::Side::Client, session());
    wire::SealedChannel server(wire::Side::Server, session());
    std::vector<double> sealing, opening;
    std::vector<QByteArray> frames(kBatch);
    for (int i = -extent.warmUp; i < extent.samples; ++i) {
        std::size_t next = 0;
        const auto sealed = microsecondsPerCall(
            {1, 0}, kBatch, [&] { frames[next++] = client.seal(message).value(); });
        next = 0;
        const auto opened = microsecondsPerCall({1, 0}, kBatch,
            [&] { CLUSTD_ASSERT(server.open(frames[next++]).value().size() == kMessageSize); });
        if (i >= 0) {
            sealing.push_back(sealed.front());
            opening.push_back(opened.front());
        }
    }
    printLine("a frame: new key, random IV, seal", sealing, "us", kTargetMicroseconds);
    printLine("a frame: new key, open", opening, "us", kTargetMicroseconds);
}

void measureContent(Extent extent)
{
    election::Heartbeat heartbeat;
    heartbeat.term = Term{7};
    heartbeat.seq = 123456;
    heartbeat.set = std::make_shared<const election::VoterSet>(election::Epoch{Term{7}, 1},
        std::vector<election::Member>{
            {NodeId{"cm-1"}, false}, {NodeId{"cm-2"}, false}, {NodeId{"cm-3"}, false}});
    const QByteArray bytes = wire::encode(heartbeat);
    printLine("a heartbeat in a set of three: encode",
        microsecondsPerCall(
            extent, 200, [&] { CLUSTD_ASSERT(wire::encode(heartbeat).size() == bytes.size()); }),
        "us");
    printLine("a heartbeat in a set of three: decode",
        microsecondsPerCall(extent, 200,
            [&] { CLUSTD_ASSERT(wire::decode(bytes, crypto::PeerRole::Node, false).has_value()); }),
        "us");
}

} // namespace

int main(int argc, char **argv)
{
    const Extent extent = Extent::from(argc, argv);
    printHead("Sealing and opening 200 bytes");
    measureBareCipher(extent);
    measureFrames(extent);
    measureContent(extent);
    return 0;
}
