#include "link/ending.h"

#include <QTest>

/// Does the end of a link say in words what happened, and who said so?
using namespace clustd::link;
using clustd::crypto::CloseReason;
using namespace Qt::Literals::StringLiterals;

class TestEnding : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void textNamesReasonAuthorAndFact();
    void brokenConnectionIsLost();
    void leavingIsNoRefusal();
    void reasonsAreFoundByTextAndCode();
};

void TestEnding::textNamesReasonAuthorAndFact()
{
    const Ending byPeer{CloseReason::UnknownKey, true, false, {}};
    QCOMPARE(
        byPeer.text(), u"unknown-key, says the other side: the two sides hold different secrets"_s);
    QCOMPARE(byPeer.label(), u"unknown-key"_s);
    const Ending ours{CloseReason::Timeout, false, false, u"nothing heard for 3000 ms"_s};
    QCOMPARE(ours.text(), u"timeout: nothing heard for 3000 ms"_s);
}

void TestEnding::brokenConnectionIsLost()
{
    const Ending broken{std::nullopt, false, false, u"Connection refused"_s};
    QCOMPARE(broken.text(), u"lost: Connection refused"_s);
    QVERIFY(!broken.isRefusal());
}

void TestEnding::leavingIsNoRefusal()
{
    QVERIFY(!(Ending{CloseReason::Bye, true, true, {}}).isRefusal());
    QVERIFY(!(Ending{CloseReason::DuplicateLink, true, true, {}}).isRefusal());
    QVERIFY((Ending{CloseReason::WrongCluster, true, false, {}}).isRefusal());
}

void TestEnding::reasonsAreFoundByTextAndCode()
{
    QCOMPARE(closeReasonFrom(u"unsealed"_s), CloseReason::Unsealed);
    QCOMPARE(closeReasonFrom(4429), CloseReason::Busy);
    QVERIFY(!closeReasonFrom(u"because"_s));
    QVERIFY(!closeReasonFrom(1006));
}

QTEST_APPLESS_MAIN(TestEnding)
#include "tst_ending.moc"
