#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/status_text.h"
#include "output.h"
#include "signal_watcher.h"
#include "terminal.h"

#include <QCborArray>
#include <QEventLoop>
#include <QJsonDocument>

#include <algorithm>
#include <iterator>
#include <map>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::ControlClient;
using control::EventEntry;

constexpr std::size_t kEventsKept = 100;

/// What stands on the screen; on what is none, a line for whatever changes.
class Board
{
public:
    explicit Board(Screen &screen)
        : m_screen(screen)
    {
    }

    void show(const ClusterStatus &status)
    {
        m_status = status;
        m_trouble.clear();
        draw();
    }
    void add(const std::vector<EventEntry> &entries)
    {
        remember(entries);
        if (!m_screen.look().isScreen) {
            for (const EventEntry &entry : entries)
                printOut(eventLine(entry) + u'\n');
        }
        draw();
    }
    /// What happened before; only a screen shows it.
    void remember(const std::vector<EventEntry> &entries)
    {
        for (const EventEntry &entry : entries)
            m_events[entry.seq] = eventLine(entry);
        while (m_events.size() > kEventsKept)
            m_events.erase(m_events.begin());
    }
    void forgetEvents() { m_events.clear(); }
    void tell(const QString &trouble)
    {
        if (!m_screen.look().isScreen && trouble != m_trouble)
            printNote(trouble);
        m_trouble = trouble;
        draw();
    }

    void draw()
    {
        if (!m_screen.look().isScreen) {
            // A line whenever something but the time has changed.
            const QString line = m_status ? statusLine(*m_status) : QString();
            if (!line.isEmpty() && line != m_lastLine)
                printOut(line + u'\n');
            m_lastLine = line;
            return;
        }
        std::vector<Line> lines;
        if (!m_trouble.isEmpty())
            lines.emplace_back(u"NOT CONNECTED: "_s + m_trouble, Ink::Bad);
        if (m_status) {
            const QStringList text
                = statusText(*m_status, QDateTime::currentDateTimeUtc()).split(u'\n');
            lines.push_back(verdictLine(text.first()));
            for (const QString &line : text.mid(1))
                lines.emplace_back(line, line.startsWith(u"ALARM") ? Ink::Warn : Ink::Plain);
        }
        const auto rows = std::size_t(screenSize().rows);
        const std::size_t used = lines.size() + 1; // One for the keys
        const std::size_t shown = std::min(m_events.size(), rows > used ? rows - used : 0);
        for (auto it = std::prev(m_events.end(), std::ptrdiff_t(shown)); it != m_events.end(); ++it)
            lines.emplace_back(it->second, Ink::Dim);
        lines.resize(std::max<std::size_t>(1, rows) - 1);
        lines.emplace_back(u"q quit"_s, Ink::Dim);
        m_screen.show(lines);
    }

private:
    static Line verdictLine(const QString &text)
    {
        const QString verdict = text.section(u':', 0, 0);
        const bool isLost = verdict.startsWith(u"NO");
        Line line(verdict, verdict == u"OK" ? Ink::Good : isLost ? Ink::Bad : Ink::Warn);
        return line.add(text.mid(verdict.size()), Ink::Strong);
    }

    Screen &m_screen;
    std::optional<ClusterStatus> m_status;
    std::map<quint64, QString> m_events; ///< By their numbers at the machine that is asked
    QString m_trouble;
    QString m_lastLine;
};

ExitCode run(const Arguments &arguments)
{
    const auto session = ControlSession::make(arguments, ControlSession::Reach::AnyMachine);
    if (!session)
        return session.error();
    ControlClient &client = (*session)->client();
    QEventLoop loop;
    std::optional<Error> refusal;
    const bool isJson = arguments.isJson();
    Look look = ownLook();
    look.isScreen = look.isScreen && !isJson;
    const SignalWatcher signals;
    QObject::connect(&signals, &SignalWatcher::terminateAsked, &loop, &QEventLoop::quit);
    QObject::connect(&signals, &SignalWatcher::reloadAsked, &loop, &QEventLoop::quit);
    std::optional<Screen> screen(std::in_place, look);
    Board board(*screen);
    QObject::connect(&*screen, &Screen::keyPressed, &loop, [&loop](char key) {
        if (key == 'q')
            loop.quit();
    });
    QObject::connect(&*screen, &Screen::closed, &loop, &QEventLoop::quit);
    QObject::connect(&*screen, &Screen::resized, &loop, [&board] { board.draw(); });
    QObject::connect(
        &client, &ControlClient::journalGrown, &loop, [&](const std::vector<EventEntry> &entries) {
            if (!isJson) {
                board.add(entries);
                return;
            }
            for (const EventEntry &entry : entries)
                printOut(QString::fromUtf8(
                             QJsonDocument(control::toJson(entry)).toJson(QJsonDocument::Compact))
                    + u'\n');
        });
    QObject::connect(
        &client, &ControlClient::clusterChanged, &loop, [&](const ClusterStatus &status) {
            if (!isJson)
                board.show(status);
        });
    QObject::connect(&client, &ControlClient::up, &loop, [&](const QString &server, bool isOther) {
        if (isOther)
            board.forgetEvents();
        if (isOther && look.isScreen) {
            client.request(u"events"_s, {{u"limit"_s, qint64(kEventsKept)}}, ControlSession::kUsual,
                [&board](const ControlClient::Answer &answer) {
                    if (!answer)
                        return;
                    std::vector<EventEntry> entries;
                    const QCborArray given = answer->value(u"entries"_s).toArray();
                    for (const QCborValue value : given) {
                        if (Result<EventEntry> entry = control::eventFromCbor(value.toMap()))
                            entries.push_back(std::move(*entry));
                    }
                    board.remember(entries);
                    board.draw();
                });
        }
        if (isJson)
            printNote(u"connected to %1"_s.arg(server));
    });
    QObject::connect(&client, &ControlClient::down, &loop, [&](const Error &why) {
        // Trying again does not help who may not.
        if (why.code == ErrorCode::Forbidden) {
            refusal = why;
            loop.quit();
        } else if (isJson) {
            printNote(why.text());
        } else {
            board.tell(why.text());
        }
    });
    client.subscribe();
    client.open();
    loop.exec();
    screen.reset(); // Before anything is said on the usual screen.
    return refusal ? report(*refusal, arguments) : ExitCode::Done;
}

} // namespace

Command watchCommand()
{
    return {.name = u"watch"_s,
        .summary = u"Keep the status and the newest events on the screen; q ends it"_s,
        .details = u"Goes on with another machine of the configuration when the one it speaks to "
                   u"is lost. With --json "
                   "every event as one object a line."_s,
        .run = run};
}

} // namespace clustd::daemon
