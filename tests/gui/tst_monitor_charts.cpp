// Do charts draw what was measured where it belongs, lose no peak to the width of the window, and
// paint nothing again that is as it was?

#include "charts/chart_widget.h"
#include "charts/charts_view.h"
#include "charts/sparkline.h"
#include "charts/strokes.h"
#include "charts/ticks.h"
#include "model/cluster_series.h"

#include <QPainter>
#include <QTest>

#include <cmath>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;
using control::EventEntry;

namespace {

constexpr qint64 kBegin = 1'700'000'000'000;

EventEntry journalled(
    qint64 afterMs, const QString &node, const QString &name, const QCborMap &detail = {})
{
    EventEntry made;
    made.time
        = QDateTime::fromMSecsSinceEpoch(kBegin + afterMs).toUTC().toString(Qt::ISODateWithMs);
    made.bootUs = afterMs * 1000;
    made.node = node;
    made.event = name;
    made.detail = detail;
    return made;
}

/// One value a second, all 10 but one.
Series withPeak(int count, int peakAt, float peak)
{
    Series series;
    for (int i = 0; i < count; ++i)
        series.add(kBegin + i * 1000, i == peakAt ? peak : 10.0F);
    return series;
}

/// How many pixels of @p where are clearly of the same hue as @p colour.
int pixelsOf(const QImage &picture, const QColor &colour, const QRect &where)
{
    int found = 0;
    for (int y = where.top(); y <= where.bottom(); ++y) {
        for (int x = where.left(); x <= where.right(); ++x) {
            const QColor pixel = picture.pixelColor(x, y);
            const int away = std::abs(pixel.red() - colour.red())
                + std::abs(pixel.green() - colour.green()) + std::abs(pixel.blue() - colour.blue());
            found += away < 90 ? 1 : 0;
        }
    }
    return found;
}

QRect around(const QPointF &point)
{
    return {point.toPoint() - QPoint(3, 3), QSize(7, 7)};
}

} // namespace

