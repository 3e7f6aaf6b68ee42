#include "demo/cluster_watch.h"

#include "version.h"

#include <algorithm>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using control::ClusterStatus;
using control::ControlClient;
using control::EventEntry;

namespace {

constexpr auto kHeardWithin = 1500ms;
constexpr std::size_t kTimelineMax = 500;

} // namespace

const control::NodeRow *ClusterWatch::View::self() const
{
    return status ? status->find(status->self) : nullptr;
}

ClusterWatch::ClusterWatch(Setup setup)
    : m_setup(std::move(setup))
    , m_machines(m_setup.uris.size())
{
}

void ClusterWatch::open(int i)
{
    ControlClient::Setup setup;
    setup.uris = {m_setup.uris[std::size_t(i)]};
    setup.credentials.push_back(m_setup.credentials());
    setup.software = QStringLiteral("clustd demo " CLUSTD_VERSION);
    setup.reconnects = true;
    Machine &machine = m_machines[std::size_t(i)];
    machine = {};
    machine.client = std::make_unique<ControlClient>(std::move(setup));
    connect(machine.client.get(), &ControlClient::clusterChanged, this,
        [this, i](const ClusterStatus &status) { take(i, status); });
    connect(machine.client.get(), &ControlClient::journalGrown, this,
        [this](const std::vector<EventEntry> &entries) {
            for (const EventEntry &entry : entries)
                add(entry);
            Q_EMIT changed();
        });
    connect(machine.client.get(), &ControlClient::down, this, [this, i] {
        m_machines[std::size_t(i)].at = {};
        Q_EMIT changed();
    });
    machine.client->subscribe(0);
    machine.client->open();
}

void ClusterWatch::close(int i)
{
    Machine &machine = m_machines[std::size_t(i)];
    // Later: this may be called from one of its own signals.
    if (machine.client) {
        machine.client->disconnect(this);
        machine.client->close();
        machine.client.release()->deleteLater();
    }
    machine = {};
    Q_EMIT changed();
}

ClusterWatch::View ClusterWatch::view(int i) const
{
    const Machine &machine = m_machines[std::size_t(i)];
    View view;
    view.status = machine.status;
    view.at = machine.at;
    view.isHeard = machine.client && machine.client->isUp() && machine.at != Instant{}
        && m_clock.now() - machine.at <= kHeardWithin;
    return view;
}

void ClusterWatch::take(int i, const ClusterStatus &status)
{
    Machine &machine = m_machines[std::size_t(i)];
    machine.status = status;
    machine.at = m_clock.now();
    Q_EMIT changed();
}

void ClusterWatch::note(const EventEntry &entry)
{
    add(entry);
    Q_EMIT changed();
}

void ClusterWatch::add(const EventEntry &entry)
{
    if (!m_known.insert({entry.node, entry.bootUs}).second)
        return;
    // All machines of the demo have one boot clock, so it orders them.
    const auto after = std::upper_bound(m_timeline.begin(), m_timeline.end(), entry,
        [](const EventEntry &a, const EventEntry &b) { return a.bootUs < b.bootUs; });
    m_timeline.insert(after, entry);
    if (m_timeline.size() > kTimelineMax)
        m_timeline.pop_front();
    Q_EMIT happened(entry);
}

void ClusterWatch::ask(int i, const QString &method, const QCborMap &params,
    std::chrono::milliseconds timeout, ControlClient::Handler handler)
{
    const Machine &machine = m_machines[std::size_t(i)];
    if (machine.client) {
        machine.client->request(method, params, timeout, std::move(handler));
        return;
    }
    handler(tl::unexpected(wire::ResponseError{
        QString::fromLatin1(control::kUnreachable), u"this machine is off"_s, {}}));
}

void ClusterWatch::refresh(int i)
{
    Machine &machine = m_machines[std::size_t(i)];
    if (!machine.client || !machine.client->isUp() || machine.isRefreshing)
        return;
    machine.isRefreshing = true;
    machine.client->request(
        u"get_cluster"_s, {}, 2s, [this, i](const ControlClient::Answer &answer) {
            m_machines[std::size_t(i)].isRefreshing = false;
            if (!answer)
                return;
            if (const Result<ClusterStatus> status = control::statusFromCbor(*answer))
                take(i, *status);
        });
}

} // namespace clustd::daemon
