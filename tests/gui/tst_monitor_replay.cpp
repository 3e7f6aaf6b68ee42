// Do the events alone tell what the cluster was at any moment of the past: who was master, who was
// down without having said so, and what each machine did from when to when?

#include "control/verdict.h"
#include "gui/journal_by_hand.h"
#include "model/journal_file.h"
#include "model/replay.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::EventEntry;
using tests::JournalByHand;
using tests::kJournalBegin;

namespace {

const QString a = u"a"_s;
const QString b = u"b"_s;
const QString c = u"c"_s;

struct Told
{
    explicit Told(const std::vector<EventEntry> &entries) { store.add(entries); }

    [[nodiscard]] ClusterStatus at(qint64 afterMs) const
    {
        return replay.statusAt(kJournalBegin + afterMs);
    }
    [[nodiscard]] QString stateOf(const QString &machine, qint64 afterMs) const
    {
        const ClusterStatus status = at(afterMs);
        const control::NodeRow *row = status.find(machine);
        return row ? row->state : QString();
    }
    [[nodiscard]] LaneState laneOf(const QString &machine, qint64 afterMs) const
    {
        const auto node = static_cast<std::size_t>(store.nodes().indexOf(machine));
        const LaneSpan *span = Replay::spanAt(replay.lane(node), kJournalBegin + afterMs);
        return span ? span->state : LaneState::Unknown;
    }
    [[nodiscard]] QString masterAt(qint64 afterMs) const
    {
        return at(afterMs).master.value_or(u""_s);
    }

    EventStore store;
    Replay replay{store};
};

qint64 timeOf(const QString &time)
{
    return QDateTime::fromString(time, Qt::ISODateWithMs).toMSecsSinceEpoch();
}

/// Something like a life of a few machines; any order of any events must be survived.
std::vector<EventEntry> anyEvents(quint32 seed, int count)
{
    static const QStringList kNames{u"started"_s, u"stopping"_s, u"link-up"_s, u"link-down"_s,
        u"master-elected"_s, u"master-lost"_s, u"promoting"_s, u"active"_s, u"demoting"_s,
        u"inactive"_s, u"fencing"_s, u"quorum-lost"_s, u"maintenance-on"_s, u"maintenance-off"_s,
        u"paused"_s, u"resumed"_s, u"alarm"_s, u"alarm-cleared"_s, u"driver-started"_s,
        u"service-sick"_s, u"something-new"_s};
    QRandomGenerator random(seed);
    const auto machine = [&random] { return u"m%1"_s.arg(random.bounded(5)); };
    JournalByHand journal;
    qint64 at = 0;
    for (int i = 0; i < count; ++i) {
        // No two at once: of those the machine that was met first comes first.
        at += 1 + random.bounded(3);
        journal.tell(at, machine(), kNames[random.bounded(kNames.size())],
            static_cast<std::uint64_t>(at / 100),
            {{u"peer"_s, machine()}, {u"node"_s, machine()}, {u"code"_s, u"version"_s},
                {u"driver"_s, u"web"_s}});
    }
    return journal.entries();
}

} // namespace

