#include "arguments.h"
#include "commands/command_table.h"
#include "demo/demo_cluster.h"
#include "demo/demo_service.h"
#include "output.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QJsonArray>

#include <array>
#include <csignal>

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

volatile std::sig_atomic_t s_interrupted = 0;

void onInterrupt(int)
{
    s_interrupted = 1;
}

bool isInterrupted()
{
    return s_interrupted != 0;
}

/// The story of --auto: each step is a fault or an order, and who must serve afterwards.
class Story
{
public:
    explicit Story(DemoCluster &cluster)
        : m_cluster(cluster)
    {
    }

    /// Whether every step happened; what did not is printed.
    bool tell()
    {
        for (int i = 0; i < DemoCluster::kMachines; ++i)
            m_cluster.start(i);
        if (!step(u"three machines start and elect"_s, -1, {}))
            return false;
        if (!step(u"kill -9 of the master's daemon"_s, m_master, [this](int i) { m_cluster.signalDaemon(i, SIGKILL); }))
            return false;
        if (!everyoneBack(u"its guard has brought it back"_s))
            return false;
        const int hung = m_master;
        if (!step(u"the master's daemon hangs (SIGSTOP)"_s, hung,
                [this](int i) { m_cluster.signalDaemon(i, SIGSTOP); })
            || !everyoneBack(u"its guard has replaced the hung one"_s))
            return false;
        const int dead = m_master;
        if (!step(u"the master loses power"_s, dead, [this](int i) { m_cluster.cutPower(i); }))
            return false;
        m_cluster.start(dead);
        if (!everyoneBack(u"power is back, it follows"_s))
            return false;
        const QString to = m_cluster.id(dead);
        return step(u"planned switchover to %1"_s.arg(to), m_master, [this, to](int i) {
            m_cluster.command(i, {u"switchover"_s, u"--to"_s, to, u"--wait"_s, u"30s"_s});
        });
    }

    [[nodiscard]] QJsonArray steps() const { return m_steps; }

private:
    static constexpr int kStepMs = 30000;

    /// The machine that all running ones hold to be the active master and that serves, other than @p notThis; or -1.
    int settledMaster(int notThis) const
    {
        const QString server = m_cluster.servedBy();
        int found = -1;
        for (int i = 0; i < DemoCluster::kMachines; ++i) {
            if (i != notThis && server == m_cluster.id(i))
                found = i;
        }
        for (int i = 0; found >= 0 && i < DemoCluster::kMachines; ++i) {
            if (i == notThis || !m_cluster.isRunning(i))
                continue;
            const QJsonObject status = m_cluster.status(i);
            if (!status[u"active"_s].toBool() || status[u"master"_s].toString() != server)
                return -1;
        }
        return found;
    }

    bool step(const QString &what, int old, const std::function<void(int)> &act)
    {
        const std::size_t livesBefore = m_cluster.runs().size();
        if (act)
            act(old);
        const QDeadlineTimer deadline(kStepMs);
        int master = -1;
        while (master < 0 || m_cluster.runs().size() <= livesBefore) {
            if (deadline.hasExpired() || isInterrupted()) {
                printOut(u"FAILED  %1: no other master within %2 s\n"_s.arg(what).arg(kStepMs / 1000));
                return false;
            }
            master = settledMaster(old);
        }
        m_master = master;
        const auto runs = m_cluster.runs();
        QString gap = u"-"_s;
        QJsonObject row{{u"step"_s, what}, {u"master"_s, m_cluster.id(master)}};
        if (livesBefore > 0) {
            const double ms = double(runs[livesBefore].firstNs - runs[livesBefore - 1].lastNs) / 1e6;
            gap = u"%1 ms"_s.arg(ms, 0, 'f', 0);
            row.insert(u"gap_ms"_s, ms);
        }
        m_steps.append(row);
        printOut(u"%1  ->  %2 serves in term %3, gap %4\n"_s.arg(what, -44)
                     .arg(m_cluster.id(master))
                     .arg(runs.back().term)
                     .arg(gap));
        return true;
    }

