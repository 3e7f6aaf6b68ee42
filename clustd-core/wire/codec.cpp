#include "wire/codec.h"

#include "wire/cbor_bytes.h"
#include "wire/cbor_document.h"

#include <algorithm>

namespace clustd::wire {

using namespace Qt::Literals::StringLiterals;
using namespace election;
using crypto::CloseReason;
using crypto::PeerRole;

namespace {

constexpr std::size_t kTextMax = 4096;

constexpr std::pair<Refusal, const char *> kRefusals[] = {{Refusal::Promised, "promised"},
    {Refusal::Engaged, "engaged"}, {Refusal::Starting, "starting"}, {Refusal::Amnesia, "amnesia"},
    {Refusal::OlderSet, "older-set"}, {Refusal::OlderTerm, "older-term"}, {Refusal::Voted, "voted"},
    {Refusal::Released, "released"}, {Refusal::NotAVoter, "not-a-voter"}};

// ---- writing

CborBytes u(std::uint64_t n)
{
    return std::int64_t(n);
}
CborBytes cbor(const Term &term)
{
    return u(term.value());
}
CborBytes cbor(const std::vector<Member> &members)
{
    std::vector<CborBytes::Entry> entries;
    entries.reserve(members.size());
    for (const Member &member : members)
        entries.emplace_back(member.id.value(), member.isWitness ? "witness" : "voter");
    return CborBytes::map(std::move(entries));
}
CborBytes cbor(const WantedMembers &members)
{
    return members ? cbor(*members) : nullptr;
}
CborBytes cbor(const SharedVoterSet &set)
{
    if (!set)
        return nullptr;
    return CborBytes::map({{"term", cbor(set->epoch().term)}, {"n", u(set->epoch().n)},
        {"voters", cbor(set->members())}});
}
CborBytes upTo(const Term &term)
{
    return term == kForEver ? nullptr : cbor(term);
}
CborBytes cbor(const std::optional<ReleasedLife> &released)
{
    if (!released)
        return nullptr;
    return CborBytes::array({released->life.machine.value(), u(released->life.incarnation.value()),
        upTo(released->upTo)});
}
CborBytes cbor(const std::optional<NodeId> &id)
{
    return id ? CborBytes(id->value()) : nullptr;
}
CborBytes cbor(const std::optional<Refusal> &why)
{
    return why ? election::toText(*why) : "";
}

CborBytes toMap(const Heartbeat &m)
{
    return CborBytes::map(
        {{"msg", "heartbeat"}, {"term", cbor(m.term)}, {"seq", u(m.seq)}, {"set", cbor(m.set)}});
}
CborBytes toMap(const HeartbeatAck &m)
{
    return CborBytes::map({{"msg", "heartbeat-ack"}, {"term", cbor(m.term)}, {"seq", u(m.seq)},
        {"ok", m.ok}, {"set", cbor(m.set)}});
}
CborBytes toMap(const PreVote &m)
{
    return CborBytes::map({{"msg", "pre-vote"}, {"nonce", u(m.nonce)},
        {"released", cbor(m.released)}, {"set", cbor(m.set)}});
}
CborBytes toMap(const PreVoteReply &m)
{
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(m.freeIn).count();
    return CborBytes::map({{"msg", "pre-vote-reply"}, {"nonce", u(m.nonce)}, {"term", cbor(m.term)},
        {"granted", m.granted}, {"why", cbor(m.why)}, {"free_in_us", std::max<std::int64_t>(us, 0)},
        {"set", cbor(m.set)}});
}
CborBytes toMap(const RequestVote &m)
{
    return CborBytes::map({{"msg", "request-vote"}, {"term", cbor(m.term)},
        {"released", cbor(m.released)}, {"set", cbor(m.set)}});
}
CborBytes toMap(const VoteReply &m)
{
    return CborBytes::map({{"msg", "vote-reply"}, {"term", cbor(m.term)}, {"granted", m.granted},
        {"why", cbor(m.why)}, {"set", cbor(m.set)}});
}
CborBytes toMap(const election::Released &m)
{
    return CborBytes::map({{"msg", "released"}, {"incarnation", u(m.incarnation.value())},
        {"up_to", upTo(m.upTo)}, {"successor", cbor(m.successor)}, {"set", cbor(m.set)}});
}
CborBytes toMap(const Recover &m)
{
    return CborBytes::map({{"msg", "recover"}, {"nonce", u(m.nonce)}});
}
CborBytes toMap(const RecoverReply &m)
{
    return CborBytes::map({{"msg", "recover-reply"}, {"nonce", u(m.nonce)}, {"term", cbor(m.term)},
        {"has_file", m.hasFile}, {"leased", m.leased}, {"wanted", cbor(m.wanted)},
        {"set", cbor(m.set)}});
}
CborBytes toMap(const NodeStatusMessage &message)
{
    const NodeStatus &m = message.status;
    std::vector<CborBytes::Entry> entries{{"msg", "node-status"}, {"term", cbor(m.term)},
        {"released", cbor(m.released)}, {"eligible", m.eligible}, {"wanted", cbor(m.wanted)},
        {"priority", m.priority}, {"state", m.state}, {"master", cbor(m.master)},
        {"paused", m.paused}, {"set", cbor(m.set)}};
    if (message.detail)
        entries.emplace_back("detail", CborBytes(QCborValue(*message.detail)));
    return CborBytes::map(std::move(entries));
}
CborBytes toMap(const Ping &m)
{
    return CborBytes::map({{"msg", "ping"}, {"seq", u(m.seq)}, {"t1", u(m.t1)}});
}
CborBytes toMap(const Pong &m)
{
    return CborBytes::map(
        {{"msg", "pong"}, {"seq", u(m.seq)}, {"t1", u(m.t1)}, {"t2", u(m.t2)}, {"t3", u(m.t3)}});
}
CborBytes toMap(const Ready &m)
{
    std::vector<CborBytes> features(m.features.begin(), m.features.end());
    std::vector<CborBytes::Entry> entries{
        {"event", "ready"}, {"software", m.software}, {"features", CborBytes::array(features)}};
    if (m.uri)
        entries.emplace_back("uri", *m.uri);
    if (m.role)
        entries.emplace_back("role", *m.role);
    if (m.priority)
        entries.emplace_back("priority", *m.priority);
    return CborBytes::map(std::move(entries));
}
CborBytes toMap(const Bye &m)
{
    return CborBytes::map({{"event", "bye"}, {"reason", m.reason}});
}
CborBytes toMap(const Request &m)
{
    QCborMap params = m.params;
    if (!m.onBehalfOf.isEmpty())
        params[u"for"_s] = m.onBehalfOf;
    return CborBytes::map(
        {{"req_id", u(m.id)}, {"method", m.method}, {"params", CborBytes(QCborValue(params))}});
}
CborBytes toMap(const Response &m)
{
    if (!m.error)
        return CborBytes::map({{"res_id", u(m.id)}, {"data", CborBytes(QCborValue(m.data))}});
    QCborMap error = m.error->detail;
    error[u"code"_s] = m.error->code;
    error[u"message"_s] = m.error->message;
    return CborBytes::map({{"res_id", u(m.id)}, {"error", CborBytes(QCborValue(error))}});
}
CborBytes toMap(const Progress &m)
{
    return CborBytes::map({{"event", "progress"}, {"req_id", u(m.id)}, {"text", m.text}});
}
CborBytes toMap(const ClientEvent &m)
{
    QCborMap map = m.body;
    map[u"event"_s] = m.name;
    return CborBytes(QCborValue(map));
}
CborBytes toMap(const Unknown &m)
{
    return CborBytes::map({{"event", m.name}});
}

// ---- reading

/// Takes fields out of a map; after the first that is missing or of another type, isOk() is false
/// and values mean nothing.
class Fields
{
public:
    explicit Fields(const CborItem &map)
        : m_map(map)
    {
    }
    [[nodiscard]] bool isOk() const { return m_isOk; }
    [[nodiscard]] bool has(std::string_view key) const { return bool(m_map.find(key)); }

