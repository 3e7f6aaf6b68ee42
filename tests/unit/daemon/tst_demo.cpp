// Does the demo's board say how it stands, on every size of screen, and does its judge see two
// services at once?

#include "demo/demo_board.h"
#include "demo/service_lives.h"

#include <QTemporaryDir>
#include <QTest>

using namespace clustd::daemon;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::control::ClusterStatus;
using clustd::control::EventEntry;
using clustd::control::NodeRow;

namespace {

const Look kPlain{true, false, false};

ClusterStatus statusOf(const QString &self, const QString &master)
{
    ClusterStatus status;
    status.cluster = u"demo"_s;
    status.self = self;
    status.master = master;
    status.active = true;
    status.term = 4;
    status.canLose = 1;
    status.quorum = {3, 2, 3};
    status.election = u"quorum"_s;
    for (const QString &id : {u"cm-1"_s, u"cm-2"_s, u"cm-3"_s}) {
        NodeRow row;
        row.id = id;
        row.role = u"voter"_s;
        row.state = id == master ? u"active"_s : u"follower"_s;
        row.priority = 100;
        row.link = id == self ? u"self"_s : u"up"_s;
        row.rttUs = id == self ? 0 : 340;
        row.term = 4;
        row.healthy = true;
        row.uptimeS = 13;
        status.nodes.push_back(row);
    }
    return status;
}

BoardModel healthy()
{
    BoardModel model;
    for (const QString &id : {u"cm-1"_s, u"cm-2"_s, u"cm-3"_s})
        model.machines.push_back(
            {id, true, false, true, statusOf(id, u"cm-2"_s), {false, false, false}});
    model.lease = 1200ms;
    model.fence = 500ms;
    model.failoverWithin = 2s;
    model.holder = BoardModel::Holder{u"cm-2"_s, 600ms};
    model.clients = {u"cm-2"_s, 4, true, 50, 0.4, 1.0, {}};
    model.serviceUrl = u"http://127.0.0.1:40000/"_s;
    for (int i = 0; i < 30; ++i) {
        EventEntry entry;
        entry.node = u"cm-1"_s;
        entry.event = u"link-up"_s;
        entry.time = u"2026-01-01T12:00:00.%1Z"_s.arg(i, 3, 10, QChar(u'0'));
        model.timeline.push_back(entry);
    }
    return model;
}

QString textOf(const std::vector<Line> &lines)
{
    QString text;
    for (const Line &line : lines)
        text += line.plain() + u'\n';
    return text;
}

ServiceLife life(const QString &machine, quint64 term, qint64 first, qint64 last)
{
    return {machine, qint64(term), term, first, last, 2};
}

} // namespace

class TestDemo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void theMasterWearsTheCrown()
    {
        const std::vector<Line> lines = drawBoard(healthy(), kPlain, {80, 24});
        QVERIFY(textOf(lines).contains(u" * OK  cm-2 is master in term 4"_s));
        QCOMPARE(lines[6].plain(),
            u"  2 cm-2  * active       voter   100   cm-2   4    13 s    0.34ms .      0.34ms"_s);
        QVERIFY(!lines[5].plain().contains(u'*'));
    }

    void theLeaseRunsDownToTheZoneOfForce()
    {
        BoardModel model = healthy();
        QString text = textOf(drawBoard(model, kPlain, {80, 24}));
        QVERIFY2(text.contains(u"[=============##...............]"_s), qPrintable(text));
        QVERIFY(text.contains(u"600 of 1200 ms, held by cm-2\n"_s));
        model.holder->left = 400ms;
        text = textOf(drawBoard(model, kPlain, {80, 24}));
        QVERIFY(text.contains(u"held by cm-2: stops by force"_s));
        model.holder.reset();
        QVERIFY(textOf(drawBoard(model, kPlain, {80, 24})).contains(u"nobody holds it"_s));
    }

    void itFitsEveryScreen_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("the usual one") << 80 << 24;
        QTest::newRow("a large one") << 200 << 60;
        QTest::newRow("a low one") << 80 << 10;
        QTest::newRow("a tiny one") << 20 << 3;
        QTest::newRow("one line") << 1 << 1;
    }

    void itFitsEveryScreen()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        const std::vector<Line> lines = drawBoard(healthy(), kPlain, {columns, rows});
        QCOMPARE(lines.size(), std::size_t(rows));
        for (const Line &line : lines)
            QVERIFY(line.drawn(columns, false).size() <= columns);
        if (rows >= 20) {
            for (std::size_t i = 0; i < 13; ++i)
                QVERIFY2(lines[i].width() <= columns, qPrintable(lines[i].plain()));
            QVERIFY(lines.back().plain().contains(u"q quit"_s));
            QVERIFY(lines.back().width() <= columns);
        }
    }

    void whatIsCutHungOrOffShows()
    {
        BoardModel model = healthy();
        model.machines[0].isHung = true;
        model.machines[1].isCut[2] = true;
        model.machines[2].isOn = false;
        const QString text = textOf(drawBoard(model, kPlain, {80, 24}));
        QVERIFY(text.contains(u"cm-1    hung"_s));
        QVERIFY(text.contains(u"x cut"_s));
        QVERIFY(text.contains(u"cm-3    off"_s));
        for (BoardModel::Machine &machine : model.machines)
            machine.isOn = false;
        QVERIFY(textOf(drawBoard(model, kPlain, {80, 24})).contains(u"no machine answers"_s));
    }

    void theStoryStandsInPlaceOfTheKeys()
    {
        BoardModel model = healthy();
        model.story = {u"three machines start"_s};
        const std::vector<Line> lines = drawBoard(model, kPlain, {80, 24});
        QCOMPARE(lines.back().plain(), u" three machines start"_s);
    }

    void theJudgeSees_data()
    {
        QTest::addColumn<std::vector<ServiceLife>>("lives");
        QTest::addColumn<QString>("fault");
        using Lives = std::vector<ServiceLife>;
        QTest::newRow("one after the other")
            << Lives{life(u"cm-1"_s, 1, 10, 20), life(u"cm-2"_s, 2, 30, 40)} << QString();
        QTest::newRow("the same machine again in its term")
            << Lives{life(u"cm-1"_s, 1, 10, 20), life(u"cm-1"_s, 1, 30, 40)} << QString();
        QTest::newRow("two at once")
            << Lives{life(u"cm-1"_s, 1, 10, 30), life(u"cm-2"_s, 2, 30, 40)}
            << u"cm-1 (term 1) and cm-2 (term 2) ran at one instant"_s;
        QTest::newRow("a term that did not rise") << Lives{life(u"cm-1"_s, 2, 10, 20),
            life(u"cm-2"_s, 2, 30, 40)} << u"the term did not rise from cm-1 (2) to cm-2 (2)"_s;
    }

    void theJudgeSees()
    {
        QFETCH(std::vector<ServiceLife>, lives);
        QTEST(judge(lives), "fault");
    }

    void stampsAreReadAsTheyAreWritten()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"stamps"_s));
        ServiceLives lives(file.fileName());
        lives.update();
        QVERIFY(lives.all().empty());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        file.write("cm-1 7 1 1000000\ncm-1 7 1 60");
        lives.update();
        QCOMPARE(lives.all().size(), std::size_t(1));
        QCOMPARE(lives.all()[0].lastNs, qint64(1000000));
        file.write("00000\ncm-2 9 2 8500000\n");
        lives.update();
        QCOMPARE(lives.all().size(), std::size_t(2));
        QCOMPARE(lives.all()[0].lastNs, qint64(6000000));
        QCOMPARE(gapMsBefore(lives.all(), 1), 2.5);
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
