#include "demo/demo.h"

#include "arguments.h"
#include "commands/command_table.h"
#include "demo/demo_service.h"
#include "demo/demo_story.h"
#include "demo/keeper.h"
#include "output.h"
#include "signal_watcher.h"
#include "terminal.h"

#include <QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr auto kDrawEvery = 100ms;
constexpr auto kReadersPause = 2s;
constexpr qsizetype kStoryLinesShown = 6;

/// The board of a demo, drawn again and again; on what is no screen, its events as lines.
class Stage : public QObject
{
public:
    Stage(Demo &demo, Look look, bool printsEvents)
        : m_demo(demo)
        , m_screen(look)
    {
        connect(&m_screen, &Screen::keyPressed, this, &Stage::onKey);
        connect(&m_screen, &Screen::closed, &demo, &Demo::interrupt);
        connect(&m_screen, &Screen::resized, this, &Stage::draw);
        if (look.isScreen) {
            connect(&m_timer, &QTimer::timeout, this, &Stage::draw);
            m_timer.start(kDrawEvery);
        } else if (printsEvents) {
            connect(&demo, &Demo::happened, this, [](const control::EventEntry &entry) {
                printOut(timelineLine(entry).plain().trimmed() + u'\n');
            });
        }
    }

    void tell(const QString &line)
    {
        m_story << line;
        if (m_story.size() > kStoryLinesShown)
            m_story.removeFirst();
        draw();
    }

private:
    void draw()
    {
        BoardModel model = m_demo.model();
        model.selected = m_selected;
        model.story = m_story;
        m_screen.show(drawBoard(model, m_screen.look(), screenSize()));
    }

    void onKey(char key)
    {
        if (key == 'q') {
            m_demo.interrupt();
            return;
        }
        if (!m_story.isEmpty())
            return; // The story is told by itself.
        switch (key) {
        case '1':
        case '2':
        case '3':
            m_selected = key - '1';
            break;
        case 'k':
            m_demo.killDaemon(m_selected);
            break;
        case 'h':
            m_demo.hang(m_selected);
            break;
        case 'c':
            m_demo.goOn(m_selected);
            break;
        case 'p':
            m_demo.powerOff(m_selected);
            break;
        case 's':
            m_demo.stop(m_selected);
            break;
        case 'b':
            m_demo.start(m_selected);
            break;
        case 'w':
            m_demo.switchover(m_selected);
            break;
        case 'm':
            m_demo.toggleMaintenance(m_selected);
            break;
        case 'a':
            m_demo.togglePause();
            break;
        case 'x':
            m_demo.cutCables(m_selected, Demo::Cut::Everything);
            break;
        case 'o':
            m_demo.cutCables(m_selected, Demo::Cut::Outgoing);
            break;
        case 'l':
            m_demo.cutCables(m_selected, Demo::Cut::Nothing);
            break;
        default:
            break;
        }
        draw();
    }

    Demo &m_demo;
    Screen m_screen;
    QTimer m_timer;
    QStringList m_story;
    int m_selected = 0;
};

ExitCode play(Demo &demo, const Look &look)
{
    if (!look.isScreen)
        printOut(
            u"three machines on this one, service on %1\n"
            "keys from standard input: 1 2 3 choose, k kill -9, h hang, c continue, p power off,\n"
            "  s stop, b start, w switchover, m maintenance, a pause, x cut, o cut one way, l heal, q quit\n"_s
                .arg(demo.serviceUrl()));
    Stage stage(demo, look, true);
    for (int i = 0; i < DemoCluster::kMachines; ++i)
        demo.start(i);
    while (!demo.isInterrupted())
        demo.waitFor([] { return false; }, 1h);
    return ExitCode::Done;
}

/// The last lines of the story: what the service's own stamps prove.
QStringList verdictLines(const std::vector<ServiceLife> &lives, const QString &fault)
{
    if (!fault.isEmpty())
        return {u"FAILED  "_s + fault};
    qint64 stamps = 0;
    for (const ServiceLife &life : lives)
        stamps += life.stamps;
    QStringList lines{
        u"the service was never on two machines: %1 activations, %2 stamps, terms rose"_s
            .arg(lives.size())
            .arg(stamps)};
    std::vector<double> gaps;
    for (std::size_t n = 1; n < lives.size(); ++n)
        gaps.push_back(gapMsBefore(lives, n));
    if (!gaps.empty()) {
        std::sort(gaps.begin(), gaps.end());
        lines << u"gaps: %1 ms at best, %2 in the middle, %3 at worst (failover_within: 2s)"_s
                     .arg(gaps.front(), 0, 'f', 0)
                     .arg(gaps[gaps.size() / 2], 0, 'f', 0)
                     .arg(gaps.back(), 0, 'f', 0);
    }
    return lines;
}

