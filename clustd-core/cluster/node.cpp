#include "cluster/node.h"

#include "cluster/control_server.h"
#include "cluster/journal.h"
#include "cluster/service_control.h"
#include "cluster/vote_store.h"
#include "config/config_differences.h"
#include "util/log_categories.h"

#include <QCborArray>
#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using election::HandOverReason;
using election::Phase;
using election::Role;

namespace {

constexpr auto kSettingsName = "settings.json";
constexpr auto kDetailEvery = 5s;
constexpr auto kPutRightEvery = 10s;
constexpr auto kRestartDelayFirst = 1s;
constexpr auto kRestartDelayLongest = 60s;
constexpr std::size_t kDecisionsKept = 32;

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

QString text(const NodeId &id)
{
    return QString::fromStdString(id.value());
}

/// The next pause before something that failed is tried again.
Duration grown(Duration delay)
{
    return delay == Duration::zero() ? Duration(kRestartDelayFirst)
                                     : std::min<Duration>(2 * delay, kRestartDelayLongest);
}

std::vector<std::string> strings(const QStringList &list)
{
    std::vector<std::string> result;
    result.reserve(std::size_t(list.size()));
    for (const QString &entry : list)
        result.push_back(entry.toStdString());
    return result;
}

} // namespace

Node::Node(Setup setup, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_setup(std::move(setup))
    , m_clock(clock)
{
}

Node::~Node() = default;

QString Node::selfId() const
{
    return text(m_setup.config.cluster.id);
}

bool Node::isLeading() const
{
    return m_runner && m_runner->view().role == Role::Master;
}

MeshConfig Node::meshConfig() const
{
    const config::Config &c = m_setup.config;
    MeshConfig mesh;
    mesh.self = {c.cluster.id, m_setup.incarnation};
    mesh.clusterName = c.cluster.name.toStdString();
    mesh.secrets.push_back(c.cluster.secret);
    mesh.secrets.insert(
        mesh.secrets.end(), c.cluster.previousSecrets.begin(), c.cluster.previousSecrets.end());
    mesh.bindAddress = QHostAddress(c.server.bindAddress);
    mesh.bindPort = c.server.bindPort;
    mesh.remoteAddress = c.server.remoteAddress;
    mesh.role = c.cluster.role;
    mesh.priority = c.cluster.priority;
    for (const config::Machine &machine : c.cluster.machines)
        mesh.machines.push_back({machine.uri, machine.id, machine.role});
    mesh.revoked = strings(c.revoked);
    mesh.software = u"clustd "_s + m_setup.version;
    mesh.heartbeat = c.timing.heartbeat;
    mesh.failoverWithin = c.timing.failoverWithin;
    mesh.rtt = c.timing.rtt;
    return mesh;
}

election::WantedChanged Node::wanted() const
{
    election::WantedChanged wanted;
    wanted.role = m_setup.config.cluster.role;
    const Mesh::Roster roster = m_mesh->roster();
    wanted.complete = roster.complete;
    std::vector<election::Member> members;
    const auto add = [&members](const NodeId &id, election::MachineRole role) {
        if (role != election::MachineRole::Standby)
            members.push_back({id, role == election::MachineRole::Witness});
    };
    add(m_setup.config.cluster.id, m_setup.config.cluster.role);
    for (const MachineAddress &machine : roster.machines) {
        if (!machine.id)
            continue;
        wanted.others.push_back(*machine.id);
        add(*machine.id, machine.role);
    }
    if (roster.complete) {
        // In the order of a VoterSet, so that equal wishes are equal lists.
        wanted.wanted = election::VoterSet({}, std::move(members)).members();
    }
    return wanted;
}

election::SelfChanged Node::self() const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    election::SelfChanged self;
    self.maintenance = m_settings.maintenance.holds(now);
    self.sick = !m_sick.empty();
    self.priority = m_setup.config.cluster.priority;
    if (m_settings.sick.isLate(now))
        self.priority -= SickRecord::kPenalty;
    if (m_isLeaving)
        self.barred = "leaving";
    else if (m_setup.guard && m_setup.guard->isSilent())
        self.barred = "the guard does not answer";
    else if (!m_isPutRight)
        self.barred = "drivers are being put right";
    else if (m_guardRefusedUntil != kNever)
        self.barred = "the guard does not take the fence plan";
    return self;
}

