#include "support/daemon_cluster.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTest>

#include <algorithm>
#include <map>

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace clustd::test {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kProgram = QStringLiteral(CLUSTD_BINARY_DIR "/bin/clustd");
const QString kStampService = QStringLiteral(CLUSTD_BINARY_DIR "/tests/stamp_service");
const QString kHungDisk = QStringLiteral(CLUSTD_BINARY_DIR "/tests/hung_disk.so");

QList<qint64> childrenOf(qint64 pid)
{
    QFile file(u"/proc/%1/task/%1/children"_s.arg(pid));
    QList<qint64> children;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &word : file.readAll().split(' ')) {
            if (!word.trimmed().isEmpty())
                children << word.trimmed().toLongLong();
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

QJsonObject CommandResult::json() const
{
    return QJsonDocument::fromJson(out).object();
}

DaemonCluster::DaemonCluster(Options options)
    : m_options(std::move(options))
{
    // Ports are found by binding them; they are let go at once, so another program could take one:
    // rare, and loud.
    std::vector<std::unique_ptr<QTcpServer>> servers;
    for (int i = 0; i < m_options.machines; ++i) {
        servers.push_back(std::make_unique<QTcpServer>());
        servers.back()->listen(QHostAddress::LocalHost);
        m_ports.push_back(servers.back()->serverPort());
        m_guards.push_back(nullptr);
    }
    servers.clear();
    for (int i = 0; i < m_options.machines; ++i)
        writeConfig(i);
}

DaemonCluster::~DaemonCluster()
{
    for (int i = 0; i < m_options.machines; ++i)
        cutPower(i);
    // The fencers go on for minutes where a fence needs what is in the folder that goes now.
    if (m_folder.isValid()) {
        for (const qint64 pid : processesOf(folder()))
            ::kill(pid_t(pid), SIGKILL);
    }
    if (QTest::currentTestFailed()) {
        for (int i = 0; i < m_options.machines; ++i)
            qInfo().noquote() << "---- log of" << id(i) << "----\n" << log(i).right(6000);
    }
}

QString DaemonCluster::configFile(int i) const
{
    return m_folder.filePath(u"%1.yml"_s.arg(id(i)));
}

QString DaemonCluster::host(int i) const
{
    return m_options.host ? m_options.host(i) : u"127.0.0.1"_s;
}

QString DaemonCluster::stampService()
{
    return kStampService;
}

QStringList DaemonCluster::withHungDisk(const QString &folder)
{
    QStringList preloaded{QStringLiteral(CLUSTD_PRELOADED_FIRST), kHungDisk};
    preloaded.removeAll(QString());
    // It is loaded into the shell of a service too, whose leaks are not ours.
    return {u"env"_s, u"LD_PRELOAD="_s + preloaded.join(u':'), u"HUNG_FOLDER="_s + folder,
        u"ASAN_OPTIONS=detect_leaks=0"_s};
}

void DaemonCluster::launch(QProcess &process, int i, const QStringList &arguments) const
{
    QStringList words = m_options.enter ? m_options.enter(i) : QStringList();
    words << kProgram << arguments << u"--config"_s << configFile(i);
    const QString program = words.takeFirst();
    // A test that is killed leaves no daemons behind.
    process.setChildProcessModifier([test = ::getpid()] {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != test)
            ::_exit(1);
    });
    process.start(program, words);
}

void DaemonCluster::replaceInConfig(int i, const QString &before, const QString &after)
{
    QFile file(configFile(i));
    if (!file.open(QIODevice::ReadWrite))
        qFatal("cannot open %s", qPrintable(file.fileName()));
    const QString text = QString::fromUtf8(file.readAll());
    QVERIFY2(text.contains(before), qPrintable(text));
    file.resize(0);
    file.write(QString(text).replace(before, after).toUtf8());
}

QStringList DaemonCluster::alarms(int i) const
{
    QStringList codes;
    const QJsonArray rows = status(i)[u"alarms"_s].toArray();
    for (const QJsonValue row : rows)
        codes << row[u"code"_s].toString();
    return codes;
}

QList<qint64> DaemonCluster::processesOf(const QString &text)
{
    QList<qint64> found;
    const QStringList names = QDir(u"/proc"_s).entryList(QDir::Dirs);
    for (const QString &name : names) {
        QFile file(u"/proc/%1/cmdline"_s.arg(name));
        bool isNumber = false;
        const qint64 pid = name.toLongLong(&isNumber);
        if (isNumber && file.open(QIODevice::ReadOnly)
            && file.readAll().replace('\0', ' ').contains(text.toUtf8()))
            found << pid;
    }
    return found;
}

void DaemonCluster::writeConfig(int i)
{
    QString text
        = u"server:\n  bind_address: %4\n  bind_port: %1\n"
          "  remote_address: ws://%4:%1\n"
          "cluster:\n  secret: 'vxLjIO8pOjvcA48RlXWCy8D/RIr/2S0y/gF1ncypHDjM9oINXfRkUW2wN/tKmjYF'\n"
          "  id: %2\n  failover_within: %3\n"_s.arg(port(i))
              .arg(id(i), m_options.failoverWithin, host(i));
    if (m_options.clusterExtra)
        text += m_options.clusterExtra(i);
    const bool isAlone
        = m_options.machines == 1 || (m_lists.contains(i) && m_lists.at(i) == QList<int>{i});
    text += u"  machines:%1\n"_s.arg(isAlone ? u" []"_s : QString());
    for (int other = 0; other < m_options.machines; ++other) {
        const auto listed = m_lists.find(i);
        if (other != i && (listed == m_lists.end() || listed->second.contains(other)))
            text
                += (m_options.namesIds ? u"    - {uri: 'ws://%1:%2', id: %3}\n"_s.arg(
                        host(other), QString::number(port(other)), id(other))
                                       : u"    - ws://%1:%2\n"_s.arg(host(other)).arg(port(other)));
    }
    text += u"log: {level: debug}\n"_s;
    text += m_options.drivers
        ? m_options.drivers(i).replace(u"FOLDER"_s, folder())
        : u"drivers:\n  - name: stamp\n    type: exec\n    run: ['%1', '%2']\n"_s.arg(
            kStampService, m_folder.filePath(u"stamps-%1"_s.arg(id(i))));
    QFile file(configFile(i));
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
        qFatal("cannot write %s", qPrintable(file.fileName()));
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
}

void DaemonCluster::list(int i, const QList<int> &machines)
{
    m_lists[i] = machines;
    writeConfig(i);
}

void DaemonCluster::start(int i)
{
    auto guard = std::make_unique<QProcess>();
    guard->setStandardOutputFile(m_folder.filePath(id(i) + u".log"_s), QIODevice::Append);
    guard->setStandardErrorFile(m_folder.filePath(id(i) + u".log"_s), QIODevice::Append);
    launch(*guard, i, {u"run"_s});
    if (!guard->waitForStarted(5000))
        qFatal("cannot start %s", qPrintable(kProgram));
    m_guards[size_t(i)] = std::move(guard);
}

void DaemonCluster::startAll()
{
    for (int i = 0; i < m_options.machines; ++i)
        start(i);
}

QString DaemonCluster::startOnFirst()
{
    startAll();
    if (const int master = waitForMaster(); master != 0)
        return master < 0 ? u"no master that all agree on"_s : u"%1 is master"_s.arg(id(master));
    const auto count = [this] { return runs().size(); };
    if (!QTest::qWaitFor([&] { return count() == 1; }, kWait))
        return u"the service ran %1 times"_s.arg(count());
    return {};
}

void DaemonCluster::strike(int i, Fault fault)
{
    switch (fault) {
    case Fault::KillDaemon:
        signalChild(i, SIGKILL);
        break;
    case Fault::KillGuard:
        signalGuard(i, SIGKILL);
        break;
    case Fault::CutPower:
        cutPower(i);
        break;
    case Fault::HangDaemon:
        signalChild(i, SIGSTOP);
        break;
    case Fault::EndDaemon:
        signalGuard(i, SIGTERM);
        break;
    }
}

bool DaemonCluster::isRunning(int i) const
{
    const auto &guard = m_guards.at(size_t(i));
    return guard && guard->state() != QProcess::NotRunning;
}

qint64 DaemonCluster::guardPid(int i) const
{
    return isRunning(i) ? m_guards.at(size_t(i))->processId() : 0;
}

qint64 DaemonCluster::childPid(int i) const
{
    if (!isRunning(i))
        return 0;
    const QList<qint64> children = childrenOf(guardPid(i));
    return children.isEmpty() ? 0 : children.first();
}

void DaemonCluster::signalGuard(int i, int number)
{
    if (isRunning(i))
        ::kill(pid_t(m_guards.at(size_t(i))->processId()), number);
}

void DaemonCluster::signalChild(int i, int number)
{
    if (const qint64 pid = childPid(i))
        ::kill(pid_t(pid), number);
}

void DaemonCluster::cutPower(int i)
{
    auto &guard = m_guards[size_t(i)];
    if (!guard)
        return;
    if (guard->state() != QProcess::NotRunning) {
        killTree(guard->processId());
        guard->waitForFinished(5000);
    }
    guard.reset();
}

std::optional<int> DaemonCluster::waitEnded(int i, std::chrono::milliseconds atMost)
{
    auto &guard = m_guards[size_t(i)];
    if (!guard)
        return std::nullopt;
    if (guard->state() != QProcess::NotRunning && !guard->waitForFinished(int(atMost.count())))
        return std::nullopt;
    return guard->exitStatus() == QProcess::NormalExit ? guard->exitCode() : -1;
}

CommandResult DaemonCluster::command(int i, const QStringList &arguments, int timeoutMs) const
{
    QProcess process;
    launch(process, i, arguments);
    CommandResult result;
    if (process.waitForFinished(timeoutMs)) {
        result.code = process.exitCode();
    } else {
        process.kill();
        process.waitForFinished(2000);
    }
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

QJsonObject DaemonCluster::status(int i) const
{
    return command(i, {u"status"_s, u"--json"_s}).json();
}

QString DaemonCluster::activeMaster(int i) const
{
    const QJsonObject now = status(i);
    return now[u"active"_s].toBool() ? now[u"master"_s].toString() : QString();
}

int DaemonCluster::waitForMaster(std::chrono::milliseconds atMost, int notThis) const
{
    const QDeadlineTimer deadline(atMost);
    while (!deadline.hasExpired()) {
        QStringList masters;
        for (int i = 0; i < m_options.machines; ++i) {
            if (isRunning(i))
                masters << activeMaster(i);
        }
        const bool agreed = !masters.isEmpty() && !masters.first().isEmpty()
            && std::all_of(masters.begin(), masters.end(),
                [&](const QString &m) { return m == masters.first(); });
        if (agreed) {
            for (int i = 0; i < m_options.machines; ++i) {
                if (i != notThis && masters.first() == id(i))
                    return i;
            }
        }
    }
    return -1;
}

QString DaemonCluster::log(int i) const
{
    QFile file(m_folder.filePath(id(i) + u".log"_s));
    // One that a test made a pipe has no end to read to.
    return QFileInfo(file).isFile() && file.open(QIODevice::ReadOnly)
        ? QString::fromUtf8(file.readAll())
        : QString();
}

std::vector<DaemonCluster::Run> DaemonCluster::runs() const
{
    std::vector<Run> runs;
    for (int i = 0; i < m_options.machines; ++i) {
        QFile file(m_folder.filePath(u"stamps-%1"_s.arg(id(i))));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        std::map<std::pair<qint64, quint64>, Run> byProcess;
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QList<QByteArray> words = line.split(' ');
            if (words.size() != 3)
                continue;
            const qint64 at = words[2].toLongLong();
            const auto key = std::pair(words[0].toLongLong(), words[1].toULongLong());
            const auto [it, isNew]
                = byProcess.try_emplace(key, Run{i, key.first, key.second, at, at});
            it->second.lastNs = at;
        }
        for (const auto &entry : byProcess)
            runs.push_back(entry.second);
    }
    std::sort(
        runs.begin(), runs.end(), [](const Run &a, const Run &b) { return a.firstNs < b.firstNs; });
    return runs;
}

QString DaemonCluster::judge() const
{
    const std::vector<Run> all = runs();
    for (size_t n = 1; n < all.size(); ++n) {
        const Run &before = all[n - 1];
        const Run &after = all[n];
        if (after.firstNs <= before.lastNs) {
            return u"two at once: %1 (term %2) until %3, %4 (term %5) from %6"_s
                .arg(id(before.machine))
                .arg(before.term)
                .arg(before.lastNs)
                .arg(id(after.machine))
                .arg(after.term)
                .arg(after.firstNs);
        }
        if (after.machine != before.machine && after.term <= before.term)
            return u"the term did not rise: %1 after %2"_s.arg(after.term).arg(before.term);
    }
    return {};
}

} // namespace clustd::test
