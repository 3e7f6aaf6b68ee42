#include "commands/status_text.h"

#include "commands/text_table.h"
#include "control/event_text.h"
#include "control/verdict.h"

#include <algorithm>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::DriverRow;
using control::hasQuorum;
using control::NodeRow;
using control::Verdict;

namespace {

QString rttText(std::int64_t rttUs)
{
    return rttUs > 0 ? u"%1 ms"_s.arg(double(rttUs) / 1000.0, 0, 'f', 2) : u"-"_s;
}

/// " since 2026-01-01 12:00:00Z (13 min)", or nothing where it is not known.
QString sinceText(const ClusterStatus &status, const QDateTime &now)
{
    const QDateTime since = QDateTime::fromString(status.since, Qt::ISODateWithMs);
    if (!since.isValid())
        return {};
    const QString text = u" since "_s + since.toUTC().toString(u"yyyy-MM-dd hh:mm:ss'Z'"_s);
    return now.isValid() ? text + u" (%1)"_s.arg(spanText(since.secsTo(now))) : text;
}

QString toleranceText(const ClusterStatus &status)
{
    if (status.election == u"naive")
        return u"naive election: a cut between the two makes both active"_s;
    // Before the first set is in force a majority of it means nothing.
    if (!status.waitingFor.isEmpty())
        return u"waits for %1"_s.arg(status.waitingFor.join(u", "_s));
    if (!hasQuorum(status))
        return u"%1 of %2 voters reachable, %3 are needed"_s.arg(status.quorum.reachable)
            .arg(status.quorum.voters)
            .arg(status.quorum.needed);
    if (status.canLose == 0)
        return u"can lose no more machine"_s;
    return status.canLose == 1 ? u"can lose 1 more machine"_s
                               : u"can lose %1 more machines"_s.arg(status.canLose);
}

QString verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Ok:
        return u"OK"_s;
    case Verdict::Degraded:
        return u"DEGRADED"_s;
    case Verdict::Paused:
        return u"PAUSED"_s;
    case Verdict::Starting:
        return u"STARTING"_s;
    case Verdict::NotServed:
        return u"NOT SERVED"_s;
    case Verdict::NoQuorum:
        return u"NO QUORUM"_s;
    case Verdict::NoMaster:
        return u"NO MASTER"_s;
    }
    return {};
}

QString machineTable(const ClusterStatus &status)
{
    std::vector<QStringList> rows{{u"MACHINE"_s, u"ROLE"_s, u"STATE"_s, u"HEALTH"_s, u"LINK"_s,
        u"RTT"_s, u"TERM"_s, u"PRIORITY"_s, u"UP FOR"_s, u"ADDRESS"_s, {}}};
    for (const NodeRow &node : status.nodes) {
        const bool isKnown = !node.version.isEmpty() && node.state != u"unreachable";
        const QString id = node.id.isEmpty() ? u"(not met yet)"_s : node.id;
        rows.push_back({node.id == status.self ? id + u" (this)"_s : id, node.role, node.state,
            isKnown ? (node.healthy ? u"well"_s : u"sick"_s) : u"-"_s, node.link,
            rttText(node.rttUs), isKnown ? QString::number(node.term) : u"-"_s,
            isKnown ? QString::number(node.priority) : u"-"_s,
            isKnown ? spanText(node.uptimeS) : u"-"_s, node.uri, node.detail});
    }
    return textTable(rows);
}

/// The drivers of the master, and elsewhere those that are not simply stopped.
QString driverTable(const ClusterStatus &status)
{
    std::vector<QStringList> rows{
        {u"DRIVER"_s, u"MACHINE"_s, u"TYPE"_s, u"STATE"_s, u"HEALTH"_s, {}}};
    for (const NodeRow &node : status.nodes) {
        for (const DriverRow &driver : node.drivers) {
            const bool isQuiet = driver.state == u"stopped" && driver.healthy;
            if (isQuiet && node.id != status.master)
                continue;
            rows.push_back({driver.name, node.id, driver.type, driver.state,
                driver.healthy ? u"well"_s : u"sick"_s, driver.detail});
        }
    }
    return textTable(rows);
}

QString alarmTable(const ClusterStatus &status)
{
    std::vector<QStringList> rows{{u"ALARM"_s, u"MACHINE"_s, u"WHAT AND WHAT TO DO"_s}};
    for (const control::AlarmRow &alarm : status.alarms)
        rows.push_back({alarm.code, alarm.node, alarm.text});
    return textTable(rows);
}

