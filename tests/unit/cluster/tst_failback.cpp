// When, and to whom, does the role go back to a preferred machine?

#include "cluster/failback.h"

#include <QTest>

namespace clustd::cluster {

using namespace std::chrono_literals;

class TestFailback : public QObject
{
    Q_OBJECT

private:
    static constexpr Duration kAfter = 30s;
    static Instant at(Duration span) { return Instant{} + span; }
    static std::optional<NodeId> id(const char *name) { return NodeId{name}; }

private Q_SLOTS:
    void goesToAPreferredMachineThatStayedForSoLong()
    {
        Failback failback;
        const std::vector<Heir> heirs{{NodeId{"n1"}, 200}};
        QCOMPARE(failback.due(heirs, 100, kAfter, at(0s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(kAfter - 1ns)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(kAfter)), id("n1"));
    }

    void anEquallyPreferredMachineIsNoReason()
    {
        Failback failback;
        const std::vector<Heir> heirs{{NodeId{"n1"}, 100}};
        QCOMPARE(failback.due(heirs, 100, kAfter, at(0s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(2 * kAfter)), std::nullopt);
    }

    void aBreakBeginsTheSpanAnew()
    {
        Failback failback;
        const std::vector<Heir> heirs{{NodeId{"n1"}, 200}};
        QCOMPARE(failback.due(heirs, 100, kAfter, at(0s)), std::nullopt);
        QCOMPARE(failback.due({}, 100, kAfter, at(10s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(11s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(10s + kAfter)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(11s + kAfter)), id("n1"));
    }

    void theMostPreferredOfThoseThatStayedIsChosen()
    {
        Failback failback;
        const Heir early{NodeId{"n1"}, 200}, late{NodeId{"n2"}, 300}, earlyToo{NodeId{"n3"}, 250};
        QCOMPARE(failback.due({early, earlyToo}, 100, kAfter, at(0s)), std::nullopt);
        QCOMPARE(failback.due({early, late, earlyToo}, 100, kAfter, at(1s)), std::nullopt);
        QCOMPARE(failback.due({early, late, earlyToo}, 100, kAfter, at(kAfter)), id("n3"));
    }

    void ofEquallyPreferredOnesTheLowestIdIsChosen()
    {
        Failback failback;
        const std::vector<Heir> heirs{{NodeId{"n1"}, 200}, {NodeId{"n2"}, 200}};
        QCOMPARE(failback.due(heirs, 100, kAfter, at(0s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(kAfter)), id("n1"));
    }

    void afterAnAnswerTheSpanBeginsAnew()
    {
        // A hand-over that was refused is not asked for again at every tick.
        Failback failback;
        const std::vector<Heir> heirs{{NodeId{"n1"}, 200}};
        QCOMPARE(failback.due(heirs, 100, kAfter, at(0s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(kAfter)), id("n1"));
        QCOMPARE(failback.due(heirs, 100, kAfter, at(kAfter + 1s)), std::nullopt);
        QCOMPARE(failback.due(heirs, 100, kAfter, at(2 * kAfter + 1s)), id("n1"));
    }
};

} // namespace clustd::cluster

QTEST_GUILESS_MAIN(clustd::cluster::TestFailback)
#include "tst_failback.moc"
