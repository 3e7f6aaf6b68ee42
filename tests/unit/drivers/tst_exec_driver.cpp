// Do commands get what they need, and is nothing of them left after a stop or a fence, whatever
// they do?

#include "drivers/child_process.h"
#include "drivers/driver_cgroup.h"
#include "exec_fixture.h"

#include <QFileInfo>
#include <QSignalSpy>

#include <algorithm>
#include <array>

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A process in a session of its own whose parents are gone, as a daemon makes itself.
const QString kDaemon
    = u"(setsid sh -c 'echo pid daemon $$ >> \"$LOG\"; while :; do sleep 1; done' &) ; "
      u"while ! grep -q 'pid daemon' \"$LOG\"; do sleep 0.01; done; "_s;
const QString kDeafDaemon = u"(setsid sh -c 'trap \"\" TERM; echo pid daemon $$ >> \"$LOG\"; while "
                            u":; do sleep 1; done' &) ; "
                            u"while ! grep -q 'pid daemon' \"$LOG\"; do sleep 0.01; done; "_s;
/// The same without any trace of us in its environment.
const QString kHiddenDaemon
    = u"env -i LOG=\"$LOG\" PATH=\"$PATH\" sh -c '(setsid sh -c \"echo pid daemon \\$\\$ >> $LOG; "
      u"while :; do sleep 1; done\" &)'; "
      u"while ! grep -q 'pid daemon' \"$LOG\"; do sleep 0.01; done; "_s;
const QString kDeafRun = u"trap '' TERM; say pid run $$; while :; do sleep 0.05; done"_s;

} // namespace

