#include "commands/doctor_checks.h"

#include "cluster/state_file.h"
#include "config/config_checks.h"
#include "config/config_text.h"
#include "link/address.h"
#include "util/clock.h"

#include <QDir>
#include <QFileInfo>
#include <QHostAddress>
#include <QNetworkInterface>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using config::durationText;

namespace {

// linux/magic.h, those that matter here.
constexpr quint32 kTmpfs = 0x01021994;
constexpr quint32 kNfs = 0x6969;
constexpr quint32 kCifs = 0xff534d42;
constexpr quint32 kSmb2 = 0xfe534d42;

constexpr int kReachMs = 1000;
constexpr int kWrites = 5;

QString roughly(Duration span)
{
    return durationText(std::chrono::ceil<std::chrono::microseconds>(span / 10) * 10);
}

bool mayChangeAddresses()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("CapEff:"))
            return (line.mid(7).trimmed().toULongLong(nullptr, 16) >> CAP_NET_ADMIN & 1) != 0;
    }
    return false;
}

/// The slowest of some durable writes, or nothing when one failed.
std::optional<Duration> slowestWrite(const QString &folder)
{
    Duration slowest{};
    for (int i = 0; i < kWrites; ++i) {
        QTemporaryFile file(folder + u"/doctor-XXXXXX"_s);
        const Instant from = clusterNow();
        if (!file.open() || file.write("a vote") < 0 || !file.flush()
            || ::fsync(file.handle()) != 0)
            return std::nullopt;
        slowest = std::max(slowest, clusterNow() - from);
    }
    return slowest;
}

Examined fileSystemOf(const QString &folder)
{
    struct statfs system = {};
    if (::statfs(QFile::encodeName(folder).constData(), &system) != 0)
        return {u"state"_s, Health::Warning, folder + u": its file system is not known"_s, {}};
    switch (static_cast<quint32>(system.f_type)) {
    case kTmpfs:
        return {u"state"_s, Health::Fault,
            folder + u" is in memory: the vote is lost at a reboot"_s,
            u"set state_dir to a local disk"_s};
    case kNfs:
    case kCifs:
    case kSmb2:
        return {u"state"_s, Health::Fault,
            folder + u" is on a network file system, which may hang with the network"_s,
            u"set state_dir to a local disk"_s};
    default:
        return {u"state"_s, Health::Ok, folder + u" is on a local disk"_s, {}};
    }
}

Examined limitOf(const QString &subject, int resource, quint64 enough, const QString &unit,
    const QString &remedy)
{
    rlimit limit = {};
    const bool isKnown = ::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0;
    const bool isFine = ::geteuid() == 0
        || (isKnown && (limit.rlim_cur == RLIM_INFINITY || quint64(limit.rlim_cur) >= enough));
    if (isFine)
        return {subject, Health::Ok, u"is allowed"_s, {}};
    return {subject, Health::Warning,
        u"limited to %1%2: under heavy load this machine may fence late"_s
            .arg(quint64(limit.rlim_cur))
            .arg(unit),
        remedy};
}

} // namespace

QList<Examined> examineClock()
{
    timex state = {};
    const int verdict = ::adjtimex(&state);
    if (verdict < 0)
        return {
            {u"clock"_s, Health::Warning, u"the kernel does not say whether it is right"_s, {}}};
    if (verdict == TIME_ERROR || (state.status & STA_UNSYNC) != 0)
        return {{u"clock"_s, Health::Warning,
            u"the wall clock is not synchronised: it decides nothing, but the timeline of several "
            "machines will be out of order"_s,
            u"run chrony or systemd-timesyncd"_s}};
    return {{u"clock"_s, Health::Ok, u"the wall clock is synchronised"_s, {}}};
}

