#include "drivers/command_environment.h"

#include "drivers/command_run.h"
#include "drivers/driver_processes.h"

#include <algorithm>

#include <unistd.h>

namespace clustd::drivers {
namespace {

/// Meant for the daemon, harmful to a child that believes it is addressed (sd_notify(3),
/// sd_listen_fds(3)).
constexpr const char *kNotInherited[]{
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"};

QByteArray nameOf(const QByteArray &entry)
{
    return entry.left(entry.indexOf('='));
}

} // namespace

QList<QByteArray> inheritedEnvironment()
{
    QList<QByteArray> result;
    for (char **at = environ; at != nullptr && *at != nullptr; ++at) {
        const QByteArray entry(*at);
        const bool isKept = std::none_of(std::begin(kNotInherited), std::end(kNotInherited),
            [&](const char *name) { return nameOf(entry) == name; });
        if (isKept)
            result += entry;
    }
    return result;
}

QList<QByteArray> commandEnvironment(const Household &household, const config::Driver &driver,
    const char *action, const Activation &activation, Duration within)
{
    QList<QByteArray> result;
    for (const auto &[name, value] : driver.env)
        result += name.toLocal8Bit() + '=' + value.toLocal8Bit();
    const QByteArray token = QByteArray::number(qulonglong{activation.token.value()});
    result += QByteArray("CLUSTD_ACTION=") + action;
    result += "CLUSTD_TERM=" + token;
    result += "CLUSTD_NODE=" + household.node.toUtf8();
    result += "CLUSTD_MASTER=" + activation.master.toUtf8();
    result += "CLUSTD_CLUSTER=" + household.cluster.toUtf8();
    result += "CLUSTD_REASON=" + activation.reason.toUtf8().replace('\0', ' ');
    result += "CLUSTD_DEADLINE_MS=" + QByteArray::number(qlonglong{timerSpan(within).count()});
    result += QByteArray(DriverProcesses::kMarkName) + '=' + household.mark(driver.name) + token;
    return result;
}

QList<QByteArray> withEnvironment(const QList<QByteArray> &base, const QList<QByteArray> &added)
{
    QList<QByteArray> result;
    for (const QByteArray &entry : base) {
        const bool isReplaced = std::any_of(added.begin(), added.end(),
            [&](const QByteArray &ours) { return nameOf(ours) == nameOf(entry); });
        if (!isReplaced)
            result += entry;
    }
    return result + added;
}

} // namespace clustd::drivers
