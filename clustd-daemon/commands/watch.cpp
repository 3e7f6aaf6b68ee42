#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/status_text.h"
#include "output.h"

#include <QEventLoop>
#include <QJsonDocument>

#include <deque>

#include <unistd.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::ControlClient;
using control::EventEntry;

constexpr std::size_t kEventsShown = 12;

/// What stands on the screen.
class Board
{
public:
    explicit Board(bool isTerminal)
        : m_isTerminal(isTerminal)
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
        for (const EventEntry &entry : entries)
            m_events.push_back(eventLine(entry));
        while (m_events.size() > kEventsShown)
            m_events.pop_front();
        if (!m_isTerminal) {
            for (const EventEntry &entry : entries)
                printOut(eventLine(entry) + u'\n');
        }
        draw();
    }
    void forgetEvents() { m_events.clear(); }
    void tell(const QString &trouble)
    {
        m_trouble = trouble;
        if (!m_isTerminal)
            printNote(trouble);
        draw();
    }

private:
    void draw()
    {
        const QDateTime now = QDateTime::currentDateTimeUtc();
        if (!m_isTerminal) {
            // A file or a pipe gets a line whenever something but the time has changed.
            const QString line = m_status
                ? statusLine(*m_status, QDateTime::fromString(m_status->since, Qt::ISODate))
                : QString();
            if (!line.isEmpty() && line != m_lastLine)
                printOut(line + u'\n');
            m_lastLine = line;
            return;
        }
        QString screen = u"\x1b[H\x1b[2J"_s;
        if (!m_trouble.isEmpty())
            screen += u"NOT CONNECTED: "_s + m_trouble + u"\n\n"_s;
        if (m_status)
            screen += statusText(*m_status, now);
        if (!m_events.empty())
            screen += u"\nEVENTS\n"_s;
        for (const QString &event : m_events)
            screen += event + u'\n';
        printOut(screen);
    }

    const bool m_isTerminal;
    std::optional<ClusterStatus> m_status;
    std::deque<QString> m_events;
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
    Board board(isatty(STDOUT_FILENO) != 0);
    ExitCode exitCode = ExitCode::Done;
    const bool isJson = arguments.isJson();
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
        if (isJson)
            printNote(u"connected to %1"_s.arg(server));
    });
    QObject::connect(&client, &ControlClient::down, &loop, [&](const Error &why) {
        // Trying again does not help who may not.
        if (why.code == ErrorCode::Forbidden) {
            exitCode = report(why);
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
    return exitCode;
}

} // namespace

Command watchCommand()
{
    return {.name = u"watch"_s,
        .summary = u"Keep the status on the screen until interrupted"_s,
        .details = u"Goes on with another machine of the configuration when the one it speaks to "
                   u"is lost. With --json "
                   "every event as one object a line."_s,
        .run = run};
}

} // namespace clustd::daemon