Result<void> Node::start()
{
    const config::Config &c = m_setup.config;
    m_store = std::make_unique<VoteStore>(
        c.stateDir, StateOwner{c.cluster.name.toStdString(), c.cluster.id});
    if (auto opened = m_store->open(); !opened)
        return opened;
    // V3 counts from when the lock of the state folder is held: until then a former life may still
    // make promises.
    m_startedAt = m_clock.now();
    const auto stored = m_store->load();
    if (!stored)
        return fail(stored.error());
    if (auto settings = Settings::fromJson(m_store->loadFile(QLatin1StringView(kSettingsName)));
        settings) {
        m_settings = *settings;
    } else {
        qCWarning(lcCluster).noquote() << settings.error().text();
        setAlarm(true, u"settings-lost"_s, selfId(), settings.error().text());
    }

    m_journal = std::make_unique<Journal>(selfId(), c.log.journal);
    connect(m_journal.get(), &Journal::fileFailed, this, [this](const QString &why) {
        setAlarm(!why.isEmpty(), u"journal-failed"_s, selfId(),
            u"events are kept in memory only: %1; free the disk or change log.journal"_s.arg(why));
    });
    m_mesh = std::make_unique<Mesh>(meshConfig(), m_clock);
    if (auto listening = m_mesh->listen(); !listening)
        return listening;

    election::Options options;
    options.self = {c.cluster.id, m_setup.incarnation};
    options.timing = c.timing;
    options.stored = *stored;
    options.wanted = wanted();
    options.machine = self();
    options.random = Random(QRandomGenerator::system()->generate64());
    options.isPaused = m_settings.pause.holds(QDateTime::currentDateTimeUtc());
    options.trace = lcElection().isDebugEnabled();
    m_wasPaused = options.isPaused;
    m_wasMaintained = options.machine.maintenance;
    auto rules = c.cluster.election == config::ElectionMode::Naive
        ? election::makeNaiveElection(std::move(options), m_startedAt)
        : election::makeElectionEngine(std::move(options), m_startedAt);
    m_runner = std::make_unique<ElectionRunner>(std::move(rules), m_clock);

    m_services = std::make_unique<ServiceControl>(c, m_setup.guard, m_setup.advise, m_clock);
    m_control = std::make_unique<ControlServer>(*this, *m_mesh);
    connect(this, &Node::changed, m_control.get(), &ControlServer::noteChanged);
    connectMesh();
    connectElection();
    connectServices();

    record(u"started"_s,
        {{u"version"_s, m_setup.version}, {u"incarnation"_s, qint64(m_setup.incarnation.value())},
            {u"pid"_s, QCoreApplication::applicationPid()}});
    m_services->putRight();
    for (const Incarnation &dead : m_setup.deadLives)
        m_runner->feed(election::FormerLifeDead{dead});
    m_runner->feed(election::Timeout{});
    m_mesh->start();
    m_tick.setInterval(1s);
    connect(&m_tick, &QTimer::timeout, this, &Node::tick);
    m_tick.start();
    return {};
}

