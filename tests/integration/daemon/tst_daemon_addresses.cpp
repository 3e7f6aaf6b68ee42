// Is an address that a driver adds on the master alone, whoever dies there and whatever its `stop`
// forgets? In network namespaces; needs root, ip and nft.

#include "support/daemon_cluster.h"
#include "support/test_network.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using clustd::test::DaemonCluster;
using clustd::test::kWait;
using clustd::test::TestNetwork;
using Fault = DaemonCluster::Fault;

namespace {

const QString kV4 = u"10.99.1.100"_s;
const QString kV6 = u"fd00:99::100"_s;

/// `stop` does nothing, as a program that is broken or gone would.
QString addingDriver(int)
{
    return u"drivers:\n  - name: address\n    type: exec\n"
           "    start: ip addr add %1/24 dev eth0 && ip -6 addr add %2/64 dev eth0 nodad\n"
           "    stop: 'true'\n"
           "    fence_addresses:\n"
           "      - {address: %1/24, interface: eth0}\n"
           "      - {address: '%2/64', interface: eth0}\n"_s.arg(kV4, kV6);
}

} // namespace

class TestDaemonAddresses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString why = TestNetwork::make(m_network); !why.isEmpty())
            QSKIP(qPrintable(why));
    }
    void cleanupTestCase() { m_network.reset(); }

    void goWithTheRole_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::newRow("SIGKILL of the daemon: the guard") << Fault::KillDaemon;
        QTest::newRow("SIGTERM: the driver itself") << Fault::EndDaemon;
        QTest::newRow("guard and daemon killed: the fencer") << Fault::CutPower;
    }

    void goWithTheRole()
    {
        QFETCH(Fault, fault);
        DaemonCluster::Options options = m_network->options();
        options.drivers = addingDriver;
        DaemonCluster cluster(options);
        cluster.startAll();
        QCOMPARE(cluster.waitForMaster(), 0);
        QVERIFY(hasBoth(0) && !hasAny(1) && !hasAny(2));

        cluster.strike(0, fault);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.activeMaster(1), u"cm-2"_s, kWait);
        QVERIFY(hasBoth(1) && !hasAny(2));
        QTRY_VERIFY_WITH_TIMEOUT(!hasAny(0), kWait);
        QVERIFY(hasBoth(1));
    }

private:
    [[nodiscard]] bool hasBoth(int i) const
    {
        return m_network->hasAddress(i, kV4) && m_network->hasAddress(i, kV6);
    }
    [[nodiscard]] bool hasAny(int i) const
    {
        return m_network->hasAddress(i, kV4) || m_network->hasAddress(i, kV6);
    }

    std::unique_ptr<TestNetwork> m_network;
};

QTEST_GUILESS_MAIN(TestDaemonAddresses)
#include "tst_daemon_addresses.moc"
