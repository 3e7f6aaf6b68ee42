// Three machines in network namespaces: is there one master at most, and one in the end, whichever
// way the network between them is cut? Needs root, ip and nft.

#include "support/daemon_cluster.h"
#include "support/test_network.h"

#include <QJsonArray>
#include <QTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;
using clustd::test::TestNetwork;

class TestDaemonCut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString why = TestNetwork::make(m_network); !why.isEmpty())
            QSKIP(qPrintable(why));
    }
    void cleanupTestCase() { m_network.reset(); }
    void cleanup()
    {
        if (m_network)
            QVERIFY(m_network->heal());
    }

    void theMajorityElectsAnotherOneAndTheOldOneFollows_data()
    {
        QTest::addColumn<QString>("cut");
        QTest::newRow("the master's cable is pulled") << u"cable"_s;
        QTest::newRow("the master hears nobody") << u"deaf"_s;
        QTest::newRow("nobody hears the master") << u"mute"_s;
        QTest::newRow("all that it sends and hears is dropped") << u"both"_s;
    }

    void theMajorityElectsAnotherOneAndTheOldOneFollows()
    {
        QFETCH(QString, cut);
        DaemonCluster cluster(m_network->options());
        QCOMPARE(cluster.startOnFirst(), QString());

        for (const int other : {1, 2}) {
            if (cut == u"deaf" || cut == u"both")
                QVERIFY(m_network->deafen(0, other));
            if (cut == u"mute" || cut == u"both")
                QVERIFY(m_network->mute(0, other));
        }
        if (cut == u"cable")
            QVERIFY(m_network->setCable(0, false));
        // A machine that hears nobody gets no acknowledgements either, so its Released may reach
        // one of the others long before the other (TCP): then that one is first, whatever its rank.
        const auto successor = [&] {
            const QString one = cluster.activeMaster(1);
            return one != u"cm-1" && one == cluster.activeMaster(2) ? one : QString();
        };
        QTRY_VERIFY_WITH_TIMEOUT(!successor().isEmpty(), kWait);
        const QString master = successor();
        if (cut != u"deaf")
            QCOMPARE(master, u"cm-2"_s);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.runs().size(), size_t(2), kWait);
        QCOMPARE(cluster.judge(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(cluster.status(0)[u"master"_s].isNull(), kWait);
        const int term = cluster.status(1)[u"term"_s].toInt();

        QVERIFY(m_network->heal());
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(0), master, kWait);
        QCOMPARE(cluster.runs().size(), size_t(2));
        QCOMPARE(cluster.status(0)[u"term"_s].toInt(), term);
        QCOMPARE(cluster.judge(), QString());
    }

    void whoIsCutFromOneOnlyChangesNothing_data()
    {
        QTest::addColumn<int>("one");
        QTest::addColumn<int>("other");
        QTest::newRow("the master and the last") << 0 << 2;
        QTest::newRow("the master and the next") << 0 << 1;
        QTest::newRow("the two others") << 1 << 2;
    }

    void whoIsCutFromOneOnlyChangesNothing()
    {
        QFETCH(int, one);
        QFETCH(int, other);
        DaemonCluster cluster(m_network->options());
        QCOMPARE(cluster.startOnFirst(), QString());

        QVERIFY(m_network->deafen(one, other) && m_network->mute(one, other));
        const QString peer = cluster.id(other);
        const auto isHeard = [&] {
            const QJsonArray rows = cluster.status(one)[u"nodes"_s].toArray();
            return std::any_of(rows.begin(), rows.end(), [&](const QJsonValue &row) {
                return row[u"id"_s].toString() == peer && row[u"link"_s].toString() == u"up";
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(!isHeard(), kWait);
        const auto uptime = [&] { return cluster.status(0)[u"nodes"_s][0][u"uptime_s"_s].toInt(); };
        const int from = uptime();
        QTRY_VERIFY_WITH_TIMEOUT(uptime() >= from + 4 * kPatience, kWait);
        QCOMPARE(cluster.activeMaster(0), u"cm-1"_s);
        QVERIFY(m_network->heal());
        QTRY_VERIFY_WITH_TIMEOUT(isHeard(), kWait);
        QCOMPARE(cluster.waitForMaster(), 0);
        QCOMPARE(cluster.status(0)[u"term"_s].toInt(), 1);
        QCOMPARE(cluster.runs().size(), size_t(1));
    }

private:
    std::unique_ptr<TestNetwork> m_network;
};

QTEST_GUILESS_MAIN(TestDaemonCut)
#include "tst_daemon_cut.moc"
