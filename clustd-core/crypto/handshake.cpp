#include "crypto/handshake.h"

#include "crypto/label.h"
#include "crypto/primitives.h"
#include "util/assert.h"

#include <QCborStreamReader>
#include <QCborStreamWriter>

#include <algorithm>

namespace clustd::crypto {
namespace {

constexpr qsizetype kBytesMax = 1024; // As long as nobody is authenticated
constexpr qsizetype kMacField = 34; // 58 20 and 32 bytes at the end of H and W

/// One of the three messages, as its elements. Which are text, bytes or number is fixed per
/// message.
struct Element
{
    enum class Kind { Number, Text, Bytes } kind = Kind::Number;
    std::uint64_t number = 0;
    QByteArray data;
};
using Elements = std::vector<Element>;

Element num(std::uint64_t n)
{
    return {Element::Kind::Number, n, {}};
}
Element txt(const std::string &t)
{
    return {Element::Kind::Text, 0, QByteArray::fromStdString(t)};
}
Element byt(const QByteArray &b)
{
    return {Element::Kind::Bytes, 0, b};
}

QByteArray write(const Elements &elements)
{
    QByteArray out;
    QCborStreamWriter writer(&out);
    writer.startArray(quint64(elements.size()));
    for (const Element &element : elements) {
        switch (element.kind) {
        case Element::Kind::Number:
            writer.append(quint64(element.number));
            break;
        case Element::Kind::Text:
            writer.appendTextString(element.data.constData(), element.data.size());
            break;
        case Element::Kind::Bytes:
            writer.append(element.data);
            break;
        }
    }
    writer.endArray();
    return out;
}

/// Reads elements of exactly these kinds; whatever is not the deterministic encoding of the result
/// is refused.
std::optional<Elements> read(const QByteArray &bytes, std::initializer_list<Element::Kind> kinds)
{
    if (bytes.isEmpty())
        return std::nullopt;
    QCborStreamReader reader(bytes);
    if (!reader.isArray() || !reader.isLengthKnown() || reader.length() != kinds.size()
        || !reader.enterContainer())
        return std::nullopt;
    Elements elements;
    for (const Element::Kind kind : kinds) {
        Element element;
        element.kind = kind;
        if (kind == Element::Kind::Number) {
            if (!reader.isUnsignedInteger())
                return std::nullopt;
            element.number = reader.toUnsignedInteger();
            reader.next();
        } else {
            const bool isText = kind == Element::Kind::Text;
            if (!(isText ? reader.isString() : reader.isByteArray()) || !reader.isLengthKnown())
                return std::nullopt;
            if (isText) {
                const auto result = reader.readString();
                if (result.status != QCborStreamReader::Ok)
                    return std::nullopt;
                element.data = result.data.toUtf8();
                if (reader.readString().status != QCborStreamReader::EndOfString)
                    return std::nullopt;
            } else {
                const auto result = reader.readByteArray();
                if (result.status != QCborStreamReader::Ok)
                    return std::nullopt;
                element.data = result.data;
                if (reader.readByteArray().status != QCborStreamReader::EndOfString)
                    return std::nullopt;
            }
        }
        elements.push_back(std::move(element));
    }
    if (reader.hasNext() || !reader.leaveContainer() || write(elements) != bytes)
        return std::nullopt;
    return elements;
}

bool isLevels(const Element &low, const Element &high)
{
    return low.number >= 1 && high.number >= 1 && low.number <= 255 && high.number <= 255
        && low.number <= high.number;
}

std::optional<std::uint8_t> commonLevel(Levels own, std::uint64_t theirMin, std::uint64_t theirMax)
{
    const std::uint64_t level = std::min<std::uint64_t>(own.max, theirMax);
    if (level < own.min || level < theirMin)
        return std::nullopt;
    return std::uint8_t(level);
}

bool isIncarnation(std::uint64_t number, bool isNode)
{
    return number <= (std::uint64_t{1} << 63U) - 1 && (!isNode || number != 0);
}

struct Derived
{
    QByteArray finished;
    Key32 chainClientToServer;
    Key32 chainServerToClient;
};

Derived derive(const QByteArray &t, const QByteArray &h, const QByteArray &wPrime, const Key32 &psk,
    const Key32 &es, const Key32 &ee)
{
    const QByteArray th = sha256(label("transcript", {t, h, wPrime}));
    const Key32 mixKey = hkdfExpand(bytes(psk), bytes(label("mix", {})));
    SecretBytes<64> shared;
    std::copy_n(es.data(), 32, shared.data());
    std::copy_n(ee.data(), 32, shared.data() + 32);
    const Key32 prk = hkdfExtract(bytes(mixKey), Bytes{shared.data(), 64});
    const Key32 finishedKey = hkdfExpand(bytes(prk), bytes(label("finished", {th})));
    Derived derived;
    derived.finished.resize(32);
    hmacSha256(
        bytes(finishedKey), bytes(th), reinterpret_cast<std::uint8_t *>(derived.finished.data()));
    derived.chainClientToServer = hkdfExpand(bytes(prk), bytes(label("chain c2s", {th})));
    derived.chainServerToClient = hkdfExpand(bytes(prk), bytes(label("chain s2c", {th})));
    return derived;
}

QByteArray helloMac(const Key32 &psk, const QByteArray &t, const QByteArray &hPrime)
{
    const Key32 key = hkdfExpand(bytes(psk), bytes(label("hello mac", {})));
    QByteArray mac(32, '\0');
    hmacSha256(bytes(key), bytes(lengthPrefixed(t) + lengthPrefixed(hPrime)),
        reinterpret_cast<std::uint8_t *>(mac.data()));
    return mac;
}

using Kind = Element::Kind;
constexpr std::initializer_list<Kind> kTicketShape{
    Kind::Number, Kind::Number, Kind::Number, Kind::Bytes};
constexpr std::initializer_list<Kind> kHelloShape{Kind::Number, Kind::Number, Kind::Number,
    Kind::Text, Kind::Text, Kind::Text, Kind::Number, Kind::Bytes, Kind::Bytes, Kind::Bytes,
    Kind::Bytes};
constexpr std::initializer_list<Kind> kWelcomeShape{
    Kind::Number, Kind::Text, Kind::Number, Kind::Bytes, Kind::Bytes};

tl::unexpected<CloseReason> close(CloseReason reason)
{
    return tl::unexpected<CloseReason>(reason);
}

} // namespace

std::optional<HandshakeRandom> HandshakeRandom::draw()
{
    HandshakeRandom random;
    random.ticketOrRandom.resize(32);
    if (!randomBytes(reinterpret_cast<std::uint8_t *>(random.ticketOrRandom.data()), 32)
        || !randomBytes(random.sharePrivate.data(), 32))
        return std::nullopt;
    return random;
}

struct ClientHandshake::State
{
    Self self;
    Credentials credentials;
    HandshakeRandom random;
    QByteArray ticket, hello;
    std::uint8_t level = 1;
};

ClientHandshake::ClientHandshake(Self self, Credentials credentials, HandshakeRandom random)
    : m_state(new State{std::move(self), std::move(credentials), std::move(random), {}, {}, 1})
{
}
ClientHandshake::~ClientHandshake() = default;
ClientHandshake::ClientHandshake(ClientHandshake &&) noexcept = default;
ClientHandshake &ClientHandshake::operator=(ClientHandshake &&) noexcept = default;

Outcome<QByteArray> ClientHandshake::hello(const QByteArray &ticket)
{
    State &s = *m_state;
    if (ticket.size() > kBytesMax)
        return close(CloseReason::TooBig);
    const auto t = read(ticket, kTicketShape);
    if (!t || (*t)[0].number != 1 || !isLevels((*t)[1], (*t)[2]) || (*t)[3].data.size() != 32)
        return close(CloseReason::Malformed);
    const auto level = commonLevel(s.self.levels, (*t)[1].number, (*t)[2].number);
    if (!level)
        return close(CloseReason::Version);
    s.level = *level;
    s.ticket = ticket;
    Elements h{num(2), num(s.self.levels.min), num(s.self.levels.max), txt(s.credentials.cluster),
        txt(toText(s.self.role)), txt(s.self.name), num(s.self.incarnation.value()),
        byt(s.credentials.keyId), byt(s.random.ticketOrRandom),
        byt(x25519Public(s.random.sharePrivate)), byt(QByteArray(32, '\0'))};
    s.hello = write(h);
    h.back().data = helloMac(s.credentials.psk, ticket, s.hello.chopped(kMacField));
    s.hello = write(h);
    return s.hello;
}

Outcome<Session> ClientHandshake::finish(const QByteArray &welcome)
{
    State &s = *m_state;
    if (welcome.size() > kBytesMax)
        return close(CloseReason::TooBig);
    const auto w = read(welcome, kWelcomeShape);
    if (!w || (*w)[0].number != 3 || !isName((*w)[1].data.toStdString())
        || !isIncarnation((*w)[2].number, true) || (*w)[3].data.size() != 32
        || (*w)[4].data.size() != 32)
        return close(CloseReason::Malformed);
    Key32 es, ee;
    if (!x25519(s.random.sharePrivate, s.credentials.clusterPublic, es)
        || !x25519(s.random.sharePrivate, (*w)[3].data, ee))
        return close(CloseReason::Malformed);
    Derived derived
        = derive(s.ticket, s.hello, welcome.chopped(kMacField), s.credentials.psk, es, ee);
    s.random.sharePrivate.wipe();
    if (!isEqualConstantTime(bytes(derived.finished), bytes((*w)[4].data)))
        return close(CloseReason::NotAuthentic);
    const std::string serverId = (*w)[1].data.toStdString();
    if (s.self.role == PeerRole::Node && serverId == s.self.name)
        return close(CloseReason::Self);
    if (!s.self.expectedServer.empty() && serverId != s.self.expectedServer)
        return close(CloseReason::WrongNode);
    Session session;
    session.peer = {PeerRole::Node, serverId, Incarnation{(*w)[2].number}, s.credentials.keyId};
    session.level = s.level;
    session.chainClientToServer = std::move(derived.chainClientToServer);
    session.chainServerToClient = std::move(derived.chainServerToClient);
    return session;
}

struct ServerHandshake::State
{
    Self self;
    const std::vector<ClusterKeys> *keys;
    HandshakeRandom random;
    QByteArray ticket, hello, clientShare;
    const ClusterKeys *chosen = nullptr;
    Key32 psk;
    PeerIdentity peer;
    std::uint8_t level = 1;
};

ServerHandshake::ServerHandshake(
    Self self, const std::vector<ClusterKeys> &keys, HandshakeRandom random)
    : m_state(new State)
{
    m_state->self = std::move(self);
    m_state->keys = &keys;
    m_state->random = std::move(random);
    m_state->ticket = write({num(1), num(m_state->self.levels.min), num(m_state->self.levels.max),
        byt(m_state->random.ticketOrRandom)});
}
ServerHandshake::~ServerHandshake() = default;
ServerHandshake::ServerHandshake(ServerHandshake &&) noexcept = default;
ServerHandshake &ServerHandshake::operator=(ServerHandshake &&) noexcept = default;

const QByteArray &ServerHandshake::ticket() const
{
    return m_state->ticket;
}

Outcome<PeerIdentity> ServerHandshake::readHello(const QByteArray &hello)
{
    State &s = *m_state;
    if (hello.size() > kBytesMax)
        return close(CloseReason::TooBig);
    const auto h = read(hello, kHelloShape);
    if (!h)
        return close(CloseReason::Malformed);
    const Elements &e = *h;
    const auto role = peerRoleFrom(e[4].data.toStdString());
    if (e[0].number != 2 || !isLevels(e[1], e[2]) || !isName(e[3].data.toStdString()) || !role
        || !isName(e[5].data.toStdString()) || !isIncarnation(e[6].number, role == PeerRole::Node)
        || e[7].data.size() != 8 || e[8].data.size() != 32 || e[9].data.size() != 32
        || e[10].data.size() != 32)
        return close(CloseReason::Malformed);
    const auto level = commonLevel(s.self.levels, e[1].number, e[2].number);
    if (!level)
        return close(CloseReason::Version);
    if (e[3].data.toStdString() != s.keys->front().cluster())
        return close(CloseReason::WrongCluster);
    for (const ClusterKeys &keys : *s.keys) {
        if (isEqualConstantTime(bytes(keys.keyId()), bytes(e[7].data))) {
            s.chosen = &keys;
            break;
        }
    }
    if (s.chosen == nullptr)
        return close(CloseReason::UnknownKey);
    auto credentials = s.chosen->credentialsFor(*role, e[5].data.toStdString());
    CLUSTD_ASSERT(credentials.has_value());
    if (!isEqualConstantTime(bytes(helloMac(credentials->psk, s.ticket, hello.chopped(kMacField))),
            bytes(e[10].data)))
        return close(CloseReason::NotAuthentic);
    s.psk = std::move(credentials->psk);
    s.hello = hello;
    s.clientShare = e[9].data;
    s.level = *level;
    s.peer = {*role, e[5].data.toStdString(), Incarnation{e[6].number}, s.chosen->keyId()};
    return s.peer;
}

Outcome<ServerHandshake::Welcome> ServerHandshake::welcome()
{
    State &s = *m_state;
    CLUSTD_ASSERT(s.chosen != nullptr);
    Key32 es, ee;
    if (!x25519(s.chosen->clusterPrivate(), s.clientShare, es)
        || !x25519(s.random.sharePrivate, s.clientShare, ee))
        return close(CloseReason::Malformed);
    Elements w{num(3), txt(s.self.id), num(s.self.incarnation.value()),
        byt(x25519Public(s.random.sharePrivate)), byt(QByteArray(32, '\0'))};
    Derived derived = derive(s.ticket, s.hello, write(w).chopped(kMacField), s.psk, es, ee);
    s.random.sharePrivate.wipe();
    s.psk.wipe();
    w.back().data = derived.finished;
    Welcome out;
    out.bytes = write(w);
    out.session.peer = s.peer;
    out.session.level = s.level;
    out.session.chainClientToServer = std::move(derived.chainClientToServer);
    out.session.chainServerToClient = std::move(derived.chainServerToClient);
    return out;
}

} // namespace clustd::crypto
