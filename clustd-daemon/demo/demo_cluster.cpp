#include "demo/demo_cluster.h"

#include "demo/process_tree.h"

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QTcpServer>

#include <openssl/rand.h>

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kName = "demo";
constexpr auto kFailoverWithin = 2s;
constexpr int kStartMs = 5000;

} // namespace

DemoCluster::DemoCluster(const QString &folder)
    : m_folder(folder)
    , m_timing(election::Timing::derive(kFailoverWithin))
    , m_cablePorts(kMachines, std::vector<quint16>(kMachines))
    , m_guards(kMachines)
{
}

DemoCluster::~DemoCluster()
{
    for (int i = 0; i < kMachines; ++i)
        cutPower(i);
}

Result<void> DemoCluster::prepare()
{
    // Ports are found by binding them and let go at once: another program could take one before
    // the daemon does, which is rare and loud.
    std::vector<std::unique_ptr<QTcpServer>> servers;
    for (int i = 0; i <= kMachines; ++i) {
        servers.push_back(std::make_unique<QTcpServer>());
        if (!servers.back()->listen(QHostAddress::LocalHost))
            return fail(ErrorCode::System, u"127.0.0.1"_s, servers.back()->errorString(),
                u"the demo needs the loopback interface"_s);
        m_ports.push_back(servers.back()->serverPort());
    }
    m_servicePort = m_ports.back();
    m_ports.pop_back();
    for (int from = 0; from < kMachines; ++from) {
        for (int to = 0; to < kMachines; ++to) {
            if (from == to)
                continue;
            const Result<quint16> port = m_cables.add(from, to, m_ports[std::size_t(to)]);
            if (!port)
                return fail(port.error());
            m_cablePorts[std::size_t(from)][std::size_t(to)] = *port;
        }
    }

    QByteArray random(48, '\0');
    if (RAND_priv_bytes(reinterpret_cast<unsigned char *>(random.data()), int(random.size())) != 1)
        return fail(ErrorCode::System, {}, u"the system's random generator gave no bytes"_s);
    const QByteArray secret = random.toBase64();
    auto keys = crypto::ClusterKeys::derive(secret, kName);
    if (!keys)
        return fail(keys.error());
    m_keys = std::make_unique<crypto::ClusterKeys>(std::move(*keys));
    for (int i = 0; i < kMachines; ++i) {
        if (auto written = writeConfig(i, secret); !written)
            return written;
    }
    return {};
}

Result<void> DemoCluster::writeConfig(int i, const QByteArray &secret)
{
    QString text
        = u"server:\n"
          "  bind_address: 127.0.0.1\n"
          "  bind_port: %1\n"
          "  remote_address: ws://127.0.0.1:%1\n"
          "cluster:\n"
          "  name: %2\n"
          "  id: %3\n"
          "  secret: '%4'\n"
          "  failover_within: 2s\n"
          "  machines:  # at the demo's ends of the cables\n"_s.arg(m_ports[std::size_t(i)])
              .arg(QString::fromLatin1(kName), id(i), QString::fromLatin1(secret));
    for (int other = 0; other < kMachines; ++other) {
        if (other != i)
            text += u"    - {uri: 'ws://127.0.0.1:%1', id: %2}\n"_s
                        .arg(m_cablePorts[std::size_t(i)][std::size_t(other)])
                        .arg(id(other));
    }
    text += u"drivers:\n"
            "  - name: web\n"
            "    type: exec\n"
            "    run: ['%1', demo, --service, '%2', --stamps, '%3']\n"_s
                .arg(QCoreApplication::applicationFilePath())
                .arg(m_servicePort)
                .arg(stampFile());
    QFile file(configFile(i));
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || file.write(text.toUtf8()) < 0)
        return fail(ErrorCode::System, file.fileName(), file.errorString(),
            u"the demo needs a folder for temporary files"_s);
    return {};
}

Result<void> DemoCluster::start(int i)
{
    if (isRunning(i))
        return {};
    auto guard = std::make_unique<QProcess>();
    const QString log = m_folder.filePath(id(i) + u".log"_s);
    guard->setStandardInputFile(QProcess::nullDevice());
    guard->setStandardOutputFile(log, QIODevice::Append);
    guard->setStandardErrorFile(log, QIODevice::Append);
    guard->setChildProcessModifier([] {
        // ^C at the terminal is for the demo alone; when the demo is killed, its machines lose
        // their power.
        ::setsid();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    });
    guard->start(QCoreApplication::applicationFilePath(), {u"run"_s, u"--config"_s, configFile(i)});
    if (!guard->waitForStarted(kStartMs))
        return fail(ErrorCode::System, guard->program(), guard->errorString());
    m_guards[std::size_t(i)] = std::move(guard);
    return {};
}

bool DemoCluster::isRunning(int i) const
{
    const auto &guard = m_guards[std::size_t(i)];
    return guard && guard->state() != QProcess::NotRunning;
}

pid_t DemoCluster::daemonPid(int i) const
{
    if (!isRunning(i))
        return 0;
    const std::vector<pid_t> children = childrenOf(pid_t(m_guards[std::size_t(i)]->processId()));
    return children.empty() ? 0 : children.front();
}

bool DemoCluster::isHung(int i) const
{
    const pid_t pid = daemonPid(i);
    return pid != 0 && isStopped(pid);
}

void DemoCluster::signalDaemon(int i, int number)
{
    if (const pid_t pid = daemonPid(i))
        ::kill(pid, number);
}

void DemoCluster::signalGuard(int i, int number)
{
    if (isRunning(i))
        ::kill(pid_t(m_guards[std::size_t(i)]->processId()), number);
}

void DemoCluster::cutPower(int i)
{
    auto &guard = m_guards[std::size_t(i)];
    if (!guard)
        return;
    if (guard->state() != QProcess::NotRunning) {
        killTree(pid_t(guard->processId()));
        guard->waitForFinished(kStartMs);
    }
    guard.reset();
}

int DemoCluster::indexOf(const QString &id)
{
    for (int i = 0; i < kMachines; ++i) {
        if (DemoCluster::id(i) == id)
            return i;
    }
    return -1;
}

QUrl DemoCluster::uri(int i) const
{
    return QUrl(u"ws://127.0.0.1:%1"_s.arg(m_ports[std::size_t(i)]));
}

crypto::Credentials DemoCluster::credentials() const
{
    // The name and the role are ours and right; only memory that ran out could fail here.
    return std::move(*m_keys->credentialsFor(crypto::PeerRole::Admin, kName));
}

QString DemoCluster::configFile(int i) const
{
    return m_folder.filePath(id(i) + u".yml"_s);
}

} // namespace clustd::daemon
