// Do three machines of the original's configuration agree on the first of them, in whatever order
// they come up, and does a daemon that cannot start say so and end?

#include "support/daemon_cluster.h"

#include <QFile>
#include <QHostAddress>
#include <QJsonArray>
#include <QTcpServer>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;

namespace {

/// resources/examples/original.yml as machine @p i would have it, with this test's ports.
void writeOriginal(const DaemonCluster &cluster, int i)
{
    QFile example(QStringLiteral(CLUSTD_SOURCE_DIR "/resources/examples/original.yml"));
    QVERIFY(example.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(example.readAll());
    // Machine 1 of the example becomes machine i and the other way round.
    const auto portOf = [&](int machine) {
        return cluster.port(machine == 0 ? i : machine == i ? 0 : machine);
    };
    for (int machine = 0; machine < 3; ++machine)
        text.replace(u"300%1"_s.arg(machine + 1), QString::number(portOf(machine)));
    text.replace(u"id: cm-1"_s, u"id: "_s + cluster.id(i));
    QFile file(cluster.configFile(i));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(text.toUtf8());
}

} // namespace

class TestDaemonStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLowestIdIsMasterInWhateverOrderTheyStart_data()
    {
        QTest::addColumn<QList<int>>("early");
        QTest::addColumn<QList<int>>("late");
        QTest::newRow("all at once") << QList<int>() << QList<int>{2, 1, 0};
        QTest::newRow("the first comes last") << QList<int>{2, 1} << QList<int>{0};
        QTest::newRow("the second comes last") << QList<int>{0, 2} << QList<int>{1};
        QTest::newRow("the third waited for the others") << QList<int>{2} << QList<int>{1, 0};
    }

    /// Early ones have waited out their time of V3 when the others come.
    void theLowestIdIsMasterInWhateverOrderTheyStart()
    {
        QFETCH(QList<int>, early);
        QFETCH(QList<int>, late);
        DaemonCluster cluster({});
        for (int i = 0; i < 3; ++i)
            writeOriginal(cluster, i);
        for (const int i : early)
            cluster.start(i);
        for (const int i : early)
            QTRY_VERIFY_WITH_TIMEOUT(cluster.alarms(i).contains(u"recovering"_s), kWait);
        for (const int i : late)
            cluster.start(i);

        QCOMPARE(cluster.waitForMaster(), 0);
        const auto essentials = [&cluster](int i) {
            QJsonObject status = cluster.status(i);
            QJsonArray nodes;
            const QJsonArray rows = status[u"nodes"_s].toArray();
            for (const QJsonValue row : rows)
                nodes.append(QJsonArray{row[u"id"_s], row[u"uri"_s], row[u"role"_s],
                    row[u"state"_s], row[u"priority"_s], row[u"term"_s]});
            return QJsonArray{status[u"cluster"_s], status[u"master"_s], status[u"active"_s],
                status[u"term"_s], status[u"quorum"_s], status[u"paused"_s], status[u"alarms"_s],
                nodes};
        };
        // QTRY asks once more after a yes, when an alarm of a busy machine may just be on its way.
        for (const int i : {1, 2}) {
            bool wereEqual = false;
            QTRY_VERIFY_WITH_TIMEOUT(
                wereEqual = wereEqual || essentials(i) == essentials(0), kWait);
        }
        // A busy machine may have a slow disk; nothing else is wrong.
        QStringList alarms = cluster.alarms(0);
        alarms.removeAll(u"slow-disk"_s);
        QCOMPARE(alarms, QStringList());
        // In the first term: nobody else was master before.
        QCOMPARE(cluster.status(0)[u"term"_s].toInt(), 1);
    }

    void aMachineThatListensEverywhereIsReachedEverywhere()
    {
        DaemonCluster::Options options;
        options.machines = 2;
        DaemonCluster cluster(options);
        cluster.replaceInConfig(0, u"bind_address: 127.0.0.1"_s, u"bind_address: '::'"_s);
        cluster.startAll();
        QVERIFY(cluster.waitForMaster() >= 0); // The commands and cm-2 come by IPv4.
        if (!QFile::exists(u"/proc/net/if_inet6"_s))
            QSKIP("no IPv6 here");
        const QString uri = u"ws://[::1]:%1"_s.arg(cluster.port(0));
        QCOMPARE(cluster.command(1, {u"status"_s, u"--connect"_s, uri}).code, 0);
        // What `clustd check` warns of, the daemon says too.
        const QString log = cluster.log(1);
        QVERIFY2(log.contains(u"two voters without a witness"_s), qPrintable(log));
    }

    void aDaemonThatCannotStartSaysSoAndEnds_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QString>("says");
        QTest::newRow("its port is taken") << u"port"_s << u"the address is in use"_s;
        QTest::newRow("its state is damaged") << u"state"_s << u"the checksum does not match"_s;
    }

    void aDaemonThatCannotStartSaysSoAndEnds()
    {
        QFETCH(QString, fault);
        QFETCH(QString, says);
        DaemonCluster cluster({});
        QTcpServer squatter;
        if (fault == u"port") {
            QVERIFY(squatter.listen(QHostAddress::LocalHost, cluster.port(0)));
        } else {
            cluster.startAll();
            QCOMPARE(cluster.waitForMaster(), 0);
            cluster.cutPower(0);
            QFile file(cluster.folder() + u"/state-cm-1/vote"_s);
            QVERIFY(file.open(QIODevice::ReadWrite));
            const QByteArray text = file.readAll();
            QVERIFY(file.seek(text.size() - 3));
            file.write("##");
        }
        cluster.start(0);
        QCOMPARE(cluster.waitEnded(0, 20s * kPatience), std::optional<int>(1));
        QVERIFY2(cluster.log(0).contains(says), qPrintable(cluster.log(0)));
    }
};

QTEST_GUILESS_MAIN(TestDaemonStart)
#include "tst_daemon_start.moc"
