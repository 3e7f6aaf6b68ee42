#include "model/cluster_connection.h"

#include "control/link_pages.h"
#include "version.h"

#include <QDateTime>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace clustd::monitor {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::ControlClient;
using control::EventEntry;

namespace {

/// The answer grows with the square of the machines.
std::chrono::milliseconds linksInterval(std::size_t machines, bool isWatched)
{
    if (!isWatched)
        return 10s;
    return machines <= 12 ? 1s : machines <= 40 ? 3s : 10s;
}

} // namespace

ClusterConnection::ClusterConnection(Setup setup, QObject *parent)
    : QObject(parent)
    , m_setup(std::move(setup))
    , m_client(makeClient(m_setup.uris, m_setup.credentials, true))
{
    m_stale.setSingleShot(true);
    connect(&m_stale, &QTimer::timeout, this, [this] {
        if (m_state == ConnectionState::Live)
            setState(
                ConnectionState::Stale, tr("%1 says nothing; what is shown is old").arg(server()));
    });
    connect(&m_links, &QTimer::timeout, this, &ClusterConnection::askLinks);
    connect(m_client.get(), &ControlClient::up, this, [this](const QString &, bool isOther) {
        m_refusals = 0;
        if (isOther)
            Q_EMIT serverChanged();
        setState(ConnectionState::Live, {});
        askLinks();
    });
    connect(m_client.get(), &ControlClient::down, this, [this](const Error &why) {
        m_stale.stop();
        m_masterClient.reset();
        m_masterUri.clear();
        // One machine may still have an older secret; when all say no, trying again does not help.
        m_refusals = why.code == ErrorCode::Forbidden ? m_refusals + 1 : 0;
        if (m_refusals > m_setup.uris.size() + m_learnt.size()) {
            m_client->close();
            setState(ConnectionState::Refused, why.text());
            return;
        }
        setState(m_heardMs != 0 ? ConnectionState::Lost : ConnectionState::Connecting, why.text());
    });
    connect(m_client.get(), &ControlClient::clusterChanged, this, &ClusterConnection::onStatus);
    connect(m_client.get(), &ControlClient::journalGrown, this,
        [this](const std::vector<EventEntry> &entries) {
            m_heardMs = QDateTime::currentMSecsSinceEpoch();
            Q_EMIT eventsArrived(entries);
        });
}

ClusterConnection::~ClusterConnection() = default;

void ClusterConnection::open()
{
    m_client->subscribe(0);
    m_client->open();
}

void ClusterConnection::retry()
{
    if (m_state != ConnectionState::Refused)
        return;
    m_refusals = 0;
    setState(ConnectionState::Connecting, {});
    m_client->open();
}

QString ClusterConnection::party() const
{
    const crypto::Credentials &who = m_setup.credentials;
    return (isAdmin() ? u"admin/"_s : u"observer/"_s) + QString::fromStdString(who.name);
}

bool ClusterConnection::isAdmin() const
{
    return m_setup.credentials.role == crypto::PeerRole::Admin;
}

std::unique_ptr<ControlClient> ClusterConnection::makeClient(
    std::vector<QUrl> uris, const crypto::Credentials &who, bool reconnects) const
{
    ControlClient::Setup setup;
    setup.uris = std::move(uris);
    setup.credentials.push_back(who.clone());
    setup.software = QStringLiteral("clustd-monitor " CLUSTD_VERSION);
    setup.reconnects = reconnects;
    return std::make_unique<ControlClient>(std::move(setup));
}

void ClusterConnection::setState(ConnectionState state, const QString &trouble)
{
    if (state == m_state && trouble == m_trouble)
        return;
    m_state = state;
    m_trouble = trouble;
    if (state == ConnectionState::Live) {
        m_stale.start(kStaleAfter);
        m_links.start(linksInterval(m_machines, m_isWatched));
    } else if (state != ConnectionState::Stale) {
        m_links.stop();
    }
    Q_EMIT stateChanged();
}