void Node::connectMesh()
{
    Mesh *mesh = m_mesh.get();
    connect(
        mesh, &Mesh::peerUp, this, [this](const election::Life &peer, const wire::Ready &ready) {
            m_detailSentAt.erase(peer.machine);
            record(u"link-up"_s,
                {{u"peer"_s, text(peer.machine)}, {u"uri"_s, ready.uri.value_or(QString())}});
            m_runner->feed(election::PeerUp{peer});
        });
    connect(mesh, &Mesh::peerDown, this, [this](const election::Life &peer, const QString &reason) {
        record(u"link-down"_s, {{u"peer"_s, text(peer.machine)}, {u"reason"_s, reason}});
        Q_EMIT changed();
    });
    connect(mesh, &Mesh::peerContent, this,
        [this](const election::Life &peer, const wire::Content &content) {
            onPeerContent(peer, content);
        });
    connect(mesh, &Mesh::refused, this,
        [this](const QString &address, const QString &node, const QString &reason, int count) {
            record(u"link-refused"_s,
                {{u"address"_s, address}, {u"peer"_s, node}, {u"reason"_s, reason},
                    {u"count"_s, count}});
        });
    connect(mesh, &Mesh::alarm, this, &Node::setAlarm);
    connect(mesh, &Mesh::rosterChanged, this, &Node::tellWanted);
    connect(mesh, &Mesh::finished, this, [this] {
        m_hasLeft = true;
        Q_EMIT left();
    });
}

void Node::connectElection()
{
    ElectionRunner *runner = m_runner.get();
    connect(runner, &ElectionRunner::persist, m_store.get(), &VoteStore::write);
    connect(m_store.get(), &VoteStore::written, this,
        [this](quint64 write, std::chrono::nanoseconds took) {
            const Duration bound = m_setup.config.timing.write;
            const bool isSlow = took > bound;
            if (isSlow || m_alarms.contains({u"slow-disk"_s, selfId()})) {
                setAlarm(isSlow, u"slow-disk"_s, selfId(),
                    u"storing the vote took %1 ms, longer than timing.write (%2 ms): elections may "
                    u"take "
                    u"longer than failover_within; use a faster disk for state_dir or raise failover_within"_s
                        .arg(took / 1ms)
                        .arg(bound / 1ms));
            }
            m_runner->feed(election::Persisted{write});
        });
    connect(m_store.get(), &VoteStore::failed, this, &Node::failed);
    connect(m_store.get(), &VoteStore::fileFailed, this,
        [this](const QString &name, const QString &why) {
            setAlarm(true, u"settings-lost"_s, selfId(), name + u": "_s + why);
        });
    connect(m_store.get(), &VoteStore::fileWritten, this,
        [this] { setAlarm(false, u"settings-lost"_s, selfId(), {}); });
    connect(runner, &ElectionRunner::deadlineMoved, this,
        [this](const election::DeadlineMoved &deadline) { m_services->moveDeadline(deadline); });
    connect(runner, &ElectionRunner::send, this, &Node::sendFromElection);
    connect(runner, &ElectionRunner::service, this, &Node::onService);
    connect(runner, &ElectionRunner::answered, this, &Node::onAnswer);
    connect(runner, &ElectionRunner::noticed, this, &Node::onNotice);
    connect(runner, &ElectionRunner::stepped, this, &Node::noteStep);
}