QList<Examined> examineRights()
{
    return {limitOf(u"locked memory"_s, RLIMIT_MEMLOCK, 64ULL * 1024 * 1024, u" bytes"_s,
                u"LimitMEMLOCK=infinity in the unit"_s),
        limitOf(u"real-time"_s, RLIMIT_RTPRIO, 1, {}, u"LimitRTPRIO=10 in the unit"_s)};
}

QList<Examined> examineLastNets(const config::Config &config)
{
    const auto canWrite = [](const QString &path) {
        return ::access(QFile::encodeName(path).constData(), W_OK) == 0;
    };
    QList<Examined> list;
    const QString trigger = u"/proc/sysrq-trigger"_s;
    if (config.lastResort != config::LastResort::Reset)
        list.push_back({u"last resort"_s, Health::Warning,
            u"alarm: a process that SIGKILL cannot end may meet a second master"_s,
            u"set last_resort: reset in production"_s});
    else if (canWrite(trigger))
        list.push_back({u"last resort"_s, Health::Ok, u"this machine can be reset"_s, {}});
    else
        list.push_back({u"last resort"_s, Health::Fault,
            trigger + u" cannot be written: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno))),
            u"run as root where the kernel has sysrq, or use last_resort: alarm"_s});
    if (config.watchdog.isEmpty())
        return list;
    if (!canWrite(config.watchdog))
        list.push_back({u"watchdog"_s, Health::Fault,
            config.watchdog
                + u" cannot be written: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno))),
            u"load its driver (modprobe softdog), run as root, or use watchdog: none"_s});
    else
        list.push_back({u"watchdog"_s, Health::Ok,
            config.watchdog
                + u" will be opened when this machine is active, with a timeout of %1"_s.arg(
                    config::durationText(config::watchdogTimeout(config.timing))),
            {}});
    return list;
}

QList<Examined> examineState(const config::Config &config)
{
    const QString &folder = config.stateDir;
    const QFileInfo info(folder);
    if (!info.exists()) {
        const QFileInfo above(QDir::cleanPath(folder + u"/.."_s));
        if (above.isDir() && above.isWritable())
            return {{u"state"_s, Health::Ok, folder + u" will be made at the first start"_s, {}}};
        return {{u"state"_s, Health::Fault, folder + u" does not exist and cannot be made"_s,
            u"create it for the daemon's user, or change state_dir"_s}};
    }
    if (!info.isDir() || !info.isWritable())
        return {{u"state"_s, Health::Fault, folder + u" cannot be written by this user"_s,
            u"run as the daemon's user, or give it the folder"_s}};
    QList<Examined> list{fileSystemOf(folder)};
    QFile vote(folder + u"/vote"_s);
    if (vote.open(QIODevice::ReadOnly)) {
        const auto state = cluster::parseState(
            {config.cluster.name.toStdString(), config.cluster.id}, vote.readAll());
        if (!state)
            list.push_back({u"state"_s, Health::Fault,
                u"%1: %2: %3"_s.arg(vote.fileName(), state.error().where, state.error().what),
                state.error().remedy});
    }
    const std::optional<Duration> slowest = slowestWrite(folder);
    const QString bound = u"timing.write is %1"_s.arg(roughly(config.timing.write));
    if (!slowest)
        list.push_back({u"disk"_s, Health::Fault, u"a durable write to "_s + folder + u" fails"_s,
            u"free or repair the disk"_s});
    else
        list.push_back({u"disk"_s, *slowest <= config.timing.write ? Health::Ok : Health::Warning,
            u"the slowest of %1 durable writes took %2; %3"_s.arg(kWrites).arg(
                roughly(*slowest), bound),
            *slowest <= config.timing.write ? QString()
                                            : u"a faster disk, or a larger failover_within"_s});
    return list;
}

