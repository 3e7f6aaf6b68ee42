// Is the list of events complete, in order and filtered as asked, while events go on coming in,
// late and twice; and does a damaged journal file give what is good in it and say what is not?

#include "gui/journal_by_hand.h"
#include "model/event_model.h"
#include "model/journal_file.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;
using control::EventEntry;
using tests::JournalByHand;
using tests::kJournalBegin;

namespace {

const QString a = u"alpha"_s;
const QString b = u"Beta"_s;

/// As the events of two machines come: started, linked, one is master, a link goes.
JournalByHand ordinary()
{
    JournalByHand journal;
    journal.begin(0, {a, b}).elect(100, 1, a, {b}).down(500, b, a);
    return journal;
}

struct Fixture
{
    Fixture()
        : tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal)
    {
        model.setStore(&store);
    }
    [[nodiscard]] QString cell(int row, EventModel::Column column) const
    {
        return model.index(row, column).data().toString();
    }
    [[nodiscard]] int shownWith(const EventFilter &filter)
    {
        model.setFilter(filter);
        return model.rowCount();
    }
    /// Rows are the events of the store that are let through, the newest first.
    [[nodiscard]] bool isInOrder() const
    {
        for (int row = 1; row < model.rowCount(); ++row) {
            if (model.eventIndex(row) >= model.eventIndex(row - 1))
                return false;
        }
        return true;
    }

    EventStore store;
    EventModel model;
    QAbstractItemModelTester tester;
};

EventFilter withText(const QString &text)
{
    EventFilter filter;
    filter.text = text;
    return filter;
}

class JournalOnDisk
{
public:
    [[nodiscard]] QString write(const QByteArray &bytes) const
    {
        QString path = m_folder.filePath(u"events.jsonl"_s);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("no temporary file");
        return path;
    }
    [[nodiscard]] QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
};

