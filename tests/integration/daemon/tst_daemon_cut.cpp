// Three machines in network namespaces: is there one master at most, and one in the end, whichever
// way the network between them is cut? Needs root, ip and nft.

#include "support/daemon_cluster.h"

#include <QJsonArray>
#include <QProcess>
#include <QTest>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using clustd::test::DaemonCluster;
using clustd::test::kPatience;
using clustd::test::kWait;

namespace {

bool run(const QString &commandLine)
{
    QStringList words = QProcess::splitCommand(commandLine);
    QProcess process;
    const QString program = words.takeFirst();
    process.start(program, words);
    return process.waitForFinished(20000) && process.exitStatus() == QProcess::NormalExit
        && process.exitCode() == 0;
}

/// Three namespaces joined by a bridge in a fourth one. All are gone with it.
class Network
{
public:
    Network()
    {
        bool isMade = run(u"ip netns add %1"_s.arg(m_bridge))
            && run(u"ip -n %1 link add br0 type bridge"_s.arg(m_bridge))
            && run(u"ip -n %1 link set br0 up"_s.arg(m_bridge));
        for (int i = 0; i < 3; ++i) {
            isMade = isMade && run(u"ip netns add %1"_s.arg(name(i)))
                && run(u"ip -n %1 link set lo up"_s.arg(name(i)))
                && run(u"ip -n %1 link add eth0 type veth peer name p%2 netns %3"_s.arg(name(i))
                           .arg(i)
                           .arg(m_bridge))
                && run(u"ip -n %1 link set p%2 master br0"_s.arg(m_bridge).arg(i))
                && run(u"ip -n %1 link set p%2 up"_s.arg(m_bridge).arg(i))
                && run(u"ip -n %1 addr add %2/24 dev eth0"_s.arg(name(i), address(i)))
                && run(u"ip -n %1 link set eth0 up"_s.arg(name(i)))
                && run(u"ip netns exec %1 nft add table inet cut"_s.arg(name(i)));
            for (const QString &way : {u"input"_s, u"output"_s})
                isMade = isMade
                    && run(u"ip netns exec %1 nft \"add chain inet cut %2 { type filter hook %2 "
                           "priority 0; }\""_s.arg(name(i), way));
        }
        m_isMade = isMade;
    }
    ~Network()
    {
        for (int i = 0; i < 3; ++i)
            run(u"ip netns del %1"_s.arg(name(i)));
        run(u"ip netns del %1"_s.arg(m_bridge));
    }
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    [[nodiscard]] bool isMade() const { return m_isMade; }
    [[nodiscard]] QString name(int i) const { return u"clustd-%1-%2"_s.arg(::getpid()).arg(i); }
    [[nodiscard]] static QString address(int i) { return u"10.99.1.%1"_s.arg(i + 1); }

    /// Machine @p i no longer hears @p from.
    [[nodiscard]] bool deafen(int i, int from) const
    {
        return run(u"ip netns exec %1 nft add rule inet cut input ip saddr %2 drop"_s.arg(
            name(i), address(from)));
    }
    /// Machine @p i is no longer heard by @p by.
    [[nodiscard]] bool mute(int i, int by) const
    {
        return run(u"ip netns exec %1 nft add rule inet cut output ip daddr %2 drop"_s.arg(
            name(i), address(by)));
    }
    [[nodiscard]] bool setCable(int i, bool isPlugged) const
    {
        return run(u"ip -n %1 link set eth0 %2"_s.arg(name(i), isPlugged ? u"up"_s : u"down"_s));
    }
    [[nodiscard]] bool heal() const
    {
        bool isHealed = true;
        for (int i = 0; i < 3; ++i)
            isHealed = run(u"ip netns exec %1 nft flush table inet cut"_s.arg(name(i)))
                && setCable(i, true) && isHealed;
        return isHealed;
    }

private:
    const QString m_bridge = u"clustd-%1-b"_s.arg(::getpid());
    bool m_isMade = false;
};

} // namespace

class TestDaemonCut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("network namespaces need root");
        m_network = std::make_unique<Network>();
        if (!m_network->isMade())
            QSKIP("no network namespaces here, or ip or nft is missing");
    }
    void cleanupTestCase() { m_network.reset(); }
    void cleanup()
    {
        if (m_network && m_network->isMade())
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
        DaemonCluster cluster(options());
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
        DaemonCluster cluster(options());
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
    [[nodiscard]] DaemonCluster::Options options() const
    {
        DaemonCluster::Options options;
        options.host = Network::address;
        options.enter = [this](int i) {
            return QStringList{u"ip"_s, u"netns"_s, u"exec"_s, m_network->name(i)};
        };
        return options;
    }

    std::unique_ptr<Network> m_network;
};

QTEST_GUILESS_MAIN(TestDaemonCut)
#include "tst_daemon_cut.moc"
