#include "model/journal_file.h"

#include <QFile>
#include <QJsonDocument>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kFileMax = 512LL * 1024 * 1024;
constexpr int kFaultsShown = 5;

} // namespace

Result<Journal> readJournal(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::System, path, file.errorString(),
            u"name a journal file, such as events.jsonl in the state folder of a machine"_s);
    if (file.size() > kFileMax)
        return fail(ErrorCode::Storage, path,
            u"%1 MiB are more than the %2 that are read at once"_s.arg(file.size() >> 20)
                .arg(kFileMax >> 20),
            u"cut out the days that matter: each line stands for itself"_s);
    Journal journal;
    int number = 0;
    // A pipe knows no end before it is read, so the size alone does not bound it.
    qint64 left = kFileMax;
    while (!file.atEnd() && left > 0) {
        const QByteArray line = file.readLine();
        left -= line.size();
        ++number;
        const QByteArray text = line.trimmed();
        if (text.isEmpty())
            continue;
        QJsonParseError parse;
        const QJsonDocument document = QJsonDocument::fromJson(text, &parse);
        QString fault;
        if (document.isObject()) {
            Result<control::EventEntry> entry = control::eventFromJson(document.object());
            if (entry) {
                journal.entries.push_back(std::move(*entry));
                continue;
            }
            fault = entry.error().what;
        } else {
            fault = parse.error == QJsonParseError::NoError ? u"no JSON object"_s
                                                            : parse.errorString();
        }
        if (++journal.faultCount <= kFaultsShown)
            journal.faults << u"%1:%2: %3; the line is left out"_s.arg(path).arg(number).arg(fault);
    }
    if (journal.entries.empty())
        return fail(ErrorCode::Storage, path,
            journal.faults.isEmpty() ? u"there is no event in it"_s
                                     : u"no line of it is an event, the first: "_s + journal.faults.first(),
            u"a journal holds one JSON object a line, as 'clustd events --json' prints it"_s);
    return journal;
}

} // namespace clustd::monitor
