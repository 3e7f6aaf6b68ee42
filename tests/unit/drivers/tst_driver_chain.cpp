// Does the chain start in order, stop in reverse, follow the newest intent, and say "stopped" only
// when all is?

#include "drivers/driver_chain.h"
#include "recording_driver.h"
#include "support/due_work.h"

#include <QSignalSpy>
#include <QTest>

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

Activation activation(std::uint64_t token)
{
    return {Term{token}, u"n1"_s, u"n1"_s, u"test"_s, u"elected"_s, {}};
}

} // namespace

class TestDriverChain : public QObject
{
    Q_OBJECT

private:
    /// A chain of recording drivers a, b, c, and the journal of what they and it said.
    struct Chain
    {
        explicit Chain(int count = 3, const std::function<void(config::Driver &)> &change = {},
            const QStringList &checked = {})
        {
            std::vector<std::unique_ptr<Driver>> drivers;
            for (int i = 0; i < count; ++i) {
                config::Driver config;
                config.name = QChar(u'a' + i);
                config.retries = 0;
                config.checkInterval = 1h;
                if (change)
                    change(config);
                auto driver = std::make_unique<RecordingDriver>(config, journal);
                driver->isChecked = checked.contains(config.name);
                at.push_back(driver.get());
                drivers.push_back(std::move(driver));
            }
            chain = std::make_unique<DriverChain>(std::move(drivers), clock);
            const auto note = [this](const QString &what) {
                return [this, what](
                           Term token) { journal += u"%1(%2)"_s.arg(what).arg(token.value()); };
            };
            QObject::connect(chain.get(), &DriverChain::started, note(u"started"_s));
            QObject::connect(chain.get(), &DriverChain::stopped, note(u"stopped"_s));
            QObject::connect(chain.get(), &DriverChain::stopFailed,
                [note](Term token) { note(u"stopFailed"_s)(token); });
            QObject::connect(chain.get(), &DriverChain::startFailed,
                [this](Term, const QString &driver) { journal += u"startFailed "_s + driver; });
            QObject::connect(chain.get(), &DriverChain::sick,
                [this](const QString &driver) { journal += u"sick "_s + driver; });
            QObject::connect(chain.get(), &DriverChain::well,
                [this](const QString &driver) { journal += u"well "_s + driver; });
            QObject::connect(chain.get(), &DriverChain::rightSet,
                [this](bool isRight) { journal += isRight ? u"right"_s : u"not right"_s; });
            QObject::connect(
                chain.get(), &DriverChain::shutDown, [this] { journal += u"shutDown"_s; });
        }

        /// Waits for the line, then forgets all up to here and returns it.
        QStringList upTo(const QString &line)
        {
            if (!QTest::qWaitFor([&] { return journal.contains(line); }, 5000))
                journal += u"(never: %1)"_s.arg(line);
            return std::exchange(journal, {});
        }
        void start(std::uint64_t token = 1)
        {
            chain->activate(activation(token));
            upTo(u"started(%1)"_s.arg(token));
        }

        SystemClock clock;
        QStringList journal;
        std::vector<RecordingDriver *> at;
        std::unique_ptr<DriverChain> chain;
    };

    static QStringList lines(const char *text) { return QString::fromLatin1(text).split(u", "_s); }

private Q_SLOTS:
    void startsInOrderAndStopsInReverse()
    {
        Chain c;
        c.chain->activate(activation(7));
        QCOMPARE(c.upTo(u"started(7)"_s), lines("start a, start b, start c, started(7)"));
        QCOMPARE(c.at[0]->last.token, Term{7});
        c.chain->stop(Term{7}, u"switchover"_s);
        QCOMPARE(c.upTo(u"stopped(7)"_s), lines("stop c, stop b, stop a, stopped(7)"));
        QCOMPARE(c.at[0]->last.reason, u"switchover"_s);
    }

    void withoutDriversAnswersAtOnce()
    {
        Chain c(0);
        c.chain->activate(activation(1));
        c.chain->stop(Term{1}, {});
        c.chain->setRight();
        QCOMPARE(c.journal, lines("started(1), stopped(1), right"));
    }

