// Does the first word of a status say the worst of what is so?

#include "control/verdict.h"
#include "unit/control/sample_status.h"

#include <QTest>

#include <functional>

using namespace clustd::control;
using namespace Qt::Literals::StringLiterals;

class TestVerdict : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWorstIsSaid_data()
    {
        using Change = std::function<void(ClusterStatus &)>;
        const Change noMaster = [](ClusterStatus &status) { status.master.reset(); };
        const Change noQuorum = [](ClusterStatus &status) { status.quorum.reachable = 1; };
        const Change notActive = [](ClusterStatus &status) { status.active = false; };
        const Change paused = [](ClusterStatus &status) { status.paused = true; };
        const Change weak = [](ClusterStatus &status) { status.canLose = 0; };
        const Change missing = [](ClusterStatus &status) { status.nodes[2].link = u"down"_s; };
        const Change sick = [](ClusterStatus &status) {
            status.alarms = {{u"service-sick"_s, u"cm-1"_s, u"web: its check failed"_s}};
        };
        const Change sickElsewhere = [](ClusterStatus &status) {
            status.alarms = {{u"service-sick"_s, u"cm-2"_s, u"web: its check failed"_s}};
        };
        const Change waiting
            = [](ClusterStatus &status) { status.nodes[0].drivers[0].state = u"failed"_s; };

        QTest::addColumn<QList<Change>>("changes");
        QTest::addColumn<Verdict>("verdict");
        QTest::newRow("as it should be") << QList<Change>{} << Verdict::Ok;
        QTest::newRow("a machine is missing") << QList<Change>{missing} << Verdict::Degraded;
        QTest::newRow("none more may go") << QList<Change>{weak} << Verdict::Degraded;
        QTest::newRow("sick, but runs") << QList<Change>{sick} << Verdict::Degraded;
        QTest::newRow("sick elsewhere")
            << QList<Change>{sickElsewhere, waiting} << Verdict::Degraded;
        QTest::newRow("paused and weak") << QList<Change>{paused, weak} << Verdict::Paused;
        QTest::newRow("starting and paused")
            << QList<Change>{notActive, paused} << Verdict::Starting;
        QTest::newRow("fails") << QList<Change>{sick, waiting, paused} << Verdict::NotServed;
        QTest::newRow("fails at its start")
            << QList<Change>{sick, waiting, notActive} << Verdict::NotServed;
        QTest::newRow("alone") << QList<Change>{noQuorum, sick, waiting} << Verdict::NoQuorum;
        QTest::newRow("nobody") << QList<Change>{noMaster, noQuorum, sick, waiting}
                                << Verdict::NoMaster;
    }
    void theWorstIsSaid()
    {
        QFETCH(QList<std::function<void(ClusterStatus &)>>, changes);
        QFETCH(Verdict, verdict);
        ClusterStatus status = sampleStatus();
        for (const auto &change : changes)
            change(status);
        QCOMPARE(int(verdictOf(status)), int(verdict));
    }
};

QTEST_APPLESS_MAIN(TestVerdict)
#include "tst_verdict.moc"
