#include "demo/demo_cluster.h"

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>

#include <openssl/rand.h>

#include <algorithm>
#include <map>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

namespace {

QList<qint64> childrenOf(qint64 pid)
{
    QFile file(u"/proc/%1/task/%1/children"_s.arg(pid));
    QList<qint64> children;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &word : file.readAll().simplified().split(' ')) {
            if (!word.isEmpty())
                children << word.toLongLong();
        }
    }
    return children;
}

void killTree(qint64 pid)
{
    // Stopped first, so that nothing starts anything while the tree is walked.
    ::kill(pid_t(pid), SIGSTOP);
    for (const qint64 child : childrenOf(pid))
        killTree(child);
    ::kill(pid_t(pid), SIGKILL);
}

} // namespace

DemoCluster::DemoCluster()
{
    // What loses its parent comes to us, so that nothing gets away.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    m_guards.resize(kMachines);
}

DemoCluster::~DemoCluster()
{
    for (int i = 0; i < kMachines; ++i)
        cutPower(i);
    for (const qint64 orphan : childrenOf(QCoreApplication::applicationPid())) {
        killTree(orphan);
        ::waitpid(pid_t(orphan), nullptr, 0);
    }
}

Result<void> DemoCluster::prepare()
{
    std::vector<std::unique_ptr<QTcpServer>> servers;
    for (int i = 0; i <= kMachines; ++i) {
        servers.push_back(std::make_unique<QTcpServer>());
        if (!servers.back()->listen(QHostAddress::LocalHost)) {
            return fail(ErrorCode::System, u"127.0.0.1"_s, servers.back()->errorString(),
                u"the demo needs the loopback interface"_s);
        }
        m_ports.push_back(servers.back()->serverPort());
    }
    m_servicePort = m_ports.back();
    m_ports.pop_back();
    QByteArray random(48, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char *>(random.data()), int(random.size())) != 1)
        return fail(ErrorCode::Internal, {}, u"the random generator fails"_s);
    for (int i = 0; i < kMachines; ++i) {
        QString text = u"server:\n  bind_address: 127.0.0.1\n  bind_port: %1\n"
                       "  remote_address: ws://127.0.0.1:%1\n"
                       "cluster:\n  name: demo\n  id: %2\n  secret: '%3'\n  failover_within: 2s\n  machines:\n"_s
                           .arg(m_ports[std::size_t(i)])
                           .arg(id(i), QString::fromLatin1(random.toBase64()));
        for (int other = 0; other < kMachines; ++other) {
            if (other != i)
                text += u"    - {uri: 'ws://127.0.0.1:%1', id: %2}\n"_s.arg(m_ports[std::size_t(other)]).arg(id(other));
        }
        text += u"drivers:\n  - name: web\n    type: exec\n"
                "    run: ['%1', 'demo', '--service', '%2', '--stamps', '%3']\n"_s
                    .arg(QCoreApplication::applicationFilePath())
                    .arg(m_servicePort)
                    .arg(m_folder.filePath(u"stamps"_s));
        QFile file(m_folder.filePath(id(i) + u".yml"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0) {
            return fail(ErrorCode::System, file.fileName(), file.errorString(),
                u"the demo needs a folder for temporary files"_s);
        }
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    }
    return {};
}

void DemoCluster::start(int i)
{
    auto guard = std::make_unique<QProcess>();
    const QString log = m_folder.filePath(id(i) + u".log"_s);
    guard->setStandardOutputFile(log, QIODevice::Append);
    guard->setStandardErrorFile(log, QIODevice::Append);
    guard->start(QCoreApplication::applicationFilePath(),
        {u"run"_s, u"--config"_s, m_folder.filePath(id(i) + u".yml"_s)});
    guard->waitForStarted(5000);
    m_guards[std::size_t(i)] = std::move(guard);
}

bool DemoCluster::isRunning(int i) const
{
    const auto &guard = m_guards[std::size_t(i)];
    return guard && guard->state() != QProcess::NotRunning;
}

void DemoCluster::signalDaemon(int i, int number)
{
    if (!isRunning(i))
        return;
    const QList<qint64> children = childrenOf(m_guards[std::size_t(i)]->processId());
    if (!children.isEmpty())
        ::kill(pid_t(children.first()), number);
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
        killTree(guard->processId());
        guard->waitForFinished(5000);
    }
    guard.reset();
}

QJsonObject DemoCluster::status(int i) const
{
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(),
        {u"status"_s, u"--json"_s, u"--config"_s, m_folder.filePath(id(i) + u".yml"_s)});
    if (!process.waitForFinished(5000)) {
        process.kill();
        process.waitForFinished(1000);
        return {};
    }
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

bool DemoCluster::command(int i, const QStringList &arguments) const
{
    QProcess process;
    process.setStandardErrorFile(m_folder.filePath(u"commands.log"_s), QIODevice::Append);
    process.start(QCoreApplication::applicationFilePath(),
        QStringList(arguments) << u"--config"_s << m_folder.filePath(id(i) + u".yml"_s));
    return process.waitForFinished(40000) && process.exitCode() == 0;
}

QString DemoCluster::servedBy() const
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_servicePort);
    if (!socket.waitForConnected(200))
        return {};
    socket.write("GET / HTTP/1.0\r\n\r\n");
    QByteArray answer;
    while (socket.waitForReadyRead(200))
        answer += socket.readAll();
    const qsizetype body = answer.indexOf("\r\n\r\n");
    return body < 0 ? QString() : QString::fromUtf8(answer.mid(body + 4)).section(u' ', 0, 0);
}

std::vector<DemoCluster::Run> DemoCluster::runs() const
{
    std::vector<Run> runs;
    QFile file(m_folder.filePath(u"stamps"_s));
    if (!file.open(QIODevice::ReadOnly))
        return runs;
    std::map<std::pair<qint64, QByteArray>, Run> lives;
    for (const QByteArray &line : file.readAll().split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() != 4)
            continue;
        const qint64 at = words[3].toLongLong();
        Run &run = lives.try_emplace({words[1].toLongLong(), words[2]},
                            Run{QString::fromUtf8(words[0]), words[1].toLongLong(), words[2].toULongLong(), at, at, 0})
                       .first->second;
        run.lastNs = at;
        ++run.stamps;
    }
    for (const auto &life : lives)
        runs.push_back(life.second);
    std::sort(runs.begin(), runs.end(), [](const Run &a, const Run &b) { return a.firstNs < b.firstNs; });
    return runs;
}

QString DemoCluster::judge(const std::vector<Run> &runs)
{
    for (std::size_t n = 1; n < runs.size(); ++n) {
        const Run &before = runs[n - 1];
        const Run &after = runs[n];
        if (after.firstNs <= before.lastNs)
            return u"%1 (term %2) and %3 (term %4) ran at one instant"_s.arg(before.machine)
                .arg(before.term)
                .arg(after.machine)
                .arg(after.term);
        if (after.machine != before.machine && after.term <= before.term)
            return u"the term did not rise from %1 to %2"_s.arg(before.machine, after.machine);
    }
    return {};
}

} // namespace clustd::daemon
