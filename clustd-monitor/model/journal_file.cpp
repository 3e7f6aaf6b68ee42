#include "model/journal_file.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLocale>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

namespace {

/// An event takes some hundred bytes; a longer line is no event.
constexpr qint64 kLineMax = qint64(1024) * 1024;

/// Of "2026-01-01T12:00:00.123Z", or any other ISO 8601 time.
bool isTime(const QString &time)
{
    static constexpr QStringView kShape = u"dddd-dd-ddTdd:dd:dd.dddZ";
    const bool hasShape = time.size() == kShape.size()
        && std::equal(time.begin(), time.end(), kShape.begin(), [](QChar is, QChar wanted) {
               return wanted == u'd' ? is >= u'0' && is <= u'9' : is == wanted;
           });
    if (hasShape) {
        const auto number = [&time](qsizetype at) {
            return time[at].digitValue() * 10 + time[at + 1].digitValue();
        };
        // Days beyond the 28th are worth a second look.
        const bool isPlain = number(5) >= 1 && number(5) <= 12 && number(8) >= 1 && number(8) <= 28
            && number(11) <= 23 && number(14) <= 59 && number(17) <= 59;
        if (isPlain)
            return true;
    }
    return QDateTime::fromString(time, Qt::ISODateWithMs).isValid();
}

Result<EventEntry> eventOf(const QByteArray &line)
{
    QJsonParseError fault;
    const QJsonDocument json = QJsonDocument::fromJson(line, &fault);
    if (fault.error != QJsonParseError::NoError)
        return fail(ErrorCode::Malformed, {}, u"no JSON: "_s + fault.errorString());
    if (!json.isObject())
        return fail(ErrorCode::Malformed, {}, u"JSON, but no object"_s);
    Result<EventEntry> entry = control::eventFromJson(json.object());
    if (entry && !isTime(entry->time))
        return fail(ErrorCode::Malformed, {}, u"'%1' is no time"_s.arg(entry->time.left(40)));
    return entry;
}

} // namespace

Result<JournalFile> readJournal(const QString &path, qint64 bytesMax)
{
    QFile file(path);
    const QLocale locale;
    if (QFileInfo(path).isDir())
        return fail(ErrorCode::System, path, u"is a folder"_s,
            u"choose the file: events.jsonl in the state_dir of a machine"_s);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::System, path, file.errorString(),
            u"check the path and who may read the file"_s);
    const auto refuse = [&] {
        return fail(ErrorCode::Refused, path,
            u"is larger than %1"_s.arg(locale.formattedDataSize(bytesMax)),
            u"a journal is at most 8 MiB; cut out the part that matters, for instance with 'tail'"_s);
    };
    if (file.size() > bytesMax)
        return refuse();

    JournalFile journal;
    journal.entries.reserve(static_cast<std::size_t>(file.size() / 256));
    qint64 bytes = 0;
    qint64 number = 0;
    // One buffer for all lines: QIODevice would make one of the longest length for each.
    QByteArray buffer(kLineMax + 1, Qt::Uninitialized);
    const auto readLine = [&file, &buffer] {
        const qint64 length = file.readLine(buffer.data(), buffer.size());
        return QByteArray::fromRawData(buffer.constData(), std::max<qint64>(0, length));
    };
    while (true) {
        QByteArray line = readLine();
        if (line.isEmpty())
            break;
        ++number;
        bytes += line.size();
        bool isTooLong = false;
        // A pipe does not say before how much will come.
        while (!line.endsWith('\n') && !file.atEnd() && bytes <= bytesMax) {
            isTooLong = true;
            line = readLine();
            bytes += line.size();
            if (line.isEmpty())
                break;
        }
        if (bytes > bytesMax)
            return refuse();
        const bool isBlank = !isTooLong && std::all_of(line.begin(), line.end(), [](char letter) {
            return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
        });
        if (isBlank)
            continue;
        Result<EventEntry> entry = fail(ErrorCode::Malformed, {}, u"longer than any event"_s);
        if (!isTooLong)
            entry = eventOf(line);
        if (entry) {
            journal.entries.push_back(std::move(*entry));
            continue;
        }
        ++journal.brokenLines;
        if (journal.notes.size() < JournalFile::kNotesMax)
            journal.notes.push_back({ErrorCode::Malformed, u"%1:%2"_s.arg(path).arg(number),
                entry.error().what,
                u"the line is left out; a machine that lost its power may leave a broken last line"_s});
    }
    if (file.error() != QFileDevice::NoError)
        return fail(ErrorCode::System, path, file.errorString(), u"check the disk it lies on"_s);
    if (number == 0)
        return fail(ErrorCode::Storage, path, u"is empty"_s,
            u"choose the events.jsonl of a machine that has run, or what 'clustd events --json' printed"_s);
    if (journal.entries.empty())
        return fail(ErrorCode::Storage, path,
            journal.notes.empty()
                ? u"holds no event"_s
                : u"holds no event; line %1 is %2"_s.arg(
                    journal.notes.front().where.section(u':', -1), journal.notes.front().what),
            u"choose the events.jsonl of a machine, or what 'clustd events --json' printed"_s);
    return journal;
}

} // namespace clustd::monitor