    bool everyoneBack(const QString &what)
    {
        const QDeadlineTimer deadline(kStepMs);
        while (true) {
            const QJsonObject status = m_cluster.status(m_master);
            int linked = 0;
            for (const QJsonValue &node : status[u"nodes"_s].toArray()) {
                const QString state = node[u"state"_s].toString();
                // A machine that has just started votes and stands only after a promise's time (V3).
                const bool isSettled = node[u"uptime_s"_s].toInt() >= 2;
                linked += isSettled && (state == u"active" || state == u"follower") ? 1 : 0;
            }
            if (linked == DemoCluster::kMachines)
                break;
            if (deadline.hasExpired() || isInterrupted()) {
                printOut(u"FAILED  %1: not within %2 s\n"_s.arg(what).arg(kStepMs / 1000));
                return false;
            }
        }
        printOut(u"%1\n"_s.arg(what));
        m_steps.append(QJsonObject{{u"step"_s, what}});
        return true;
    }

    DemoCluster &m_cluster;
    int m_master = -1;
    QJsonArray m_steps;
};

/// Puts the terminal back however the demo ends.
class RawTerminal
{
public:
    RawTerminal()
    {
        if (::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &m_before) == 0) {
            termios raw = m_before;
            raw.c_lflag &= ~tcflag_t(ICANON | ECHO);
            m_isRaw = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
        }
    }
    ~RawTerminal()
    {
        if (m_isRaw)
            ::tcsetattr(STDIN_FILENO, TCSANOW, &m_before);
    }
    RawTerminal(const RawTerminal &) = delete;
    RawTerminal &operator=(const RawTerminal &) = delete;

    /// A key, or 0 when none came in time; 'q' at the end of the input.
    static char key(int withinMs)
    {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        if (::poll(&input, 1, withinMs) <= 0)
            return 0;
        char c = 0;
        return ::read(STDIN_FILENO, &c, 1) == 1 ? c : 'q';
    }

private:
    termios m_before{};
    bool m_isRaw = false;
};

void drawBoard(const DemoCluster &cluster, int selected, const QString &note)
{
    QJsonObject status;
    for (int i = 0; i < DemoCluster::kMachines && status.isEmpty(); ++i)
        status = cluster.isRunning(i) ? cluster.status(i) : QJsonObject();
    const QString server = cluster.servedBy();
    QString text = u"\x1b[H\x1b[2Jclustd demo   master %1   term %2   served by %3   http://127.0.0.1:%4/\n%5\n\n"_s
                       .arg(status[u"master"_s].toString(u"none"_s))
                       .arg(status[u"term"_s].toInt())
                       .arg(server.isEmpty() ? u"nobody"_s : server)
                       .arg(cluster.servicePort())
                       .arg(status[u"why"_s].toString());
    const QJsonArray nodes = status[u"nodes"_s].toArray();
    for (int i = 0; i < DemoCluster::kMachines; ++i) {
        QString state = u"down"_s;
        QString link;
        for (const QJsonValue &node : nodes) {
            if (node[u"id"_s].toString() == cluster.id(i)) {
                state = node[u"state"_s].toString();
                link = u"link %1, %2 ms"_s.arg(node[u"link"_s].toString())
                           .arg(node[u"rtt_ms"_s].toDouble(), 0, 'f', 1);
            }
        }
        const QString mark = state == u"active" ? u"\u25cf"_s : state == u"follower" ? u"\u25cb"_s : u"\u2717"_s;
        text += u"%1 %2 %3  %4 %5\n"_s.arg(i == selected ? u">"_s : u" "_s, mark, cluster.id(i))
                    .arg(state, -12)
                    .arg(link);
    }
    text += u"\n1 2 3 select   k kill -9 the daemon   p cut power   h hang   c continue   s stop in order   b bring back\n"
            "w switchover to it   m maintenance on   n off   q quit\n\n%1\n"_s.arg(note);
    printOut(text);
}