    std::uint64_t u(std::string_view key) { return asU(m_map.find(key)); }
    std::int64_t i(std::string_view key)
    {
        const CborItem item = m_map.find(key);
        return check(item.isInteger()) ? item.toInteger() : 0;
    }
    bool b(std::string_view key)
    {
        const CborItem item = m_map.find(key);
        return check(item.isBool()) && item.toBool();
    }
    std::string_view t(std::string_view key) { return asText(m_map.find(key)); }
    QString string(std::string_view key) { return asString(m_map.find(key)); }
    QCborMap map(std::string_view key)
    {
        const CborItem item = m_map.find(key);
        return check(item.isMap()) ? item.toCbor().toMap() : QCborMap();
    }

    std::uint64_t asU(const CborItem &item)
    {
        return check(item.isInteger() && item.toInteger() >= 0) ? std::uint64_t(item.toInteger())
                                                                : 0;
    }
    std::string_view asText(const CborItem &item)
    {
        return check(item.isText() && item.toText().size() <= kTextMax) ? item.toText()
                                                                        : std::string_view();
    }
    QString asString(const CborItem &item)
    {
        return asText(item).empty() ? QString() : item.toString();
    }
    NodeId asId(std::string_view text)
    {
        const std::string name(text);
        return check(crypto::isName(name)) ? NodeId{name} : NodeId{};
    }
    std::optional<NodeId> id(std::string_view key)
    {
        const CborItem item = present(key);
        return item.isNull() ? std::nullopt : std::optional(asId(asText(item)));
    }
    Term term() { return Term{u("term")}; }
    Term upTo(const CborItem &item) { return item.isNull() ? kForEver : Term{asU(item)}; }
    Term upTo(std::string_view key) { return upTo(present(key)); }