void Node::connectServices()
{
    ServiceControl *services = m_services.get();
    connect(services, &ServiceControl::rightSet, this, [this](bool isRight, const QString &why) {
        m_isPutRight = isRight;
        m_putRightAt = isRight ? kNever : m_clock.now() + kPutRightEvery;
        setAlarm(!isRight, u"drivers-not-right"_s, selfId(),
            u"it is not sure that nothing of a former life still runs here (%1), so this machine "
            u"may not "
            u"become master: stop it by hand; clustd looks again every 10 s"_s.arg(why));
        tellSelf();
    });
    connect(services, &ServiceControl::planRefused, this, [this](const QString &why) {
        setAlarm(true, u"guard-refused"_s, selfId(),
            u"the guard does not take the fence plan, so nothing starts here and this machine "
            u"gives the role to others (M2); it tries again after 10 s: "_s
                + why);
        m_guardRefusedUntil = m_clock.now() + kPutRightEvery;
        tellSelf();
        m_runner->feed(election::FenceNow{"the guard does not take the fence plan"});
    });
    connect(services, &ServiceControl::guardReady, this, [this](Term token) {
        setAlarm(false, u"guard-refused"_s, selfId(), {});
        m_runner->feed(election::GuardReady{token});
    });
    connect(services, &ServiceControl::started, this,
        [this](Term token) { m_runner->feed(election::ServiceStarted{token}); });
    connect(services, &ServiceControl::stopped, this, [this](Term token) {
        // A new mandate begins with a clean bill: what was sick has been stopped.
        m_sick.clear();
        m_restartDriversAt = kNever;
        m_restartDelay = {};
        m_stopAgainAt = kNever;
        m_stopDelay = {};
        m_runner->feed(election::ServiceStopped{token});
        tellSelf();
    });
    connect(services, &ServiceControl::stopFailed, this, [this](Term token) {
        // A person may mend what kept it from stopping; the role waits for nothing else.
        m_stopDelay = grown(m_stopDelay);
        m_stopAgainAt = m_clock.now() + m_stopDelay;
        m_runner->feed(election::StopFailed{token});
    });
    connect(services, &ServiceControl::sick, this, &Node::onSick);
    connect(services, &ServiceControl::well, this, [this](const QString &driver) {
        if (m_sick.erase(driver) == 0)
            return;
        record(u"service-well"_s, {{u"driver"_s, driver}});
        if (m_sick.empty()) {
            m_restartDriversAt = kNever;
            m_restartDelay = {};
            setAlarm(false, u"service-sick"_s, selfId(), {});
        }
        tellSelf();
    });
    connect(services, &ServiceControl::driverEvent, this,
        [this](const QString &name, const QCborMap &detail) { record(name, detail); });
    connect(services, &ServiceControl::changed, this, [this] {
        m_detailSentAt.clear();
        Q_EMIT changed();
    });
    if (m_setup.guard) {
        connect(m_setup.guard, &GuardPort::lost, this, &Node::onGuardLost);
        connect(m_setup.guard, &GuardPort::silenceChanged, this, &Node::onGuardSilence);
    }
}

void Node::onPeerContent(const election::Life &peer, const wire::Content &content)
{
    std::visit(
        [&](const auto &message) {
            using T = std::decay_t<decltype(message)>;
            if constexpr (std::is_constructible_v<election::Message, T>)
                m_runner->feed(
                    election::Received{peer, m_setup.incarnation, election::Message(message)});
            else if constexpr (std::is_same_v<T, wire::NodeStatusMessage>)
                onGossip(peer, message);
            // Requests, responses and events of machines go to the control server, which listens to
            // the mesh itself.
        },
        content);
}

void Node::onGossip(const election::Life &peer, const wire::NodeStatusMessage &message)
{
    const QDateTime wall = QDateTime::currentDateTimeUtc();
    PeerGossip &gossip = m_gossip[peer.machine];
    const std::string stateBefore = gossip.status.state;
    gossip.status = message.status;
    gossip.heardAt = m_clock.now();
    gossip.incarnation = peer.incarnation;
    if (message.detail) {
        gossip.detailAt = gossip.heardAt;
        gossip.detail = detailFromCbor(*message.detail, text(peer.machine), wall);
        adoptPause(gossip.detail.pause, text(peer.machine));
        checkPeersAgainstOurs();
    }
    m_runner->feed(
        election::Received{peer, m_setup.incarnation, election::Message(message.status)});
    if (gossip.status.state != stateBefore) {
        Q_EMIT changed();
        if (gossip.status.state == "active")
            finishSwitchover(text(peer.machine));
    }
}

void Node::checkPeersAgainstOurs()
{
    const QByteArray own = accessHash(strings(m_setup.config.revoked));
    for (const auto &[id, gossip] : m_gossip) {
        const QString code = u"access-differs"_s;
        const bool differs = !gossip.detail.accessHash.isEmpty() && gossip.detail.accessHash != own;
        if (differs || m_alarms.contains({code, text(id)})) {
            setAlarm(differs, code, text(id),
                u"access.revoked of %1 is not that of %2: a revoked token still works on one of "
                u"them; "
                u"make the lists equal and run 'clustd reload'"_s.arg(text(id), selfId()));
        }
    }
}

