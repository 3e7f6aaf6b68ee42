#include "config/config_differences.h"

#include "config/config_text.h"

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;
using election::MachineRole;

QString text(const QString &value)
{
    return value.isEmpty() ? u"none"_s : value;
}

QString text(std::int64_t value)
{
    return QString::number(value);
}

QString text(Duration value)
{
    return durationText(value);
}

QString text(const std::optional<Duration> &value)
{
    return value ? durationText(*value) : u"never"_s;
}

QString text(MachineRole role)
{
    return toText(role);
}

QString text(ElectionMode mode)
{
    return toText(mode);
}

QString text(LastResort resort)
{
    return resort == LastResort::Reset ? u"reset"_s : u"alarm"_s;
}

QString text(LegacyV1 legacy)
{
    switch (legacy) {
    case LegacyV1::Off:
        return u"off"_s;
    case LegacyV1::Loopback:
        return u"on"_s;
    case LegacyV1::Any:
        return u"any"_s;
    }
    return {};
}

QString text(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return u"debug"_s;
    case LogLevel::Info:
        return u"info"_s;
    case LogLevel::Warning:
        return u"warning"_s;
    case LogLevel::Critical:
        return u"critical"_s;
    }
    return {};
}

QString text(const std::optional<HttpBind> &bind)
{
    return bind ? u"%1 port %2"_s.arg(bind->address).arg(bind->port) : u"off"_s;
}

QString text(const std::vector<Machine> &machines)
{
    QStringList shown;
    for (const Machine &machine : machines) {
        const QString id
            = machine.id ? QString::fromStdString(machine.id->value()) + u' ' : QString();
        shown += id + machine.uri.toString()
            + (machine.role == MachineRole::Voter ? QString() : u' ' + text(machine.role));
    }
    return u'[' + shown.join(u", "_s) + u']';
}

QString text(const std::vector<Driver> &drivers)
{
    QStringList names;
    names.reserve(static_cast<qsizetype>(drivers.size()));
    for (const Driver &driver : drivers)
        names += driver.name;
    return u'[' + names.join(u", "_s) + u']';
}

class Differences
{
public:
    template <typename T> void live(const QString &key, const T &old, const T &fresh)
    {
        compare(key, old, fresh, false);
    }

    template <typename T> void atStart(const QString &key, const T &old, const T &fresh)
    {
        compare(key, old, fresh, true);
    }

    void hidden(const QString &key, bool isSame)
    {
        if (!isSame)
            m_found += {key, u"changed"_s, false};
    }

    [[nodiscard]] QList<Difference> found() const { return m_found; }

private:
    template <typename T>
    void compare(const QString &key, const T &old, const T &fresh, bool needsRestart)
    {
        if (old == fresh)
            return;
        const QString before = text(old);
        const QString after = text(fresh);
        // Drivers of the same names may differ in a command.
        m_found += {key, before == after ? u"changed"_s : before + u" -> "_s + after, needsRestart};
    }

    QList<Difference> m_found;
};

} // namespace

QList<Difference> configDifferences(const Config &old, const Config &fresh)
{
    Differences all;
    all.atStart(u"server.bind_address"_s, old.server.bindAddress, fresh.server.bindAddress);
    all.atStart(u"server.bind_port"_s, std::int64_t{old.server.bindPort},
        std::int64_t{fresh.server.bindPort});
    all.atStart(u"server.remote_address"_s, old.server.remoteAddress.toString(),
        fresh.server.remoteAddress.toString());

    const Cluster &before = old.cluster;
    const Cluster &after = fresh.cluster;
    all.atStart(u"cluster.name"_s, before.name, after.name);
    all.atStart(u"cluster.id"_s, QString::fromStdString(before.id.value()),
        QString::fromStdString(after.id.value()));
    all.hidden(u"cluster.secret"_s, before.secret == after.secret);
    all.hidden(u"cluster.previous_secrets"_s, before.previousSecrets == after.previousSecrets);
    all.live(u"cluster.machines"_s, before.machines, after.machines);
    all.live(u"cluster.role"_s, before.role, after.role);
    all.live(u"cluster.priority"_s, before.priority, after.priority);
    all.atStart(u"cluster.election"_s, before.election, after.election);
    all.live(u"cluster.failback"_s, before.failback, after.failback);

    const election::Timing &slow = old.timing;
    const election::Timing &fast = fresh.timing;
    all.atStart(u"cluster.failover_within"_s, slow.failoverWithin, fast.failoverWithin);
    // Times that merely follow from failover_within are not worth a line each.
    if (slow.failoverWithin == fast.failoverWithin) {
        all.atStart(u"timing.heartbeat"_s, slow.heartbeat, fast.heartbeat);
        all.atStart(u"timing.lease"_s, slow.lease, fast.lease);
        all.atStart(u"timing.fence"_s, slow.fence, fast.fence);
        all.atStart(u"timing.promise"_s, slow.promise, fast.promise);
        all.atStart(u"timing.stagger"_s, slow.stagger, fast.stagger);
        all.atStart(u"timing.campaign"_s, slow.campaign, fast.campaign);
        all.atStart(u"timing.rtt"_s, slow.rtt, fast.rtt);
        all.atStart(u"timing.write"_s, slow.write, fast.write);
    }
    all.atStart(u"last_resort"_s, old.lastResort, fresh.lastResort);
    all.atStart(u"watchdog"_s, old.watchdog, fresh.watchdog);
    all.atStart(u"state_dir"_s, old.stateDir, fresh.stateDir);
    all.atStart(u"legacy_v1"_s, old.legacyV1, fresh.legacyV1);
    all.live(u"access.revoked"_s, old.revoked.join(u", "_s), fresh.revoked.join(u", "_s));
    all.atStart(u"drivers"_s, old.drivers, fresh.drivers);
    all.atStart(u"http.bind"_s, old.http, fresh.http);
    all.live(u"log.level"_s, old.log.level, fresh.log.level);
    all.atStart(u"log.journal"_s, old.log.journal, fresh.log.journal);
    return all.found();
}

} // namespace clustd::config
