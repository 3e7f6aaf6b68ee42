// Do the tables say of every machine and every link what the status says, repeat no more than what
// changed, and keep machines, choice and columns where the person had them?

#include "common/theme.h"
#include "model/cluster_model.h"
#include "model/link_model.h"
#include "tables/links_view.h"
#include "tables/machine_pane.h"
#include "tables/machine_rows.h"
#include "tables/machines_view.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::LinkRow;
using control::NodeRow;

namespace {

NodeRow machine(const QString &id, std::int64_t rttUs)
{
    NodeRow node;
    node.id = id;
    node.uri = u"ws://%1:3001"_s.arg(id);
    node.role = u"voter"_s;
    node.state = u"follower"_s;
    node.link = u"up"_s;
    node.rttUs = rttUs;
    node.term = 7;
    node.healthy = true;
    node.version = u"0.1.0"_s;
    node.uptimeS = 3600;
    node.drivers = {{u"web"_s, u"systemd"_s, u"stopped"_s, true, {}}};
    return node;
}

/// cm-2 is the master; cm-1 answers; one machine was never met.
ClusterStatus status()
{
    ClusterStatus made;
    made.cluster = u"web"_s;
    made.self = u"cm-1"_s;
    made.master = u"cm-2"_s;
    made.active = true;
    made.why = u"next in order after cm-1 crashed"_s;
    made.leaseMs = 1200;
    made.nodes = {machine(u"cm-1"_s, 0), machine(u"cm-2"_s, 9000), machine(u"cm-3"_s, 10'000)};
    made.nodes[0].link = u"self"_s;
    made.nodes[1].state = u"active"_s;
    made.nodes[1].drivers[0].state = u"started"_s;
    NodeRow stranger;
    stranger.uri = u"ws://10.0.0.9:3001"_s;
    stranger.state = u"unreachable"_s;
    stranger.role = u"voter"_s;
    made.nodes.push_back(stranger);
    return made;
}

std::vector<LinkRow> links()
{
    return {{u"cm-1"_s, u"cm-2"_s, u"down"_s, 0, 0}, {u"cm-2"_s, u"cm-1"_s, u"up"_s, 310, 0},
        {u"cm-1"_s, u"cm-3"_s, u"down"_s, 0, 0}, {u"cm-3"_s, u"cm-1"_s, u"down"_s, 0, 0},
        {u"cm-2"_s, u"cm-3"_s, u"up"_s, 400, 0}, {u"cm-3"_s, u"cm-2"_s, u"suspect"_s, 500, 2500}};
}

std::unique_ptr<Cluster> liveCluster()
{
    ClusterConnection::Setup setup;
    setup.uris = {QUrl(u"ws://127.0.0.1:1"_s)};
    return std::make_unique<Cluster>(u"web"_s, std::move(setup));
}

QString shownAt(const MachineRows &rows, int row, int column)
{
    return rows.index(row, column).data(Qt::DisplayRole).toString();
}

} // namespace

class TestMonitorTables : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void machineModelIsAWellBehavedModel()
    {
        ClusterModel model;
        QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        MachineRows rows;
        rows.setSourceModel(&model);
        QAbstractItemModelTester rowsTester(
            &rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setStatus(status());
        model.setLinks(links());
        ClusterStatus other = status();
        std::swap(other.nodes[0], other.nodes[2]);
        other.nodes.erase(other.nodes.begin() + 1);
        other.nodes.push_back(machine(u"cm-7"_s, 5));
        model.setStatus(other);
        QCOMPARE(model.rowCount(), 4);
        model.setStatus(std::nullopt);
        QCOMPARE(model.rowCount(), 0);
    }

    void unmetMachineShowsItsAddressAndThatItWasNotMet()
    {
        ClusterModel model;
        model.setStatus(status());
        const int row = model.rowOf(u"ws://10.0.0.9:3001"_s);
        QVERIFY(row >= 0);
        QCOMPARE(model.index(row, ClusterModel::Machine).data().toString(), u"(not met yet)"_s);
        QCOMPARE(
            model.index(row, ClusterModel::Address).data().toString(), u"ws://10.0.0.9:3001"_s);
        QVERIFY(!model.index(row, 0).data(ClusterModel::HealthyRole).isValid());
    }

    void machineKeepsItsRowWhenItGetsAName()
    {
        ClusterModel model;
        model.setStatus(status());
        const int row = model.rowOf(u"ws://10.0.0.9:3001"_s);
        const QPersistentModelIndex kept = model.index(row, ClusterModel::Machine);
        ClusterStatus met = status();
        met.nodes[3].id = u"cm-9"_s;
        model.setStatus(met);
        QVERIFY(kept.isValid());
        QCOMPARE(kept.data().toString(), u"cm-9"_s);
        QCOMPARE(kept.row(), row);
    }

    void onlyTheCellsThatChangedAreReported()
    {
        ClusterModel model;
        model.setStatus(status());
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setStatus(status());
        QCOMPARE(changed.size(), 0);

        ClusterStatus other = status();
        other.nodes[2].rttUs = 700;
        other.nodes[2].uptimeS = 3601;
        std::swap(other.nodes[0], other.nodes[1]);
        model.setStatus(other);
        QCOMPARE(changed.size(), 2);
        for (const QList<QVariant> &call : std::as_const(changed)) {
            const QModelIndex first = call[0].toModelIndex();
            QCOMPARE(first, call[1].toModelIndex());
            QCOMPARE(first.data(ClusterModel::NodeIdRole).toString(), u"cm-3"_s);
            QVERIFY(first.column() == ClusterModel::RoundTrip
                || first.column() == ClusterModel::Uptime);
        }
        QCOMPARE(inserted.size() + removed.size() + reset.size(), 0);
    }

    void machinesThatGoAndComeLeaveTheOthersAlone()
    {
        ClusterModel model;
        model.setStatus(status());
        const QPersistentModelIndex third = model.index(2, 0);
        ClusterStatus other = status();
        other.nodes.erase(other.nodes.begin() + 1);
        other.nodes.insert(other.nodes.begin(), machine(u"cm-0"_s, 1));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setStatus(other);
        QVERIFY(third.isValid());
        QCOMPARE(third.data(ClusterModel::NodeIdRole).toString(), u"cm-3"_s);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.rowCount(), 4);
        QVERIFY(model.rowOf(u"cm-0"_s) >= 0);
        QCOMPARE(model.rowOf(u"cm-2"_s), -1);
    }

    void twoMachinesOfOneNameAreTwoRows()
    {
        ClusterModel model;
        QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        ClusterStatus twins = status();
        twins.nodes[2].id = u"cm-1"_s;
        model.setStatus(twins);
        model.setStatus(twins);
        QCOMPARE(model.rowCount(), 4);
    }

    void wordsOfOthersAreMadePrintable()
    {
        ClusterModel model;
        ClusterStatus nasty = status();
        nasty.nodes[2].version = u"1.0\n\u202e"_s;
        model.setStatus(nasty);
        QCOMPARE(model.index(2, ClusterModel::Version).data().toString(), u"1.0··"_s);
    }

    void numbersSortAsNumbers()
    {
        ClusterModel model;
        model.setStatus(status());
        MachineRows rows;
        rows.setSourceModel(&model);
        rows.sort(ClusterModel::RoundTrip, Qt::DescendingOrder);
        QCOMPARE(shownAt(rows, 0, ClusterModel::Machine), u"cm-3"_s);
        QCOMPARE(shownAt(rows, 1, ClusterModel::Machine), u"cm-2"_s);
    }

    void filterFindsWordsInAnyColumn_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("rows");
        QTest::newRow("nothing: all machines") << u""_s << 4;
        QTest::newRow("a name") << u"CM-2"_s << 1;
        QTest::newRow("the state") << u"follower"_s << 2;
        QTest::newRow("each word must be there") << u"follower cm-3"_s << 1;
        QTest::newRow("a driver") << u"systemd"_s << 3;
        QTest::newRow("the master") << u"master"_s << 1;
        QTest::newRow("never met") << u"not met"_s << 1;
        QTest::newRow("nowhere") << u"zebra"_s << 0;
    }
    void filterFindsWordsInAnyColumn()
    {
        QFETCH(QString, filter);
        QFETCH(int, rows);
        ClusterModel model;
        model.setStatus(status());
        MachineRows shown;
        shown.setSourceModel(&model);
        shown.setFilter(filter);
        QCOMPARE(shown.rowCount(), rows);
    }

