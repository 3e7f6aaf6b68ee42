// Is a chore done along with other work where there is some, by itself where there is none, and
// never much too often?

#include "util/piggyback_timer.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace clustd;
using namespace std::chrono_literals;

class TestPiggybackTimer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isDueByItselfAgainAndAgain()
    {
        PiggybackTimer timer;
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(5ms);
        QTRY_VERIFY(due.count() >= 3);
    }

    void ridesAlongInTheLastQuarterOnly()
    {
        PiggybackTimer timer;
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(1h);
        timer.ride();
        QCOMPARE(due.count(), 0);

        // Without an event loop nothing but ride() can make it due.
        timer.start(100ms);
        QThread::msleep(90);
        timer.ride();
        QCOMPARE(due.count(), 1);
    }

    void beginsAnewAfterARide()
    {
        PiggybackTimer timer;
        // What is done then may ride along with itself.
        connect(&timer, &PiggybackTimer::due, &timer, &PiggybackTimer::ride);
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(10s);
        timer.start(100ms);
        QThread::msleep(90);
        timer.ride();
        QCOMPARE(due.count(), 1);
    }

    void beginsAnewAfterALateTimeout()
    {
        PiggybackTimer timer;
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        connect(&timer, &PiggybackTimer::due, &timer, [&timer] {
            timer.ride();
            timer.stop();
        });
        timer.start(200ms);
        // Late into the next interval's last quarter, by the rhythm of before.
        QThread::msleep(200 + 190);
        QTRY_VERIFY(due.count() > 0);
        QCOMPARE(due.count(), 1);
    }

    void doesNothingForAnIntervalOf0AndOnceStopped()
    {
        PiggybackTimer timer;
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(0ms);
        timer.ride();
        timer.start(10ms);
        QThread::msleep(10);
        timer.stop();
        timer.ride();
        timer.start(10ms);
        timer.start(0ms);
        QCoreApplication::processEvents(QEventLoop::AllEvents, 30);
        QCOMPARE(due.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestPiggybackTimer)
#include "tst_piggyback_timer.moc"
