// Does the list of the timeline show what is searched and asked for, and do list, lanes and moment
// go along with each other?

#include "gui/timeline_fixture.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace clustd;
using namespace clustd::monitor;
using namespace clustd::tests;
using namespace Qt::Literals::StringLiterals;

class TestMonitorTimeline : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        // What the offscreen platform says of every window is not ours.
        QTest::failOnWarning(
            QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s));
    }

    // ---- The list

    void searchAndFilterChangeTheRows()
    {
        Fixture f;
        const int all = f.view.model().rowCount();
        QTest::keyClicks(f.view.searchField(), u"MAINT"_s);
        QCOMPARE(f.view.model().rowCount(), 1);
        QTest::keyClick(f.view.searchField(), Qt::Key_Escape);
        QCOMPARE(f.view.model().rowCount(), all);
        EventFilter filter;
        filter.weightMin = EventWeight::Warning;
        f.view.setFilter(filter);
        QCOMPARE(f.view.model().rowCount(), 2);
        QVERIFY(f.view.filterButton()->text().contains(u"1"_s));
        f.view.setFilter({});
        QCOMPARE(f.view.model().rowCount(), all);
    }

    void timeInViewMayBeTheFilter()
    {
        Fixture f;
        EventFilter filter;
        filter.fromMs = 0;
        filter.toMs = 0;
        f.view.setFilter(filter); // The times are those in view.
        f.lanes()->setWindow({kJournalBegin + 2000, kJournalBegin + 4000});
        QCOMPARE(f.view.model().rowCount(), 1);
        f.lanes()->setWindow({kJournalBegin + 5000, kJournalBegin + 6500});
        QCOMPARE(f.view.model().rowCount(), 2);
    }

    void enterInTheListGoesToTheEvent()
    {
        Fixture f;
        f.view.list()->setCurrentIndex(
            f.view.model().index(f.view.model().rowAt(kJournalBegin + 3000), 0));
        QVERIFY(!f.lanes()->isScrubbed());
        QTest::keyClick(f.view.list(), Qt::Key_Return);
        QCOMPARE(f.shownAfter(), std::optional<qint64>(3000));
        QTest::keyClick(f.view.list(), Qt::Key_Escape);
        QVERIFY(!f.lanes()->isScrubbed());
    }

    void chosenEventIsBroughtIntoView()
    {
        Fixture f;
        f.lanes()->setWindow({kJournalBegin + 8000, kJournalBegin + 9000});
        f.view.list()->setCurrentIndex(
            f.view.model().index(f.view.model().rowAt(kJournalBegin + 3000), 0));
        QVERIFY(f.lanes()->window().fromMs < kJournalBegin + 3000);
        QVERIFY(f.lanes()->window().toMs > kJournalBegin + 3000);
        QCOMPARE(f.lanes()->window().span(), qint64(1000));
    }

    void whyIsAskedByKeyAndByClick()
    {
        Fixture f;
        QSignalSpy asked(&f.view, &TimelineView::whyAsked);
        QTableView *list = f.view.list();
        list->setCurrentIndex(f.view.model().index(1, 0));
        QTest::keyClick(list, Qt::Key_W);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked.front()[0].toULongLong(),
            f.view.model().index(1, 0).data(EventModel::NumberRole).toULongLong());
        const QRect why = list->visualRect(f.view.model().index(0, EventModel::Why));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, why.center());
        QCOMPARE(asked.size(), 2);
        f.view.setWhyOffered(false);
        QTest::keyClick(list, Qt::Key_W);
        QCOMPARE(asked.size(), 2);
        QVERIFY(list->isColumnHidden(EventModel::Why));
    }

    void chosenLinesAreCopied()
    {
        Fixture f;
        f.view.list()->selectRow(1);
        QTest::keyClick(f.view.list(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), f.view.model().textOf({1}));
    }

    void chosenRowOutlivesAFilter()
    {
        Fixture f;
        f.view.list()->setCurrentIndex(
            f.view.model().index(f.view.model().rowAt(kJournalBegin + 3000), 0));
        f.view.searchField()->setText(u"maintenance"_s);
        QCOMPARE(f.view.list()->currentIndex().row(), 0);
        f.view.searchField()->clear();
        QCOMPARE(f.view.list()->currentIndex().siblingAtColumn(EventModel::Name).data().toString(),
            u"maintenance-on"_s);
    }

    // ---- Around it

    void stateIsKept()
    {
        Fixture f;
        f.view.list()->setColumnWidth(EventModel::Machine, 177);
        EventFilter filter;
        filter.hidden = {EventGroup::Links, EventGroup::Drivers};
        filter.weightMin = EventWeight::Notable;
        f.view.setFilter(filter);
        f.view.setRange(600'000);
        // A closer look is not how one wants to begin the next day.
        f.lanes()->setWindow({kJournalBegin, kJournalBegin + 50});
        const QByteArray state = f.view.saveState();
        Fixture other;
        QVERIFY(other.view.restoreState(state));
        QCOMPARE(other.view.list()->columnWidth(EventModel::Machine), 177);
        QCOMPARE(other.view.filter(), filter);
        QCOMPARE(other.lanes()->window().span(), qint64(600'000));
        QVERIFY(!other.view.restoreState({}));
        QVERIFY(!other.view.restoreState("nonsense"));
        QVERIFY(!other.view.restoreState(state.left(state.size() / 2)));
        QCOMPARE(other.view.filter(), filter);
    }

    void rangeIsNamedOrMeasured()
    {
        Fixture f;
        f.view.setRange(600'000);
        QCOMPARE(f.view.rangeBox()->currentIndex(), 0);
        f.lanes()->setWindow({kJournalBegin, kJournalBegin + 90'000});
        QCOMPARE(f.view.rangeBox()->currentIndex(), -1);
        QCOMPARE(f.view.rangeBox()->placeholderText(), spanWords(90'000));
    }

    void liveClusterIsFollowed()
    {
        Cluster cluster(u"live"_s, nobody());
        TimelineView view;
        view.resize(1000, 400);
        view.setCluster(&cluster);
        view.show();
        QCOMPARE(view.rangeBox()->currentText(), u"last 60 min"_s);
        const qint64 now = QDateTime::currentMSecsSinceEpoch() - kJournalBegin;
        JournalByHand journal;
        journal.begin(now - 500'000, {a, b, c}).elect(now - 400'000, 1, a, {b, c});
        Q_EMIT cluster.connection()->eventsArrived(journal.entries());
        QVERIFY(view.lanes()->isFollowing());
        QCOMPARE(view.lanes()->window().span(), qint64(3'600'000));
        QVERIFY(view.lanes()->window().toMs >= kJournalBegin + now);
        QCOMPARE(view.rangeBox()->currentText(), u"last 60 min"_s);

        // A later event moves the window, unless the person has moved it.
        const LanesWidget::Window before = view.lanes()->window();
        Q_EMIT cluster.connection()->eventsArrived(
            JournalByHand().tell(now + 60'000, a, u"paused"_s).entries());
        QVERIFY(view.lanes()->window().toMs > before.toMs);
        QTest::keyClick(view.lanes(), Qt::Key_Left);
        const LanesWidget::Window moved = view.lanes()->window();
        QVERIFY(!view.lanes()->isFollowing());
        Q_EMIT cluster.connection()->eventsArrived(
            JournalByHand().tell(now + 120'000, a, u"resumed"_s).entries());
        QCOMPARE(view.lanes()->window(), moved);
        QTest::mouseClick(view.liveButton(), Qt::LeftButton);
        QVERIFY(view.lanes()->isFollowing());
        QVERIFY(view.lanes()->window().toMs > moved.toMs);
    }

    void allIsAllOfTheNextClusterToo()
    {
        TimelineView view;
        view.setRange(0);
        Cluster cluster(u"live"_s, nobody());
        view.setCluster(&cluster);
        const qint64 now = QDateTime::currentMSecsSinceEpoch() - kJournalBegin;
        Q_EMIT cluster.connection()->eventsArrived(
            JournalByHand().begin(now - 9'000'000, {a, b}).entries());
        QVERIFY(view.lanes()->isAll());
        QVERIFY(view.lanes()->window().fromMs < kJournalBegin + now - 9'000'000);
        QCOMPARE(view.rangeBox()->currentText(), u"all"_s);
    }

    void newEventsLeaveTheReadersPlace()
    {
        Cluster cluster(u"live"_s, nobody());
        TimelineView view;
        view.resize(1000, 400);
        view.setCluster(&cluster);
        view.show();
        QStringList machines;
        for (int i = 0; i < 12; ++i)
            machines.append(u"m-%1"_s.arg(i));
        Q_EMIT cluster.connection()->eventsArrived(JournalByHand().begin(0, machines).entries());
        QTableView *list = view.list();
        QTRY_VERIFY(list->verticalScrollBar()->maximum() > 500);
        list->verticalScrollBar()->setValue(400);
        const QModelIndex top = list->indexAt({1, 1});
        const std::size_t event = view.model().eventIndex(top.row());
        Q_EMIT cluster.connection()->eventsArrived(
            JournalByHand().tell(9000, a, u"paused"_s).tell(9100, a, u"resumed"_s).entries());
        QCOMPARE(view.model().eventIndex(list->indexAt({1, 1}).row()), event);
        // Who looks at the newest goes on doing so.
        list->scrollToTop();
        Q_EMIT cluster.connection()->eventsArrived(
            JournalByHand().tell(9200, b, u"paused"_s).entries());
        QCOMPARE(list->indexAt({1, 1}).row(), 0);
    }

    void clusterMayGoFirstOrBeAnother()
    {
        Fixture f;
        Cluster other(u"other"_s, JournalByHand().begin(0, {u"x"_s, u"y"_s}).entries());
        f.view.setCluster(&other);
        QCOMPARE(f.lanes()->machines(), QStringList({u"x"_s, u"y"_s}));
        f.view.setCluster(f.cluster.get());
        QCOMPARE(f.lanes()->machines(), QStringList({a, b, c}));
        f.cluster->setCursor(kJournalBegin + 4000);
        f.cluster.reset();
        (void)f.view.grab();
        QVERIFY(f.lanes()->machines().isEmpty());
        QCOMPARE(f.view.model().rowCount(), 0);
        QTest::keyClick(f.lanes(), Qt::Key_Left, Qt::ControlModifier);
        QTest::keyClick(f.lanes(), Qt::Key_Plus);
        f.view.setCluster(nullptr);
        (void)f.view.grab();
    }
};

QTEST_MAIN(TestMonitorTimeline)
#include "tst_monitor_timeline.moc"
