#include "demo/demo.h"

#include "util/clock.h"

#include <QDateTime>
#include <QEventLoop>

#include <algorithm>

#include <signal.h>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using control::ControlClient;
using control::NodeRow;

namespace {

constexpr int kMachines = DemoCluster::kMachines;
constexpr auto kLookEvery = 100ms;
constexpr auto kRequestWithin = 10s;
constexpr auto kSwitchoverWithin = 20s;
/// A machine that has run for so long votes and stands again: promises of 2 s clusters are shorter.
constexpr int kSettledAfterS = 2;

std::vector<QUrl> urisOf(const DemoCluster &cluster)
{
    std::vector<QUrl> uris;
    uris.reserve(kMachines);
    for (int i = 0; i < kMachines; ++i)
        uris.push_back(cluster.uri(i));
    return uris;
}

} // namespace

Demo::Demo(DemoCluster &cluster)
    : m_cluster(cluster)
    , m_watch({urisOf(cluster), [&cluster] { return cluster.credentials(); }})
    , m_probe(cluster.servicePort())
    , m_lives(cluster.stampFile())
    , m_cuts(kMachines, Cut::Nothing)
{
    connect(&m_watch, &ClusterWatch::happened, this, &Demo::happened);
    connect(&m_look, &QTimer::timeout, this, &Demo::lookAround);
    m_look.start(kLookEvery);
    m_probe.start();
}

void Demo::note(const QString &what, const QString &text)
{
    control::EventEntry entry;
    entry.node = u"you"_s;
    entry.event = what;
    entry.time = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
    entry.bootUs = bootTime() / 1us;
    entry.detail[u"text"_s] = text;
    m_watch.note(entry);
}

void Demo::lookAround()
{
    m_lives.update();
    for (int i = 0; i < kMachines; ++i) {
        // A master renews its lease five times a second and is asked as often; the others say what
        // changes.
        const ClusterWatch::View view = m_watch.view(i);
        const NodeRow *self = view.self();
        if (self && view.isHeard && (self->state == u"active" || view.status->leaseMsLeft))
            m_watch.refresh(i);
    }
}

void Demo::start(int i)
{
    if (m_cluster.isRunning(i))
        return;
    note(u"start"_s, DemoCluster::id(i));
    if (const Result<void> started = m_cluster.start(i); !started) {
        note(u"failed"_s, started.error().text());
        return;
    }
    m_watch.open(i);
}

void Demo::killDaemon(int i)
{
    note(u"kill -9"_s, u"the daemon of %1; its guard stays"_s.arg(DemoCluster::id(i)));
    m_cluster.signalDaemon(i, SIGKILL);
}

void Demo::hang(int i)
{
    note(u"hang"_s,
        u"SIGSTOP to the daemon of %1; its guard watches the lease"_s.arg(DemoCluster::id(i)));
    m_cluster.signalDaemon(i, SIGSTOP);
}

void Demo::goOn(int i)
{
    note(u"continue"_s, u"SIGCONT to the daemon of %1"_s.arg(DemoCluster::id(i)));
    m_cluster.signalDaemon(i, SIGCONT);
}

void Demo::powerOff(int i)
{
    note(u"power off"_s,
        u"%1: guard, daemon and service are gone at once"_s.arg(DemoCluster::id(i)));
    m_cluster.cutPower(i);
    m_watch.close(i);
}

void Demo::stop(int i)
{
    note(u"stop"_s, u"SIGTERM to %1: it hands over and ends"_s.arg(DemoCluster::id(i)));
    m_cluster.signalGuard(i, SIGTERM);
}

void Demo::switchover(int to)
{
    const QString id = DemoCluster::id(to);
    note(u"switchover"_s, u"to %1"_s.arg(id));
    const QCborMap params{{u"to"_s, id}, {u"reason"_s, u"the demo"_s},
        {u"wait_ms"_s, qint64(kSwitchoverWithin / 1ms)}};
    m_watch.ask(to, u"switchover"_s, params, kSwitchoverWithin + 5s,
        [this, id](const ControlClient::Answer &answer) {
            if (!answer)
                note(u"refused"_s, u"switchover to %1: %2"_s.arg(id, answer.error().message));
        });
}

void Demo::toggleMaintenance(int i)
{
    const ClusterWatch::View view = m_watch.view(i);
    const NodeRow *self = view.self();
    const bool isOn = !(self && self->maintenance);
    const QString id = DemoCluster::id(i);
    note(u"maintenance"_s, id + (isOn ? u" on: it may not be master"_s : u" off"_s));
    m_watch.ask(i, u"maintenance"_s, {{u"on"_s, isOn}, {u"reason"_s, u"the demo"_s}},
        kRequestWithin, [this, id](const ControlClient::Answer &answer) {
            if (!answer)
                note(u"refused"_s, u"maintenance of %1: %2"_s.arg(id, answer.error().message));
        });
}