class TestMonitorReplay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void nothingIsKnownOfNothing()
    {
        const Told told({});
        const ClusterStatus status = told.at(0);
        QVERIFY(!status.master);
        QVERIFY(status.nodes.empty());
        QVERIFY(told.replay.linksAt(kJournalBegin).empty());
        QVERIFY(told.replay.lane(7).empty());
    }

    void electedMasterIsActiveWhenItsDriversAre()
    {
        const Told told(JournalByHand().begin(0, {a, b, c}).elect(100, 3, b, {a, c}).entries());
        QCOMPARE(told.masterAt(50), u""_s);
        QCOMPARE(told.masterAt(105), b);
        QVERIFY(!told.at(105).active);
        QCOMPARE(told.stateOf(b, 105), u"promoting"_s);
        const ClusterStatus status = told.at(200);
        QVERIFY(status.active);
        QCOMPARE(status.term, std::uint64_t(3));
        QCOMPARE(status.why, u"2 votes for term 3 -> master"_s);
        QCOMPARE(timeOf(status.since), kJournalBegin + 100);
        QVERIFY(status.since.endsWith(u'Z'));
        QCOMPARE(status.quorum, (control::Quorum{3, 2, 3}));
        QCOMPARE(status.canLose, 1);
        QCOMPARE(control::verdictOf(status), control::Verdict::Ok);
        QCOMPARE(status.find(a)->version, u"0.1.0"_s);
    }

    void followersWordMayComeBeforeTheWinners()
    {
        JournalByHand journal;
        journal.begin(0, {a, b});
        journal.tell(99, a, u"master-elected"_s, 2, {{u"node"_s, b}, {u"text"_s, u"heartbeat"_s}});
        journal.elect(100, 2, b, {});
        const Told told(journal.entries());
        QCOMPARE(told.masterAt(99), b);
        QCOMPARE(told.at(200).why, u"2 votes for term 2 -> master"_s);
        QCOMPARE(timeOf(told.at(200).since), kJournalBegin + 99);
    }

    void deadMachineIsDownWhenTheLastOneHasLostIt()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c}).elect(100, 1, a, {b, c});
        journal.down(500, b, a).down(600, c, a);
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(a, 500), LaneState::Active);
        QCOMPARE(told.laneOf(a, 600), LaneState::Down);
        QCOMPARE(told.masterAt(500), a);
        const ClusterStatus status = told.at(600);
        QVERIFY(!status.master);
        QVERIFY(status.why.contains(u"no machine hears a"_s));
        QCOMPARE(status.find(a)->state, u"unreachable"_s);
        QCOMPARE(status.find(a)->link, u"down"_s);
        QCOMPARE(status.find(a)->detail, u"lost"_s);
        QCOMPARE(status.quorum, (control::Quorum{3, 2, 2}));
        QCOMPARE(status.canLose, 0);
    }

    void earsOfTheDeadDoNotCount()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c});
        // a heard b to its end; then c alone is left, and it has lost b before.
        journal.down(100, c, b).down(200, b, a).down(210, c, a);
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(b, 150), LaneState::Follower);
        QCOMPARE(told.laneOf(a, 210), LaneState::Down);
        QCOMPARE(told.laneOf(b, 210), LaneState::Down);
        QCOMPARE(told.laneOf(c, 210), LaneState::Follower);
    }

    void machineThatReturnsIsNotDown_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("teller");
        QTest::newRow("it was started again") << u"started"_s << a;
        QTest::newRow("somebody hears it") << u"link-up"_s << b;
        QTest::newRow("it tells what it does") << u"fencing"_s << a;
    }
    void machineThatReturnsIsNotDown()
    {
        QFETCH(QString, name);
        QFETCH(QString, teller);
        JournalByHand journal;
        journal.begin(0, {a, b, c}).down(100, b, a).down(100, c, a);
        journal.tell(200, teller, name, 1, {{u"peer"_s, a}});
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(a, 150), LaneState::Down);
        QVERIFY(told.laneOf(a, 200) != LaneState::Down);
    }

    void cutOffMasterIsActiveUntilItFences()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c}).elect(100, 1, a, {b, c});
        journal.down(500, b, a).down(500, c, a).down(501, a, b).down(501, a, c);
        journal.tell(700, a, u"fencing"_s).tell(710, a, u"inactive"_s);
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(a, 600), LaneState::Active);
        QCOMPARE(told.laneOf(a, 700), LaneState::Fencing);
        QCOMPARE(told.laneOf(a, 710), LaneState::Down);
    }

    void bothActiveInASplitAreShown()
    {
        JournalByHand journal;
        journal.begin(0, {a, b}).elect(100, 1, a, {b});
        journal.down(500, a, b).down(500, b, a).elect(600, 2, b, {});
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(a, 700), LaneState::Active);
        QCOMPARE(told.laneOf(b, 700), LaneState::Active);
        QCOMPARE(told.masterAt(700), b);
    }

    void oneThatMissesTheMasterDoesNotEndIt()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c}).elect(100, 1, a, {b, c});
        journal.tell(500, b, u"master-lost"_s, 1, {{u"node"_s, a}, {u"text"_s, u"silent"_s}});
        journal.tell(600, c, u"master-lost"_s, 1, {{u"node"_s, a}, {u"text"_s, u"silent"_s}});
        const Told told(journal.entries());
        QCOMPARE(told.masterAt(500), a);
        QCOMPARE(told.masterAt(600), u""_s);
        QCOMPARE(told.at(600).why, u"silent"_s);
        QCOMPARE(timeOf(told.at(600).since), kJournalBegin + 600);
    }

    void masterEndsWithItsLife_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("nothing runs any more") << u"inactive"_s;
        QTest::newRow("it was started again") << u"started"_s;
    }
    void masterEndsWithItsLife()
    {
        QFETCH(QString, name);
        JournalByHand journal;
        journal.begin(0, {a, b, c}).elect(100, 1, a, {b, c}).tell(500, a, name);
        const Told told(journal.entries());
        QCOMPARE(told.masterAt(400), a);
        QCOMPARE(told.masterAt(500), u""_s);
        QCOMPARE(told.laneOf(a, 500), LaneState::Follower);
    }

    void oldWordOfAnEarlierTermChangesNothing()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c}).elect(100, 1, a, {b}).elect(300, 2, b, {a});
        journal.tell(400, c, u"master-elected"_s, 1, {{u"node"_s, a}});
        const Told told(journal.entries());
        QCOMPARE(told.masterAt(400), b);
        QCOMPARE(told.at(400).term, std::uint64_t(2));
    }

    void machineToldToEndFirstStopsItsDrivers()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c}).elect(100, 1, a, {b, c});
        journal.tell(500, a, u"stopping"_s).tell(501, a, u"demoting"_s).tell(520, a, u"inactive"_s);
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(a, 500), LaneState::Active);
        QCOMPARE(told.laneOf(a, 501), LaneState::Demoting);
        QCOMPARE(told.laneOf(a, 520), LaneState::Down);
        QCOMPARE(told.at(520).quorum.reachable, 2);
    }

    void maintenanceOutlivesARestart()
    {
        JournalByHand journal;
        journal.begin(0, {a, b});
        journal.tell(100, a, u"maintenance-on"_s, 1, {{u"by"_s, u"alice"_s}});
        journal.tell(200, a, u"started"_s).tell(300, a, u"maintenance-off"_s);
        const Told told(journal.entries());
        QCOMPARE(told.laneOf(a, 100), LaneState::Maintenance);
        QCOMPARE(told.stateOf(a, 200), u"maintenance"_s);
        QVERIFY(told.at(200).find(a)->maintenance);
        QCOMPARE(told.laneOf(a, 300), LaneState::Follower);
    }

    void machineIsStartingUntilItMetSomebody()
    {
        const Told told(JournalByHand().tell(0, a, u"started"_s).up(100, a, b).entries());
        QCOMPARE(told.stateOf(a, 50), u"starting"_s);
        QCOMPARE(told.stateOf(a, 100), u"follower"_s);
    }

    void machineThatIsHeardLaterIsShownAsNotHeardYet()
    {
        const Told told(
            JournalByHand().tell(0, a, u"started"_s).tell(100, b, u"started"_s).entries());
        QCOMPARE(told.at(50).nodes.size(), std::size_t(2));
        QCOMPARE(told.stateOf(b, 50), u"unreachable"_s);
        QCOMPARE(told.at(50).quorum, (control::Quorum{2, 2, 1}));
        QCOMPARE(told.laneOf(b, 50), LaneState::Unknown);
    }

    void lostQuorumOfAllIsNoQuorum()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c});
        for (const QString &machine : {a, b, c})
            journal.tell(100, machine, u"quorum-lost"_s);
        journal.tell(200, a, u"quorum-regained"_s);
        const Told told(journal.entries());
        QVERIFY(!control::hasQuorum(told.at(150)));
        QVERIFY(control::hasQuorum(told.at(250)));
    }

    void pauseAlarmsAndDriversAreKept()
    {
        const QCborMap alarm{
            {u"code"_s, u"version"_s}, {u"node"_s, b}, {u"text"_s, u"upgrade b"_s}};
        JournalByHand journal;
        journal.begin(0, {a, b, c});
        journal.tell(100, a, u"paused"_s).tell(100, a, u"alarm"_s, 1, alarm);
        journal.tell(100, c, u"alarm"_s, 1, alarm).tell(200, a, u"alarm-cleared"_s, 1, alarm);
        journal.tell(
            100, a, u"driver-started"_s, 1, {{u"driver"_s, u"web"_s}, {u"type"_s, u"exec"_s}});
        journal.tell(200, a, u"service-sick"_s, 1, {{u"driver"_s, u"web"_s}, {u"why"_s, u"502"_s}});
        // What only its memory held goes with it.
        journal.tell(300, c, u"started"_s).tell(300, a, u"resumed"_s);
        journal.tell(300, a, u"service-well"_s, 1, {{u"driver"_s, u"web"_s}});
        const Told told(journal.entries());
        QVERIFY(told.at(100).paused);
        QCOMPARE(told.at(100).alarms.size(), std::size_t(1));
        QCOMPARE(told.at(100).alarms.front(), (control::AlarmRow{u"version"_s, b, u"upgrade b"_s}));
        QCOMPARE(told.at(200).alarms.size(), std::size_t(1));
        QCOMPARE(told.at(300).alarms.size(), std::size_t(0));
        QVERIFY(!told.at(300).paused);
        const control::NodeRow sick = *told.at(200).find(a);
        QVERIFY(!sick.healthy);
        QCOMPARE(sick.drivers.size(), std::size_t(1));
        QCOMPARE(sick.drivers.front(),
            (control::DriverRow{u"web"_s, u"exec"_s, u"started"_s, false, u"502"_s}));
        QVERIFY(told.at(300).find(a)->healthy);
    }

    void linksAreToldByThoseWhoAreThere()
    {
        JournalByHand journal;
        journal.begin(0, {a, b, c}).down(100, b, a).down(200, c, a);
        const Told told(journal.entries());
        QCOMPARE(told.replay.linksAt(kJournalBegin + 50).size(), std::size_t(6));
        const auto after = told.replay.linksAt(kJournalBegin + 200);
        QCOMPARE(after.size(), std::size_t(4)); // a is down, and says nothing any more
        const auto isLost = [](const control::LinkRow &row) { return row.state == u"down"; };
        QCOMPARE(std::count_if(after.begin(), after.end(), isLost), std::ptrdiff_t(2));
    }

    void journalOfTheDemoTellsItsStory()
    {
        const auto journal
            = readJournal(QStringLiteral(CLUSTD_SOURCE_DIR "/tests/gui/data/demo-events.jsonl"));
        QVERIFY(journal);
        EventStore store;
        store.add(journal->entries);
        const Replay replay(store);
        struct Moment
        {
            const char16_t *time;
            const char16_t *master; ///< Empty: none
            std::uint64_t term;
            int canLose;
        };
        for (const Moment &moment : {Moment{u"2026-11-25T11:01:13.000Z", u"", 0, 1},
                 Moment{u"2026-11-25T11:01:16.000Z", u"cm-1", 1, 1},
                 Moment{u"2026-11-25T11:01:17.600Z", u"", 1, 0},
                 Moment{u"2026-11-25T11:01:20.000Z", u"cm-2", 2, 1},
                 Moment{u"2026-11-25T11:01:25.000Z", u"cm-1", 3, 1},
                 Moment{u"2026-11-25T11:01:27.300Z", u"", 3, 1},
                 Moment{u"2026-11-25T11:01:28.500Z", u"", 4, 0},
                 Moment{u"2026-11-25T11:01:30.000Z", u"cm-1", 5, 1},
                 Moment{u"2026-11-25T11:01:34.000Z", u"cm-2", 6, 1}}) {
            const ClusterStatus status = replay.statusAt(timeOf(QString::fromUtf16(moment.time)));
            const QByteArray at = QString::fromUtf16(moment.time).toLatin1();
            QVERIFY2(status.master.value_or(u""_s) == QString::fromUtf16(moment.master), at);
            QVERIFY2(status.term == moment.term, at);
            QVERIFY2(status.canLose == moment.canLose, at);
            QVERIFY2(status.active == status.master.has_value(), at);
        }
    }

    void piecemealIsAsGoodAsWhole_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 12; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    /// In small parcels, some of them late, as they come from several machines.
    void piecemealIsAsGoodAsWhole()
    {
        QFETCH(quint32, seed);
        const std::vector<EventEntry> entries = anyEvents(seed, 3000);
        const Told whole(entries);
        Told parts({});
        QRandomGenerator random(seed);
        std::vector<EventEntry> late;
        for (std::size_t i = 0; i < entries.size();) {
            std::vector<EventEntry> parcel = std::exchange(late, {});
            const std::size_t until
                = std::min(entries.size(), i + static_cast<std::size_t>(random.bounded(1, 60)));
            for (; i < until; ++i)
                (random.bounded(10) == 0 ? late : parcel).push_back(entries[i]);
            parts.store.add(parcel);
        }
        parts.store.add(late);
        QCOMPARE(parts.store.size(), whole.store.size());
        // Machines are numbered as they come, so they are looked up by name.
        for (qsizetype i = 0; i < whole.store.nodes().size(); ++i) {
            const auto other = parts.store.nodes().indexOf(whole.store.nodes()[i]);
            QCOMPARE(parts.replay.lane(static_cast<std::size_t>(other)),
                whole.replay.lane(static_cast<std::size_t>(i)));
        }
        const qint64 end = whole.store.events().back().timeMs - kJournalBegin;
        for (qint64 at = -1; at <= end + 1; at += 97)
            QCOMPARE(parts.at(at), whole.at(at));
    }

    void lanesAndMomentsAgree()
    {
        const Told told(anyEvents(77, 2500));
        const qint64 end = told.store.events().back().timeMs - kJournalBegin;
        for (qint64 at = 0; at <= end; at += 13) {
            for (const QString &machine : told.store.nodes()) {
                const LaneState lane = told.laneOf(machine, at);
                const QString state = told.stateOf(machine, at);
                QCOMPARE(lane == LaneState::Active, state == u"active"_s);
                QCOMPARE(lane == LaneState::Down || lane == LaneState::Unknown,
                    state == u"unreachable"_s);
            }
        }
    }

    void machinesOfADamagedJournalAreBounded()
    {
        JournalByHand journal;
        for (int i = 0; i < 3000; ++i)
            journal.down(i, a, u"nobody-%1"_s.arg(i));
        const Told told(journal.entries());
        QCOMPARE(told.at(4000).nodes.size(), ClusterFold::kMachinesMax);
    }

    void linkBitsKeepWhatTheyKnowWhenTheyGrow()
    {
        using Word = LinkBits::Word;
        LinkBits links;
        links.resize(3);
        links.set(0, 2, Word::Up);
        links.set(2, 1, Word::Down);
        links.resize(200);
        links.set(199, 130, Word::Up);
        QCOMPARE(links.at(0, 2), Word::Up);
        QCOMPARE(links.at(2, 1), Word::Down);
        QCOMPARE(links.at(199, 130), Word::Up);
        QCOMPARE(links.at(1, 2), Word::Unknown);
        links.set(0, 2, Word::Down);
        QCOMPARE(links.at(0, 2), Word::Down);
        links.forget(0);
        QCOMPARE(links.at(0, 2), Word::Unknown);
        QCOMPARE(links.at(2, 1), Word::Down);
    }
};

QTEST_GUILESS_MAIN(TestMonitorReplay)
#include "tst_monitor_replay.moc"
