#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/status_text.h"
#include "output.h"

#include <QCborArray>
#include <QEventLoop>
#include <QJsonDocument>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

constexpr qint64 kPageSize = 500;
constexpr qint64 kShownBeforeFollowing = 20;

void printEvents(const std::vector<EventEntry> &entries, bool isJson)
{
    for (const EventEntry &entry : entries) {
        const QString line = isJson
            ? QString::fromUtf8(
                QJsonDocument(control::toJson(entry)).toJson(QJsonDocument::Compact))
            : eventLine(entry);
        printOut(line + u'\n');
    }
}

struct Pages
{
    std::vector<EventEntry> entries;
    quint64 next = 0;
};

/// All events after @p since, or the newest @p limit where that is nothing.
tl::expected<Pages, wire::ResponseError> fetch(
    ControlSession &session, std::optional<quint64> since, std::optional<qint64> limit)
{
    Pages pages;
    for (;;) {
        QCborMap params;
        if (since)
            params[u"since"_s] = qint64(*since);
        if (limit)
            params[u"limit"_s] = *limit;
        else if (since)
            params[u"limit"_s] = kPageSize;
        const ControlSession::Answer answer = session.request(u"events"_s, params);
        if (!answer)
            return tl::unexpected(answer.error());
        if (since && answer->value(u"lost"_s).toBool())
            printNote(
                u"event %1 is not in the journal (any more, or yet): what was asked for may not "
                u"be complete"_s.arg(*since));
        const QCborArray given = answer->value(u"entries"_s).toArray();
        for (const QCborValue value : given) {
            if (Result<EventEntry> entry = control::eventFromCbor(value.toMap()))
                pages.entries.push_back(std::move(*entry));
        }
        const auto next
            = static_cast<quint64>(std::max<qint64>(0, answer->value(u"next"_s).toInteger()));
        const bool isLast = given.isEmpty() || !since || limit || next <= *since;
        pages.next = next;
        if (isLast)
            return pages;
        since = next;
    }
}

ExitCode follow(ControlSession &session, bool isJson, quint64 since)
{
    QEventLoop loop;
    ExitCode exitCode = ExitCode::Unreachable;
    QObject::connect(&session.client(), &control::ControlClient::journalGrown, &loop,
        [isJson](const std::vector<EventEntry> &entries) { printEvents(entries, isJson); });
    QObject::connect(
        &session.client(), &control::ControlClient::down, &loop, [&](const Error &why) {
            exitCode = report(why);
            loop.quit();
        });
    session.client().subscribe(since);
    loop.exec();
    return exitCode;
}

std::optional<quint64> readNumber(const QString &text)
{
    bool isNumber = false;
    const quint64 number = text.toULongLong(&isNumber);
    return isNumber && number <= quint64(std::numeric_limits<qint64>::max()) ? std::optional(number)
                                                                             : std::nullopt;
}

ExitCode run(const Arguments &arguments)
{
    std::optional<quint64> since;
    std::optional<qint64> limit;
    if (arguments.isSet(u"since"_s)) {
        since = readNumber(arguments.value(u"since"_s));
        if (!since)
            return report({ErrorCode::Usage, u"--since"_s, u"not the number of an event"_s,
                u"use the 'seq' of an event, or 0 for all"_s});
    }
    if (arguments.isSet(u"limit"_s)) {
        const std::optional<quint64> given = readNumber(arguments.value(u"limit"_s));
        if (!given || *given < 1 || *given > 1000)
            return report(
                {ErrorCode::Usage, u"--limit"_s, u"not a number of events"_s, u"use 1 ... 1000"_s});
        limit = qint64(*given);
    }
    const bool follows = arguments.isSet(u"follow"_s);
    if (follows && !since && !limit)
        limit = kShownBeforeFollowing;

    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    auto pages = fetch(**session, since, limit);
    if (!pages)
        return reportRefusal(arguments, pages.error(), (*session)->where());
    control::sortByTime(pages->entries);
    printEvents(pages->entries, arguments.isJson());
    return follows ? follow(**session, arguments.isJson(), pages->next) : ExitCode::Done;
}

} // namespace

Command eventsCommand()
{
    return {.name = u"events"_s,
        .summary = u"Print the cluster's timeline, from all machines"_s,
        .details = u"In the order of time; the newest 200 where neither --since nor --limit is "
                   u"given. With --follow, "
                   "what happens from now on as it arrives. With --json one object a line."_s,
        .options = {{u"since"_s, u"Only events after this number."_s, u"SEQ"_s},
            {u"limit"_s, u"At most so many: the newest, or the first after --since."_s, u"N"_s},
            {{u"f"_s, u"follow"_s}, u"Go on with what happens until interrupted."_s}},
        .run = run};
}

} // namespace clustd::daemon