void Node::sendFromElection(const election::Envelope &envelope)
{
    std::visit(
        [&](const auto &message) {
            using T = std::decay_t<decltype(message)>;
            if constexpr (std::is_same_v<T, election::NodeStatus>) {
                wire::NodeStatusMessage status{message, {}};
                const Instant now = m_clock.now();
                const auto sent = m_detailSentAt.find(envelope.to.machine);
                if (sent == m_detailSentAt.end() || now - sent->second >= kDetailEvery)
                    status.detail = toCbor(ownDetail(), QDateTime::currentDateTimeUtc());
                if (m_mesh->send(envelope.to, status) && status.detail)
                    m_detailSentAt[envelope.to.machine] = now;
            } else {
                m_mesh->send(envelope.to, message);
            }
        },
        envelope.message);
}

void Node::onService(const election::ServiceCommand &command)
{
    m_services->carryOut(command, selfId());
}

void Node::onNotice(const election::Notice &notice)
{
    const QString name = text(notice.name);
    const QString what = text(notice.text);
    if (name == u"alarm" || name == u"alarm-cleared") {
        // The election keeps its own list, see View::alarms; here they are only told.
        if (name == u"alarm")
            qCWarning(lcElection).noquote() << what;
        else
            qCInfo(lcElection).noquote() << what;
        m_detailSentAt.clear(); // The others show it too.
        Q_EMIT changed();
    } else if (name == u"fencing" || name == u"quorum-lost"
        || (name == u"master-lost" && !what.contains(u": released"_s))) {
        qCWarning(lcElection).noquote() << what;
    } else if (name == u"released" || name == u"term-changed") {
        qCDebug(lcElection).noquote() << what;
    } else {
        qCInfo(lcElection).noquote() << what;
    }
    checkHealed(notice);
    m_lastDecisions.push_back(notice);
    if (m_lastDecisions.size() > kDecisionsKept)
        m_lastDecisions.erase(m_lastDecisions.begin());

    QCborMap detail{{u"text"_s, what}};
    if (!notice.code.empty())
        detail[u"code"_s] = text(notice.code);
    if (!notice.node.value().empty())
        detail[u"node"_s] = text(notice.node);
    record(name, detail, notice.term);
}

/// After a heal what must not run here is looked for again: somebody may have started it by hand
/// while this machine was alone.
void Node::checkHealed(const election::Notice &notice)
{
    if (notice.name == "quorum-regained" && m_runner->view().phase == Phase::None
        && !m_services->isActive())
        m_services->putRight();
}

void Node::record(const QString &event, const QCborMap &detail, std::optional<Term> term)
{
    if (!m_journal)
        return;
    const Term at = term && *term != Term{} ? *term : m_runner ? m_runner->view().term : Term{};
    m_journal->append(event, at, detail);
}

void Node::setAlarm(bool raised, const QString &code, const QString &node, const QString &what)
{
    const std::pair key(code, node);
    const auto known = m_alarms.find(key);
    if (!raised) {
        if (known == m_alarms.end())
            return;
        m_alarms.erase(known);
        qCInfo(lcCluster).noquote() << "alarm cleared:" << code << node;
        record(u"alarm-cleared"_s, {{u"code"_s, code}, {u"node"_s, node}});
    } else {
        const bool isNew = known == m_alarms.end();
        m_alarms[key] = {code, node, what};
        if (!isNew)
            return;
        qCWarning(lcCluster).noquote() << code << node << "->" << what;
        record(u"alarm"_s, {{u"code"_s, code}, {u"node"_s, node}, {u"text"_s, what}});
    }
    m_detailSentAt.clear();
    Q_EMIT changed();
}

void Node::tellSelf()
{
    m_detailSentAt.clear();
    m_runner->feed(self());
    Q_EMIT changed();
}

void Node::tellWanted()
{
    if (m_runner)
        m_runner->feed(wanted());
}