    void lossIsThatOfTheMachineThatAnswers()
    {
        ClusterModel model;
        ClusterStatus other = status();
        other.self = u"cm-3"_s;
        model.setLinks(links());
        model.setStatus(other);
        const int row = model.rowOf(u"cm-2"_s);
        QCOMPARE(model.index(row, ClusterModel::Loss).data().toDouble(), 0.25);
        QVERIFY(!model.index(model.rowOf(u"cm-3"_s), ClusterModel::Loss).data().isValid());
    }

    void linkModelIsAWellBehavedModel()
    {
        LinkModel model;
        QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setStatus(status());
        model.setLinks(links());
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.columnCount(), 4);
        model.setStatus(std::nullopt);
        QCOMPARE(model.rowCount(), 3);
        model.setLinks({});
        QCOMPARE(model.rowCount(), 0);
    }

    void oneWayFaultIsInTheDirectionThatIsNotHeard()
    {
        LinkModel model;
        model.setStatus(status());
        model.setLinks(links());
        const auto isOneWay = [&](int from, int to) {
            return model.index(from, to).data(LinkModel::OneWayRole).toBool();
        };
        QVERIFY(isOneWay(0, 1));
        QVERIFY(!isOneWay(1, 0));
        // Neither hears the other: that is a cut, not a one-way fault.
        QVERIFY(!isOneWay(0, 2));
        QVERIFY(!isOneWay(2, 0));
        // Silent for a moment is still heard.
        QVERIFY(!isOneWay(2, 1));
        QCOMPARE(model.index(2, 1).data(LinkModel::StateRole).toString(), u"suspect"_s);
        QCOMPARE(model.index(2, 1).data(LinkModel::LossPpmRole).toLongLong(), 2500);
        QCOMPARE(model.index(1, 0).data(LinkModel::RttUsRole).toLongLong(), 310);
        QCOMPARE(model.index(3, 0).data(LinkModel::StateRole).toString(), QString());
    }

    void healedDirectionIsReportedOnBothSides()
    {
        LinkModel model;
        model.setStatus(status());
        model.setLinks(links());
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setLinks(links());
        QCOMPARE(changed.size(), 0);
        std::vector<LinkRow> healed = links();
        healed[0].state = u"up"_s;
        model.setLinks(healed);
        QVERIFY(!model.isOneWay(0, 1));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(reset.size(), 0);
    }

    void choiceInTheTableIsTheClustersAndBack()
    {
        const std::unique_ptr<Cluster> cluster = liveCluster();
        MachinesView view;
        view.setCluster(cluster.get());
        Q_EMIT cluster->connection()->statusArrived(status());
        QTableView *table = view.table();
        QCOMPARE(table->model()->rowCount(), 4);
        table->selectRow(1);
        const QString chosen = cluster->selected();
        QCOMPARE(table->model()->index(1, 0).data(ClusterModel::NodeIdRole).toString(), chosen);
        cluster->select(u"cm-3"_s);
        QCOMPARE(table->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(table->selectionModel()
                     ->selectedRows()
                     .front()
                     .data(ClusterModel::NodeIdRole)
                     .toString(),
            u"cm-3"_s);
        // What the filter hides stays chosen.
        view.filterField()->setText(u"cm-1"_s);
        QCOMPARE(cluster->selected(), u"cm-3"_s);
        view.filterField()->clear();
        QCOMPARE(table->selectionModel()->selectedRows().size(), 1);
    }

    void columnsAreKept()
    {
        MachinesView first;
        QHeaderView *header = first.table()->horizontalHeader();
        header->setSectionHidden(ClusterModel::Version, true);
        header->moveSection(header->visualIndex(ClusterModel::Health), 1);
        first.table()->sortByColumn(ClusterModel::Term, Qt::DescendingOrder);
        MachinesView second;
        QVERIFY(second.restoreState(first.saveState()));
        QHeaderView *restored = second.table()->horizontalHeader();
        QVERIFY(restored->isSectionHidden(ClusterModel::Version));
        QCOMPARE(restored->visualIndex(ClusterModel::Health), 1);
        QCOMPARE(restored->sortIndicatorSection(), int(ClusterModel::Term));
        QVERIFY(!second.restoreState("not ours"));
        QVERIFY(!second.restoreState({}));
    }

    void paneTellsOfTheMasterUntilAnotherIsChosen()
    {
        const std::unique_ptr<Cluster> cluster = liveCluster();
        MachinePane pane;
        QCOMPARE(pane.text(), u"Select a machine"_s);
        pane.setCluster(cluster.get());
        QVERIFY(pane.machine().isEmpty());
        Q_EMIT cluster->connection()->statusArrived(status());
        Q_EMIT cluster->connection()->leaseArrived(u"cm-2"_s, 860, 1200);
        pane.show();
        QCOMPARE(pane.machine(), u"cm-2"_s);
        QVERIFY(pane.text().contains(u"next in order after cm-1 crashed"_s));
        QVERIFY(pane.text().contains(u"lease"_s));
        QVERIFY(pane.text().contains(u"web"_s));
        cluster->select(u"cm-3"_s);
        QCOMPARE(pane.machine(), u"cm-3"_s);
        QVERIFY(!pane.text().contains(u"next in order"_s));
        cluster->select(u"gone"_s);
        QCOMPARE(pane.text(), u"Select a machine"_s);
    }

    void longWordsOfOthersMakeNoPaneWide()
    {
        const std::unique_ptr<Cluster> cluster = liveCluster();
        MachinePane pane;
        pane.resize(320, 600);
        pane.setCluster(cluster.get());
        ClusterStatus told = status();
        for (NodeRow &node : told.nodes) {
            node.detail = QString(1000, u'd');
            for (control::DriverRow &driver : node.drivers) {
                driver.healthy = false;
                driver.detail = QString(1000, u'x');
            }
        }
        Q_EMIT cluster->connection()->statusArrived(told);
        pane.show();
        QVERIFY2(pane.widget()->minimumSizeHint().width() <= 320,
            qPrintable(QString::number(pane.widget()->minimumSizeHint().width())));
        // No letter is cut in halves.
        QCOMPARE(shortened(u"ab🤖cd"_s, 4), u"ab…"_s);
        QVERIFY(wrappable(u"🤖"_s.repeated(40)).remove(QChar(0x200b)) == u"🤖"_s.repeated(40));
        QVERIFY(wrappable(u"a"_s + u"🤖"_s.repeated(40)).toUcs4().size() < 50);
    }

    void viewsOutliveTheirCluster()
    {
        MachinesView machines;
        LinksView matrix;
        MachinePane pane;
        std::unique_ptr<Cluster> cluster = liveCluster();
        machines.setCluster(cluster.get());
        matrix.setCluster(cluster.get());
        pane.setCluster(cluster.get());
        Q_EMIT cluster->connection()->statusArrived(status());
        Q_EMIT cluster->connection()->linksArrived(links());
        QCOMPARE(matrix.model().rowCount(), 4);
        QVERIFY(matrix.summary().contains(u"one way"_s));
        cluster.reset();
        QCOMPARE(machines.model().rowCount(), 0);
        QCOMPARE(matrix.model().rowCount(), 0);
        QVERIFY(pane.machine().isEmpty());
        machines.setCluster(nullptr);
    }
};

QTEST_MAIN(TestMonitorTables)
#include "tst_monitor_tables.moc"