class TestExecDriver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsInOrderAndStopsInReverse()
    {
        ExecFixture f;
        f.add(u"a"_s, u"say a up"_s, u"say a down"_s);
        f.add(u"b"_s, u"say b up"_s, u"say b down"_s);
        QVERIFY(f.starts());
        QVERIFY(f.stops());
        QCOMPARE(f.log(), (QStringList{u"a up"_s, u"b up"_s, u"b down"_s, u"a down"_s}));
    }

    void environmentIsComplete()
    {
        const QString tell
            = u"say $CLUSTD_ACTION $CLUSTD_TERM $CLUSTD_NODE $CLUSTD_MASTER $CLUSTD_CLUSTER "
              u"\"$CLUSTD_REASON\" $OWN \"$NOTIFY_SOCKET\"; [ \"$CLUSTD_DEADLINE_MS\" -gt 0 ] || say none"_s;
        qputenv("NOTIFY_SOCKET", "/run/not-for-children");
        qputenv("OWN", "of the daemon");
        ExecFixture f;
        f.add(u"a"_s, tell, tell + u"; [ $CLUSTD_ACTION = fence ]"_s)
            .env.emplace_back(u"OWN"_s, u"mine"_s);
        f.make();
        qunsetenv("NOTIFY_SOCKET");
        qunsetenv("OWN");
        QVERIFY(f.starts(9));
        QVERIFY(f.stops(9));
        QCOMPARE(f.log(),
            (QStringList{u"start 9 n1 n1 test elected mine "_s,
                u"stop 9 n1 n1 test test ends mine "_s, u"fence 9 n1 n1 test test ends mine "_s}));
    }

    void outputIsToldLineByLine()
    {
        ExecFixture f;
        f.add(u"a"_s, u"echo coming; echo up >&2"_s, u"echo gone"_s);
        QVERIFY(f.starts());
        QVERIFY(f.stops());
        QCOMPARE(f.printed, (QStringList{u"a: coming"_s, u"a: up"_s, u"a: gone"_s}));
    }

    void failedStartNamesItsLastLine()
    {
        ExecFixture f;
        f.add(u"a"_s, u"say a up"_s, u"say a down"_s);
        f.add(u"b"_s, u"echo no such database; exit 4"_s, u"say b down"_s);
        f.make();
        f.chain->activate(ExecFixture::activation(1));
        QVERIFY(f.hears(u"stopped(1)"_s));
        QCOMPARE(f.said.value(1), u"startFailed: start exited with code 4: no such database"_s);
        QCOMPARE(f.log(), (QStringList{u"a up"_s, u"b down"_s, u"a down"_s}));
    }

    void startThatTakesTooLongFails()
    {
        ExecFixture f;
        f.add(u"a"_s, u"sleep 1000"_s, u"say down"_s).timeouts.start = 50ms;
        f.make();
        f.chain->activate(ExecFixture::activation(1));
        QVERIFY(f.hears(u"stopped(1)"_s));
        QVERIFY(f.said.contains(u"startFailed: start took longer than 50 ms"_s));
        QCOMPARE(f.log(), QStringList{u"down"_s});
    }

    void hangingStartIsCutShortByAStop()
    {
        ExecFixture f;
        f.add(u"a"_s, u"trap '' TERM; say pid start $$; sleep 1000"_s, u"say down"_s);
        f.make();
        f.chain->activate(ExecFixture::activation(1));
        QTRY_VERIFY(f.isAlive(u"start"_s));
        QVERIFY(f.stops());
        QVERIFY(!f.isAlive(u"start"_s));
        QCOMPARE(f.log().constLast(), u"down"_s);
    }

    void stopThatTakesTooLongIsForced()
    {
        ExecFixture f;
        f.add(u"a"_s, u"true"_s, u"say $CLUSTD_ACTION; [ $CLUSTD_ACTION = fence ] || sleep 1000"_s)
            .timeouts.stop
            = 200ms;
        QVERIFY(f.starts());
        QVERIFY(f.stops());
        QCOMPARE(f.log(), (QStringList{u"stop"_s, u"fence"_s}));
    }

    void stopThatNeverSucceedsIsToldAsFailed()
    {
        ExecFixture f;
        f.add(u"a"_s, u"true"_s, u"[ -e $DIR/may-stop ]"_s);
        QVERIFY(f.starts());
        f.chain->stop(Term{1}, {});
        QVERIFY(f.hears(u"stopFailed(1)"_s));
        QVERIFY(!f.said.contains(u"stopped(1)"_s));
        QFile flag(f.folder.filePath(u"may-stop"_s));
        QVERIFY(flag.open(QIODevice::WriteOnly));
        QVERIFY(f.stops());
    }

    void nothingIsLeftAfterAStop_data()
    {
        QTest::addColumn<QString>("start");
        QTest::addColumn<bool>("usesCgroups");
        QTest::newRow("a double-forked daemon in its own session") << kDaemon << true;
        QTest::newRow("one that is deaf to SIGTERM") << kDeafDaemon << true;
        QTest::newRow("one that has cleared its environment") << kHiddenDaemon << true;
        QTest::newRow("the first, where there are no cgroups") << kDaemon << false;
        QTest::newRow("the second, where there are no cgroups") << kDeafDaemon << false;
        QTest::newRow("the third, where there are no cgroups") << kHiddenDaemon << false;
    }
    void nothingIsLeftAfterAStop()
    {
        QFETCH(QString, start);
        QFETCH(bool, usesCgroups);
        ExecFixture f;
        f.usesCgroups = usesCgroups;
        f.add(u"a"_s, start, u"say down"_s).timeouts.stop = 300ms;
        QVERIFY(f.starts());
        QVERIFY(f.isAlive(u"daemon"_s));
        QVERIFY(f.stops());
        QVERIFY(!f.isAlive(u"daemon"_s));
    }

    void nothingIsLeftAfterAFence_data() { nothingIsLeftAfterAStop_data(); }
    void nothingIsLeftAfterAFence()
    {
        QFETCH(QString, start);
        QFETCH(bool, usesCgroups);
        ExecFixture f;
        f.usesCgroups = usesCgroups;
        f.add(u"a"_s, start, u"say $CLUSTD_ACTION; sleep 1000"_s);
        QVERIFY(f.starts());
        // The stop command hangs; yet the processes are killed, and that is told as a failure.
        f.chain->fence(Term{1}, u"lease lost"_s, 2s);
        QVERIFY(f.hears(u"stopFailed(1)"_s));
        QVERIFY(!f.isAlive(u"daemon"_s));
        QVERIFY(f.log().contains(u"fence"_s));
    }

    void stopWaitsForWhatTheStopCommandHasToldToEnd()
    {
        ExecFixture f;
        f.add(u"a"_s,
            u"(setsid sh -c 'trap \"sleep 0.1; echo ended well >> $LOG; exit 0\" TERM; "
            u"echo pid daemon $$ >> \"$LOG\"; while :; do sleep 0.01; done' &); "
            u"while ! grep -q 'pid daemon' \"$LOG\"; do sleep 0.01; done"_s,
            u"kill $(sed -n 's/pid daemon //p' $LOG)"_s);
        QVERIFY(f.starts());
        QVERIFY(f.stops());
        QVERIFY(f.log().contains(u"ended well"_s));
    }

    void supervisedProcessIsEndedBySigterm()
    {
        ExecFixture f;
        f.addRun(
            u"a"_s, u"trap 'say bye; exit 0' TERM; say pid run $$; while :; do sleep 0.02; done"_s);
        QVERIFY(f.starts());
        QTRY_VERIFY(f.isAlive(u"run"_s));
        QVERIFY(f.stops());
        QVERIFY(!f.isAlive(u"run"_s));
        QCOMPARE(f.log().constLast(), u"bye"_s);
        QVERIFY(!f.said.join(u' ').contains(u"sick"));
    }

    void supervisedProcessThatIgnoresSigtermIsKilled()
    {
        ExecFixture f;
        f.addRun(u"a"_s, kDeafRun).timeouts.stop = 100ms;
        QVERIFY(f.starts());
        QTRY_VERIFY(f.isAlive(u"run"_s));
        QVERIFY(f.stops());
        QVERIFY(!f.isAlive(u"run"_s));
    }

    void fenceKillsWhatIgnoresSigterm()
    {
        ExecFixture f;
        // Neither may have the minute that an ordinary stop would give it.
        f.addRun(u"a"_s, kDeafRun).timeouts.stop = 60s;
        f.addRun(u"b"_s, u"trap '' TERM; say pid other $$; while :; do sleep 0.05; done"_s)
            .timeouts.stop
            = 60s;
        QVERIFY(f.starts());
        QTRY_VERIFY(f.isAlive(u"run"_s) && f.isAlive(u"other"_s));
        QVERIFY(f.fences(400ms));
        QVERIFY(!f.isAlive(u"run"_s));
        QVERIFY(!f.isAlive(u"other"_s));
    }

    void endOfASupervisedProcessIsSick()
    {
        ExecFixture f;
        f.addRun(
            u"a"_s, u"while [ ! -e $DIR/end ]; do sleep 0.01; done; echo out of luck; exit 5"_s);
        QVERIFY(f.starts());
        QFile flag(f.folder.filePath(u"end"_s));
        QVERIFY(flag.open(QIODevice::WriteOnly));
        QVERIFY(f.hears(u"sick a: exited with code 5: out of luck"_s));
        QCOMPARE(f.chain->states().value(0).phase, Phase::Failed);
        QVERIFY(f.stops());
    }

    void supervisedProgramThatCannotBeExecutedFailsToStart()
    {
        ExecFixture f;
        f.addRun(u"a"_s, {}).run.argv = {u"/no/such/program"_s};
        f.make();
        f.chain->activate(ExecFixture::activation(1));
        QVERIFY(f.hears(u"stopped(1)"_s));
        QVERIFY2(f.said.value(1).contains(u"cannot execute /no/such/program"),
            qPrintable(f.said.join(u'\n')));
    }

    void supervisedProcessIsStartedOnceItsCheckSucceeds()
    {
        ExecFixture f;
        f.addRun(u"a"_s, u"sleep 0.1; say ready; touch $DIR/ready; exec sleep 1000"_s,
            u"[ -e $DIR/ready ]"_s);
        QVERIFY(f.starts());
        QCOMPARE(f.log(), QStringList{u"ready"_s});
        QVERIFY(f.stops());
    }

    void failingCheckIsSickAndThenWell()
    {
        ExecFixture f;
        f.add(u"a"_s, u"touch $DIR/up"_s, u"true"_s,
             u"[ -e $DIR/up ] || { echo no answer; exit 1; }"_s)
            .retries
            = 1;
        QVERIFY(f.starts());
        QVERIFY(QFile::remove(f.folder.filePath(u"up"_s)));
        QVERIFY(f.hears(u"sick a: check exited with code 1: no answer (2 times in a row)"_s));
        QFile flag(f.folder.filePath(u"up"_s));
        QVERIFY(flag.open(QIODevice::WriteOnly));
        QVERIFY(f.hears(u"well a"_s));
        QVERIFY(f.stops());
    }

    void checkThatTakesTooLongFails()
    {
        ExecFixture f;
        f.add(u"a"_s, u"true"_s, u"true"_s, u"sleep 1000"_s).timeouts.check = 30ms;
        QVERIFY(f.starts());
        QVERIFY(f.hears(u"sick a: check took longer than 30 ms"_s));
        QVERIFY(f.stops());
    }

    void putRightEndsWhatAFormerLifeLeft()
    {
        ExecFixture now;
        // Started by nobody of ours, but marked as ours, as if the daemon had died since.
        QTemporaryDir &folder = now.folder;
        const QByteArray mark = now.household().mark(u"a"_s) + "3";
        ChildProcess child;
        const QByteArray log = folder.filePath(u"log"_s).toLocal8Bit();
        QVERIFY(child.start(
            {{u"sh"_s, u"-c"_s, u"echo pid old $$ >> $LOG; while :; do sleep 1; done"_s},
                {"PATH=/usr/bin:/bin", "LOG=" + log, "CLUSTD_DRIVER_MARK=" + mark}, {}}));
        QTRY_VERIFY(now.isAlive(u"old"_s));
        now.addRun(u"a"_s, u"sleep 1000"_s).timeouts.stop = 10ms;
        now.make();
        now.chain->setRight();
        QVERIFY(now.hears(u"right"_s));
        QVERIFY(!now.isAlive(u"old"_s));
    }

    void driversOfAnotherPlaceAreLeftAlone()
    {
        ExecFixture one;
        ExecFixture other;
        one.addRun(u"a"_s, u"say pid run $$; while :; do sleep 0.05; done"_s);
        other.addRun(u"a"_s, u"sleep 1000"_s);
        QVERIFY(one.starts());
        QTRY_VERIFY(one.isAlive(u"run"_s));
        other.make();
        other.chain->setRight();
        QVERIFY(other.hears(u"right"_s));
        QVERIFY(one.isAlive(u"run"_s));
        QVERIFY(one.stops());
    }

    void nothingIsLeftWhenTheChainIsDestroyed()
    {
        ExecFixture f;
        f.add(u"a"_s, kDeafDaemon, u"true"_s);
        f.addRun(u"b"_s, kDeafRun);
        QVERIFY(f.starts());
        QTRY_VERIFY(f.isAlive(u"run"_s));
        f.chain.reset();
        QTRY_VERIFY(!f.isAlive(u"run"_s));
        QTRY_VERIFY(!f.isAlive(u"daemon"_s));
    }

    void cgroupIsGoneAfterAStop()
    {
        ExecFixture f;
        f.addRun(u"a"_s, u"exec sleep 1000"_s);
        const DriverCgroup cgroup(f.household().cgroupName(u"a"_s));
        if (cgroup.path().isEmpty())
            QSKIP("no cgroup v2 directory can be written here");
        QVERIFY(f.starts());
        QCOMPARE(cgroup.members().size(), 1);
        QVERIFY(f.stops());
        QVERIFY(!QFileInfo::exists(QFile::decodeName(cgroup.path())));
    }

    void fencePlanHoldsStopCommandsInReverse()
    {
        ExecFixture f;
        f.add(u"a"_s, u"true"_s, u"say a"_s);
        f.addRun(u"b"_s, u"exec sleep 1000"_s);
        f.add(u"c"_s, u"true"_s, u"say c"_s);
        f.make();
        const Result<guard::FencePlan> plan = f.chain->fencePlan(ExecFixture::activation(8));
        QVERIFY(plan);
        QStringList names;
        for (const guard::FencePlan::Step &step : plan->steps()) {
            if (step.kind != guard::FencePlan::StepKind::Run)
                continue;
            std::array<const char *, guard::FencePlan::kMaxWords + 1> words{};
            const std::size_t count = plan->words(step, words);
            QStringList all;
            for (std::size_t i = 0; i < count; ++i)
                all += QString::fromLocal8Bit(words[i]);
            names += all.value(0);
            QVERIFY(all.contains(u"CLUSTD_ACTION=fence"_s));
            QVERIFY(all.contains(u"CLUSTD_TERM=8"_s));
            QVERIFY(all.contains(u"CLUSTD_REASON=the daemon is dead, or late with its lease"_s));
            QVERIFY(step.isRequired);
        }
        QCOMPARE(names, (QStringList{u"c"_s, u"a"_s}));
    }

    void planGrowsWithTheGroupsThatRun()
    {
        ExecFixture f;
        f.addRun(u"a"_s, u"exec sleep 1000"_s);
        f.make();
        QSignalSpy plans(f.chain.get(), &DriverChain::fencePlanChanged);
        QVERIFY(f.starts(4));
        QTRY_COMPARE(plans.size(), 1);
        QCOMPARE(plans[0][0].value<Term>(), Term{4});
        const auto plan = plans[0][1].value<guard::FencePlan>();
        const auto groups = std::count_if(plan.steps().begin(), plan.steps().end(),
            [](const auto &s) { return s.kind == guard::FencePlan::StepKind::KillGroup; });
        QCOMPARE(groups, 1);
        QVERIFY(f.stops(4));
    }

    void planThatDoesNotFitIsRefused()
    {
        ExecFixture f;
        f.add(u"a"_s, u"true"_s, QString(20000, u'x'));
        f.make();
        const Result<guard::FencePlan> plan = f.chain->fencePlan(ExecFixture::activation(1));
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::Config);
    }
};

} // namespace clustd::drivers

QTEST_GUILESS_MAIN(clustd::drivers::TestExecDriver)
#include "tst_exec_driver.moc"
