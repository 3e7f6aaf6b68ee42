// Is an address taken from its interface, that one alone, and is a refusal said? In a network
// namespace of this process, on its loopback; needs root.

#include "guard/addresses.h"
#include "util/ip_prefix.h"

#include <QProcess>
#include <QTest>

#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace clustd;
using namespace clustd::guard;

namespace {

QByteArray ip(const QStringList &words)
{
    QProcess process;
    process.start(u"ip"_s, words);
    return process.waitForFinished(20000) && process.exitCode() == 0
        ? process.readAllStandardOutput() + '.'
        : QByteArray();
}

bool has(const char *address)
{
    return ip({u"-o"_s, u"addr"_s, u"show"_s, u"dev"_s, u"lo"_s})
        .contains(QByteArray(" ") + address + '/');
}

} // namespace

class TestAddresses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void prefixesAreReadExactly_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isRead");
        QTest::newRow("v4") << QByteArray("192.0.2.10/24") << true;
        QTest::newRow("v6") << QByteArray("2001:db8::10/64") << true;
        QTest::newRow("a host") << QByteArray("192.0.2.10/32") << true;
        QTest::newRow("no length") << QByteArray("192.0.2.10") << false;
        QTest::newRow("an empty length") << QByteArray("192.0.2.10/") << false;
        QTest::newRow("too long a prefix") << QByteArray("192.0.2.10/33") << false;
        QTest::newRow("too long a prefix of v6") << QByteArray("::1/129") << false;
        QTest::newRow("a sign") << QByteArray("192.0.2.10/+8") << false;
        QTest::newRow("something behind") << QByteArray("192.0.2.10/8 ") << false;
        QTest::newRow("a short form of old") << QByteArray("192.2/8") << false;
        QTest::newRow("a name") << QByteArray("host/8") << false;
        QTest::newRow("a NUL") << QByteArray("10.0.0.1\0/8", 11) << false;
        QTest::newRow("more letters than any address") << QByteArray(60, '1') + "/8" << false;
    }
    void prefixesAreReadExactly()
    {
        QFETCH(QByteArray, text);
        QTEST(parseIpPrefix(text.toStdString()).has_value(), "isRead");
    }

    void whatIsNoAddressIsRefused() { QCOMPARE(removeAddress("lo", "nonsense"), EINVAL); }

    void anInterfaceThatIsGoneHasNoAddress()
    {
        QCOMPARE(removeAddress("clustd-none", "192.0.2.10/24"), 0);
    }

    void onlyTheNamedAddressGoes()
    {
        if (::geteuid() != 0 || ::unshare(CLONE_NEWNET) != 0)
            QSKIP("a network namespace needs root");
        QVERIFY(!ip({u"link"_s, u"set"_s, u"lo"_s, u"up"_s}).isEmpty());
        for (const QString &address :
            {u"192.0.2.10/24"_s, u"198.51.100.7/32"_s, u"2001:db8::10/64"_s, u"2001:db8::11/64"_s})
            QVERIFY(!ip({u"addr"_s, u"add"_s, address, u"dev"_s, u"lo"_s}).isEmpty());

        QCOMPARE(removeAddress("lo", "192.0.2.10/24"), 0);
        QCOMPARE(removeAddress("lo", "2001:db8::10/64"), 0);
        QVERIFY(!has("192.0.2.10") && !has("2001:db8::10"));
        QVERIFY(has("198.51.100.7") && has("2001:db8::11") && has("127.0.0.1"));
        // The prefix does not matter, nor how often it is there, and what is gone is gone.
        QVERIFY(!ip({u"addr"_s, u"add"_s, u"198.51.100.7/24"_s, u"dev"_s, u"lo"_s}).isEmpty());
        QCOMPARE(removeAddress("lo", "198.51.100.7/24"), 0);
        QVERIFY(!has("198.51.100.7"));
        QCOMPARE(removeAddress("lo", "2001:db8::11/128"), 0);
        QVERIFY(!has("2001:db8::11"));
        QCOMPARE(removeAddress("lo", "198.51.100.7/24"), 0);
        QCOMPARE(removeAddress("lo", "2001:db8::10/64"), 0);
    }

    void anInterfaceWithoutIpv6HasNoSuchAddress()
    {
        if (::geteuid() != 0 || ::unshare(CLONE_NEWNET) != 0)
            QSKIP("a network namespace needs root");
        if (ip({u"link"_s, u"add"_s, u"v0"_s, u"mtu"_s, u"1000"_s, u"type"_s, u"dummy"_s}).isEmpty()
            && ip({u"link"_s, u"add"_s, u"v0"_s, u"mtu"_s, u"1000"_s, u"type"_s, u"veth"_s})
                   .isEmpty())
            QSKIP("no interface can be made here");
        QCOMPARE(removeAddress("v0", "2001:db8::10/64"), 0);
    }

    void aRefusalIsSaid()
    {
        if (::geteuid() != 0)
            QSKIP("needs root to give it up");
        const pid_t pid = fork();
        if (pid == 0)
            _exit(setuid(65534) == 0 ? removeAddress("lo", "127.0.0.1/8") : 0);
        int status = 0;
        QCOMPARE(waitpid(pid, &status, 0), pid);
        QCOMPARE(WEXITSTATUS(status), EPERM);
    }
};

QTEST_GUILESS_MAIN(TestAddresses)
#include "tst_addresses.moc"
