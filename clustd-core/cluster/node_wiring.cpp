// What each part of a node reports, and to whom it goes.

#include "cluster/journal.h"
#include "cluster/node.h"
#include "cluster/node_text.h"
#include "cluster/service_control.h"
#include "cluster/vote_store.h"

namespace clustd::cluster {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kPutRightEvery = 10s;

} // namespace

void Node::connectMesh()
{
    Mesh *mesh = m_mesh.get();
    connect(
        mesh, &Mesh::peerUp, this, [this](const election::Life &peer, const wire::Ready &ready) {
            m_detailSentAt.clear(); // The others show who hears whom.
            record(u"link-up"_s,
                {{u"peer"_s, text(peer.machine)}, {u"uri"_s, ready.uri.value_or(QString())}});
            m_runner->feed(election::PeerUp{peer});
        });
    connect(mesh, &Mesh::peerDown, this, [this](const election::Life &peer, const QString &reason) {
        record(u"link-down"_s, {{u"peer"_s, text(peer.machine)}, {u"reason"_s, reason}});
        m_detailSentAt.clear();
        checkPauseKnown();
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
    connect(m_store.get(), &VoteStore::probed, this, &Node::onDiskAnswer);
    connect(runner, &ElectionRunner::stalled, this, &Node::onStall);
    connect(runner, &ElectionRunner::deadlineMoved, this, &Node::onLeaseRenewed);
    connect(runner, &ElectionRunner::send, this, &Node::sendFromElection);
    connect(runner, &ElectionRunner::service, this, &Node::onService);
    connect(runner, &ElectionRunner::answered, this,
        [this](const election::Answer &answer) { m_handOvers.answer(answer); });
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
        m_health.noteStopped();
        m_runner->feed(election::ServiceStopped{token});
        tellSelf();
    });
    connect(services, &ServiceControl::stopFailed, this, [this](Term token) {
        // A person may mend what kept it from stopping; the role waits for nothing else.
        m_health.noteStopFailed(m_clock.now());
        m_runner->feed(election::StopFailed{token});
    });
    connect(services, &ServiceControl::sick, this, &Node::onSick);
    connect(services, &ServiceControl::well, this, &Node::onWell);
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

} // namespace clustd::cluster
