// Does the timeline stay bounded, keep its numbers, and survive a restart, a full disk and other
// machines?

#include "cluster/journal.h"

#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clustd;
using namespace clustd::cluster;
using control::EventEntry;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Times that a test can read: one millisecond between two events.
class Ticks
{
public:
    explicit Ticks(qint64 startMs = 0)
        : m_ms(startMs)
    {
    }
    Journal::Stamp operator()()
    {
        ++m_ms;
        return {u"2026-01-01T12:00:00.%1Z"_s.arg(m_ms, 3, 10, QLatin1Char('0')), m_ms * 1000};
    }

private:
    qint64 m_ms;
};

EventEntry foreign(quint64 seq, const QString &node, const QString &event = u"active"_s)
{
    EventEntry entry;
    entry.seq = seq;
    entry.node = node;
    entry.time = u"2026-01-01T11:59:00.000Z"_s;
    entry.bootUs = qint64(seq) * 10;
    entry.event = event;
    return entry;
}

QList<QByteArray> linesOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<QByteArray> lines = file.readAll().split('\n');
    lines.removeAll(QByteArray());
    return lines;
}

QStringList names(const std::vector<EventEntry> &entries)
{
    QStringList list;
    for (const EventEntry &entry : entries)
        list << entry.node + u'/' + entry.event;
    return list;
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void numbersAndStampsWhatHappened()
    {
        Journal journal(u"cm-1"_s, {}, {}, Ticks());
        QSignalSpy grown(&journal, &Journal::grown);
        journal.append(u"started"_s, Term{}, {});
        journal.append(u"active"_s, Term{7}, {{u"text"_s, u"why"_s}});
        QCOMPARE(grown.size(), 2);
        QCOMPARE(journal.entries().size(), 2U);
        const EventEntry &last = journal.entries().back();
        QCOMPARE(last.seq, 2U);
        QCOMPARE(last.node, u"cm-1"_s);
        QCOMPARE(last.term, 7U);
        QCOMPARE(last.time, u"2026-01-01T12:00:00.002Z"_s);
        QCOMPARE(last.bootUs, 2000);
        QCOMPARE(last.detail.value(u"text"_s).toString(), u"why"_s);
    }

    void twoEventsOfOneMomentAreToldApart()
    {
        Journal journal(u"cm-1"_s, {}, {}, [] {
            return Journal::Stamp{u"2026-01-01T12:00:00.000Z"_s, 5};
        });
        journal.append(u"a"_s, Term{});
        journal.append(u"b"_s, Term{});
        QVERIFY(journal.entries()[0].bootUs < journal.entries()[1].bootUs);
    }

    void detailIsMadeFitForTheWire()
    {
        Journal journal(u"cm-1"_s, {}, {}, Ticks());
        journal.append(u"driver-failed"_s, Term{},
            {{u"duration_ms"_s, 12.7}, {u"why"_s, QString(9000, u'x')},
                {u"hash"_s, QByteArray("\x01\xff", 2)}});
        const QCborMap &detail = journal.entries().front().detail;
        QCOMPARE(detail.value(u"duration_ms"_s), QCborValue(13));
        QVERIFY(detail.value(u"why"_s).toString().size() <= 1300);
        QCOMPARE(detail.value(u"hash"_s).toString(), u"01ff"_s);
    }

    void staysBounded()
    {
        Journal journal(u"cm-1"_s, {}, {.entriesMax = 10}, Ticks());
        for (int i = 0; i < 100; ++i)
            journal.append(u"e%1"_s.arg(i), Term{});
        QCOMPARE(journal.entries().size(), 10U);
        QCOMPARE(journal.lastSeq(), 100U);
        QCOMPARE(journal.entries().front().seq, 91U);
    }

    void pages_data()
    {
        QTest::addColumn<quint64>("since");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QStringList>("events");
        QTest::addColumn<quint64>("next");
        QTest::addColumn<bool>("lost");
        // Five were kept of eight: e3 ... e7, numbers 4 ... 8.
        QTest::newRow("from before the oldest: lost")
            << quint64(1) << 2 << QStringList{u"e3"_s, u"e4"_s} << quint64(5) << true;
        QTest::newRow("just before the oldest: nothing lost")
            << quint64(3) << 1 << QStringList{u"e3"_s} << quint64(4) << false;
        QTest::newRow("the rest") << quint64(6) << 9 << QStringList{u"e6"_s, u"e7"_s} << quint64(8)
                                  << false;
        QTest::newRow("at the end") << quint64(8) << 9 << QStringList{} << quint64(8) << false;
        QTest::newRow("beyond the end: of another journal")
            << quint64(99) << 9 << QStringList{} << quint64(8) << true;
    }

    void pages()
    {
        QFETCH(quint64, since);
        QFETCH(int, limit);
        QFETCH(QStringList, events);
        QFETCH(quint64, next);
        QFETCH(bool, lost);
        Journal journal(u"cm-1"_s, {}, {.entriesMax = 5}, Ticks());
        for (int i = 0; i < 8; ++i)
            journal.append(u"e%1"_s.arg(i), Term{});
        const Journal::Page page = journal.after(since, static_cast<std::size_t>(limit));
        QStringList found;
        for (const EventEntry &entry : page.entries)
            found << entry.event;
        QCOMPARE(found, events);
        QCOMPARE(page.next, next);
        QCOMPARE(page.lost, lost);
    }

    void newestOfOwnLeavesOutWhatOthersTold()
    {
        Journal journal(u"cm-1"_s, {}, {}, Ticks());
        journal.append(u"a"_s, Term{});
        journal.merge(u"cm-2"_s, {foreign(1, u"cm-2"_s)});
        journal.append(u"b"_s, Term{});
        QCOMPARE(names(journal.newest(2).entries), (QStringList{u"cm-2/active"_s, u"cm-1/b"_s}));
        QCOMPARE(names(journal.newest(2, Journal::Whose::Own).entries),
            (QStringList{u"cm-1/a"_s, u"cm-1/b"_s}));
        QCOMPARE(journal.newest(2, Journal::Whose::Own).next, 3U);
    }

    void mergesEachEventOnce()
    {
        Journal journal(u"cm-1"_s, {}, {}, Ticks());
        journal.merge(u"cm-2"_s, {foreign(5, u"cm-2"_s), foreign(6, u"cm-2"_s)});
        journal.merge(u"cm-2"_s, {foreign(6, u"cm-2"_s), foreign(7, u"cm-2"_s)});
        QCOMPARE(journal.entries().size(), 3U);
        QCOMPARE(journal.heardUpTo(u"cm-2"_s), 7U);
        QCOMPARE(journal.lastSeq(), 3U);
        journal.forgetNumbersOf(u"cm-2"_s);
        journal.merge(u"cm-2"_s, {foreign(5, u"cm-2"_s)});
        QCOMPARE(journal.entries().size(), 3U);
    }

    void aMachineSpeaksOnlyOfItself()
    {
        Journal journal(u"cm-1"_s, {}, {}, Ticks());
        journal.merge(u"cm-2"_s, {foreign(5, u"cm-3"_s), foreign(6, u"cm-1"_s)});
        journal.merge(u"cm-1"_s, {foreign(7, u"cm-1"_s)});
        QVERIFY(journal.entries().empty());
        QCOMPARE(journal.heardUpTo(u"cm-2"_s), 0U);
    }

    void fileHoldsOneObjectALine()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"deep/events.jsonl"_s);
        {
            Journal journal(u"cm-1"_s, path, {}, Ticks());
            journal.append(u"active"_s, Term{7}, {{u"n"_s, 1}});
            journal.merge(u"cm-2"_s, {foreign(9, u"cm-2"_s)});
        }
        const QList<QByteArray> lines = linesOf(path);
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines[0],
            R"({"boot_ms":1,"detail":{"n":1},"event":"active","node":"cm-1","seq":1,"term":7,)"
            R"("time":"2026-01-01T12:00:00.001Z"})");
        QCOMPARE(QJsonDocument::fromJson(lines[1])[u"origin_seq"].toInteger(), 9);
    }

    void goesOnCountingAfterARestart()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"events.jsonl"_s);
        {
            Journal journal(u"cm-1"_s, path, {}, Ticks());
            journal.append(u"a"_s, Term{1});
            journal.merge(u"cm-2"_s, {foreign(9, u"cm-2"_s)});
        }
        Journal journal(u"cm-1"_s, path, {}, Ticks(500));
        QCOMPARE(journal.lastSeq(), 2U);
        QCOMPARE(journal.heardUpTo(u"cm-2"_s), 9U);
        journal.append(u"b"_s, Term{2});
        QCOMPARE(journal.entries().back().seq, 3U);
        QCOMPARE(journal.entries().size(), 3U);
    }

    void leavesOutWhatIsNoEvent()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"events.jsonl"_s);
        {
            Journal journal(u"cm-1"_s, path, {}, Ticks());
            journal.append(u"a"_s, Term{1});
        }
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        file.write("{\"half\": \n\x00\xff\xfe garbage\n");
        file.close();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"lines that are no events"_s));
        const Journal journal(u"cm-1"_s, path, {}, Ticks());
        QCOMPARE(journal.entries().size(), 1U);
    }

    void rotatesKeepingOneOlderFile()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"events.jsonl"_s);
        // Each journal is one batch, whatever the writer's pace, so that what each file holds is
        // known.
        for (int i = 0; i < 5; ++i) {
            Journal journal(u"cm-1"_s, path, {.fileBytesMax = 10}, Ticks(10 * i));
            journal.append(u"e%1"_s.arg(i), Term{});
        }
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files), QStringList{u"events.jsonl.1"_s});
        QCOMPARE(linesOf(path + u".1"_s).size(), 1);
        QVERIFY(linesOf(path + u".1"_s)[0].contains("\"e4\""));
    }

    void aFileThatCannotBeWrittenIsToldAndCostsNothingElse()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"folder"_s);
        QVERIFY(QDir().mkpath(path));
        Journal journal(u"cm-1"_s, path, {}, Ticks());
        QSignalSpy failed(&journal, &Journal::fileFailed);
        journal.append(u"a"_s, Term{});
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(u"directory"));
        QCOMPARE(journal.entries().size(), 1U);

        QVERIFY(QDir().rmdir(path));
        journal.append(u"b"_s, Term{});
        QTRY_COMPARE(failed.size(), 2);
        QVERIFY(failed[1][0].toString().isEmpty());
        QCOMPARE(linesOf(path).size(), 1);
    }

    void aFullDiskIsTold()
    {
        if (!QFile::exists(u"/dev/full"_s))
            QSKIP("no /dev/full here");
        JournalFile::Report report;
        std::atomic<int> told = 0;
        QString text;
        {
            JournalFile file(u"/dev/full"_s, 1 << 20, [&](const QString &why) {
                text = why;
                ++told;
            });
            file.write("{}");
            QTRY_COMPARE(told.load(), 1);
        }
        QVERIFY2(text.contains(u"No space left"), qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
