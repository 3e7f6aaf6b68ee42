// The three messages before anybody is authenticated: does either side ever believe what the other
// did not say?
//
// Input: one byte (which message), then its bytes. 'h' is a hello whose mac the target makes, as an
// attacker can who stole one client's token.

#include "crypto/handshake.h"
#include "crypto/label.h"
#include "crypto/primitives.h"
#include "fuzz/fuzz.h"

using namespace clustd;
using namespace clustd::crypto;
using namespace clustd::fuzz;
using clustd::fuzz::Bytes;

namespace {

// The first handshake of tests/golden/protocol-v2-vectors.json, so that its messages, and the bad
// ones made of them, are samples.
constexpr char kSecret[] = "vector-secret-A-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
constexpr char kClient[] = "cm-2";

HandshakeRandom notRandom(const char *first, const char *sharePrivate)
{
    HandshakeRandom random;
    random.ticketOrRandom = QByteArray::fromHex(first);
    const QByteArray share = QByteArray::fromHex(sharePrivate);
    std::copy(share.begin(), share.end(), random.sharePrivate.data());
    return random;
}

const std::vector<ClusterKeys> &keys()
{
    static const std::vector<ClusterKeys> all = [] {
        std::vector<ClusterKeys> made;
        for (const char *secret :
            {kSecret, "the one before, which servers still accept, 9876543210"})
            made.push_back(ClusterKeys::derive(secret, "web").value());
        return made;
    }();
    return all;
}

Credentials credentials()
{
    return keys().front().credentialsFor(PeerRole::Node, kClient).value();
}

ClientHandshake client()
{
    return {{PeerRole::Node, kClient, Incarnation{2880184645976225793U}, {1, 1}, {}}, credentials(),
        notRandom("4c58103bbe7fd4cb250c7bdf8e5eba425d49a39a8fb41d4db7d413f617a9d6d0",
            "a3a6c88644d62b1bc13db9d1ee4933aae4ac67b83042e6d43482d8960a642813")};
}

ServerHandshake server()
{
    return {{"cm-1", Incarnation{5899100059452371908U}, {1, 1}}, keys(),
        notRandom("315ba9c11a7a1a6a44a0c5ce2a90d595a11b02a9a381135b11e5aed7175d984e",
            "331cfe0e32986cc5f4c4406d403391db429e4bc657f5e5d490615ac18abfd89b")};
}

/// What the two say to each other when nobody interferes.
struct Talk
{
    QByteArray ticket, hello, welcome;

    Talk()
    {
        ServerHandshake accepting = server();
        ticket = accepting.ticket();
        hello = client().hello(ticket).value();
        FUZZ_PROMISE(accepting.readHello(hello));
        welcome = accepting.welcome().value().bytes;
    }
};

const Talk &talk()
{
    static const Talk talk;
    return talk;
}

void checkReason(CloseReason reason)
{
    FUZZ_PROMISE(!toText(reason).isEmpty());
}

void readTicket(const QByteArray &ticket)
{
    const Outcome<QByteArray> hello = client().hello(ticket);
    if (!hello)
        return checkReason(hello.error());
    FUZZ_PROMISE(ticket.size() <= 1024 && hello->size() <= 1024);
    // The hello answers this ticket and no other.
    ServerHandshake accepting = server();
    FUZZ_PROMISE(accepting.readHello(*hello).has_value() == (ticket == accepting.ticket()));
}

/// @param isMade with the right mac: everything about the client is then as it says
void readHello(const QByteArray &hello, bool isMade)
{
    ServerHandshake accepting = server();
    const Outcome<PeerIdentity> peer = accepting.readHello(hello);
    if (!peer)
        return checkReason(peer.error());
    FUZZ_PROMISE(isMade || hello == talk().hello);
    FUZZ_PROMISE(isName(peer->name) && peer->keyId.size() == 8);
    FUZZ_PROMISE(peer->role != PeerRole::Node || peer->incarnation.value() != 0);
    const auto welcome = accepting.welcome();
    if (!welcome) {
        FUZZ_PROMISE(welcome.error() == CloseReason::Malformed); // A share of small order
        return;
    }
    FUZZ_PROMISE(welcome->bytes.size() <= 1024 && welcome->session.peer.name == peer->name);
    FUZZ_PROMISE(welcome->session.level == 1);
}

/// The hello up to its mac, with the mac of the client that it names where that is the one whose
/// token was stolen.
void readMadeHello(const QByteArray &most)
{
    const Credentials stolen = credentials();
    const Key32 key = hkdfExpand(bytes(stolen.psk), bytes(label("hello mac", {})));
    QByteArray mac(32, '\0');
    hmacSha256(bytes(key), bytes(lengthPrefixed(talk().ticket) + lengthPrefixed(most)),
        reinterpret_cast<std::uint8_t *>(mac.data()));
    const QByteArray hello = most + QByteArray::fromHex("5820") + mac;
    ServerHandshake accepting = server();
    if (const auto peer = accepting.readHello(hello))
        FUZZ_PROMISE(peer->role == PeerRole::Node && peer->name == kClient);
    readHello(hello, true);
}

void readWelcome(const QByteArray &welcome)
{
    ClientHandshake dialling = client();
    FUZZ_PROMISE(dialling.hello(talk().ticket).has_value());
    const Outcome<Session> session = dialling.finish(welcome);
    FUZZ_PROMISE(session.has_value() == (welcome == talk().welcome));
    if (!session)
        return checkReason(session.error());
    FUZZ_PROMISE(session->peer.name == "cm-1" && session->level == 1);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    const std::uint8_t kind = input.byte();
    const QByteArray message = toByteArray(input.rest());
    switch (kind) {
    case 'T':
        readTicket(message);
        break;
    case 'H':
        readHello(message, false);
        break;
    case 'h':
        readMadeHello(message);
        break;
    default:
        readWelcome(message);
        break;
    }
    return 0;
}