void Node::tellPause()
{
    m_wasPaused = m_settings.pause.holds(QDateTime::currentDateTimeUtc());
    m_runner->feed(election::PauseChanged{m_wasPaused});
    m_detailSentAt.clear();
    Q_EMIT changed();
}

void Node::adoptPause(const Pause &pause, const QString &by)
{
    // A term that no election reaches is damage; believed, it would outdo every later pause.
    const std::uint64_t term = m_runner->view().term.value();
    if (pause.term.value() > term + election::kTermJumpMax || !pause.isNewerThan(m_settings.pause))
        return;
    const bool before = m_wasPaused;
    m_settings.pause = pause;
    saveSettings();
    tellPause();
    if (m_wasPaused != before)
        record(m_wasPaused ? u"paused"_s : u"resumed"_s, {{u"by"_s, by}});
}

void Node::saveSettings()
{
    m_store->writeFile(QLatin1StringView(kSettingsName), m_settings.toJson());
}

void Node::onSick(const QString &driver, const QString &why)
{
    const bool isNew = !m_sick.contains(driver);
    m_sick[driver] = why;
    if (isNew)
        record(u"service-sick"_s, {{u"driver"_s, driver}, {u"why"_s, why}});
    if (!m_services->isActive())
        return;
    if (isNew) {
        m_settings.sick.noteSick(QDateTime::currentDateTimeUtc());
        saveSettings();
    }
    tellSelf();
    checkSickHandover();
}

/// A sick service goes to a machine that was not sick lately. Where there is none, it stays here,
/// is started again with growing delays, and an alarm says so: carrying it round the cluster helps
/// nobody.
void Node::checkSickHandover()
{
    if (m_sick.empty() || !isLeading() || m_isLeaving)
        return;
    const Phase phase = m_runner->view().phase;
    if (phase != Phase::Active && phase != Phase::Starting)
        return;
    const Instant now = m_clock.now();
    const bool someoneIsWell
        = std::any_of(m_gossip.begin(), m_gossip.end(), [&](const auto &entry) {
              const PeerGossip &gossip = entry.second;
              return gossip.status.eligible && gossip.status.priority > -SickRecord::kPenalty / 2
                  && now - gossip.heardAt <= 2 * m_setup.config.timing.heartbeat
                  && m_mesh->isUp(entry.first);
          });
    const QString which = m_sick.begin()->first + u": "_s + m_sick.begin()->second;
    if (someoneIsWell) {
        askHandOver(HandOverReason::Sick, std::nullopt, false,
            [this, which](bool accepted, const QString &why) {
                if (!accepted)
                    setAlarm(true, u"service-sick"_s, selfId(),
                        u"%1; it stays on this machine: %2"_s.arg(which, why));
            });
        return;
    }
    setAlarm(true, u"service-sick"_s, selfId(),
        u"%1; it stays on this machine, since no other one is eligible and well: look at the "
        u"driver's "
        u"output in the log"_s.arg(which));
    if (m_restartDriversAt == kNever) {
        m_restartDelay = grown(m_restartDelay);
        m_restartDriversAt = now + m_restartDelay;
    }
}

void Node::onGuardLost()
{
    qCCritical(lcCluster, "the guard is gone -> stopping everything by force, then ending (G4)");
    m_isLeaving = true;
    record(u"stopping"_s, {{u"reason"_s, u"the guard is gone"_s}});
    tellSelf();
    m_runner->feed(election::FenceNow{"the guard is gone"});
    continueLeaving();
}

void Node::onGuardSilence(bool isSilent)
{
    setAlarm(isSilent, u"guard-silent"_s, selfId(),
        u"the guard does not answer, so nothing here would be stopped in time if this daemon hung "
        u"too: this machine may not be master; find out what holds the guard (stopped? SIGCONT), "
        u"or "
        u"restart clustd"_s);
    tellSelf();
    checkGuard();
}