QList<Examined> examineNetwork(const config::Config &config, bool isDaemonUp)
{
    QList<Examined> list;
    const QString port = u"port %1"_s.arg(config.server.bindPort);
    QTcpServer server;
    if (isDaemonUp)
        list.push_back({u"port"_s, Health::Ok, port + u": clustd answers there"_s, {}});
    else if (server.listen(
                 link::addressToListenOn(config.server.bindAddress), config.server.bindPort))
        list.push_back({u"port"_s, Health::Ok, port + u" is free; clustd does not run"_s, {}});
    else
        list.push_back(
            {u"port"_s, Health::Fault, u"%1 cannot be had: %2"_s.arg(port, server.errorString()),
                u"see with 'ss -ltnp' who holds it, or change server.bind_port"_s});
    server.close();

    for (const config::Machine &machine : config.cluster.machines) {
        QTcpSocket socket;
        const Instant from = clusterNow();
        socket.connectToHost(machine.uri.host(), static_cast<quint16>(machine.uri.port()));
        const bool isReached = socket.waitForConnected(kReachMs);
        const Duration took = clusterNow() - from;
        const QString where = machine.uri.toString();
        if (!isReached)
            list.push_back(
                {u"machine"_s, Health::Warning, u"%1: %2"_s.arg(where, socket.errorString()),
                    u"see that clustd runs there and that no firewall is between"_s});
        else
            list.push_back({u"machine"_s, took <= config.timing.rtt ? Health::Ok : Health::Warning,
                u"%1 accepted after %2; timing.rtt is %3"_s.arg(
                    where, roughly(took), roughly(config.timing.rtt)),
                took <= config.timing.rtt ? QString() : u"a larger failover_within"_s});
    }
    return list;
}

QList<Examined> examineDrivers(const config::Config &config)
{
    QList<Examined> list;
    for (const config::Driver &driver : config.drivers) {
        QStringList missing;
        for (const config::Command *command :
            {&driver.start, &driver.stop, &driver.run, &driver.check}) {
            if (command->isEmpty())
                continue;
            const QString &program = command->argv.first();
            if (QStandardPaths::findExecutable(program).isEmpty() && !missing.contains(program))
                missing << program;
        }
        if (missing.isEmpty())
            list.push_back(
                {u"driver"_s, Health::Ok, driver.name + u": its programs are here"_s, {}});
        else
            list.push_back({u"driver"_s, Health::Fault,
                u"%1: not found or not executable: %2"_s.arg(driver.name, missing.join(u", "_s)),
                u"install it, or correct the path"_s});
        for (const config::InterfaceAddress &one : driver.fenceAddresses) {
            if (!QNetworkInterface::interfaceFromName(one.interface).isValid())
                list.push_back({u"driver"_s, Health::Warning,
                    u"%1: no interface %2 for %3"_s.arg(driver.name, one.interface, one.address),
                    u"correct fence_addresses, unless `start` makes the interface"_s});
        }
        if (!driver.fenceAddresses.empty() && !mayChangeAddresses())
            list.push_back({u"driver"_s, Health::Fault,
                u"%1: addresses cannot be taken away without CAP_NET_ADMIN"_s.arg(driver.name),
                u"run as root, or give the unit this capability"_s});
    }
    return list;
}

QList<Examined> examineTiming(const config::Config &config)
{
    // A file whose times do not fit is refused before we come here.
    QList<Examined> list{{u"timing"_s, Health::Ok,
        u"a failover takes %1 at worst, failover_within is %2"_s.arg(
            roughly(config.timing.worstCaseFailover()), durationText(config.timing.failoverWithin)),
        {}}};
    if (config.cluster.election == config::ElectionMode::Naive)
        return list;
    const config::Tolerance tolerance = config::toleranceOf(config.cluster);
    list.push_back({u"quorum"_s, tolerance.mayFail > 0 ? Health::Ok : Health::Warning,
        u"%1 of %2 voters are needed, %3 may be lost"_s.arg(tolerance.needed)
            .arg(tolerance.voters)
            .arg(tolerance.mayFail),
        tolerance.mayFail > 0 ? QString() : u"add a machine, at least as role: witness"_s});
    return list;
}

} // namespace clustd::daemon
