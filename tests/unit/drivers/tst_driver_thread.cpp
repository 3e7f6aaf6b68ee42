// Does a chain in a thread of its own do the same as the daemon uses it: through queued calls
// alone?

#include "exec_fixture.h"

#include <QFile>
#include <QThread>

#include <csignal>

namespace clustd::drivers {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestDriverThread : public QObject
{
    Q_OBJECT

private:
    /// A chain of the fixture's drivers that lives in a worker thread; its words arrive here.
    class Worker : public QObject
    {
    public:
        explicit Worker(ExecFixture &f)
            : chain(new DriverChain(makeDrivers(f.configs, f.household()), f.clock))
        {
            chain->moveToThread(&thread);
            connect(&thread, &QThread::finished, chain, &QObject::deleteLater);
            connect(chain, &DriverChain::started, this, [this](Term t) { startedToken = t; });
            connect(chain, &DriverChain::stopped, this, [this](Term t) { stoppedToken = t; });
            connect(chain, &DriverChain::shutDown, this, [this] { isDown = true; });
            connect(chain, &DriverChain::sick, this,
                [this](const QString &driver) { sickDriver = driver; });
            connect(chain, &DriverChain::statesChanged, this,
                [this](const QList<DriverState> &all) { states = all; });
            connect(chain, &DriverChain::fencePlanChanged, this,
                [this](Term, const guard::FencePlan &) { ++plans; });
            thread.start();
        }
        ~Worker() override
        {
            thread.quit();
            thread.wait();
        }
        template <typename Call> void ask(Call call)
        {
            QMetaObject::invokeMethod(chain, [chain = chain, call] { call(*chain); });
        }

        DriverChain *chain;
        QThread thread;
        Term startedToken, stoppedToken;
        bool isDown = false;
        QString sickDriver;
        QList<DriverState> states;
        int plans = 0;
    };

private Q_SLOTS:
    void startsStopsAndShutsDown()
    {
        ExecFixture f;
        f.add(u"a"_s, u"say up"_s, u"say down"_s, u"true"_s);
        f.addRun(u"b"_s, u"say pid run $$; while :; do sleep 0.02; done"_s);
        Worker worker(f);
        QVERIFY(worker.chain->fencePlan(ExecFixture::activation(3)));
        worker.ask([](DriverChain &chain) { chain.activate(ExecFixture::activation(3)); });
        QTRY_COMPARE(worker.startedToken, Term{3});
        QTRY_COMPARE(worker.states.value(1).phase, Phase::Started);
        QTRY_COMPARE(worker.plans, 1);
        worker.ask([](DriverChain &chain) { chain.stop(Term{3}, u"switchover"_s); });
        QTRY_COMPARE(worker.stoppedToken, Term{3});
        QVERIFY(!f.isAlive(u"run"_s));
        worker.ask([](DriverChain &chain) { chain.shutdown(); });
        QTRY_VERIFY(worker.isDown);
    }

    void fenceAndSicknessReachTheCaller()
    {
        ExecFixture f;
        f.addRun(u"a"_s, u"trap '' TERM; say pid run $$; while :; do sleep 0.02; done"_s);
        Worker worker(f);
        worker.ask([](DriverChain &chain) { chain.activate(ExecFixture::activation(1)); });
        QTRY_VERIFY(f.isAlive(u"run"_s));
        ::kill(f.pidOf(u"run"_s), SIGKILL);
        QTRY_COMPARE(worker.sickDriver, u"a"_s);
        worker.ask([](DriverChain &chain) { chain.fence(Term{1}, u"lease lost"_s, 400ms); });
        QTRY_COMPARE(worker.stoppedToken, Term{1});
    }

    void nothingIsLeftWhenTheThreadEnds()
    {
        ExecFixture f;
        f.addRun(u"a"_s, u"trap '' TERM; say pid run $$; while :; do sleep 0.02; done"_s);
        {
            Worker worker(f);
            worker.ask([](DriverChain &chain) { chain.activate(ExecFixture::activation(1)); });
            QTRY_VERIFY(f.isAlive(u"run"_s));
        }
        QVERIFY(!f.isAlive(u"run"_s));
    }
};

} // namespace clustd::drivers

QTEST_GUILESS_MAIN(clustd::drivers::TestDriverThread)
#include "tst_driver_thread.moc"