QByteArray line(const EventEntry &entry)
{
    return QJsonDocument(control::toJson(entry)).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

class TestMonitorEvents : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    // ---- EventStore

    void storeSortsByTimeAndOfOneMachineByItsBootClock()
    {
        JournalByHand journal;
        journal.tell(200, a, u"active"_s).tell(100, b, u"started"_s).tell(200, a, u"inactive"_s);
        EventStore store;
        store.add(journal.entries());
        QCOMPARE(store.size(), std::size_t(3));
        QCOMPARE(store.events()[0].name, u"started"_s);
        QCOMPARE(store.events()[1].name, u"active"_s);
        QCOMPARE(store.events()[2].name, u"inactive"_s);
        QCOMPARE(store.after(kJournalBegin + 199), std::size_t(1));
        QCOMPARE(store.after(kJournalBegin + 200), std::size_t(3));
    }

    void eventToldTwiceIsOneWithTheNewerNumber()
    {
        std::vector<EventEntry> entries = ordinary().entries();
        EventStore store;
        store.add(entries);
        const std::size_t before = store.size();
        QSignalSpy appended(&store, &EventStore::appended);
        QSignalSpy rebuilt(&store, &EventStore::rebuilt);
        store.forgetNumbers();
        QVERIFY(!store.numberOf(store.events().back()));
        for (EventEntry &entry : entries)
            entry.seq += 1000;
        store.add(entries);
        QCOMPARE(store.size(), before);
        QCOMPARE(appended.size() + rebuilt.size(), 0);
        QCOMPARE(store.numberOf(store.events().back()), std::optional<quint64>(1000 + before));
    }

    void storeSaysWhetherEventsAreTheNewest()
    {
        EventStore store;
        QSignalSpy appended(&store, &EventStore::appended);
        QSignalSpy rebuilt(&store, &EventStore::rebuilt);
        store.add(ordinary().entries());
        QCOMPARE(rebuilt.size(), 1);
        store.add(JournalByHand().tell(9000, a, u"paused"_s).entries());
        QCOMPARE(appended.size(), 1);
        QCOMPARE(appended.front().front().value<std::size_t>(), ordinary().entries().size());
        store.add(JournalByHand().tell(8000, b, u"paused"_s).entries());
        QCOMPARE(rebuilt.size(), 2);
    }

    void wordsOfOthersArePrintable()
    {
        JournalByHand journal;
        journal.tell(
            0, a, u"alarm"_s, 1, {{u"text"_s, u"red \u001b[31m\nnew line \u202eturned"_s}});
        EventStore store;
        store.add(journal.entries());
        QCOMPARE(store.events().front().text(), u"red ·[31m·new line ·turned"_s);
    }

    // ---- EventModel

    void newestEventIsFirst()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        QCOMPARE(f.model.rowCount(), static_cast<int>(f.store.size()));
        QCOMPARE(f.cell(0, EventModel::Name), u"link-down"_s);
        QCOMPARE(f.cell(0, EventModel::Machine), b);
        QCOMPARE(f.cell(1, EventModel::Name), u"active"_s);
        QCOMPARE(f.cell(1, EventModel::What), u"all drivers started -> active"_s);
        QCOMPARE(f.cell(1, EventModel::Term), u"1"_s);
        QVERIFY(!f.cell(1, EventModel::Why).isEmpty());
        QVERIFY(f.isInOrder());
    }

    void rolesTellWhatAnEventIs()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        const QModelIndex active = f.model.index(1, EventModel::What);
        QCOMPARE(active.data(EventModel::KindRole).toInt(), static_cast<int>(EventKind::Active));
        QCOMPARE(
            active.data(EventModel::WeightRole).toInt(), static_cast<int>(EventWeight::Notable));
        QCOMPARE(active.data(EventModel::NodeIdRole).toString(), a);
        QCOMPARE(active.data(EventModel::TimeRole).toLongLong(), kJournalBegin + 110);
        QCOMPARE(active.data(EventModel::EventRole).toULongLong(),
            static_cast<qulonglong>(f.store.size() - 2));
        QVERIFY(active.data(EventModel::NumberRole).isValid());
        QVERIFY(!active.data(Qt::ForegroundRole).isValid());
        const QString whole
            = f.model.index(1, EventModel::Time).data(Qt::AccessibleTextRole).toString();
        QVERIFY(whole.contains(a) && whole.contains(u"all drivers started"_s));
        QVERIFY(active.data(Qt::ToolTipRole)
                    .toString()
                    .contains(u"all drivers started -&gt; active"_s));
    }

    void whyIsOfferedForWhatTheAskedMachineTold()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        f.store.forgetNumbers();
        QVERIFY(f.cell(1, EventModel::Why).isEmpty());
        QVERIFY(!f.model.index(1, 0).data(EventModel::NumberRole).isValid());
    }

    void newEventsComeInAtTheTop()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        const QPersistentModelIndex active = f.model.index(1, 0);
        QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
        QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
        f.store.add(
            JournalByHand().tell(9000, a, u"paused"_s).tell(9001, a, u"resumed"_s).entries());
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(inserted.front()[1].toInt(), 0);
        QCOMPARE(inserted.front()[2].toInt(), 1);
        QCOMPARE(active.row(), 3);
        QCOMPARE(f.cell(0, EventModel::Name), u"resumed"_s);
    }

    void lateEventIsNewsAllTheSame()
    {
        EventStore store;
        std::vector<std::pair<qint64, QString>> told;
        connect(&store, &EventStore::added, this, [&](const std::vector<Event> &fresh) {
            for (const Event &event : fresh)
                told.emplace_back(event.timeMs - kJournalBegin, event.name);
        });
        store.add(JournalByHand().tell(2000, u"alpha"_s, u"active"_s).entries());
        const auto late = JournalByHand().tell(1000, u"beta"_s, u"fencing"_s).entries();
        store.add(late);
        store.add(late); // Known already
        QCOMPARE(told.size(), std::size_t(2));
        QCOMPARE(told[1].first, qint64(1000));
        QCOMPARE(told[1].second, u"fencing"_s);
    }
    void lateEventExchangesOnlyTheRowsAfterIt()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        const QPersistentModelIndex active = f.model.index(1, 0);
        QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
        f.store.add(JournalByHand().tell(300, a, u"paused"_s).entries());
        QCOMPARE(reset.size(), 0);
        QVERIFY(active.isValid());
        QCOMPARE(active.row(), 2);
        QCOMPARE(f.cell(1, EventModel::Name), u"paused"_s);
        QVERIFY(f.isInOrder());
    }

    void textIsFoundInMachineEventAndText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("rows");
        // begin: 2 started, 2 link-up; elect: elected, promoting, elected, active; 1 link-down.
        QTest::newRow("nothing asked") << u""_s << 9;
        QTest::newRow("blanks ask nothing") << u"   "_s << 9;
        QTest::newRow("an event") << u"link-up"_s << 2;
        QTest::newRow("in other case") << u"LINK-"_s << 3;
        QTest::newRow("a machine") << u"promoting ALPHA"_s << 1;
        QTest::newRow("a text") << u"votes for"_s << 1;
        QTest::newRow("words in any order") << u"beta started"_s << 1;
        QTest::newRow("what is nowhere") << u"gamma"_s << 0;
        QTest::newRow("one of two nowhere") << u"link gamma"_s << 0;
    }
    void textIsFoundInMachineEventAndText()
    {
        QFETCH(QString, text);
        QFETCH(int, rows);
        Fixture f;
        f.store.add(ordinary().entries());
        QCOMPARE(f.shownWith(withText(text)), rows);
        QVERIFY(f.isInOrder());
    }

    void otherAlphabetsAreFoldedToo()
    {
        Fixture f;
        f.store.add(JournalByHand()
                        .tell(0, a, u"alarm"_s, 1, {{u"text"_s, u"ÜBERLAST auf Straße"_s}})
                        .tell(1, a, u"alarm"_s, 1, {{u"text"_s, u"主节点"_s}})
                        .entries());
        QCOMPARE(f.shownWith(withText(u"überlast"_s)), 1);
        QCOMPARE(f.shownWith(withText(u"节点"_s)), 1);
    }

    void filterHidesGroupsWeightsMachinesAndTimes()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        EventFilter filter;
        filter.hidden = {EventGroup::Links};
        QCOMPARE(f.shownWith(filter), 6);
        filter.hidden.insert(EventGroup::Life);
        QCOMPARE(f.shownWith(filter), 4);
        filter = {};
        filter.weightMin = EventWeight::Warning;
        QCOMPARE(f.shownWith(filter), 1);
        filter = {};
        filter.machines = {a};
        QCOMPARE(f.shownWith(filter), 5);
        filter = {};
        filter.fromMs = kJournalBegin + 100;
        filter.toMs = kJournalBegin + 110;
        QCOMPARE(f.shownWith(filter), 4);
        filter.text = u"elected"_s;
        QCOMPARE(f.shownWith(filter), 2);
        QCOMPARE(f.shownWith({}), 9);
    }

    void filterHoldsForWhatComesLater()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        QCOMPARE(f.shownWith(withText(u"paused"_s)), 0);
        f.store.add(
            JournalByHand().tell(9000, a, u"paused"_s).tell(9001, a, u"resumed"_s).entries());
        QCOMPARE(f.model.rowCount(), 1);
        f.store.add(JournalByHand().tell(8000, b, u"paused"_s).entries());
        QCOMPARE(f.model.rowCount(), 2);
        QCOMPARE(f.cell(1, EventModel::Machine), b);
        QVERIFY(f.isInOrder());
    }

    void rowsAreFoundByEventAndTime()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        QCOMPARE(f.model.rowOf(f.store.size() - 1), 0);
        QCOMPARE(f.model.rowAt(kJournalBegin - 1), -1);
        QCOMPARE(f.model.rowAt(kJournalBegin + 9999), 0);
        QCOMPARE(f.model.rowAt(kJournalBegin + 300), 1);
        QCOMPARE(f.shownWith(withText(u"started"_s)) > 0, true);
        QCOMPARE(f.model.eventAt(f.model.rowOf(f.store.size() - 2)).name, u"active"_s);
    }

    void linesAreCopiedAsText()
    {
        Fixture f;
        f.store.add(ordinary().entries());
        QCOMPARE(f.model.textOf({1}),
            u"2023-11-14T22:13:20.110Z\talpha\t1\tactive\tall drivers started -> active"_s);
        QCOMPARE(f.model.textOf({0, 1, 99}).count(u'\n'), 1);
    }

    void storeMayGoFirst()
    {
        EventModel model;
        QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        {
            EventStore store;
            store.add(ordinary().entries());
            model.setStore(&store);
            QCOMPARE(model.rowCount(), 9);
        }
        QCOMPARE(model.rowCount(), 0);
        model.setFilter(withText(u"x"_s));
        EventStore other;
        other.add(ordinary().entries());
        model.setStore(&other);
        QCOMPARE(model.rowCount(), 0);
        model.setFilter({});
        QCOMPARE(model.rowCount(), 9);
        model.setStore(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    // ---- JournalFile

    void journalIsReadWhole()
    {
        const auto journal
            = readJournal(QStringLiteral(CLUSTD_SOURCE_DIR "/tests/gui/data/demo-events.jsonl"));
        QVERIFY(journal);
        QCOMPARE(journal->entries.size(), std::size_t(111));
        QCOMPARE(journal->brokenLines, std::size_t(0));
        QVERIFY(journal->notes.empty());
        QCOMPARE(journal->entries.front().node, u"cm-1"_s);
    }

    void brokenLinesAreLeftOutAndNoted_data()
    {
        QTest::addColumn<QByteArray>("broken");
        QTest::newRow("cut off by a loss of power") << QByteArray("{\"seq\":3,\"time\":\"2026-");
        QTest::newRow("no JSON") << QByteArray("hello\n");
        QTest::newRow("no object") << QByteArray("[1,2]\n");
        QTest::newRow("no event") << QByteArray("{\"a\":1}\n");
        QTest::newRow("not even UTF-8") << QByteArray("\xff\xfe\x00\x01\n", 5);
        QTest::newRow("an impossible time") << QByteArray(
            "{\"seq\":1,\"time\":\"2026-02-31T00:00:00.000Z\",\"node\":\"a\",\"event\":\"x\"}\n");
        QTest::newRow("a line without end") << QByteArray(3 * 1024 * 1024, 'x');
    }
    void brokenLinesAreLeftOutAndNoted()
    {
        QFETCH(QByteArray, broken);
        const JournalOnDisk disk;
        const std::vector<EventEntry> entries = ordinary().entries();
        const QString path = disk.write(line(entries[0]) + "\n" + line(entries[1]) + broken);
        const auto journal = readJournal(path);
        QVERIFY(journal);
        QCOMPARE(journal->entries.size(), std::size_t(2));
        QCOMPARE(journal->brokenLines, std::size_t(1));
        QCOMPARE(journal->notes.size(), std::size_t(1));
        QCOMPARE(journal->notes.front().where, path + u":4"_s);
        QVERIFY(!journal->notes.front().what.isEmpty());
        QVERIFY(!journal->notes.front().remedy.isEmpty());
    }

    void notesAreBoundedTheCountIsNot()
    {
        const JournalOnDisk disk;
        const auto journal = readJournal(
            disk.write(QByteArray("?\n").repeated(500) + line(ordinary().entries()[0])));
        QVERIFY(journal);
        QCOMPARE(journal->brokenLines, std::size_t(500));
        QCOMPARE(journal->notes.size(), JournalFile::kNotesMax);
        QCOMPARE(journal->entries.size(), std::size_t(1));
    }

    void whatIsNoJournalIsRefusedWithAWord()
    {
        const JournalOnDisk disk;
        const auto refusal = [](const QString &path, qint64 bytesMax = 1'000'000) {
            const auto journal = readJournal(path, bytesMax);
            return journal ? Error{} : journal.error();
        };
        QCOMPARE(refusal(disk.folder() + u"/nowhere"_s).code, ErrorCode::System);
        QCOMPARE(refusal(disk.folder()).code, ErrorCode::System);
        const QString path = disk.write({});
        QCOMPARE(refusal(path).code, ErrorCode::Storage);
        QVERIFY(refusal(path).text().startsWith(path));
        QVERIFY(!refusal(path).remedy.isEmpty());
        QCOMPARE(refusal(disk.write("\n\n")).code, ErrorCode::Storage);
        const Error noEvent = refusal(disk.write("hello\nworld\n"));
        QCOMPARE(noEvent.code, ErrorCode::Storage);
        QVERIFY(noEvent.what.contains(u"line 1"_s));
        QCOMPARE(refusal(disk.write(QByteArray(5000, '\n')), 4096).code, ErrorCode::Refused);
    }
};

QTEST_GUILESS_MAIN(TestMonitorEvents)
#include "tst_monitor_events.moc"
