// The journal's file after whatever was done to it, and events that other machines told: can every
// entry that is kept be sent on, and is the file read back as it was written?
//
// Input: 'f' and a journal file ('F': which is then written to and read once more), or 'p' and CBOR
// (a list of events) as a peer sends it.

#include "cluster/journal.h"
#include "fuzz/fuzz.h"
#include "wire/cbor_strict.h"

#include <QCborArray>
#include <QDir>
#include <QFile>
#include <QLoggingCategory>
#include <QTemporaryDir>

using namespace clustd;
using namespace clustd::cluster;
using namespace clustd::fuzz;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kFileBytesMax = qint64{8} * 1024 * 1024;

Journal::Stamp noTime()
{
    return {u"2026-01-02T03:04:05.678Z"_s, 1};
}

/// As a subscriber or another machine gets them. One that could not be read would cost them all.
void checkEntries(const Journal &journal)
{
    quint64 last = 0;
    for (const control::EventEntry &entry : journal.entries()) {
        FUZZ_PROMISE(entry.seq > last);
        last = entry.seq;
        const QCborMap page{{u"entries"_s, QCborArray{control::toCbor(entry)}}};
        const QByteArray sent
            = wire::encodeDeterministic(QCborMap{{u"res_id"_s, 1}, {u"data"_s, page}});
        const auto arrived = wire::decodeStrict(sent);
        FUZZ_PROMISE(arrived && wire::encodeDeterministic(*arrived) == sent);
        const QCborArray entries = arrived->toMap()[u"data"_s].toMap()[u"entries"_s].toArray();
        FUZZ_PROMISE(control::eventFromCbor(entries[0].toMap()).has_value());
    }
    FUZZ_PROMISE(journal.lastSeq() >= last);
    const Journal::Page page = journal.after(0, 3);
    FUZZ_PROMISE(page.entries.size() <= 3 && page.next <= journal.lastSeq());
    FUZZ_PROMISE(journal.newest(3).entries.size() <= 3);
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    FUZZ_PROMISE(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

const QTemporaryDir &folder()
{
    static const QTemporaryDir made;
    return made;
}

void readBack(const QByteArray &bytes, bool isWritten)
{
    const QString path = folder().filePath(u"events.jsonl"_s);
    QFile::remove(path + u".1"_s);
    write(path, bytes);
    const qsizetype kept = JournalFile::readTail(path, 50).size();
    FUZZ_PROMISE(kept <= 50 && kept <= bytes.count('\n') + 1);
    std::vector<control::EventEntry> entries;
    {
        Journal journal(u"n1"_s, path, {10, kFileBytesMax, 50}, noTime);
        checkEntries(journal);
        if (!isWritten)
            return;
        journal.append(u"started"_s, Term{1}, {{u"text"_s, u"again"_s}});
        checkEntries(journal);
        entries.assign(journal.entries().begin(), journal.entries().end());
    } // Waits for the writer.
    if (!bytes.isEmpty() && !bytes.endsWith('\n'))
        return; // The last line was cut off, and what was appended to it with it.
    Journal journal(u"n1"_s, path, {10, kFileBytesMax, 51}, noTime);
    FUZZ_PROMISE(std::equal(
        entries.begin(), entries.end(), journal.entries().begin(), journal.entries().end()));
    FUZZ_PROMISE(read(path).startsWith(bytes));
}

void merge(const QByteArray &bytes)
{
    const auto value = wire::decodeStrict(bytes);
    if (!value || !value->isArray())
        return;
    std::vector<control::EventEntry> told;
    for (const QCborValue entry : value->toArray()) {
        if (const auto read = control::eventFromCbor(entry.toMap()))
            told.push_back(*read);
    }
    Journal journal(u"n1"_s, {}, {10, kFileBytesMax, 50}, noTime);
    for (const control::EventEntry &entry : told)
        journal.append(entry.event, Term{entry.term}, entry.detail);
    checkEntries(journal);
    journal.merge(u"n2"_s, told);
    checkEntries(journal);
    const quint64 last = journal.lastSeq();
    if (journal.entries().size() < 10) {
        journal.merge(u"n2"_s, told); // Nothing twice
        FUZZ_PROMISE(journal.lastSeq() == last);
    }
    for (const control::EventEntry &entry : told)
        FUZZ_PROMISE(entry.node != u"n2" || journal.heardUpTo(u"n2"_s) >= entry.seq);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const bool isQuiet = [] {
        QLoggingCategory::setFilterRules(u"*=false"_s);
        return true;
    }();
    (void)isQuiet;
    Input input(data, size);
    const std::uint8_t kind = input.byte();
    if (kind == 'p')
        merge(toByteArray(input.rest()));
    else
        readBack(toByteArray(input.rest()), kind == 'F');
    return 0;
}