class TestMonitorCharts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void lineIsDrawnWhereTheValuesAre()
    {
        const Series series = withPeak(60, 30, 100.0F);
        ChartWidget chart(u"Round trip"_s);
        chart.resize(500, 260);
        chart.setSource([&] {
            ChartData made;
            made.lines.push_back({u"a → b"_s, &series, false});
            return made;
        });
        chart.setRange({kBegin, kBegin + 60'000});
        const QImage picture = chart.grab().toImage();
        const QColor accent = toneColor(Tone::Accent, chart.palette());
        QVERIFY(pixelsOf(picture, accent, around(chart.pointOf(kBegin + 30'000, 100))) > 0);
        QVERIFY(pixelsOf(picture, accent, around(chart.pointOf(kBegin + 10'500, 10))) > 0);
        QCOMPARE(pixelsOf(picture, accent, around(chart.pointOf(kBegin + 10'500, 60))), 0);
    }

    void fewerColumnsThanSamplesKeepThePeak()
    {
        const Series series = withPeak(3600, 1234, 500.0F);
        const std::vector<QPolygonF> strokes = strokesOf(series, kBegin, kBegin + 3'600'000, 100);
        QCOMPARE(strokes.size(), std::size_t(1));
        QVERIFY(strokes.front().size() <= 4 * 101);
        const auto peak = std::find_if(strokes.front().begin(), strokes.front().end(),
            [](const QPointF &point) { return point.y() > 499; });
        QVERIFY(peak != strokes.front().end());
        QCOMPARE(peak->x(), 1'234'000.0);
        QVERIFY(std::is_sorted(strokes.front().begin(), strokes.front().end(),
            [](const QPointF &a, const QPointF &b) { return a.x() < b.x(); }));
    }

    void sparseSamplesAreDrawnAsTheyAre()
    {
        const Series series = withPeak(5, 2, 20.0F);
        const std::vector<QPolygonF> strokes = strokesOf(series, kBegin, kBegin + 4000, 500);
        QCOMPARE(strokes.size(), std::size_t(1));
        QCOMPARE(strokes.front().size(), 5);
    }

    void spanWithoutSamplesIsAGap()
    {
        Series series;
        for (const int second : {0, 1, 2, 3, 60, 61, 62})
            series.add(kBegin + second * 1000, 1.0F);
        QCOMPARE(strokesOf(series, kBegin, kBegin + 62'000, 600).size(), std::size_t(2));
    }

    void nothingMeasuredSaysSo()
    {
        ChartWidget chart(u"Jitter"_s);
        chart.resize(400, 240);
        chart.setSource([] {
            ChartData made;
            made.emptyText = u"nothing measured yet"_s;
            return made;
        });
        chart.setRange({kBegin, kBegin + 60'000});
        QVERIFY(chart.isEmpty());
        QCOMPARE(chart.accessibleDescription(), u"nothing measured yet"_s);
        const QImage picture = chart.grab().toImage();
        QVERIFY(pixelsOf(picture, toneColor(Tone::Muted, chart.palette()), picture.rect()) > 0);
    }

    void nothingNewPaintsNothingAgain()
    {
        Series series = withPeak(20, 5, 30.0F);
        ChartWidget chart(u"Round trip"_s);
        chart.resize(400, 240);
        chart.setSource([&] {
            ChartData made;
            made.lines.push_back({{}, &series, false});
            return made;
        });
        chart.setRange({kBegin, kBegin + 60'000});
        chart.grab();
        const int before = chart.paintCount();
        chart.refresh();
        chart.setCrosshair(kBegin + 5000);
        chart.grab();
        QCOMPARE(chart.paintCount(), before);
        series.add(kBegin + 21'000, 12.0F);
        chart.refresh();
        chart.grab();
        QCOMPARE(chart.paintCount(), before + 1);
    }

    void crosshairReadsTheNearestValues()
    {
        const Series slow = withPeak(60, 30, 100.0F);
        const Series fast = withPeak(60, 30, 5.0F);
        ChartWidget chart(u"Round trip"_s);
        chart.resize(500, 260);
        chart.setSource([&] {
            ChartData made;
            made.lines.push_back({u"fast"_s, &fast, false});
            made.lines.push_back({u"slow"_s, &slow, false});
            return made;
        });
        chart.setRange({kBegin, kBegin + 60'000});
        const QStringList reading = chart.readingAt(kBegin + 30'100);
        QCOMPARE(reading.size(), 3);
        QVERIFY(reading[1].startsWith(u"slow"_s) && reading[1].contains(u"100"_s));
        QVERIFY(reading[2].startsWith(u"fast"_s) && reading[2].contains(u"5"_s));
    }

    void longBarIsCutOffAndStillNamed()
    {
        ChartWidget chart(u"Failover gaps"_s);
        chart.resize(500, 260);
        chart.setSource([] {
            ChartData made;
            made.bars = {{kBegin + 10'000, 118, u"a → b in 118 ms"_s},
                {kBegin + 40'000, 600'000, u"b → c in 10 min"_s}};
            made.marks = {{2000, u"promised 2 s"_s, Tone::Warning}};
            return made;
        });
        chart.setRange({kBegin, kBegin + 60'000});
        const QImage picture = chart.grab().toImage();
        const QColor good = toneColor(Tone::Good, chart.palette());
        const QColor bad = toneColor(Tone::Bad, chart.palette());
        QVERIFY(pixelsOf(picture, good, around(chart.pointOf(kBegin + 10'000, 50))) > 0);
        QVERIFY(pixelsOf(picture, bad, around(chart.pointOf(kBegin + 40'000, 3000))) > 0);
        QCOMPARE(chart.readingAt(kBegin + 40'100).value(1), u"b → c in 10 min"_s);
    }

    void stepsAreRound_data()
    {
        QTest::addColumn<double>("max");
        QTest::addColumn<double>("step");
        QTest::newRow("below one") << 0.8 << 0.2;
        QTest::newRow("a lease") << 1200.0 << 500.0;
        QTest::newRow("exactly round") << 400.0 << 100.0;
        QTest::newRow("large") << 7300.0 << 2000.0;
    }
    void stepsAreRound()
    {
        QFETCH(double, max);
        QFETCH(double, step);
        QVERIFY(std::abs(niceStep(max, 4) - step) < 1e-9);
    }

    void sparklineFillsItsPlace()
    {
        const Series series = withPeak(60, 30, 100.0F);
        QImage picture(200, 40, QImage::Format_ARGB32_Premultiplied);
        picture.fill(Qt::white);
        QPainter painter(&picture);
        paintSparkline(painter, QRectF(0, 0, 200, 40), series, Qt::blue, 59'000);
        paintSparkline(painter, QRectF(0, 0, 200, 40), Series(), Qt::blue, 59'000);
        painter.end();
        QVERIFY(pixelsOf(picture, Qt::blue, {0, 36, 60, 4}) > 0);
        QVERIFY(pixelsOf(picture, Qt::blue, {90, 0, 20, 6}) > 0);
        QCOMPARE(pixelsOf(picture, Qt::blue, {0, 0, 60, 20}), 0);
    }

    void gapLastsFromTheLastSignToTheSuccessor_data()
    {
        QTest::addColumn<QString>("lost");
        QTest::addColumn<QString>("by");
        QTest::newRow("it stopped in order") << u"demoting"_s << u"cm-1"_s;
        QTest::newRow("it was fenced") << u"inactive"_s << u"cm-1"_s;
        QTest::newRow("another one missed it") << u"master-lost"_s << u"cm-2"_s;
    }
    void gapLastsFromTheLastSignToTheSuccessor()
    {
        QFETCH(QString, lost);
        QFETCH(QString, by);
        EventStore store;
        store.add({journalled(0, u"cm-1"_s, u"active"_s),
            journalled(1000, by, lost, {{u"node"_s, u"cm-1"_s}}),
            journalled(1118, u"cm-2"_s, u"active"_s)});
        const std::vector<Gap> gaps = gapsOf(store);
        QCOMPARE(gaps.size(), std::size_t(1));
        QCOMPARE(gaps[0].from, u"cm-1"_s);
        QCOMPARE(gaps[0].to, u"cm-2"_s);
        QCOMPARE(gaps[0].gapMs, 118);
    }

    void gapBeginsWhenADeadMasterWasLastHeard()
    {
        EventStore store;
        const QCborMap peer{{u"peer"_s, u"cm-1"_s}};
        store.add({journalled(0, u"cm-1"_s, u"active"_s),
            journalled(500, u"cm-2"_s, u"link-down"_s, peer),
            journalled(600, u"cm-2"_s, u"link-up"_s, peer),
            journalled(1000, u"cm-3"_s, u"link-down"_s, peer),
            journalled(1001, u"cm-2"_s, u"link-down"_s, peer),
            journalled(2000, u"cm-2"_s, u"master-lost"_s, {{u"node"_s, u"cm-1"_s}}),
            journalled(2018, u"cm-2"_s, u"active"_s)});
        const std::vector<Gap> gaps = gapsOf(store);
        QCOMPARE(gaps.size(), std::size_t(1));
        QCOMPARE(gaps[0].gapMs, 1018);
    }

    void firstMasterIsNoGap()
    {
        EventStore store;
        store.add(
            {journalled(0, u"cm-1"_s, u"started"_s), journalled(900, u"cm-1"_s, u"active"_s)});
        QVERIFY(gapsOf(store).empty());
    }

    void journalShowsItsGapsAndNoMeasurements()
    {
        Cluster journal(u"journal.jsonl"_s,
            {journalled(0, u"cm-1"_s, u"active"_s), journalled(50'000, u"cm-1"_s, u"inactive"_s),
                journalled(50'300, u"cm-2"_s, u"active"_s),
                journalled(90'000, u"cm-2"_s, u"resumed"_s)});
        ChartsView view;
        view.resize(900, 600);
        view.setCluster(&journal);
        QVERIFY(!view.chart(ChartsView::Gaps).isEmpty());
        QVERIFY(view.chart(ChartsView::RoundTrips).isEmpty());
        QVERIFY(view.range().fromMs <= kBegin && view.range().toMs == kBegin + 90'000);
    }

    void liveChartsShowWhatArrives()
    {
        ClusterConnection::Setup setup;
        setup.uris = {QUrl(u"ws://127.0.0.1:1"_s)};
        auto cluster = std::make_unique<Cluster>(u"web"_s, std::move(setup));
        ChartsView view;
        view.resize(900, 600);
        view.setCluster(cluster.get());
        QVERIFY(view.chart(ChartsView::RoundTrips).isEmpty());
        Q_EMIT cluster->connection()->linksArrived({{u"cm-1"_s, u"cm-2"_s, u"up"_s, 310, 0}});
        Q_EMIT cluster->connection()->leaseArrived(u"cm-2"_s, 860, 1200);
        view.setSpan(60'000);
        QVERIFY(!view.chart(ChartsView::RoundTrips).isEmpty());
        QVERIFY(!view.chart(ChartsView::LeaseMargin).isEmpty());
        QVERIFY(view.isLive());
        cluster.reset();
        QVERIFY(view.chart(ChartsView::RoundTrips).isEmpty());
    }
};

QTEST_MAIN(TestMonitorCharts)
#include "tst_monitor_charts.moc"