    std::optional<ReleasedLife> released()
    {
        const CborItem item = present("released");
        if (item.isNull() || !check(item.isArray() && item.size() == 3))
            return std::nullopt;
        ReleasedLife released;
        int index = 0;
        item.forEachItem([&](const CborItem &part) {
            if (index == 0)
                released.life.machine = asId(asText(part));
            else if (index == 1)
                released.life.incarnation = Incarnation{asU(part)};
            else
                released.upTo = upTo(part);
            ++index;
        });
        return released;
    }
    std::vector<Member> members(const CborItem &item)
    {
        std::vector<Member> members;
        if (!check(item.isMap()))
            return members;
        members.reserve(item.size());
        item.forEachEntry([&](std::string_view id, const CborItem &role) {
            const bool isWitness = role.toText() == "witness";
            check(isWitness || role.toText() == "voter");
            members.push_back({asId(id), isWitness});
        });
        return VoterSet({}, std::move(members)).members();
    }
    WantedMembers wanted()
    {
        const CborItem item = present("wanted");
        return item.isNull() ? WantedMembers{} : WantedMembers(members(item));
    }
    SharedVoterSet set()
    {
        const CborItem item = present("set");
        if (item.isNull() || !check(item.isMap()))
            return nullptr;
        const Epoch epoch{Term{asU(item.find("term"))}, asU(item.find("n"))};
        auto set = std::make_shared<const VoterSet>(epoch, members(item.find("voters")));
        // No rule makes a set in which nobody could be master, and a state file does not hold one.
        if (!check(std::any_of(set->members().begin(), set->members().end(),
                [](const Member &member) { return !member.isWitness; })))
            return nullptr;
        // Every message of every peer carries the set, nearly always the same one: all then share
        // one copy.
        thread_local SharedVoterSet s_last;
        if (s_last && *s_last == *set)
            return s_last;
        s_last = set;
        return set;
    }
    std::optional<Refusal> why()
    {
        const std::string_view text = t("why");
        for (const auto &[refusal, name] : kRefusals) {
            if (text == name)
                return refusal;
        }
        return std::nullopt; // A newer release may know more reasons; they are for people.
    }
    Duration micros(std::string_view key)
    {
        const std::uint64_t us = u(key);
        constexpr std::uint64_t kMost = std::uint64_t(3600) * 1'000'000;
        return std::chrono::microseconds(std::int64_t(std::min(us, kMost)));
    }
    bool check(bool condition)
    {
        m_isOk = m_isOk && condition;
        return condition;
    }

private:
    CborItem present(std::string_view key)
    {
        const CborItem item = m_map.find(key);
        check(bool(item));
        return item;
    }
    const CborItem m_map;
    bool m_isOk = true;
};

std::optional<Content> message(std::string_view name, Fields &f)
{
    if (name == "heartbeat")
        return Heartbeat{f.term(), f.u("seq"), f.set()};
    if (name == "heartbeat-ack")
        return HeartbeatAck{f.term(), f.u("seq"), f.b("ok"), f.set()};
    if (name == "pre-vote")
        return PreVote{f.u("nonce"), f.released(), f.set()};
    if (name == "pre-vote-reply")
        return PreVoteReply{
            f.u("nonce"), f.term(), f.b("granted"), f.why(), f.micros("free_in_us"), f.set()};
    if (name == "request-vote")
        return RequestVote{f.term(), f.released(), f.set()};
    if (name == "vote-reply")
        return VoteReply{f.term(), f.b("granted"), f.why(), f.set()};
    if (name == "released")
        return election::Released{
            Incarnation{f.u("incarnation")}, f.upTo("up_to"), f.id("successor"), f.set()};
    if (name == "recover")
        return Recover{f.u("nonce")};
    if (name == "recover-reply")
        return RecoverReply{
            f.u("nonce"), f.term(), f.b("has_file"), f.b("leased"), f.wanted(), f.set()};
    return std::nullopt;
}

std::optional<Content> readMessage(PeerRole sender, Fields &f)
{
    const std::string_view name = f.t("msg");
    if (name == "ping")
        return Ping{f.u("seq"), f.u("t1")};
    if (name == "pong")
        return Pong{f.u("seq"), f.u("t1"), f.u("t2"), f.u("t3")};
    if (name == "node-status") {
        NodeStatusMessage m;
        m.status = NodeStatus{f.term(), f.released(), f.b("eligible"), f.wanted(), f.i("priority"),
            std::string(f.t("state")), f.id("master"), f.b("paused"), f.set()};
        if (f.has("detail"))
            m.detail = f.map("detail");
        f.check(sender == PeerRole::Node);
        return m;
    }
    auto known = message(name, f);
    if (!known)
        return Unknown{f.string("msg")};
    f.check(sender == PeerRole::Node);
    return known;
}

std::optional<Content> readEvent(const CborItem &map, PeerRole sender, bool isFirst, Fields &f)
{
    const std::string_view name = f.t("event");
    f.check(isFirst == (name == "ready"));
    if (name == "ready") {
        Ready ready;
        ready.software = f.string("software");
        const CborItem features = map.find("features");
        f.check(features.isArray());
        features.forEachItem(
            [&](const CborItem &feature) { ready.features << f.asString(feature); });
        if (sender == PeerRole::Node) {
            ready.uri = f.string("uri");
            ready.role = f.string("role");
            ready.priority = f.i("priority");
        }
        return ready;
    }
    if (name == "bye")
        return Bye{f.string("reason")};
    if (name == "progress")
        return Progress{f.u("req_id"), f.string("text")};
    if (name == "cluster" || name == "journal") {
        QCborMap body = map.toCbor().toMap();
        body.remove(u"event"_s);
        return ClientEvent{f.string("event"), body};
    }
    return Unknown{f.string("event")};
}

std::optional<Content> readRequest(Fields &f)
{
    Request request;
    request.id = f.u("req_id");
    request.method = f.string("method");
    if (f.has("params"))
        request.params = f.map("params");
    if (request.params.contains(u"for"_s)) {
        const QCborValue asker = request.params.take(u"for"_s);
        request.onBehalfOf = asker.toString();
        f.check(asker.isString() && request.onBehalfOf.toUtf8().size() <= qsizetype(kTextMax));
    }
    return request;
}

std::optional<Content> readResponse(const CborItem &map, Fields &f)
{
    Response response;
    response.id = f.u("res_id");
    f.check(f.has("data") != f.has("error"));
    if (f.has("data")) {
        response.data = f.map("data");
        return response;
    }
    ResponseError out;
    out.detail = f.map("error");
    Fields e(map.find("error"));
    out.code = e.string("code");
    out.message = e.string("message");
    f.check(e.isOk());
    out.detail.remove(u"code"_s);
    out.detail.remove(u"message"_s);
    response.error = out;
    return response;
}

} // namespace

QByteArray encode(const Content &content)
{
    return std::visit([](const auto &m) { return toMap(m); }, content).bytes();
}

crypto::Outcome<Content> decode(const QByteArray &plaintext, PeerRole sender, bool isFirst)
{
    const auto malformed = tl::unexpected<CloseReason>(CloseReason::Malformed);
    const auto document = CborDocument::read(plaintext);
    if (!document || !document->root().isMap())
        return malformed;
    const CborItem map = document->root();
    Fields fields(map);
    const bool isMessage = fields.has("msg");
    const bool isEvent = fields.has("event");
    // A progress event names a request too; it is told by its "event".
    const bool isRequest = fields.has("req_id") && map.find("event").toText() != "progress";
    const int kinds = int(isMessage) + int(isEvent) + int(isRequest) + int(fields.has("res_id"));
    if (kinds != 1 || (isFirst && !isEvent))
        return malformed;
    const std::optional<Content> content = isMessage ? readMessage(sender, fields)
        : isEvent                                    ? readEvent(map, sender, isFirst, fields)
        : isRequest                                  ? readRequest(fields)
                                                     : readResponse(map, fields);
    if (!fields.isOk() || !content)
        return malformed;
    return *content;
}

} // namespace clustd::wire
