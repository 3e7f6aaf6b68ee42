// Whom has a voter promised itself to, and what ends that (V1, V3, V6)?

#include "election/promise.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

namespace {

constexpr Instant at(Duration sinceStart)
{
    return Instant(sinceStart);
}

/// Start-up over at 100 ms, promised to n2 for term 7 until 500 ms.
Promise promised()
{
    Promise promise(at(100ms));
    promise.make(life("n2"), Term{7}, at(500ms));
    return promise;
}

} // namespace

class TestPromise : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyIsFreeWhileStartingUp()
    {
        const Promise promise(at(100ms));
        QVERIFY(promise.isStartingUp(at(99ms)));
        QVERIFY(!promise.isStartingUp(at(100ms)));
        QCOMPARE(promise.freeAt(life("n2")), at(100ms));
        QCOMPARE(promise.freeForAll(), at(100ms));
    }

    void holderIsFreeAtOnceOthersWhenItEnds()
    {
        const Promise promise = promised();
        QCOMPARE(promise.freeAt(life("n2")), at(100ms));
        QCOMPARE(promise.freeAt(life("n3")), at(500ms));
        QCOMPARE(promise.freeAt(life("n2", 2)), at(500ms));
        QCOMPARE(promise.freeForAll(), at(500ms));
    }

    void startUpCoversTheHolderToo()
    {
        Promise promise(at(1000ms));
        promise.make(life("n2"), Term{7}, at(500ms));
        QCOMPARE(promise.freeAt(life("n2")), at(1000ms));
        QCOMPARE(promise.freeForAll(), at(1000ms));
    }

    void sameHolderKeepsTheHigherTerm()
    {
        Promise promise = promised();
        promise.make(life("n2"), Term{6}, at(600ms));
        QCOMPARE(promise.term(), Term{7});
        QCOMPARE(promise.until(), at(600ms));
        promise.make(life("n3"), Term{6}, at(700ms));
        QCOMPARE(promise.term(), Term{6});
    }

    void forgetsOnlyAFullMatch_data()
    {
        QTest::addColumn<QByteArray>("machine");
        QTest::addColumn<quint64>("incarnation");
        QTest::addColumn<quint64>("upTo");
        QTest::addColumn<bool>("isForgotten");
        QTest::newRow("the very life and term")
            << QByteArray("n2") << quint64(1) << quint64(7) << true;
        QTest::newRow("a higher term") << QByteArray("n2") << quint64(1) << quint64(9) << true;
        QTest::newRow("the life is dead")
            << QByteArray("n2") << quint64(1) << quint64(kForEver.value()) << true;
        QTest::newRow("a lower term") << QByteArray("n2") << quint64(1) << quint64(6) << false;
        QTest::newRow("another life") << QByteArray("n2") << quint64(2) << quint64(7) << false;
        QTest::newRow("another machine") << QByteArray("n3") << quint64(1) << quint64(7) << false;
    }

    void forgetsOnlyAFullMatch()
    {
        QFETCH(QByteArray, machine);
        QFETCH(quint64, incarnation);
        QFETCH(quint64, upTo);
        Promise promise = promised();
        QTEST(promise.forget({life(machine.constData(), incarnation), Term{upTo}}), "isForgotten");
        QTEST(!promise.holder().has_value(), "isForgotten");
    }

    void releaseDoesNotShortenTheStartUp()
    {
        Promise promise(at(1000ms));
        promise.make(life("n2"), Term{7}, at(1500ms));
        QVERIFY(promise.forget({life("n2"), kForEver}));
        QCOMPARE(promise.freeForAll(), at(1000ms));
    }

    void droppedPromiseBindsNobody()
    {
        Promise promise = promised();
        promise.drop();
        QCOMPARE(promise.freeAt(life("n3")), at(100ms));
        QVERIFY(!promise.forget({life("n2"), kForEver}));
    }
};

QTEST_GUILESS_MAIN(TestPromise)
#include "tst_promise.moc"