QString quorumText(const ClusterStatus &status)
{
    if (status.election == u"naive")
        return u"election naive"_s;
    QString text = u"%1 of %2 voters reachable, %3 needed"_s.arg(status.quorum.reachable)
                       .arg(status.quorum.voters)
                       .arg(status.quorum.needed);
    if (status.leaseMsLeft)
        text += u"; lease %1 ms left"_s.arg(*status.leaseMsLeft);
    if (status.newSet)
        text += u"; the voter set is being changed (to %1.%2)"_s.arg(status.newSet->term)
                    .arg(status.newSet->n);
    return text;
}

/// What a person can do where there is no majority; empty elsewhere.
QString remedyText(const ClusterStatus &status)
{
    if (hasQuorum(status) || !status.waitingFor.isEmpty())
        return {};
    QStringList missing;
    for (const NodeRow &node : status.nodes) {
        if (node.link != u"self" && node.link != u"up")
            missing << (node.id.isEmpty() ? node.uri : node.id);
    }
    return u"reach or start again %1 of: %2; if they are gone for good, see 'A majority is lost' "
           u"in "
           "docs/OPERATIONS.md"_s
               .arg(std::min<qsizetype>(
                   status.quorum.needed - status.quorum.reachable, missing.size()))
               .arg(missing.join(u", "_s));
}

} // namespace

QString statusLine(const ClusterStatus &status, const QDateTime &now)
{
    const control::Verdict verdict = control::verdictOf(status);
    const bool isStopping = verdict == Verdict::Starting && control::isStopping(status);
    QString line = (isStopping ? u"STOPPING"_s : verdictText(verdict)) + u": "_s;
    if (!status.master) {
        line += u"%1 has no master%2; %3"_s.arg(
            status.cluster, sinceText(status, now), toleranceText(status));
    } else {
        line += u"%1 is master of %2%3, term %4%5; %6"_s.arg(*status.master, status.cluster,
            sinceText(status, now), QString::number(status.term),
            verdict == Verdict::NotServed ? u", but its service fails"_s
                : status.active           ? QString()
                : isStopping              ? u", stops what it served"_s
                                          : u", not active yet"_s,
            toleranceText(status));
    }
    if (status.paused)
        line += u"; paused: nothing is done by itself"_s;
    if (!status.alarms.empty())
        line += status.alarms.size() == 1 ? u"; 1 alarm"_s
                                          : u"; %1 alarms"_s.arg(status.alarms.size());
    return printable(line);
}

QString statusText(const ClusterStatus &status, const QDateTime &now)
{
    QString text = statusLine(status, now) + u'\n';
    if (!status.why.isEmpty())
        text += u"why     "_s + printable(status.why) + u'\n';
    text += u"quorum  "_s + printable(quorumText(status)) + u'\n';
    // What is left when not even SIGKILL ends the service (A3).
    if (!status.lastResort.isEmpty())
        text += u"worst   a service that SIGKILL cannot end: %1; %2\n"_s.arg(
            status.lastResort == u"reset" ? u"this machine is reset"_s
                                          : u"an alarm only (last_resort: alarm)"_s,
            status.watchdog.isEmpty() ? u"no watchdog"_s
                                      : u"watchdog %1"_s.arg(printable(status.watchdog)));
    if (const QString remedy = remedyText(status); !remedy.isEmpty())
        text += u"do      "_s + printable(remedy) + u'\n';
    if (!status.waitingFor.isEmpty())
        text += u"waits   for %1 (V4); the alarm says what to do if they are gone for good\n"_s.arg(
            printable(status.waitingFor.join(u", "_s)));
    for (const QString &table : {machineTable(status), driverTable(status), alarmTable(status)}) {
        if (!table.isEmpty())
            text += u'\n' + table;
    }
    return text;
}

ExitCode exitCodeFor(const ClusterStatus &status)
{
    const bool isServed
        = status.master && hasQuorum(status) && control::verdictOf(status) != Verdict::NotServed;
    return isServed ? ExitCode::Done : ExitCode::NoMaster;
}

QString eventLine(const control::EventEntry &entry)
{
    QString time = entry.time;
    time.replace(u'T', u' ');
    const QString seq = QString::number(entry.seq).rightJustified(5);
    QString line = u"%1  %2  %3  term %4  %5  %6"_s.arg(seq, time, entry.node.leftJustified(8),
        QString::number(entry.term).leftJustified(4), entry.event.leftJustified(16),
        control::eventText(entry));
    while (line.endsWith(u' '))
        line.chop(1);
    return printable(line);
}

} // namespace clustd::daemon
