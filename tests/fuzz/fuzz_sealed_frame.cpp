// Sealed frames on their way: does one open only where it is the next, unchanged, and of the other
// direction?
//
// Input: 'r' and a frame that nobody sealed, or else a script of an attacker between client and
// server: one byte (what), then what that needs.

#include "crypto/handshake.h"
#include "fuzz/fuzz.h"
#include "wire/sealed_channel.h"

#include <deque>

using namespace clustd;
using namespace clustd::fuzz;
using namespace clustd::wire;

namespace {

SealedChannel channel(Side side, std::uint8_t chain = 0xc5)
{
    crypto::Session session;
    std::fill_n(session.chainClientToServer.data(), crypto::Key32::size(), chain);
    std::fill_n(session.chainServerToClient.data(), crypto::Key32::size(), std::uint8_t{0x5c});
    return {side, std::move(session)};
}

void openStrange(const QByteArray &frame)
{
    // Of a chain of its own: libFuzzer learns what is compared, and so the frames of the other one.
    constexpr std::uint8_t kChain = 0x3a;
    SealedChannel server = channel(Side::Server, kChain);
    SealedChannel client = channel(Side::Client, kChain);
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
    SealedChannel client = channel(Side::Client);
    SealedChannel server = channel(Side::Server);
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
