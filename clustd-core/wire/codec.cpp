#include "wire/codec.h"

#include "wire/cbor_strict.h"

#include <QCborArray>

#include <algorithm>

namespace clustd::wire {

using namespace Qt::Literals::StringLiterals;
using namespace election;
using crypto::CloseReason;
using crypto::PeerRole;

namespace {

constexpr qsizetype kTextMax = 4096;

constexpr std::pair<Refusal, const char *> kRefusals[] = {{Refusal::Promised, "promised"},
    {Refusal::Engaged, "engaged"}, {Refusal::Starting, "starting"}, {Refusal::Amnesia, "amnesia"},
    {Refusal::OlderSet, "older-set"}, {Refusal::OlderTerm, "older-term"}, {Refusal::Voted, "voted"},
    {Refusal::Released, "released"}, {Refusal::NotAVoter, "not-a-voter"}};

// ---- writing

QString text(const NodeId &id)
{
    return QString::fromStdString(id.value());
}
QCborValue u(std::uint64_t n)
{
    return qint64(n);
}
QCborValue cbor(const Term &term)
{
    return u(term.value());
}
QCborValue cbor(const std::vector<Member> &members)
{
    QCborMap map;
    for (const Member &member : members)
        map[text(member.id)] = member.isWitness ? u"witness"_s : u"voter"_s;
    return map;
}
QCborValue cbor(const WantedMembers &members)
{
    return members ? cbor(*members) : QCborValue(nullptr);
}
QCborValue cbor(const SharedVoterSet &set)
{
    if (!set)
        return nullptr;
    return QCborMap{{u"term"_s, cbor(set->epoch().term)}, {u"n"_s, u(set->epoch().n)},
        {u"voters"_s, cbor(set->members())}};
}
QCborValue upTo(const Term &term)
{
    return term == kForEver ? QCborValue(nullptr) : cbor(term);
}
QCborValue cbor(const std::optional<ReleasedLife> &released)
{
    if (!released)
        return nullptr;
    return QCborArray{
        text(released->life.machine), u(released->life.incarnation.value()), upTo(released->upTo)};
}
QCborValue cbor(const std::optional<NodeId> &id)
{
    return id ? QCborValue(text(*id)) : QCborValue(nullptr);
}
QCborValue cbor(const std::optional<Refusal> &why)
{
    return why ? QString::fromLatin1(election::toText(*why)) : QString();
}

QCborMap toMap(const Heartbeat &m)
{
    return {{u"msg"_s, u"heartbeat"_s}, {u"term"_s, cbor(m.term)}, {u"seq"_s, u(m.seq)},
        {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const HeartbeatAck &m)
{
    return {{u"msg"_s, u"heartbeat-ack"_s}, {u"term"_s, cbor(m.term)}, {u"seq"_s, u(m.seq)},
        {u"ok"_s, m.ok}, {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const PreVote &m)
{
    return {{u"msg"_s, u"pre-vote"_s}, {u"nonce"_s, u(m.nonce)}, {u"released"_s, cbor(m.released)},
        {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const PreVoteReply &m)
{
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(m.freeIn).count();
    return {{u"msg"_s, u"pre-vote-reply"_s}, {u"nonce"_s, u(m.nonce)}, {u"term"_s, cbor(m.term)},
        {u"granted"_s, m.granted}, {u"why"_s, cbor(m.why)},
        {u"free_in_us"_s, qint64(std::max<std::int64_t>(us, 0))}, {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const RequestVote &m)
{
    return {{u"msg"_s, u"request-vote"_s}, {u"term"_s, cbor(m.term)},
        {u"released"_s, cbor(m.released)}, {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const VoteReply &m)
{
    return {{u"msg"_s, u"vote-reply"_s}, {u"term"_s, cbor(m.term)}, {u"granted"_s, m.granted},
        {u"why"_s, cbor(m.why)}, {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const election::Released &m)
{
    return {{u"msg"_s, u"released"_s}, {u"incarnation"_s, u(m.incarnation.value())},
        {u"up_to"_s, upTo(m.upTo)}, {u"successor"_s, cbor(m.successor)}, {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const Recover &m)
{
    return {{u"msg"_s, u"recover"_s}, {u"nonce"_s, u(m.nonce)}};
}
QCborMap toMap(const RecoverReply &m)
{
    return {{u"msg"_s, u"recover-reply"_s}, {u"nonce"_s, u(m.nonce)}, {u"term"_s, cbor(m.term)},
        {u"has_file"_s, m.hasFile}, {u"leased"_s, m.leased}, {u"wanted"_s, cbor(m.wanted)},
        {u"set"_s, cbor(m.set)}};
}
QCborMap toMap(const NodeStatusMessage &message)
{
    const NodeStatus &m = message.status;
    QCborMap map{{u"msg"_s, u"node-status"_s}, {u"term"_s, cbor(m.term)},
        {u"released"_s, cbor(m.released)}, {u"eligible"_s, m.eligible},
        {u"wanted"_s, cbor(m.wanted)}, {u"priority"_s, qint64(m.priority)},
        {u"state"_s, QString::fromStdString(m.state)}, {u"master"_s, cbor(m.master)},
        {u"paused"_s, m.paused}, {u"set"_s, cbor(m.set)}};
    if (message.detail)
        map[u"detail"_s] = *message.detail;
    return map;
}
QCborMap toMap(const Ping &m)
{
    return {{u"msg"_s, u"ping"_s}, {u"seq"_s, u(m.seq)}, {u"t1"_s, u(m.t1)}};
}
QCborMap toMap(const Pong &m)
{
    return {{u"msg"_s, u"pong"_s}, {u"seq"_s, u(m.seq)}, {u"t1"_s, u(m.t1)}, {u"t2"_s, u(m.t2)},
        {u"t3"_s, u(m.t3)}};
}
QCborMap toMap(const Ready &m)
{
    QCborMap map{{u"event"_s, u"ready"_s}, {u"software"_s, m.software},
        {u"features"_s, QCborArray::fromStringList(m.features)}};
    if (m.uri)
        map[u"uri"_s] = *m.uri;
    if (m.role)
        map[u"role"_s] = *m.role;
    if (m.priority)
        map[u"priority"_s] = qint64(*m.priority);
    return map;
}
QCborMap toMap(const Bye &m)
{
    return {{u"event"_s, u"bye"_s}, {u"reason"_s, m.reason}};
}
QCborMap toMap(const Request &m)
{
    QCborMap params = m.params;
    if (!m.onBehalfOf.isEmpty())
        params[u"for"_s] = m.onBehalfOf;
    return {{u"req_id"_s, u(m.id)}, {u"method"_s, m.method}, {u"params"_s, params}};
}
QCborMap toMap(const Response &m)
{
    if (!m.error)
        return {{u"res_id"_s, u(m.id)}, {u"data"_s, m.data}};
    QCborMap error = m.error->detail;
    error[u"code"_s] = m.error->code;
    error[u"message"_s] = m.error->message;
    return {{u"res_id"_s, u(m.id)}, {u"error"_s, error}};
}
QCborMap toMap(const Progress &m)
{
    return {{u"event"_s, u"progress"_s}, {u"req_id"_s, u(m.id)}, {u"text"_s, m.text}};
}
QCborMap toMap(const ClientEvent &m)
{
    QCborMap map = m.body;
    map[u"event"_s] = m.name;
    return map;
}
QCborMap toMap(const Unknown &m)
{
    return {{u"event"_s, m.name}};
}

// ---- reading

/// Takes fields out of a map; after the first that is missing or of another type, isOk() is false
/// and values mean nothing.
class Fields
{
public:
    explicit Fields(const QCborMap &map)
        : m_map(map)
    {
    }
    [[nodiscard]] bool isOk() const { return m_isOk; }

    std::uint64_t u(const QString &key) { return asU(m_map.value(key)); }
    std::int64_t i(const QString &key)
    {
        return check(m_map.value(key).isInteger()) ? m_map.value(key).toInteger() : 0;
    }
    bool b(const QString &key)
    {
        return check(m_map.value(key).isBool()) && m_map.value(key).toBool();
    }
    QString t(const QString &key) { return asText(m_map.value(key)); }
    QCborMap map(const QString &key)
    {
        return check(m_map.value(key).isMap()) ? m_map.value(key).toMap() : QCborMap();
    }

    std::uint64_t asU(const QCborValue &value)
    {
        return check(value.isInteger() && value.toInteger() >= 0) ? std::uint64_t(value.toInteger())
                                                                  : 0;
    }
    QString asText(const QCborValue &value)
    {
        const QString text = value.toString();
        return check(value.isString() && text.toUtf8().size() <= kTextMax) ? text : QString();
    }
    NodeId asId(const QCborValue &value)
    {
        const std::string name = value.toString().toStdString();
        return check(value.isString() && crypto::isName(name)) ? NodeId{name} : NodeId{};
    }
    std::optional<NodeId> id(const QString &key)
    {
        const QCborValue value = present(key);
        return value.isNull() ? std::nullopt : std::optional(asId(value));
    }
    Term term() { return Term{u(u"term"_s)}; }
    Term upTo(const QCborValue &value) { return value.isNull() ? kForEver : Term{asU(value)}; }
    Term upTo(const QString &key) { return upTo(present(key)); }

    std::optional<ReleasedLife> released()
    {
        const QCborValue value = present(u"released"_s);
        if (value.isNull())
            return std::nullopt;
        const QCborArray array = value.toArray();
        if (!check(value.isArray() && array.size() == 3))
            return std::nullopt;
        ReleasedLife released;
        released.life.machine = asId(array.at(0));
        released.life.incarnation = Incarnation{asU(array.at(1))};
        released.upTo = upTo(array.at(2));
        return released;
    }
    std::vector<Member> members(const QCborValue &value)
    {
        std::vector<Member> members;
        if (!check(value.isMap()))
            return members;
        const QCborMap map = value.toMap();
        for (const auto &entry : map) {
            const QString role = entry.second.toString();
            check(entry.second.isString() && (role == u"voter" || role == u"witness"));
            members.push_back({asId(entry.first), role == u"witness"});
        }
        return VoterSet({}, std::move(members)).members();
    }
    WantedMembers wanted()
    {
        const QCborValue value = present(u"wanted"_s);
        return value.isNull() ? WantedMembers{} : WantedMembers(members(value));
    }
    SharedVoterSet set()
    {
        const QCborValue value = present(u"set"_s);
        if (value.isNull())
            return nullptr;
        if (!check(value.isMap()))
            return nullptr;
        const QCborMap map = value.toMap();
        const Epoch epoch{Term{asU(map.value(u"term"_s))}, asU(map.value(u"n"_s))};
        auto set = std::make_shared<const VoterSet>(epoch, members(map.value(u"voters"_s)));
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
        const QString text = t(u"why"_s);
        for (const auto &[refusal, name] : kRefusals) {
            if (text == QLatin1StringView(name))
                return refusal;
        }
        return std::nullopt; // A newer release may know more reasons; they are for people.
    }
    Duration micros(const QString &key)
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
    QCborValue present(const QString &key)
    {
        check(m_map.contains(key));
        return m_map.value(key);
    }
    const QCborMap &m_map;
    bool m_isOk = true;
};

std::optional<Content> message(const QString &name, Fields &f)
{
    if (name == u"heartbeat")
        return Heartbeat{f.term(), f.u(u"seq"_s), f.set()};
    if (name == u"heartbeat-ack")
        return HeartbeatAck{f.term(), f.u(u"seq"_s), f.b(u"ok"_s), f.set()};
    if (name == u"pre-vote")
        return PreVote{f.u(u"nonce"_s), f.released(), f.set()};
    if (name == u"pre-vote-reply")
        return PreVoteReply{f.u(u"nonce"_s), f.term(), f.b(u"granted"_s), f.why(),
            f.micros(u"free_in_us"_s), f.set()};
    if (name == u"request-vote")
        return RequestVote{f.term(), f.released(), f.set()};
    if (name == u"vote-reply")
        return VoteReply{f.term(), f.b(u"granted"_s), f.why(), f.set()};
    if (name == u"released")
        return election::Released{
            Incarnation{f.u(u"incarnation"_s)}, f.upTo(u"up_to"_s), f.id(u"successor"_s), f.set()};
    if (name == u"recover")
        return Recover{f.u(u"nonce"_s)};
    if (name == u"recover-reply")
        return RecoverReply{
            f.u(u"nonce"_s), f.term(), f.b(u"has_file"_s), f.b(u"leased"_s), f.wanted(), f.set()};
    return std::nullopt;
}

std::optional<Content> readMessage(const QCborMap &map, PeerRole sender, Fields &f)
{
    const QString name = f.t(u"msg"_s);
    if (name == u"ping")
        return Ping{f.u(u"seq"_s), f.u(u"t1"_s)};
    if (name == u"pong")
        return Pong{f.u(u"seq"_s), f.u(u"t1"_s), f.u(u"t2"_s), f.u(u"t3"_s)};
    if (name == u"node-status") {
        NodeStatusMessage m;
        m.status
            = NodeStatus{f.term(), f.released(), f.b(u"eligible"_s), f.wanted(), f.i(u"priority"_s),
                f.t(u"state"_s).toStdString(), f.id(u"master"_s), f.b(u"paused"_s), f.set()};
        if (map.contains(u"detail"_s))
            m.detail = f.map(u"detail"_s);
        f.check(sender == PeerRole::Node);
        return m;
    }
    auto known = message(name, f);
    if (!known)
        return Unknown{name};
    f.check(sender == PeerRole::Node);
    return known;
}

std::optional<Content> readEvent(const QCborMap &map, PeerRole sender, bool isFirst, Fields &f)
{
    const QString name = f.t(u"event"_s);
    f.check(isFirst == (name == u"ready"));
    if (name == u"ready") {
        Ready ready;
        ready.software = f.t(u"software"_s);
        const QCborValue features = map.value(u"features"_s);
        f.check(features.isArray());
        for (const QCborValue &feature : features.toArray())
            ready.features << f.asText(feature);
        if (sender == PeerRole::Node) {
            ready.uri = f.t(u"uri"_s);
            ready.role = f.t(u"role"_s);
            ready.priority = f.i(u"priority"_s);
        }
        return ready;
    }
    if (name == u"bye")
        return Bye{f.t(u"reason"_s)};
    if (name == u"progress")
        return Progress{f.u(u"req_id"_s), f.t(u"text"_s)};
    if (name == u"cluster" || name == u"journal") {
        QCborMap body = map;
        body.remove(u"event"_s);
        return ClientEvent{name, body};
    }
    return Unknown{name};
}

std::optional<Content> readRequest(const QCborMap &map, Fields &f)
{
    Request request;
    request.id = f.u(u"req_id"_s);
    request.method = f.t(u"method"_s);
    if (map.contains(u"params"_s))
        request.params = f.map(u"params"_s);
    if (request.params.contains(u"for"_s)) {
        request.onBehalfOf = f.asText(request.params.value(u"for"_s));
        request.params.remove(u"for"_s);
    }
    return request;
}

std::optional<Content> readResponse(const QCborMap &map, Fields &f)
{
    Response response;
    response.id = f.u(u"res_id"_s);
    f.check(map.contains(u"data"_s) != map.contains(u"error"_s));
    if (map.contains(u"data"_s)) {
        response.data = f.map(u"data"_s);
        return response;
    }
    QCborMap error = f.map(u"error"_s);
    Fields e(error);
    ResponseError out;
    out.code = e.t(u"code"_s);
    out.message = e.t(u"message"_s);
    f.check(e.isOk());
    error.remove(u"code"_s);
    error.remove(u"message"_s);
    out.detail = error;
    response.error = out;
    return response;
}

} // namespace

QByteArray encode(const Content &content)
{
    return encodeDeterministic(std::visit([](const auto &m) { return toMap(m); }, content));
}

crypto::Outcome<Content> decode(const QByteArray &plaintext, PeerRole sender, bool isFirst)
{
    const auto malformed = tl::unexpected<CloseReason>(CloseReason::Malformed);
    const auto value = decodeStrict(plaintext);
    if (!value || !value->isMap())
        return malformed;
    const QCborMap map = value->toMap();
    // A progress event names a request too; it is told by its "event".
    const bool isEvent = map.contains(u"event"_s);
    const int kinds = int(map.contains(u"msg"_s)) + int(map.contains(u"res_id"_s)) + int(isEvent)
        + int(map.contains(u"req_id"_s) && map.value(u"event"_s).toString() != u"progress");
    if (kinds != 1 || (isFirst && !isEvent))
        return malformed;
    Fields fields(map);
    std::optional<Content> content;
    if (map.contains(u"msg"_s))
        content = readMessage(map, sender, fields);
    else if (isEvent)
        content = readEvent(map, sender, isFirst, fields);
    else if (map.contains(u"req_id"_s))
        content = readRequest(map, fields);
    else
        content = readResponse(map, fields);
    if (!fields.isOk() || !content)
        return malformed;
    return std::move(*content);
}

} // namespace clustd::wire
