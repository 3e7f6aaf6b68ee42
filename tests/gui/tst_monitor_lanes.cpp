// Do the lanes draw what each machine was doing where and in the tone it belongs, and do wheel,
// mouse and keys zoom, move, go to a moment and back?

#include "common/theme.h"
#include "common/time_ticks.h"
#include "gui/timeline_fixture.h"
#include "timeline/event_marks.h"
#include "timeline/lane_segments.h"

#include <QApplication>
#include <QComboBox>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace clustd;
using namespace clustd::monitor;
using namespace clustd::tests;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Of the same hue, and far from grey.
bool isOfTone(const QColor &color, Tone tone, const QPalette &palette)
{
    const QColor wanted = toneColor(tone, palette);
    const int away = std::abs(color.hsvHue() - wanted.hsvHue());
    return std::min(away, 360 - away) <= 12 && color.hsvSaturation() > 40;
}

std::vector<LaneSpan> spans(std::initializer_list<std::pair<qint64, LaneState>> list)
{
    std::vector<LaneSpan> made;
    for (const auto &[from, state] : list)
        made.push_back({from, state, 1});
    return made;
}

} // namespace

class TestMonitorLanes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        // What the offscreen platform says of every window is not ours.
        QTest::failOnWarning(
            QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s));
    }

    // ---- What is drawn

    void lanesAreInTheToneOfWhatTheMachineDid()
    {
        Fixture f;
        const QPalette palette = f.view.palette();
        QVERIFY(isOfTone(f.colorAt(a, 4000), Tone::Master, palette));
        QVERIFY(isOfTone(f.colorAt(b, 9000), Tone::Master, palette));
        QVERIFY(isOfTone(f.colorAt(b, 4000), Tone::Good, palette));
        QVERIFY(!isOfTone(f.colorAt(a, 9000), Tone::Good, palette));
        QCOMPARE(f.colorAt(a, -500), toneColor(Tone::Surface, palette));
        // A machine that is down is hatched: stripes of red.
        const QImage picture = f.lanes()->grab().toImage();
        const QPoint from = f.laneAt(a, 8000);
        const double ratio = picture.devicePixelRatio();
        const int width = static_cast<int>(20 * ratio);
        int red = 0;
        for (int x = 0; x < width; ++x) {
            const QColor pixel = picture.pixelColor(
                static_cast<int>(from.x() * ratio) + x, static_cast<int>(from.y() * ratio));
            red += isOfTone(pixel, Tone::Bad, palette) ? 1 : 0;
        }
        QVERIFY(red > width / 5 && red < width);
    }

    void lanesFollowThePalette()
    {
        Fixture f;
        QPalette dark;
        dark.setColor(QPalette::Window, QColor(0x20, 0x24, 0x2c));
        dark.setColor(QPalette::Base, QColor(0x18, 0x1c, 0x22));
        dark.setColor(QPalette::WindowText, Qt::white);
        dark.setColor(QPalette::Text, Qt::white);
        const int before = f.lanes()->paintCount();
        f.view.setPalette(dark);
        QVERIFY(isOfTone(f.colorAt(a, 4000), Tone::Master, dark));
        QCOMPARE(f.colorAt(a, -500), QColor(0x18, 0x1c, 0x22));
        QVERIFY(f.lanes()->paintCount() > before);
    }

    void pictureIsKeptWhileNothingChanges()
    {
        Fixture f;
        (void)f.lanes()->grab();
        const int before = f.lanes()->paintCount();
        QTest::mouseMove(f.lanes(), f.laneAt(a, 4000));
        (void)f.lanes()->grab();
        f.cluster->setCursor(kJournalBegin + 5000);
        (void)f.lanes()->grab();
        // The moment is painted over it; only who is known may have changed.
        QVERIFY(f.lanes()->paintCount() <= before + 1);
    }

    void shortSpansAreMergedTheWorstIsSeen()
    {
        // A second a pixel; four spans within the third.
        const auto lane = spans({{0, LaneState::Follower}, {3000, LaneState::Promoting},
            {3100, LaneState::Active}, {3300, LaneState::Fencing}, {3310, LaneState::Follower}});
        const auto segments = laneSegments(lane, {0, 10'000, 10}, 8000);
        QCOMPARE(segments.size(), std::size_t(3));
        QCOMPARE(segments[0], (LaneSegment{0, 3, LaneState::Follower, 1, false}));
        QCOMPARE(segments[1], (LaneSegment{3, 4, LaneState::Fencing, 1, true}));
        QCOMPARE(segments[2].state, LaneState::Follower);
        QCOMPARE(segments[2].x1, 8.0); // The last lasts to the end, not to the edge.
    }

    void segmentsAreNoMoreThanPixels()
    {
        std::vector<LaneSpan> lane;
        lane.reserve(50'000);
        for (int i = 0; i < 50'000; ++i)
            lane.push_back({i, i % 2 == 0 ? LaneState::Active : LaneState::Down, 1});
        QVERIFY(laneSegments(lane, {0, 50'000, 500}, 50'000).size() <= 501);
        // Of those out of view none.
        QCOMPARE(laneSegments(lane, {20'000, 20'010, 500}, 50'000).size(), std::size_t(11));
        QVERIFY(laneSegments(lane, {60'000, 70'000, 500}, 50'000).empty());
    }

    void nearMarksAreOneSignWithACount()
    {
        EventStore store;
        store.add(story().entries());
        EventMarks marks;
        marks.read(store, 0);
        // alpha active; two link-downs; beta active.
        QCOMPARE(marks.size(), std::size_t(4));
        const EventMarks::Sizes sizes{16, 3, 7};
        const auto wide = marks.merged({kJournalBegin, kJournalBegin + 10'000, 1000}, sizes);
        QCOMPARE(wide.size(), std::size_t(3));
        QCOMPARE(wide[1].count(), std::size_t(2));
        QCOMPARE(wide[1].kind, EventKind::LinkDown);
        QVERIFY(wide[2].hasActive);
        const auto narrow = marks.merged({kJournalBegin, kJournalBegin + 10'000, 40}, sizes);
        QCOMPARE(narrow.size(), std::size_t(1));
        QCOMPARE(narrow[0].count(), std::size_t(4));
        QVERIFY(narrow[0].hasActive);
        // None touches another.
        for (std::size_t i = 1; i < wide.size(); ++i)
            QVERIFY(wide[i].x - wide[i].width / 2 >= wide[i - 1].x + wide[i - 1].width / 2);
    }

    void axisHasRoundTimes_data()
    {
        QTest::addColumn<qint64>("span");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<QString>("first");
        QTest::newRow("milliseconds") << qint64(45) << qint64(5) << u"12:00:00.000"_s;
        QTest::newRow("tenths of a second") << qint64(900) << qint64(100) << u"12:00:00.0"_s;
        QTest::newRow("seconds") << qint64(18'000) << qint64(2000) << u"12:00:00"_s;
        QTest::newRow("minutes") << qint64(3'600'000) << qint64(600'000) << u"12:00"_s;
        QTest::newRow("hours") << qint64(86'400'000) << qint64(10'800'000) << u"12:00"_s;
        QTest::newRow("weeks") << qint64(60) * 86'400'000 << qint64(7) * 86'400'000 << QString();
    }
    void axisHasRoundTimes()
    {
        QFETCH(qint64, span);
        QFETCH(qint64, step);
        QFETCH(QString, first);
        const qint64 from = QDateTime(QDate(2026, 5, 20), QTime(12, 0)).toMSecsSinceEpoch();
        const auto ticks = timeTicks(from, from + span, 10);
        QVERIFY(ticks.size() >= 4 && ticks.size() <= 12);
        QCOMPARE(ticks[2].timeMs - ticks[1].timeMs, step);
        if (!first.isEmpty()) {
            QCOMPARE(ticks[0].timeMs, from);
            QCOMPARE(ticks[0].text, first);
        }
        for (const TimeTick &tick : ticks)
            QVERIFY(tick.timeMs >= from && tick.timeMs <= from + span);
    }

    void axisOfYearsIsBounded()
    {
        QVERIFY(timeTicks(0, qint64(1) << 45, 8).size() <= 200);
        QVERIFY(timeTicks(10, 10, 8).empty());
    }

    // ---- What the person does

    void wheelZoomsAroundTheMouse()
    {
        Fixture f;
        const QPoint at = f.laneAt(a, 4000);
        const qint64 under = f.lanes()->timeAt(at.x());
        const qint64 span = f.lanes()->window().span();
        f.wheel(at, 120);
        QVERIFY(f.lanes()->window().span() < span);
        QVERIFY(std::abs(f.lanes()->timeAt(at.x()) - under) <= 20);
        f.wheel(at, -120);
        QVERIFY(std::abs(f.lanes()->window().span() - span) <= 2);
        for (int i = 0; i < 200; ++i)
            f.wheel(at, 120);
        QVERIFY(f.lanes()->window().span() >= 20);
        for (int i = 0; i < 400; ++i)
            f.wheel(at, -120);
        (void)f.lanes()->grab();
    }

    void dragMovesAndAClickChooses()
    {
        Fixture f;
        const LanesWidget::Window before = f.lanes()->window();
        const QPoint at = f.laneAt(b, 5000);
        QTest::mousePress(f.lanes(), Qt::LeftButton, {}, at);
        QTest::mouseMove(f.lanes(), at + QPoint(-40, 0));
        QTest::mouseMove(f.lanes(), at + QPoint(-80, 0));
        QTest::mouseRelease(f.lanes(), Qt::LeftButton, {}, at + QPoint(-80, 0));
        QVERIFY(f.lanes()->window().fromMs > before.fromMs);
        QCOMPARE(f.lanes()->window().span(), before.span());
        QCOMPARE(f.cluster->selected(), QString());
        QTest::mouseClick(f.lanes(), Qt::LeftButton, {}, f.laneAt(b, 5000));
        QCOMPARE(f.cluster->selected(), b);
    }

    void keysZoomAndMove()
    {
        Fixture f;
        const LanesWidget::Window before = f.lanes()->window();
        QTest::keyClick(f.lanes(), Qt::Key_Plus);
        QVERIFY(f.lanes()->window().span() < before.span());
        const LanesWidget::Window zoomed = f.lanes()->window();
        QTest::keyClick(f.lanes(), Qt::Key_Right);
        QVERIFY(f.lanes()->window().fromMs > zoomed.fromMs);
        QTest::keyClick(f.lanes(), Qt::Key_Left);
        QVERIFY(std::abs(f.lanes()->window().fromMs - zoomed.fromMs) <= 1);
        QTest::keyClick(f.lanes(), Qt::Key_Minus);
        QVERIFY(f.lanes()->window().span() > zoomed.span());
        f.lanes()->setWindow({kJournalBegin + 4000, kJournalBegin + 5000});
        QTest::keyClick(f.lanes(), Qt::Key_Home);
        QVERIFY(f.lanes()->window().fromMs <= kJournalBegin);
        QVERIFY(f.lanes()->window().toMs > kJournalBegin);
        QTest::keyClick(f.lanes(), Qt::Key_End);
        QVERIFY(f.lanes()->window().toMs >= kJournalBegin + 10'000);
        QVERIFY(f.lanes()->isFollowing());
    }

    void doubleClickShowsAll()
    {
        Fixture f;
        f.lanes()->setWindow({kJournalBegin + 4000, kJournalBegin + 4500});
        QVERIFY(!f.lanes()->isAll());
        QTest::mouseDClick(f.lanes(), Qt::LeftButton, {}, f.laneAt(a, 4200));
        QVERIFY(f.lanes()->isAll());
        QVERIFY(f.lanes()->window().fromMs <= kJournalBegin);
        QVERIFY(f.lanes()->window().toMs >= kJournalBegin + 10'000);
        QCOMPARE(f.view.rangeBox()->currentText(), u"all"_s);
    }

    void axisGoesToAMomentAndEscapeBack()
    {
        Fixture f;
        QVERIFY(!f.lanes()->isScrubbed());
        QTest::mouseClick(f.lanes(), Qt::LeftButton, {}, f.axisAt(4000));
        QVERIFY(f.lanes()->isScrubbed());
        QVERIFY(std::abs(f.shownAfter().value_or(0) - 4000) <= 50);
        QCOMPARE(f.cluster->status()->master, std::optional(a));
        QCOMPARE(f.cluster->status()->find(c)->state, u"maintenance"_s);
        // The list shows what had happened by then.
        const QModelIndex current = f.view.list()->currentIndex();
        QCOMPARE(current.siblingAtColumn(EventModel::Name).data().toString(), u"maintenance-on"_s);

        QTest::keyClick(f.lanes(), Qt::Key_Escape);
        QVERIFY(!f.lanes()->isScrubbed());
        QCOMPARE(f.cluster->status()->master, std::optional(b));
        QVERIFY(!f.view.list()->selectionModel()->hasSelection());
    }

    void dragOnTheAxisGoesAlong()
    {
        Fixture f;
        QTest::mousePress(f.lanes(), Qt::LeftButton, {}, f.axisAt(2000));
        QTest::mouseMove(f.lanes(), f.axisAt(4000));
        QTest::mouseMove(f.lanes(), f.axisAt(6500));
        QTest::mouseRelease(f.lanes(), Qt::LeftButton, {}, f.axisAt(6500));
        QVERIFY(std::abs(f.shownAfter().value_or(0) - 6500) <= 50);
        QVERIFY(!f.cluster->status()->master);
        QTest::mouseClick(f.view.liveButton(), Qt::LeftButton);
        QVERIFY(!f.lanes()->isScrubbed());
    }

    void controlArrowsGoFromEventToEvent()
    {
        Fixture f;
        QTest::keyClick(f.lanes(), Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(f.shownAfter(), std::optional<qint64>(7010));
        QTest::keyClick(f.lanes(), Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(f.shownAfter(), std::optional<qint64>(6000));
        QTest::keyClick(f.lanes(), Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(f.shownAfter(), std::optional<qint64>(7010));
        QCOMPARE(f.view.list()->currentIndex().siblingAtColumn(EventModel::Name).data().toString(),
            u"active"_s);
        QTest::keyClick(f.lanes(), Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(!f.lanes()->isScrubbed());
    }

    void placesSpeak()
    {
        Fixture f;
        (void)f.lanes()->grab(); // Signs are where they were painted.
        const QString active = f.lanes()->describe(f.laneAt(a, 4000));
        QVERIFY(active.contains(a) && active.contains(laneWord(LaneState::Active)));
        QVERIFY(f.lanes()->describe(f.laneAt(a, 8000)).contains(laneWord(LaneState::Down)));
        QVERIFY(f.lanes()->describe(f.laneAt(b, 7010)).contains(u"all drivers started"_s));
        const QPoint sign(static_cast<int>(f.lanes()->xOf(kJournalBegin + 6000)),
            f.lanes()->axisRect().top() + 6);
        QVERIFY(f.lanes()->describe(sign).contains(u"link-down"_s));
        QVERIFY(!f.lanes()->accessibleName().isEmpty());
        QVERIFY(!f.lanes()->accessibleDescription().isEmpty());
    }

    void manyLanesScroll()
    {
        QStringList machines;
        for (int i = 0; i < 60; ++i)
            machines.append(u"m-%1"_s.arg(i, 2, 10, QChar(u'0')));
        Fixture f(JournalByHand().begin(0, machines));
        QCOMPARE(f.lanes()->machines(), machines);
        QVERIFY(!f.lanes()->laneRect(machines.front()).isEmpty());
        QVERIFY(f.lanes()->laneRect(machines.back()).isEmpty());
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(f.lanes(), Qt::Key_PageDown);
        QVERIFY(!f.lanes()->laneRect(machines.back()).isEmpty());
        QVERIFY(f.lanes()->laneRect(machines.front()).isEmpty());
    }
};

QTEST_MAIN(TestMonitorLanes)
#include "tst_monitor_lanes.moc"
