// Sealed frames on their way: does one open only where it is the next, unchanged, and of the other
// direction?
//
// Input: 'r' and a frame that nobody sealed, or else a script of an attacker between client and
// server: one byte (what), then what that needs.

#include "crypto/handshake.h"
#include "crypto/primitives.h"
#include "fuzz/fuzz.h"
#include "wire/sealed_channel.h"

#include <array>
#include <deque>

using namespace clustd;
using namespace clustd::fuzz;
using namespace clustd::wire;

namespace {

/// Chains that no other run has: libFuzzer learns what is compared, and so the frames of former
/// runs.
class Chains
{
public:
    Chains()
    {
        FUZZ_PROMISE(crypto::randomBytes(m_up.data(), crypto::Key32::size()));
        FUZZ_PROMISE(crypto::randomBytes(m_down.data(), crypto::Key32::size()));
    }
    [[nodiscard]] SealedChannel channel(Side side) const
    {
        crypto::Session session;
        std::copy_n(m_up.data(), crypto::Key32::size(), session.chainClientToServer.data());
        std::copy_n(m_down.data(), crypto::Key32::size(), session.chainServerToClient.data());
        return {side, std::move(session)};
    }

private:
    std::array<std::uint8_t, crypto::Key32::size()> m_up{};
    std::array<std::uint8_t, crypto::Key32::size()> m_down{};
};

void openStrange(const QByteArray &frame)
{
    const Chains chains;
    SealedChannel server = chains.channel(Side::Server);
    SealedChannel client = chains.channel(Side::Client);
    const QByteArray good = client.seal("good").value();
    FUZZ_PROMISE(!server.open(frame));
    FUZZ_PROMISE(!server.open(good)); // None after it is tried.
    FUZZ_PROMISE(server.openedFrames() == 0);
}

/// One direction, with everything that was sealed and how much of it has arrived.
struct Way
{
    SealedChannel &from;
    SealedChannel &to;
    std::deque<std::pair<QByteArray, QByteArray>> sealed = {}; ///< Frame and plaintext
    std::size_t arrived = 0;
    bool isBroken = false;

    void seal(const QByteArray &plaintext)
    {
        if (plaintext.isEmpty() || sealed.size() > 64)
            return;
        const auto frame = from.seal(plaintext);
        FUZZ_PROMISE(frame && frame->size() == plaintext.size() + 28);
        FUZZ_PROMISE(from.sealedFrames() == sealed.size() + 1);
        sealed.emplace_back(*frame, plaintext);
    }
    void deliver(const QByteArray &frame)
    {
        const bool isNext = !isBroken && arrived < sealed.size() && frame == sealed[arrived].first;
        const auto opened = to.open(frame);
        FUZZ_PROMISE(opened.has_value() == isNext);
        if (opened) {
            FUZZ_PROMISE(*opened == sealed[arrived].second);
            ++arrived;
        } else {
            FUZZ_PROMISE(opened.error() == crypto::CloseReason::Unsealed);
            isBroken = true;
        }
        FUZZ_PROMISE(to.openedFrames() == arrived);
    }
    /// The frame that would be next, or nothing.
    [[nodiscard]] QByteArray next() const
    {
        return arrived < sealed.size() ? sealed[arrived].first : QByteArray();
    }
};

void attack(Input &input)
{
    const Chains chains;
    SealedChannel client = chains.channel(Side::Client);
    SealedChannel server = chains.channel(Side::Server);
    Way up{client, server};
    Way down{server, client};
    while (!input.isEmpty()) {
        const std::uint8_t what = input.byte();
        Way &way = (what & 0x80U) != 0 ? down : up;
        const Way &back = &way == &up ? down : up;
        QByteArray frame = way.next();
        switch (what & 0x7fU) {
        case 's':
            way.seal(toByteArray(input.some()));
            break;
        case 'd':
            way.deliver(frame);
            break;
        case 'x': { // Changed
            const std::uint16_t at = input.word();
            const std::uint8_t with = input.byte();
            if (!frame.isEmpty()) {
                const auto place = static_cast<qsizetype>(at % std::size_t(frame.size()));
                frame[place] = static_cast<char>(std::uint8_t(frame.at(place)) ^ with);
            }
            way.deliver(frame);
            break;
        }
        case 'c': // Cut
            way.deliver(frame.left(input.byte()));
            break;
        case 'a': // Made longer
            way.deliver(frame + toByteArray(input.some()));
            break;
        case 'o': { // One of those before or after
            const std::uint8_t which = input.byte();
            if (!way.sealed.empty())
                way.deliver(way.sealed[which % way.sealed.size()].first);
            break;
        }
        case 'b': // Thrown back at its sender
            if (!back.next().isEmpty())
                way.deliver(back.next());
            break;
        default:
            break;
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    if (size > 0 && data[0] == 'r') {
        (void)input.byte();
        openStrange(toByteArray(input.rest()));
    } else {
        attack(input);
    }
    return 0;
}
