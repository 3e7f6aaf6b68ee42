#include "link/backoff.h"

#include <QTest>

/// Does dialling slow down, within its bounds, and not in step with others?
using namespace clustd;
using namespace clustd::link;
using namespace std::chrono_literals;

class TestBackoff : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void doublesToItsCapWithinTheJitter();
    void startsAnewAfterReset();
    void twoSeedsDiffer();
};

void TestBackoff::doublesToItsCapWithinTheJitter()
{
    Backoff backoff(7);
    Duration base = 100ms;
    for (int i = 0; i < 20; ++i) {
        const Duration wait = backoff.next();
        QVERIFY(wait >= base * 4 / 5 && wait <= base * 6 / 5);
        base = std::min<Duration>(2 * base, 5s);
    }
}

void TestBackoff::startsAnewAfterReset()
{
    Backoff backoff(7);
    for (int i = 0; i < 10; ++i)
        (void)backoff.next();
    backoff.reset();
    QVERIFY(backoff.next() <= 120ms);
}

void TestBackoff::twoSeedsDiffer()
{
    Backoff one(1), two(2);
    QVERIFY(one.next() != two.next());
}

QTEST_APPLESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