    void stopOfWhatDoesNotRunIsAnsweredAtOnce()
    {
        Chain c;
        c.chain->stop(Term{1}, {});
        c.chain->fence(Term{2}, {}, 100ms);
        QCOMPARE(c.journal, lines("stopped(1), stopped(2)"));
    }

    void stopOfAnEarlierActivationLeavesThePresentOneAlone()
    {
        Chain c;
        c.start(5);
        c.chain->stop(Term{4}, {});
        c.chain->fence(Term{3}, {}, 100ms);
        QCOMPARE(c.journal, lines("stopped(4), stopped(3)"));
    }

    void stopCutsAStartShort()
    {
        Chain c;
        c.at[1]->held = {u"start"_s};
        c.chain->activate(activation(1));
        QTRY_VERIFY(c.at[1]->isHeld());
        c.chain->stop(Term{1}, {});
        QCOMPARE(
            c.upTo(u"stopped(1)"_s), lines("start a, start b, cut b, stop b, stop a, stopped(1)"));
    }

    void startDuringAStopWaitsForItsEnd()
    {
        Chain c(2);
        c.start(1);
        c.at[1]->held = {u"stop"_s};
        c.chain->stop(Term{1}, {});
        c.chain->activate(activation(2));
        c.at[1]->held.clear();
        c.at[1]->release();
        QCOMPARE(c.upTo(u"started(2)"_s),
            lines("stop b, stop a, stopped(1), start a, start b, started(2)"));
    }

    void startThatWaitsIsForgottenByAnotherStop()
    {
        Chain c(2);
        c.start(1);
        c.at[1]->held = {u"stop"_s};
        c.chain->stop(Term{1}, {});
        c.chain->activate(activation(2));
        c.chain->stop(Term{2}, {});
        c.at[1]->held.clear();
        c.at[1]->release();
        QCOMPARE(c.upTo(u"stopped(2)"_s), lines("stop b, stop a, stopped(1), stopped(2)"));
        test::finishDueWork();
        QVERIFY(c.journal.isEmpty());
    }

    void newerActivationStopsTheOlderFirst()
    {
        Chain c(2);
        c.start(1);
        c.chain->activate(activation(2));
        QCOMPARE(c.upTo(u"started(2)"_s), lines("stop b, stop a, start a, start b, started(2)"));
    }

    void failedStartStopsTheEarlierOnes()
    {
        Chain c;
        c.at[1]->failures[u"start"_s] = -1;
        c.chain->activate(activation(1));
        QCOMPARE(c.upTo(u"stopped(1)"_s),
            lines("start a, start b, sick b, startFailed b, stop b, stop a, stopped(1)"));
    }

