#include "cluster/node.h"

#include "cluster/control_server.h"
#include "cluster/journal.h"
#include "cluster/node_text.h"
#include "cluster/service_control.h"
#include "cluster/vote_store.h"
#include "util/log_categories.h"

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
constexpr std::size_t kDecisionsKept = 32;

} // namespace

Node::Node(Setup setup, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_setup(std::move(setup))
    , m_clock(clock)
    , m_disk(std::max(m_setup.config.timing.failoverWithin, Duration(1s)))
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
    if (!m_setup.configTrouble.isEmpty())
        setAlarm(true, u"config-faulty"_s, selfId(), m_setup.configTrouble);
    if (m_setup.advise && !c.drivers.empty())
        setAlarm(true, u"advise"_s, selfId(),
            u"it runs with --advise: as master it would start none of its drivers, and the service "
            u"would run nowhere; start it without --advise, or let it rest with 'clustd "
            u"maintenance on'"_s);
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
    m_runner = std::make_unique<ElectionRunner>(
        std::move(rules), m_clock, m_setup.config.timing.heartbeat);

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
    // Queued: it may step the election, and rides along with a step of it.
    connect(&m_tick, &PiggybackTimer::due, this, &Node::tick, Qt::QueuedConnection);
    m_tick.start(1s);
    return {};
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
        // It may have changed since the link began.
        if (!gossip.detail.role.isEmpty())
            m_mesh->noteRole(peer.machine, gossip.detail.role);
        checkPeersAgainstOurs();
    }
    m_runner->feed(
        election::Received{peer, m_setup.incarnation, election::Message(message.status)});
    if (gossip.status.state != stateBefore) {
        Q_EMIT changed();
        if (gossip.status.state == "active")
            m_switchover.noteActive(text(peer.machine), gossip.status.term);
    }
    checkPauseKnown();
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
    m_detailSentAt.clear();
    m_runner->feed(election::PauseChanged{m_wasPaused});
    Q_EMIT changed();
}

void Node::adoptPause(const Pause &pause, const QString &by)
{
    // A term that no election reaches is damage; believed, it would outdo every later pause.
    const std::uint64_t term = m_runner->view().term.value();
    const bool isDamaged
        = pause.term.value() > term + election::kTermJumpMax || pause.n > election::kTermJumpMax;
    if (isDamaged || !pause.isNewerThan(m_settings.pause))
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
        if (view.phase == Phase::Active)
            m_switchover.noteActiveHere(view.token);
        Q_EMIT changed();
    }
    continueLeaving();
    m_tick.ride();
    m_control->ride();
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
    clearSickAlarm();
    if (now >= m_guardRefusedUntil) {
        m_guardRefusedUntil = kNever;
        tellSelf();
    }
    checkGuard();
    checkDisk();
    if (now >= m_putRightAt) {
        m_putRightAt = kNever;
        m_services->putRight();
    }
    if (m_health.takeStopDue(now))
        m_services->stopAgain();
    if (!isUnconfirmed() && m_health.takeRestartDue(now))
        m_services->startAgain();
    checkFailback();
    m_switchover.giveUpIfDue(now);
    checkPauseKnown();
}

} // namespace clustd::cluster