void ClusterConnection::onStatus(const ClusterStatus &status)
{
    m_heardMs = QDateTime::currentMSecsSinceEpoch();
    m_stale.start(kStaleAfter);
    if (m_machines != status.nodes.size()) {
        m_machines = status.nodes.size();
        m_links.start(linksInterval(m_machines, m_isWatched));
    }
    std::vector<QUrl> uris;
    for (const control::NodeRow &node : status.nodes) {
        const QUrl uri(node.uri, QUrl::StrictMode);
        if (uri.isValid() && uri.scheme() == u"ws" && !uri.host().isEmpty() && uri.port() > 0)
            uris.push_back(uri);
    }
    if (uris != m_learnt) {
        m_learnt = uris;
        // What the person named comes first: from here it may be the only way.
        std::vector<QUrl> all = m_setup.uris;
        for (const QUrl &uri : uris) {
            if (std::find(all.begin(), all.end(), uri) == all.end())
                all.push_back(uri);
        }
        m_client->setUris(std::move(all));
    }
    if (status.leaseMsLeft && status.master)
        Q_EMIT leaseArrived(*status.master, *status.leaseMsLeft, status.leaseMs);
    followMaster(status);
    setState(ConnectionState::Live, {});
    Q_EMIT statusArrived(status);
}

void ClusterConnection::followMaster(const ClusterStatus &status)
{
    const control::NodeRow *master
        = status.master && *status.master != status.self ? status.find(*status.master) : nullptr;
    const QUrl uri = master && master->state != u"unreachable" ? QUrl(master->uri) : QUrl();
    if (uri == m_masterUri)
        return;
    m_masterUri = uri;
    m_masterClient.reset();
    if (!uri.isValid() || uri.port() <= 0)
        return;
    m_masterClient = makeClient({uri}, m_setup.credentials, true);
    connect(m_masterClient.get(), &ControlClient::clusterChanged, this,
        [this](const ClusterStatus &own) {
            if (own.leaseMsLeft && own.master)
                Q_EMIT leaseArrived(*own.master, *own.leaseMsLeft, own.leaseMs);
        });
    m_masterClient->subscribe();
    m_masterClient->open();
}

void ClusterConnection::askLinks()
{
    if (m_isAsking || !m_client->isUp())
        return;
    m_isAsking = true;
    m_linksSoFar.clear();
    askLinksAfter({});
}

void ClusterConnection::askLinksAfter(const QString &machine)
{
    const QCborMap params = machine.isEmpty() ? QCborMap() : QCborMap{{u"after"_s, machine}};
    m_client->request(u"get_links"_s, params, kUsual, [this](const ControlClient::Answer &answer) {
        std::optional<QString> next;
        if (answer) {
            if (Result<QString> taken = control::takeLinks(*answer, m_linksSoFar))
                next = std::move(*taken);
        }
        if (next && !next->isEmpty())
            return askLinksAfter(*next);
        m_isAsking = false;
        if (next)
            Q_EMIT linksArrived(std::exchange(m_linksSoFar, {}));
    });
}

void ClusterConnection::request(const QString &method, const QCborMap &params,
    std::chrono::milliseconds timeout, Handler handler)
{
    m_client->request(method, params, timeout, std::move(handler));
}

void ClusterConnection::requestAs(const crypto::Credentials &who, const QString &method,
    const QCborMap &params, std::chrono::milliseconds timeout, Handler handler)
{
    ControlClient *client = makeClient({uri()}, who, false).release();
    client->setParent(this);
    client->request(method, params, timeout,
        [client, handler = std::move(handler)](const ControlClient::Answer &answer) {
            client->close();
            client->deleteLater();
            handler(answer);
        });
    client->open();
}

void ClusterConnection::setWatched(bool isWatched)
{
    if (isWatched == m_isWatched)
        return;
    m_isWatched = isWatched;
    if (m_links.isActive())
        m_links.start(linksInterval(m_machines, m_isWatched));
    if (isWatched)
        askLinks();
}

} // namespace clustd::monitor