    void failedStartThatIsToBeIgnoredStopsNothing()
    {
        Chain c(2, [](config::Driver &d) { d.onFailure = config::OnFailure::Ignore; });
        c.at[0]->failures[u"start"_s] = -1;
        c.chain->activate(activation(1));
        QCOMPARE(c.upTo(u"started(1)"_s), lines("start a, start b, started(1)"));
        QCOMPARE(c.chain->states()[0].phase, Phase::Failed);
        c.chain->stop(Term{1}, {});
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("stop b, stop a, stopped(1)"));
    }

    void failedStopIsForced()
    {
        Chain c(2);
        c.start();
        c.at[1]->failures[u"stop"_s] = 1;
        c.chain->stop(Term{1}, {});
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("stop b, fence b, stop a, stopped(1)"));
    }

    void stopThatFailsEvenByForceIsToldAndMayBeAskedAgain()
    {
        Chain c(2);
        c.start();
        c.at[1]->failures = {{u"stop"_s, 1}, {u"fence"_s, 1}};
        c.chain->stop(Term{1}, {});
        QCOMPARE(c.upTo(u"stopFailed(1)"_s), lines("stop b, fence b, stop a, stopFailed(1)"));
        QCOMPARE(c.chain->states()[1].phase, Phase::Failed);
        c.chain->stop(Term{1}, {});
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("stop b, stopped(1)"));
    }

    void nothingStartsOverWhatCouldNotBeStopped()
    {
        Chain c(1);
        c.start(1);
        c.at[0]->failures = {{u"stop"_s, -1}, {u"fence"_s, -1}};
        c.chain->activate(activation(2));
        QCOMPARE(c.upTo(u"stopFailed(2)"_s), lines("stop a, fence a, startFailed , stopFailed(2)"));
    }

    void fenceCutsAnOrdinaryStopShort()
    {
        Chain c(2);
        c.start();
        c.at[1]->held = {u"stop"_s};
        c.chain->stop(Term{1}, {});
        QTRY_VERIFY(c.at[1]->isHeld());
        c.chain->fence(Term{1}, u"lease"_s, 60s);
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("stop b, cut b, fence b, fence a, stopped(1)"));
    }

    void fenceCutsAStartShort()
    {
        Chain c(2);
        c.at[0]->held = {u"start"_s};
        c.chain->activate(activation(1));
        c.chain->fence(Term{1}, u"lease"_s, 60s);
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("start a, cut a, fence a, stopped(1)"));
    }

    void fenceTriesAgainWhatHasFailed()
    {
        Chain c(2);
        c.start();
        c.at[1]->failures[u"fence"_s] = 1;
        c.chain->fence(Term{1}, u"lease"_s, 60s);
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("fence b, fence a, fence b, stopped(1)"));
    }

    void fenceThatFailsToTheEndIsToldAndHasKilled()
    {
        Chain c(2);
        c.start();
        c.at[1]->failures[u"fence"_s] = -1;
        c.chain->fence(Term{1}, u"lease"_s, 200ms);
        const QStringList seen = c.upTo(u"stopFailed(1)"_s);
        QVERIFY2(seen.contains(u"kill b"_s), qPrintable(seen.join(u", "_s)));
        QVERIFY(!seen.contains(u"kill a"_s));
    }

    void fenceSharesItsTime()
    {
        Chain c(3);
        c.start();
        c.chain->fence(Term{1}, u"lease"_s, 60s);
        c.upTo(u"stopped(1)"_s);
        // A quarter is 15 s: a third of it for the first, and what is left for those after it.
        QVERIFY(c.at[2]->fencedWithin <= 5s);
        QVERIFY(c.at[0]->fencedWithin > 5s);
        QVERIFY(c.at[0]->fencedWithin <= 15s);
    }

    void endOfWhatRunsIsSick()
    {
        Chain c(2);
        c.start();
        c.at[0]->endByItself(u"exited with code 3"_s);
        QCOMPARE(c.journal, lines("sick a"));
        QCOMPARE(c.chain->states()[0].detail, u"exited with code 3"_s);
        QVERIFY(!c.chain->states()[0].isHealthy);
        c.chain->stop(Term{1}, {});
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("sick a, stop b, stop a, well a, stopped(1)"));
    }

    void theSameActivationStartsAnewWhatIsSick()
    {
        Chain c(2);
        c.start();
        c.at[0]->endByItself(u"exited with code 3"_s);
        c.chain->activate(activation(1));
        QCOMPARE(c.upTo(u"started(1)"_s),
            lines("sick a, stop b, stop a, start a, well a, start b, started(1)"));
        c.chain->activate(activation(1));
        QCOMPARE(c.upTo(u"started(1)"_s), lines("started(1)"));
    }

    void sickOnceUntilWell()
    {
        Chain c(1, [](config::Driver &d) { d.checkInterval = 1ms; }, {u"a"_s});
        c.at[0]->failures[u"check"_s] = 3;
        c.start();
        QStringList seen = c.upTo(u"well a"_s);
        seen.removeAll(u"check a"_s);
        QCOMPARE(seen, lines("sick a, well a"));
    }

    void reassertChecksNow()
    {
        Chain c(2, {}, {u"b"_s});
        c.start();
        c.chain->reassert();
        QCOMPARE(c.upTo(u"check b"_s), lines("check b"));
    }

    void checkIsCutShortByAStop()
    {
        Chain c(1, {}, {u"a"_s});
        c.start();
        c.at[0]->held = {u"check"_s};
        c.chain->reassert();
        QTRY_VERIFY(c.at[0]->isHeld());
        c.chain->stop(Term{1}, {});
        QCOMPARE(c.upTo(u"stopped(1)"_s), lines("check a, cut a, stop a, stopped(1)"));
    }

    void putRightStopsEverythingTheFirstTime()
    {
        Chain c(2, {}, {u"a"_s});
        c.chain->setRight();
        QCOMPARE(c.upTo(u"right"_s), lines("stop b, sweep b, stop a, sweep a, right"));
        // Now it is known: only what its check finds running would be stopped.
        c.at[0]->failures[u"check"_s] = -1;
        c.chain->setRight();
        QCOMPARE(c.upTo(u"right"_s), lines("sweep b, check a, sweep a, right"));
    }

    void putRightStopsWhatItsCheckFindsRunning()
    {
        Chain c(1, {}, {u"a"_s});
        c.chain->setRight();
        c.upTo(u"right"_s);
        c.chain->setRight();
        QCOMPARE(c.upTo(u"right"_s), lines("check a, stop a, sweep a, right"));
    }

    void putRightOverlooksAStopThatFailsWithNothingLeft()
    {
        Chain c(2, {}, {u"a"_s});
        for (RecordingDriver *driver : c.at)
            driver->failures = {{u"stop"_s, -1}, {u"fence"_s, -1}, {u"check"_s, -1}};
        c.chain->setRight();
        QCOMPARE(c.upTo(u"right"_s),
            lines("stop b, fence b, sweep b, stop a, fence a, check a, sweep a, right"));
    }

    void putRightFailsWhereTheServiceGoesOn()
    {
        Chain c(2, {}, {u"a"_s});
        c.at[0]->failures = {{u"stop"_s, -1}, {u"fence"_s, -1}};
        c.at[1]->failures = {{u"sweep"_s, -1}};
        c.chain->setRight();
        QCOMPARE(
            c.upTo(u"not right"_s), lines("stop b, sweep b, stop a, fence a, check a, not right"));
    }

    void putRightLeavesAnActivationAlone()
    {
        Chain c(1);
        c.start();
        c.chain->setRight();
        QCOMPARE(c.journal, lines("right"));
    }

    void startDuringPutRightWaits()
    {
        Chain c(1);
        c.at[0]->held = {u"stop"_s};
        c.chain->setRight();
        c.chain->activate(activation(1));
        c.at[0]->release();
        QCOMPARE(c.upTo(u"started(1)"_s), lines("stop a, sweep a, right, start a, started(1)"));
    }

    void shutdownStopsAndTakesNoMoreOrders()
    {
        Chain c(2);
        c.start();
        c.chain->shutdown();
        c.chain->activate(activation(2));
        QCOMPARE(c.upTo(u"shutDown"_s), lines("stop b, stop a, shutDown"));
        c.chain->activate(activation(3));
        test::finishDueWork();
        QVERIFY(c.journal.isEmpty());
    }

    void shutdownGivesUpPuttingRight()
    {
        Chain c(1);
        c.at[0]->held = {u"stop"_s};
        c.chain->setRight();
        c.chain->shutdown();
        QCOMPARE(c.journal, lines("stop a, cut a, shutDown"));
    }

    void eventsAndStatesAreTold()
    {
        Chain c(1);
        QSignalSpy events(c.chain.get(), &DriverChain::driverEvent);
        QSignalSpy states(c.chain.get(), &DriverChain::statesChanged);
        c.start();
        QTRY_VERIFY(!states.isEmpty());
        const auto last = states.last()[0].value<QList<DriverState>>();
        QCOMPARE(
            last, (QList<DriverState>{{u"a"_s, u"recording"_s, Phase::Started, true, QString()}}));
        QCOMPARE(events.size(), 1);
        QCOMPARE(events[0][0].toString(), u"driver-started"_s);
        QCOMPARE(events[0][1].toMap()[u"driver"_s].toString(), u"a"_s);
        c.chain->stop(Term{1}, {});
        QTRY_COMPARE(events.size(), 2);
        QCOMPARE(events[1][0].toString(), u"driver-stopped"_s);
    }
};

} // namespace clustd::drivers

QTEST_GUILESS_MAIN(clustd::drivers::TestDriverChain)
#include "tst_driver_chain.moc"
