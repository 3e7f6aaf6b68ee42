// Which lives are known to be released, and for which terms (V6)?

#include "election/released_lives.h"
#include "support/election_by_hand.h"

using namespace clustd;
using namespace clustd::test;

class TestReleasedLives : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void coversUpToTheTerm()
    {
        ReleasedLives lives;
        QVERIFY(lives.note({life("n2"), Term{7}}));
        QVERIFY(lives.covers(life("n2"), Term{7}));
        QVERIFY(lives.covers(life("n2"), Term{1}));
        QVERIFY(!lives.covers(life("n2"), Term{8}));
        QVERIFY(!lives.covers(life("n2", 2), Term{7}));
        QVERIFY(!lives.covers(life("n3"), Term{7}));
        QVERIFY(!lives.isDead(life("n2")));
    }

    void repeatsAreNoNews()
    {
        ReleasedLives lives;
        QVERIFY(lives.note({life("n2"), Term{7}}));
        QVERIFY(!lives.note({life("n2"), Term{7}}));
        QVERIFY(!lives.note({life("n2"), Term{6}}));
        QVERIFY(lives.covers(life("n2"), Term{7}));
        QVERIFY(lives.note({life("n2"), kForEver}));
        QVERIFY(lives.isDead(life("n2")));
        QVERIFY(!lives.note({life("n2"), Term{9}}));
        QVERIFY(lives.isDead(life("n2")));
    }

    void passesOnTheLastNews()
    {
        ReleasedLives lives;
        QVERIFY(!lives.last());
        QVERIFY(lives.note({life("n2"), Term{7}}));
        QVERIFY(lives.note({life("n3"), Term{8}}));
        QVERIFY(!lives.note({life("n2"), Term{7}}));
        QCOMPARE(lives.last()->life.machine, NodeId{"n3"});
    }

    void keepsFourLivesOfEachMachine()
    {
        ReleasedLives lives;
        QVERIFY(lives.note({life("n3"), kForEver}));
        for (std::uint64_t incarnation = 1; incarnation <= 5; ++incarnation)
            QVERIFY(lives.note({life("n2", incarnation), kForEver}));
        QVERIFY(!lives.isDead(life("n2", 1)));
        for (std::uint64_t incarnation = 2; incarnation <= 5; ++incarnation)
            QVERIFY(lives.isDead(life("n2", incarnation)));
        QVERIFY(lives.isDead(life("n3")));
    }
};

QTEST_GUILESS_MAIN(TestReleasedLives)
#include "tst_released_lives.moc"