ExitCode play(DemoCluster &cluster)
{
    const RawTerminal terminal;
    for (int i = 0; i < DemoCluster::kMachines; ++i)
        cluster.start(i);
    int selected = 0;
    QString note;
    while (!isInterrupted()) {
        drawBoard(cluster, selected, note);
        const char key = RawTerminal::key(400);
        const QString id = cluster.id(selected);
        switch (key) {
        case '1':
        case '2':
        case '3':
            selected = key - '1';
            break;
        case 'k':
            cluster.signalDaemon(selected, SIGKILL);
            note = id + u": daemon killed; its guard stops the service and starts it anew"_s;
            break;
        case 'p':
            cluster.cutPower(selected);
            note = id + u": everything killed at once"_s;
            break;
        case 'h':
            cluster.signalDaemon(selected, SIGSTOP);
            note = id + u": daemon stopped; its guard acts before the lease ends"_s;
            break;
        case 'c':
            cluster.signalDaemon(selected, SIGCONT);
            break;
        case 's':
            cluster.signalGuard(selected, SIGTERM);
            note = id + u": told to hand over and end"_s;
            break;
        case 'b':
            if (!cluster.isRunning(selected))
                cluster.start(selected);
            break;
        case 'w':
            note = cluster.command(selected, {u"switchover"_s, u"--to"_s, id, u"--wait"_s, u"10s"_s})
                ? u"switchover to "_s + id
                : u"switchover to "_s + id + u" was refused"_s;
            break;
        case 'm':
        case 'n':
            cluster.command(selected, {u"maintenance"_s, key == 'm' ? u"on"_s : u"off"_s});
            note = u"maintenance of "_s + id + (key == 'm' ? u" on"_s : u" off"_s);
            break;
        case 'q':
            return ExitCode::Done;
        default:
            break;
        }
    }
    return ExitCode::Done;
}

ExitCode tellStory(DemoCluster &cluster, const Arguments &arguments)
{
    Story story(cluster);
    const bool isTold = story.tell();
    const auto runs = cluster.runs();
    const QString fault = DemoCluster::judge(runs);
    qint64 stamps = 0;
    for (const DemoCluster::Run &run : runs)
        stamps += run.stamps;
    const bool isOk = isTold && fault.isEmpty();
    if (arguments.isJson()) {
        printJson({{u"schema"_s, 1}, {u"ok"_s, isOk}, {u"steps"_s, story.steps()}, {u"fault"_s, fault},
            {u"activations"_s, qint64(runs.size())}, {u"stamps"_s, stamps}});
    }
    if (fault.isEmpty()) {
        printOut(u"the service was never on two machines: %1 activations, %2 stamps, terms rose\n"_s.arg(runs.size())
                     .arg(stamps));
    } else {
        printOut(u"FAILED  %1\n"_s.arg(fault));
    }
    if (!isOk || arguments.isSet(u"keep"_s)) {
        cluster.keep();
        printNote(u"logs, configurations and stamps are in "_s + cluster.folder());
    }
    return isOk ? ExitCode::Done : ExitCode::Failed;
}

ExitCode run(const Arguments &arguments)
{
    if (arguments.isSet(u"service"_s)) {
        return static_cast<ExitCode>(
            runDemoService(arguments.value(u"service"_s).toUShort(), arguments.value(u"stamps"_s)));
    }
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, onInterrupt);
    DemoCluster cluster;
    if (const Result<void> prepared = cluster.prepare(); !prepared)
        return report(prepared.error());
    return arguments.isSet(u"auto"_s) ? tellStory(cluster, arguments) : play(cluster);
}

} // namespace

Command demoCommand()
{
    Command command;
    command.name = u"demo"_s;
    command.summary = u"Show three machines on loopback and a service that follows the master"_s;
    command.details = u"Everything lives in a temporary folder and is gone afterwards, also on Ctrl-C."_s;
    command.options = {{u"auto"_s, u"Tell the story by itself, print the gaps, exit 0 only if all went well"_s},
        {u"keep"_s, u"Keep the folder with logs and stamps"_s},
        {u"service"_s, u"(the demo's own service) Serve on this port"_s, u"PORT"_s},
        {u"stamps"_s, u"(the demo's own service) Append stamps to this file"_s, u"FILE"_s}};
    command.run = run;
    return command;
}

} // namespace clustd::daemon