ExitCode tellStory(Demo &demo, const Look &look, bool isJson, bool &isKept, const QString &folder)
{
    QStringList told;
    const auto print = [isJson](const QString &line) {
        if (isJson)
            printError(line);
        else
            printOut(line + u'\n');
    };
    bool isTold = false;
    QJsonArray steps;
    {
        Stage stage(demo, look, false);
        const auto tell = [&](const QString &line) {
            told << line;
            stage.tell(line);
            if (!look.isScreen)
                print(line);
        };
        DemoStory story(demo, tell, look.isScreen ? kReadersPause : 0ms);
        isTold = story.run();
        steps = story.steps();
    }
    const QString fault = judge(demo.lives());
    const QStringList verdict = verdictLines(demo.lives(), fault);
    for (const QString &line : (look.isScreen ? told : QStringList()) + verdict)
        print(line);
    const bool isOk = isTold && fault.isEmpty();
    if (isJson) {
        printJson({{u"schema"_s, 1}, {u"ok"_s, isOk}, {u"steps"_s, steps}, {u"fault"_s, fault},
            {u"activations"_s, qint64(demo.lives().size())}});
    }
    isKept = isKept || (!isOk && !demo.isInterrupted());
    if (isKept)
        printNote(u"logs, configurations and stamps are in "_s + folder);
    return isOk ? ExitCode::Done : ExitCode::Failed;
}

/// In the child of the keeper.
int runDemo(const Arguments &arguments, const Look &look, const QString &folder)
{
    QCoreApplication application(arguments.argc(), arguments.argv());
    bool isKept = arguments.isSet(u"keep"_s);
    int code = 0;
    {
        SignalWatcher signals;
        DemoCluster cluster(folder);
        const Result<void> prepared = cluster.prepare();
        if (!prepared) {
            code = static_cast<int>(report(prepared.error()));
        } else {
            Demo demo(cluster);
            QObject::connect(&signals, &SignalWatcher::terminateAsked, &demo, &Demo::interrupt);
            QObject::connect(&signals, &SignalWatcher::reloadAsked, &demo, &Demo::interrupt);
            code = static_cast<int>(arguments.isSet(u"auto"_s)
                    ? tellStory(demo, look, arguments.isJson(), isKept, folder)
                    : play(demo, look));
        }
    }
    if (!isKept)
        QDir(folder).removeRecursively();
    return code;
}

ExitCode run(const Arguments &arguments)
{
    if (arguments.isSet(u"service"_s)) {
        QCoreApplication application(arguments.argc(), arguments.argv());
        return static_cast<ExitCode>(
            runDemoService(arguments.value(u"service"_s).toUShort(), arguments.value(u"stamps"_s)));
    }
    if (arguments.isJson() && !arguments.isSet(u"auto"_s))
        return report(
            {ErrorCode::Usage, u"demo"_s, u"--json tells of a story"_s, u"use --auto --json"_s});
    Look look = ownLook();
    look.isScreen = look.isScreen && !arguments.isJson() && !arguments.isSet(u"plain"_s);
    std::error_code noFolder;
    std::string folder
        = (std::filesystem::temp_directory_path(noFolder) / "clustd-demo-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
        return report({ErrorCode::System, QString::fromStdString(folder),
            QString::fromLocal8Bit(std::strerror(errno)),
            u"the demo needs a folder for temporary files; set TMPDIR"_s});
    return static_cast<ExitCode>(
        runKept(folder, [&] { return runDemo(arguments, look, QString::fromStdString(folder)); }));
}

} // namespace

Command demoCommand()
{
    Command command;
    command.name = u"demo"_s;
    command.summary = u"Show three machines on this one and a service that follows the master"_s;
    command.details
        = u"Three real daemons on loopback, in a temporary folder, with a small web service that "
          u"runs "
          u"where the master is. Keys kill, hang, cut off and bring back machines. Everything that "
          u"it starts is gone afterwards, also after ^C or kill -9."_s;
    QCommandLineOption service(
        u"service"_s, u"(inside) Be the service, on this port."_s, u"PORT"_s);
    QCommandLineOption stamps(u"stamps"_s, u"(inside) Append stamps to this file."_s, u"FILE"_s);
    service.setFlags(QCommandLineOption::HiddenFromHelp);
    stamps.setFlags(QCommandLineOption::HiddenFromHelp);
    command.options = {
        {u"auto"_s,
            u"Tell the story by itself and print the gaps; ends with 0 only if every step happened "
            u"and the service was never on two machines."_s},
        {u"plain"_s, u"Print lines instead of drawing a board."_s},
        {u"keep"_s, u"Keep the folder with logs, configurations and stamps."_s}, service, stamps};
    command.isLocal = true;
    command.run = run;
    command.runsBeforeApplication = true;
    return command;
}

} // namespace clustd::daemon
