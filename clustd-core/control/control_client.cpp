#include "control/control_client.h"

#include "control/map_reader.h"
#include "link/link.h"
#include "util/assert.h"

#include <algorithm>

namespace clustd::control {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using crypto::CloseReason;

namespace {

constexpr auto kRedialFirst = 200ms;
constexpr auto kRedialLongest = 5000ms;

Error lostError(const QUrl &uri, const link::Ending &ending, bool wasUp)
{
    Error error{ErrorCode::Unreachable, uri.toString(), ending.text(), {}};
    if (!ending.reason) {
        const QString fact = ending.detail.isEmpty() ? QString() : u": "_s + ending.detail;
        error.what = (wasUp ? u"the connection was lost"_s : u"no connection"_s) + fact;
        error.remedy = u"see that clustd runs there and that the address is right"_s;
        return error;
    }
    switch (*ending.reason) {
    case CloseReason::UnknownKey:
    case CloseReason::NotAuthentic:
    case CloseReason::Revoked:
    case CloseReason::WrongCluster:
        error.code = ErrorCode::Forbidden;
        error.remedy
            = u"see that the secret or the token belongs to this cluster and was not revoked"_s;
        break;
    case CloseReason::Bye:
    case CloseReason::GoingAway:
    case CloseReason::TooBig:
    case CloseReason::Malformed:
    case CloseReason::Self:
    case CloseReason::WrongNode:
    case CloseReason::Timeout:
    case CloseReason::DuplicateLink:
    case CloseReason::DuplicateId:
    case CloseReason::Counter:
    case CloseReason::Slow:
    case CloseReason::Version:
    case CloseReason::Unsealed:
    case CloseReason::Busy:
        break;
    }
    return error;
}

} // namespace

struct ControlClient::Open
{
    wire::Request request;
    Handler handler;
    ProgressHandler progress;
    Instant deadline{};
    bool isSent = false;
};

ControlClient::ControlClient(Setup setup, QObject *parent)
    : QObject(parent)
    , m_setup(std::move(setup))
    , m_redialAfter(kRedialFirst)
{
    CLUSTD_ASSERT(!m_setup.uris.empty() && !m_setup.credentials.empty());
    m_redial.setSingleShot(true);
    connect(&m_redial, &QTimer::timeout, this, &ControlClient::dial);
    m_timeout.setSingleShot(true);
    connect(&m_timeout, &QTimer::timeout, this, &ControlClient::onTimeout);
}

ControlClient::~ControlClient()
{
    // Bye and close frame are with the kernel when this returns, so nothing is waited for.
    close();
}

void ControlClient::open()
{
    m_ended.reset();
    dial();
}

void ControlClient::close()
{
    m_redial.stop();
    if (m_link) {
        m_link->disconnect(this);
        m_link->close(CloseReason::Bye);
        m_link = nullptr;
    }
    m_server.clear();
    m_ended = u"closed"_s;
    failAll(*m_ended);
}

void ControlClient::setUris(std::vector<QUrl> uris)
{
    CLUSTD_ASSERT(!uris.empty());
    // The one in use is first, so that a loss goes on to the others before it comes back to this.
    const auto present = std::find(uris.begin(), uris.end(), uri());
    if (present != uris.end())
        std::rotate(uris.begin(), present, std::next(present));
    else
        uris.insert(uris.begin(), uri());
    m_setup.uris = std::move(uris);
    m_uri = 0;
}

bool ControlClient::isUp() const
{
    return m_link && m_link->isUp();
}

void ControlClient::dial()
{
    const crypto::Credentials &credentials = m_setup.credentials[m_credential];
    link::Link::ClientSide self;
    self.uri = m_setup.uris[m_uri];
    self.self.role = credentials.role;
    self.self.name = credentials.name;
    self.credentials = credentials.clone();
    self.ready.software = m_setup.software;
    m_link = new link::Link(std::move(self), nullptr, m_clock, this);
    connect(m_link, &link::Link::up, this, &ControlClient::onUp);
    connect(m_link, &link::Link::lost, this, &ControlClient::onLost);
    connect(m_link, &link::Link::received, this, &ControlClient::onReceived);
    m_link->start();
}

void ControlClient::onUp()
{
    m_redialAfter = kRedialFirst;
    m_server = QString::fromStdString(m_link->peer().name);
    const bool isOther = m_server != std::exchange(m_lastServer, m_server);
    for (auto &[id, open] : m_open) {
        if (!open.isSent)
            open.isSent = m_link->send(open.request);
    }
    if (isOther && m_since)
        m_since = 0;
    if (m_isSubscribed)
        sendSubscription();
    Q_EMIT up(m_server, isOther);
}

void ControlClient::onLost(const link::Ending &ending)
{
    m_link = nullptr;
    const bool wasUp = !m_server.isEmpty();
    m_server.clear();
    const bool isUnknownKey = ending.reason == CloseReason::UnknownKey && ending.byPeer;
    if (isUnknownKey && m_credential + 1 < m_setup.credentials.size()) {
        ++m_credential;
        dial();
        return;
    }
    const Error why = lostError(m_setup.uris[m_uri], ending, wasUp);
    m_credential = 0;
    m_uri = (m_uri + 1) % m_setup.uris.size();
    // Without a second chance every other machine is still tried once.
    const bool goesOn = m_setup.reconnects || (m_lastServer.isEmpty() && m_uri != 0);
    if (goesOn) {
        // From one machine to the next at once; only after a round is there a pause.
        m_redial.start(m_uri != 0 ? 0ms : m_redialAfter);
        if (m_uri == 0)
            m_redialAfter = std::min<std::chrono::milliseconds>(2 * m_redialAfter, kRedialLongest);
        if (!m_setup.reconnects)
            return;
    } else {
        m_ended = why.text();
    }
    failAll(why.text());
    Q_EMIT down(why);
}

void ControlClient::onReceived(const wire::Content &content)
{
    if (const auto *response = std::get_if<wire::Response>(&content)) {
        if (response->error)
            finish(response->id, tl::unexpected(*response->error));
        else
            finish(response->id, response->data);
    } else if (const auto *progress = std::get_if<wire::Progress>(&content)) {
        const auto it = m_open.find(progress->id);
        if (it != m_open.end() && it->second.progress)
            ProgressHandler(it->second.progress)(progress->text);
    } else if (const auto *event = std::get_if<wire::ClientEvent>(&content)) {
        onEvent(*event);
    }
}

void ControlClient::onEvent(const wire::ClientEvent &event)
{
    if (event.name == u"cluster") {
        if (const Result<ClusterStatus> status
            = statusFromCbor(event.body.value(u"cluster"_s).toMap()))
            Q_EMIT clusterChanged(*status);
    } else if (event.name == u"journal") {
        std::vector<EventEntry> entries;
        MapReader reader(event.body);
        const QList<QCborMap> maps = reader.maps(u"entries"_s);
        for (const QCborMap &map : maps) {
            if (Result<EventEntry> entry = eventFromCbor(map))
                entries.push_back(std::move(*entry));
        }
        if (entries.empty())
            return;
        m_since = std::max<quint64>(m_since.value_or(0), entries.back().seq);
        Q_EMIT journalGrown(entries);
    }
}

void ControlClient::request(const QString &method, const QCborMap &params,
    std::chrono::milliseconds timeout, Handler handler, ProgressHandler progress)
{
    const quint64 id = m_nextId++;
    Open &open = m_open[id];
    open.request = {id, method, params, {}};
    open.handler = std::move(handler);
    open.progress = std::move(progress);
    open.deadline = m_clock.now() + timeout;
    if (isUp())
        open.isSent = m_link->send(open.request);
    else if (m_ended)
        failLater(id, *m_ended);
    armTimeout();
}

void ControlClient::finish(quint64 id, const Answer &answer)
{
    const auto it = m_open.find(id);
    if (it == m_open.end())
        return;
    const Handler handler = std::move(it->second.handler);
    m_open.erase(it);
    if (handler)
        handler(answer);
}

void ControlClient::failAll(const QString &why)
{
    std::vector<quint64> ids;
    for (const auto &[id, open] : m_open)
        ids.push_back(id);
    for (const quint64 id : ids)
        failLater(id, why);
}

void ControlClient::failLater(quint64 id, const QString &why)
{
    QMetaObject::invokeMethod(
        this,
        [this, id, why] {
            finish(id,
                tl::unexpected(wire::ResponseError{QString::fromLatin1(kUnreachable), why, {}}));
        },
        Qt::QueuedConnection);
}

void ControlClient::armTimeout()
{
    Instant next = kNever;
    for (const auto &[id, open] : m_open)
        next = std::min(next, open.deadline);
    if (next == kNever) {
        m_timeout.stop();
        return;
    }
    const Duration left = std::max<Duration>(next - m_clock.now(), Duration::zero());
    m_timeout.start(std::chrono::ceil<std::chrono::milliseconds>(left));
}

void ControlClient::onTimeout()
{
    const Instant now = m_clock.now();
    std::vector<quint64> overdue;
    for (const auto &[id, open] : m_open) {
        if (open.deadline <= now)
            overdue.push_back(id);
    }
    for (const quint64 id : overdue)
        finish(id, tl::unexpected(wire::ResponseError{u"timeout"_s, u"no answer in time"_s, {}}));
    armTimeout();
}

void ControlClient::subscribe(std::optional<quint64> since)
{
    m_isSubscribed = true;
    m_since = since;
    if (isUp())
        sendSubscription();
}

void ControlClient::sendSubscription()
{
    QCborMap params;
    if (m_since)
        params[u"since"_s] = qint64(*m_since);
    request(u"subscribe"_s, params, 10s, [this](const Answer &answer) {
        if (!answer)
            return;
        if (const Result<ClusterStatus> status
            = statusFromCbor(answer->value(u"cluster"_s).toMap()))
            Q_EMIT clusterChanged(*status);
    });
}

Error toError(const wire::ResponseError &error, const QString &where)
{
    const QString &code = error.code;
    Error result{ErrorCode::Refused, where, error.message, {}};
    if (code == QLatin1StringView(kUnreachable)) {
        result.code = ErrorCode::Unreachable;
    } else if (code == u"forbidden") {
        result.code = ErrorCode::Forbidden;
    } else if (code == u"no-master" || code == u"no-quorum") {
        result.code = ErrorCode::NoMaster;
        result.remedy = u"see 'clustd status' for the reason"_s;
    } else if (code == u"timeout") {
        result.code = ErrorCode::Timeout;
        result.remedy = u"it may still happen: see 'clustd status'"_s;
    } else if (code == u"internal") {
        result.code = ErrorCode::Internal;
    } else if (code == u"unknown-method") {
        result.remedy = u"that machine may run an older release"_s;
    }
    return result;
}

} // namespace clustd::control
