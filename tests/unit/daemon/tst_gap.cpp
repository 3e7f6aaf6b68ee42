// For how long was nobody active: is that told from the events, whoever was active last, and not
// told where they do not say it?

#include "commands/gap.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using clustd::control::EventEntry;
using clustd::daemon::gapMs;

namespace {

constexpr qint64 kWallStart = 1'790'000'000'000;

/// The timeline of machines on one boot clock; events arrive in the order in which they are added.
class Timeline
{
public:
    Timeline &add(const QString &node, quint64 term, const QString &event, qint64 atMs)
    {
        EventEntry entry;
        entry.seq = m_entries.size() + 1;
        entry.node = node;
        entry.term = term;
        entry.event = event;
        entry.time = QDateTime::fromMSecsSinceEpoch(kWallStart + m_wallOff[node] + atMs, Qt::UTC)
                         .toString(Qt::ISODateWithMs);
        entry.bootUs = (atMs + m_bootOff[node]) * 1000;
        m_entries.push_back(entry);
        return *this;
    }
    /// A machine of its own: another boot clock, and a wall clock that is off.
    Timeline &elsewhere(const QString &node, qint64 wallOffMs)
    {
        m_wallOff[node] = wallOffMs;
        m_bootOff[node] = 5'000'000;
        return *this;
    }

    [[nodiscard]] const std::vector<EventEntry> &entries() const { return m_entries; }

private:
    std::vector<EventEntry> m_entries;
    std::map<QString, qint64> m_wallOff;
    std::map<QString, qint64> m_bootOff;
};

const QString a = u"cm-1"_s;
const QString b = u"cm-2"_s;
const QString c = u"cm-3"_s;
const QString active = u"active"_s;
const QString inactive = u"inactive"_s;

} // namespace

class TestGap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsFromTheStopOfTheOneToTheStartOfTheOther()
    {
        Timeline t;
        t.add(a, 1, inactive, 100).add(b, 2, u"promoting"_s, 120).add(b, 2, active, 350);
        QCOMPARE(gapMs(t.entries(), {0, b, a}), std::optional(250.0));
    }

    void isNotToldWhileAnEventIsMissing()
    {
        QCOMPARE(gapMs(Timeline().add(a, 1, inactive, 100).entries(), {0, b, a}), std::nullopt);
        QCOMPARE(gapMs(Timeline().add(b, 2, active, 350).entries(), {0, b, a}), std::nullopt);
    }

    /// cm-2 handed over while it was still starting: nobody was active since cm-1 stopped.
    void runsFromWhoeverWasActiveLast()
    {
        Timeline t;
        t.add(a, 1, active, 0).add(a, 1, inactive, 1000).add(b, 2, u"promoting"_s, 1050);
        t.add(b, 2, inactive, 3000).add(c, 3, active, 5800);
        QCOMPARE(gapMs(t.entries(), {3, c, {}}), std::optional(4800.0));
    }

    void isNullWhereNobodyWasActiveBefore()
    {
        Timeline t;
        t.add(b, 2, u"promoting"_s, 1050).add(b, 2, inactive, 3000).add(c, 3, active, 5800);
        QCOMPARE(gapMs(t.entries(), {1, c, {}}), std::nullopt);
    }

    void isNullWhereNobodySawTheLastOneStop()
    {
        Timeline t;
        t.add(a, 1, active, 0).add(b, 2, inactive, 3000).add(c, 3, active, 5800);
        QCOMPARE(gapMs(t.entries(), {1, c, {}}), std::nullopt);
    }

    void takesTheNewestActivationOfTheOneAndTheOther()
    {
        Timeline t;
        t.add(a, 1, active, 0).add(a, 1, inactive, 100).add(b, 2, active, 200);
        t.add(b, 2, inactive, 1000).add(a, 3, active, 1300);
        QCOMPARE(gapMs(t.entries(), {3, a, b}), std::optional(300.0));
        QCOMPARE(gapMs(t.entries(), {0, a, {}}), std::optional(300.0));
    }

    void goesByTheWallClockBetweenMachines()
    {
        Timeline t;
        t.elsewhere(b, 100);
        t.add(a, 1, inactive, 100).add(b, 2, active, 350);
        QCOMPARE(gapMs(t.entries(), {0, b, a}), std::optional(350.0));
    }

    /// The clock of cm-2 is late, so its start seems to come before that of cm-1, not after it.
    void isNotToldWhereClocksDisagree()
    {
        Timeline t;
        t.elsewhere(b, -400);
        t.add(c, 1, active, 0).add(c, 1, inactive, 50).add(a, 2, active, 300);
        t.add(a, 2, inactive, 400).add(b, 3, active, 650);
        QCOMPARE(gapMs(t.entries(), {4, b, {}}), std::nullopt);
    }
};

QTEST_APPLESS_MAIN(TestGap)
#include "tst_gap.moc"
