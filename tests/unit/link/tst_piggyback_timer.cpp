// Is a chore done along with other work where there is some, by itself where there is none, and
// never much too often?

#include "support/hand_clock.h"
#include "util/piggyback_timer.h"

#include <QSignalSpy>
#include <QTest>

using namespace clustd;
using namespace std::chrono_literals;

class TestPiggybackTimer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isDueByItselfAgainAndAgain()
    {
        PiggybackTimer timer(m_clock);
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(1ms);
        QTRY_VERIFY(due.count() >= 3);
    }

    void ridesAlongInTheLastQuarterOnly()
    {
        PiggybackTimer timer(m_clock);
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(1h);
        m_clock.advance(44min);
        timer.ride();
        QCOMPARE(due.count(), 0);
        m_clock.advance(1min);
        timer.ride();
        QCOMPARE(due.count(), 1);
        // That began a new interval.
        m_clock.advance(44min);
        timer.ride();
        QCOMPARE(due.count(), 1);
    }

    void whatIsDoneMayRideAlongWithItself()
    {
        PiggybackTimer timer(m_clock);
        connect(&timer, &PiggybackTimer::due, &timer, &PiggybackTimer::ride);
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(1h);
        m_clock.advance(1h);
        timer.ride();
        QCOMPARE(due.count(), 1);
    }

    void aLateTimeoutBeginsANewIntervalToo()
    {
        PiggybackTimer timer(m_clock);
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        connect(&timer, &PiggybackTimer::due, &timer, [&timer] {
            timer.ride();
            timer.stop();
        });
        timer.start(1ms);
        m_clock.advance(1h);
        QTRY_VERIFY(due.count() > 0);
        QCOMPARE(due.count(), 1);
    }

    void isNeverDueForAnIntervalOf0NorOnceStopped()
    {
        PiggybackTimer timer(m_clock);
        const QSignalSpy due(&timer, &PiggybackTimer::due);
        timer.start(1ms);
        timer.start(0ms);
        m_clock.advance(1h);
        timer.ride();
        timer.start(1ms);
        timer.stop();
        m_clock.advance(1h);
        timer.ride();
        // A timer that was left running would come before this one.
        bool isLater = false;
        QTimer::singleShot(20ms, &timer, [&isLater] { isLater = true; });
        QTRY_VERIFY(isLater);
        QCOMPARE(due.count(), 0);
    }

private:
    test::HandClock m_clock;
};

QTEST_GUILESS_MAIN(TestPiggybackTimer)
#include "tst_piggyback_timer.moc"