/// While the guard does not answer, the lease rests on this process alone, and without its plan
/// nothing may start at all; so the role goes to another machine. With none in reach it stays:
/// nobody else could be active meanwhile.
void Node::checkGuard()
{
    const bool isSilent = m_setup.guard && m_setup.guard->isSilent();
    if (!isSilent || m_isLeaving || !isLeading())
        return;
    const Phase phase = m_runner->view().phase;
    if (phase == Phase::Preparing || phase == Phase::Starting || phase == Phase::Active)
        askHandOver(HandOverReason::Unguarded, std::nullopt, false, [](bool, const QString &) {});
}

void Node::leave(const QString &why)
{
    if (m_isLeaving)
        return;
    m_isLeaving = true;
    record(u"stopping"_s, {{u"reason"_s, why}});
    qCInfo(lcCluster).noquote() << why << "-> handing over and leaving";
    tellSelf();
    askHandOver(HandOverReason::Shutdown, std::nullopt, true,
        [this](bool, const QString &) { continueLeaving(); });
}

/// Leaves as soon as nothing is active here any more.
void Node::continueLeaving()
{
    if (!m_isLeaving || m_hasLeft || m_services->isActive())
        return;
    const election::View view = m_runner->view();
    if (view.phase != Phase::None)
        return;
    // What was decided is said only when it is on disk; the last word (Released) spares the others
    // the time of their promises, so more than that it need not wait.
    const Instant now = m_clock.now();
    m_inactiveSince = std::min(m_inactiveSince, now);
    if (view.isWriting && now < m_inactiveSince + m_setup.config.timing.promise)
        return;
    m_hasLeft = true;
    // After the step under way, whose last messages (Released) must be on the links first.
    QMetaObject::invokeMethod(
        this, [this] { m_mesh->shutdown(u"going-away"_s); }, Qt::QueuedConnection);
}

quint64 Node::askHandOver(HandOverReason reason, std::optional<NodeId> to, bool byPerson,
    std::function<void(bool, const QString &)> then)
{
    const quint64 request = m_nextRequest++;
    m_handOvers[request] = std::move(then);
    election::HandOverAsked asked;
    asked.request = request;
    asked.reason = reason;
    asked.to = std::move(to);
    asked.byPerson = byPerson;
    m_runner->feed(asked);
    return request;
}

void Node::onAnswer(const election::Answer &answer)
{
    const auto it = m_handOvers.find(answer.request);
    if (it == m_handOvers.end())
        return;
    const auto then = std::move(it->second);
    m_handOvers.erase(it);
    then(answer.accepted, text(answer.why));
}

void Node::noteStep()
{
    const election::View view = m_runner->view();
    const std::optional<NodeId> master
        = view.master ? std::optional(view.master->machine) : std::nullopt;
    if (master != m_lastMaster || m_masterSince.isEmpty()) {
        m_lastMaster = master;
        m_masterSince = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
        Q_EMIT changed();
    }
    if (view.phase != m_lastPhase) {
        m_lastPhase = view.phase;
        if (view.phase == Phase::Active && m_switchover && m_switchover->token != view.token)
            failSwitchover(u"failed"_s,
                u"no other machine took the role in its turn, so this one is master again"_s);
        Q_EMIT changed();
    }
    continueLeaving();
    Q_EMIT worked();
}

