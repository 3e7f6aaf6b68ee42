// Does a limit let through what it promises, and no more?

#include "util/token_bucket.h"

#include <QTest>

using namespace clustd;
using namespace std::chrono_literals;

class TestTokenBucket : public QObject
{
    Q_OBJECT

private:
    static Instant at(Duration span) { return Instant{} + 1h + span; }

private Q_SLOTS:
    void beginsFull()
    {
        TokenBucket bucket(10, 3);
        for (int i = 0; i < 3; ++i)
            QVERIFY(bucket.take(1, at(0s)));
        QVERIFY(!bucket.take(1, at(0s)));
    }

    void isFilledByTheTimeThatPassesAndNeverOver()
    {
        TokenBucket bucket(10, 3);
        QVERIFY(bucket.take(3, at(0s)));
        QVERIFY(!bucket.take(1, at(99ms)));
        QVERIFY(bucket.take(1, at(101ms)));
        QVERIFY(bucket.take(3, at(10s)));
        QVERIFY(!bucket.take(0.5, at(10s)));
    }

    void whatIsTooMuchTakesNothing()
    {
        TokenBucket bucket(1, 3);
        QVERIFY(!bucket.take(4, at(0s)));
        QVERIFY(bucket.take(3, at(0s)));
    }
};

QTEST_APPLESS_MAIN(TestTokenBucket)
#include "tst_token_bucket.moc"