void Demo::togglePause()
{
    for (int i = 0; i < kMachines; ++i) {
        const ClusterWatch::View view = m_watch.view(i);
        if (!view.isHeard)
            continue;
        const bool isPaused = view.status->paused;
        note(isPaused ? u"resume"_s : u"pause"_s, u"asked of %1"_s.arg(DemoCluster::id(i)));
        m_watch.ask(i, isPaused ? u"resume"_s : u"pause"_s, {}, kRequestWithin,
            [this](const ControlClient::Answer &answer) {
                if (!answer)
                    note(u"refused"_s, answer.error().message);
            });
        return;
    }
}

void Demo::cutCables(int i, Cut cut)
{
    const QString id = DemoCluster::id(i);
    switch (cut) {
    case Cut::Nothing:
        note(u"heal"_s, u"the cables of %1"_s.arg(id));
        break;
    case Cut::Outgoing:
        note(u"cut"_s, u"one way: %1 hears, but is not heard"_s.arg(id));
        break;
    case Cut::Everything:
        note(u"cut"_s, u"%1 from the others"_s.arg(id));
        break;
    }
    m_cuts[std::size_t(i)] = cut;
    for (int a = 0; a < kMachines; ++a) {
        for (int b = 0; b < kMachines; ++b) {
            if (a != b)
                m_cluster.cables().setWhole(a, b,
                    m_cuts[std::size_t(a)] == Cut::Nothing
                        && m_cuts[std::size_t(b)] != Cut::Everything);
        }
    }
}

int Demo::settledMaster() const
{
    const ServiceProbe::Report clients = m_probe.report();
    const int master = clients.isAnswering ? DemoCluster::indexOf(clients.server) : -1;
    if (master < 0)
        return -1;
    for (int i = 0; i < kMachines; ++i) {
        const bool counts = i == master
            || (m_cluster.isRunning(i) && !m_cluster.isHung(i)
                && m_cuts[std::size_t(i)] == Cut::Nothing);
        if (!counts)
            continue;
        const ClusterWatch::View view = m_watch.view(i);
        if (!view.isHeard || !view.status->active || view.status->master != clients.server)
            return -1;
    }
    return master;
}

bool Demo::isEveryoneBack() const
{
    for (int i = 0; i < kMachines; ++i) {
        const ClusterWatch::View view = m_watch.view(i);
        if (!view.isHeard)
            return false;
        for (const NodeRow &node : view.status->nodes) {
            const bool isLinked = node.link == u"self" || node.link == u"up";
            const bool isWell = node.state == u"active" || node.state == u"follower";
            if (!isLinked || !isWell || node.uptimeS < kSettledAfterS)
                return false;
        }
    }
    return settledMaster() >= 0;
}

QString Demo::serviceUrl() const
{
    return u"http://127.0.0.1:%1/"_s.arg(m_cluster.servicePort());
}

BoardModel Demo::model() const
{
    BoardModel model;
    model.serviceUrl = serviceUrl();
    model.lease = m_cluster.timing().lease;
    model.fence = m_cluster.timing().fence;
    model.failoverWithin = m_cluster.timing().failoverWithin;
    model.clients = m_probe.report();
    model.fault = judge(m_lives.all());
    const std::vector<ServiceLife> &lives = m_lives.all();
    for (std::size_t n = 1; n < lives.size(); ++n)
        model.gaps.push_back({lives[n - 1].machine, lives[n].machine, gapMsBefore(lives, n)});

    const SystemClock clock;
    for (int i = 0; i < kMachines; ++i) {
        const ClusterWatch::View view = m_watch.view(i);
        BoardModel::Machine machine;
        machine.id = DemoCluster::id(i);
        machine.isOn = m_cluster.isRunning(i);
        machine.isHung = m_cluster.isHung(i);
        machine.isHeard = view.isHeard;
        machine.status = view.status;
        if (view.status && view.status->leaseMsLeft) {
            const auto age = (clock.now() - view.at) / 1ms;
            const qint64 left = std::max<qint64>(0, *view.status->leaseMsLeft - age);
            if (machine.isOn && left > 0)
                model.holder = BoardModel::Holder{machine.id, std::chrono::milliseconds(left)};
        }
        for (int to = 0; to < kMachines; ++to)
            machine.isCut.push_back(i != to && !m_cluster.cables().isWhole(i, to));
        model.machines.push_back(std::move(machine));
    }
    const auto &timeline = m_watch.timeline();
    model.timeline.assign(timeline.begin(), timeline.end());
    return model;
}

bool Demo::waitFor(const std::function<bool()> &isTrue, std::chrono::milliseconds atMost)
{
    QEventLoop loop;
    QTimer poll;
    connect(&poll, &QTimer::timeout, &loop, [&] {
        m_lives.update();
        if (isTrue())
            loop.exit(1);
    });
    connect(this, &Demo::interrupted, &loop, [&loop] { loop.exit(0); });
    QTimer::singleShot(atMost, &loop, [&loop] { loop.exit(0); });
    poll.start(10ms);
    return !m_isInterrupted && loop.exec() == 1;
}

void Demo::interrupt()
{
    m_isInterrupted = true;
    Q_EMIT interrupted();
}

} // namespace clustd::daemon