void Node::tick()
{
    const QDateTime wall = QDateTime::currentDateTimeUtc();
    const bool isMaintained = m_settings.maintenance.holds(wall);
    if (isMaintained != m_wasMaintained) {
        m_wasMaintained = isMaintained;
        record(isMaintained ? u"maintenance-on"_s : u"maintenance-off"_s,
            {{u"reason"_s, u"time is over"_s}});
        tellSelf();
    }
    if (m_settings.pause.holds(wall) != m_wasPaused) {
        tellPause();
        record(m_wasPaused ? u"paused"_s : u"resumed"_s, {{u"by"_s, u"time is over"_s}});
    }
    if (m_runner->view().phase == Phase::None && self().priority != 0)
        m_runner->feed(self()); // The end of a sickness changes the priority.
    const Instant now = m_clock.now();
    checkSickHandover();
    if (now >= m_guardRefusedUntil) {
        m_guardRefusedUntil = kNever;
        tellSelf();
    }
    checkGuard();
    if (now >= m_putRightAt) {
        m_putRightAt = kNever;
        m_services->putRight();
    }
    if (now >= m_stopAgainAt) {
        m_stopAgainAt = kNever;
        m_services->stopAgain();
    }
    if (now >= m_restartDriversAt) {
        m_restartDriversAt = kNever;
        m_services->startAgain();
    }
    checkFailback();
    if (m_switchover && now >= m_switchover->giveUpAt)
        failSwitchover(u"timeout"_s, u"no other machine became active in time"_s);
}

/// `failback`: the role goes to a preferred machine once it has been eligible and linked for that
/// long.
void Node::checkFailback()
{
    const std::optional<Duration> after = m_setup.config.cluster.failback;
    if (!after || m_isLeaving || !isLeading() || m_runner->view().phase != Phase::Active) {
        m_stableSince.clear();
        return;
    }
    const Instant now = m_clock.now();
    const election::SelfChanged own = self();
    std::optional<NodeId> best;
    std::int64_t bestPriority = own.priority;
    for (const auto &[id, gossip] : m_gossip) {
        const bool isStable = gossip.status.eligible && m_mesh->isUp(id)
            && now - gossip.heardAt <= 2 * m_setup.config.timing.heartbeat;
        if (!isStable) {
            m_stableSince.erase(id);
            continue;
        }
        const Instant since = m_stableSince.try_emplace(id, now).first->second;
        if (now - since >= *after && gossip.status.priority > bestPriority) {
            best = id;
            bestPriority = gossip.status.priority;
        }
    }
    if (!best)
        return;
    m_stableSince.clear();
    askHandOver(HandOverReason::Failback, best, false, [best](bool accepted, const QString &why) {
        if (!accepted)
            qCInfo(lcCluster).noquote() << "failback to" << text(*best) << "refused:" << why;
    });
}

Result<QStringList> Node::reload(bool dryRun)
{
    if (!m_setup.reread)
        return fail(ErrorCode::Refused, {}, u"this daemon has no file to read again"_s);
    Result<config::Config> fresh = m_setup.reread();
    if (!fresh) {
        record(u"config-refused"_s, {{u"text"_s, fresh.error().text()}});
        return fail(fresh.error());
    }
    QStringList lines;
    bool needsRestart = false;
    for (const config::Difference &difference : config::configDifferences(m_setup.config, *fresh)) {
        lines << u"%1: %2%3"_s.arg(difference.key, difference.what,
            difference.needsRestart ? u" (takes effect at the next start of the daemon)"_s
                                    : QString());
        needsRestart = needsRestart || difference.needsRestart;
    }
    if (dryRun)
        return lines;

    // Only what is live is taken over; the rest stays as it was started.
    config::Config &c = m_setup.config;
    c.cluster.secret = fresh->cluster.secret;
    c.cluster.previousSecrets = fresh->cluster.previousSecrets;
    c.cluster.machines = fresh->cluster.machines;
    c.cluster.role = fresh->cluster.role;
    c.cluster.priority = fresh->cluster.priority;
    c.cluster.failback = fresh->cluster.failback;
    c.revoked = fresh->revoked;
    c.log.level = fresh->log.level;
    m_mesh->reconfigure(meshConfig());
    tellWanted();
    tellSelf();
    checkPeersAgainstOurs();
    record(u"config-reloaded"_s, {{u"changes"_s, QCborArray::fromStringList(lines)}});
    setAlarm(needsRestart, u"restart-needed"_s, selfId(),
        u"the configuration file was changed in keys that take effect only at a start: restart "
        u"clustd "
        u"on this machine"_s);
    return lines;
}

} // namespace clustd::cluster
