#include "link/admission.h"
#include "link/limits.h"

#include <QTest>

/// Which stranger goes when too many have come, and is anybody ever locked out?
using namespace clustd::link;
using namespace Qt::Literals::StringLiterals;

namespace {

QHostAddress address(quint32 number)
{
    return QHostAddress(0x0a000000U + number);
}

} // namespace

class TestAdmission : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ninthOfAnAddressDisplacesItsOldest();
    void sixtyFifthDisplacesTheOldestOfAll();
    void whoLeftDisplacesNobody();
    void addressesOfOneIpv6NetworkShareItsPlaces();
    void mappedIpv4IsIpv4();
    void machineHasPlacesThatStrangersCannotTake();
    void machineSharesTheCommonPlacesBeyondItsOwn();
};

void TestAdmission::ninthOfAnAddressDisplacesItsOldest()
{
    Admission admission;
    const auto other = admission.arrive(address(2));
    const auto first = admission.arrive(address(1));
    for (int i = 1; i < kUnauthenticatedMaxPerAddress; ++i)
        QVERIFY(!admission.arrive(address(1)).displaced);
    QCOMPARE(admission.arrive(address(1)).displaced, first.number);
    QCOMPARE(admission.arrive(address(1)).displaced, first.number + 1);
    QVERIFY(other.number < first.number);
    QCOMPARE(admission.count(), std::size_t(kUnauthenticatedMaxPerAddress + 1));
}

void TestAdmission::sixtyFifthDisplacesTheOldestOfAll()
{
    Admission admission;
    const auto first = admission.arrive(address(0));
    for (quint32 i = 1; i < kUnauthenticatedMax; ++i)
        QVERIFY(!admission.arrive(address(i)).displaced);
    QCOMPARE(admission.arrive(address(1000)).displaced, first.number);
    QCOMPARE(admission.count(), std::size_t(kUnauthenticatedMax));
}

void TestAdmission::whoLeftDisplacesNobody()
{
    Admission admission;
    for (int round = 0; round < 100; ++round) {
        const auto arrival = admission.arrive(address(1));
        QVERIFY(!arrival.displaced);
        admission.leave(arrival.number);
        admission.leave(arrival.number);
    }
    QCOMPARE(admission.count(), 0U);
}

void TestAdmission::addressesOfOneIpv6NetworkShareItsPlaces()
{
    Admission admission;
    const auto first = admission.arrive(QHostAddress(u"2001:db8::1"_s));
    for (int i = 2; i <= kUnauthenticatedMaxPerAddress; ++i)
        QVERIFY(!admission.arrive(QHostAddress(u"2001:db8::%1"_s.arg(i))).displaced);
    QCOMPARE(admission.arrive(QHostAddress(u"2001:db8::ffff:1"_s)).displaced, first.number);
    QVERIFY(!admission.arrive(QHostAddress(u"2001:db8:0:1::1"_s)).displaced);
}

void TestAdmission::mappedIpv4IsIpv4()
{
    Admission admission;
    const auto first = admission.arrive(QHostAddress(u"::ffff:10.0.0.1"_s));
    for (int i = 1; i < kUnauthenticatedMaxPerAddress; ++i)
        QVERIFY(!admission.arrive(QHostAddress(u"10.0.0.1"_s)).displaced);
    QCOMPARE(admission.arrive(QHostAddress(u"10.0.0.1"_s)).displaced, first.number);
    QVERIFY(!admission.arrive(QHostAddress(u"::ffff:10.0.0.2"_s)).displaced);
}

void TestAdmission::machineHasPlacesThatStrangersCannotTake()
{
    Admission admission;
    admission.setMachines({QHostAddress(u"::ffff:10.9.9.9"_s)});
    QVERIFY(admission.isMachine(QHostAddress(u"10.9.9.9"_s)));
    std::vector<Admission::Number> ours;
    ours.reserve(kUnauthenticatedMaxPerMachine);
    for (int i = 0; i < kUnauthenticatedMaxPerMachine; ++i)
        ours.push_back(admission.arrive(QHostAddress(u"10.9.9.9"_s)).number);
    for (quint32 i = 0; i < 1000; ++i) {
        const auto arrival = admission.arrive(address(i));
        QVERIFY(!arrival.displaced
            || std::find(ours.begin(), ours.end(), *arrival.displaced) == ours.end());
    }
    QCOMPARE(admission.count(), std::size_t(kUnauthenticatedMax + kUnauthenticatedMaxPerMachine));
}

void TestAdmission::machineSharesTheCommonPlacesBeyondItsOwn()
{
    Admission admission;
    admission.setMachines({address(1)});
    for (int i = 0; i < kUnauthenticatedMaxPerMachine + kUnauthenticatedMaxPerAddress; ++i)
        QVERIFY(!admission.arrive(address(1)).displaced);
    // The newest still comes in, in the place of the oldest of the common ones.
    QCOMPARE(admission.arrive(address(1)).displaced,
        Admission::Number(kUnauthenticatedMaxPerMachine + 1));
}

QTEST_APPLESS_MAIN(TestAdmission)
#include "tst_admission.moc"
