// Do maintenance, pause and sickness survive a restart, end in time, and grow as promised?

#include "cluster/settings.h"

#include <QTest>

using namespace clustd;
using namespace clustd::cluster;
using namespace Qt::Literals::StringLiterals;

class TestSettings : public QObject
{
    Q_OBJECT

    const QDateTime m_now = QDateTime::fromString(u"2026-01-01T12:00:00.000Z"_s, Qt::ISODateWithMs);

private Q_SLOTS:
    void comesBackAsItWas()
    {
        Settings settings;
        settings.maintenance = {true, m_now.addSecs(7200), u"new \"disk\"\n"_s};
        settings.pause = {true, QDateTime(), Term{(std::uint64_t{1} << 60) + 1}, 3};
        settings.sick.noteSick(m_now);
        const auto read = Settings::fromJson(settings.toJson());
        QVERIFY(read);
        QVERIFY(*read == settings);
    }

    void nothingStoredIsTheDefaults() { QVERIFY(*Settings::fromJson({}) == Settings()); }

    void aDamagedFileIsAnErrorWithARemedy()
    {
        const auto read = Settings::fromJson("{\"schema\": 1");
        QVERIFY(!read);
        QVERIFY(!read.error().remedy.isEmpty());
        QVERIFY(!Settings::fromJson("{\"schema\": 2}"));
    }

    void maintenanceEndsByItself()
    {
        const Maintenance bounded{true, m_now.addSecs(60), {}};
        QVERIFY(bounded.holds(m_now));
        QVERIFY(!bounded.holds(m_now.addSecs(60)));
        const Maintenance open{true, {}, {}};
        QVERIFY(open.holds(m_now.addYears(1)));
    }

    void theNewestPauseWins()
    {
        const Pause old{true, {}, Term{3}, 9};
        QVERIFY((Pause{false, {}, Term{4}, 1}.isNewerThan(old)));
        QVERIFY((Pause{false, {}, Term{3}, 10}.isNewerThan(old)));
        QVERIFY(!old.isNewerThan(old));
        QVERIFY(!(Pause{true, {}, Term{2}, 99}.isNewerThan(old)));
    }

    void theNextWordIsNewerWhoeverSaysIt()
    {
        const Pause known{true, {}, Term{5}, 2};
        // The last: a cluster whose votes were lost began anew, and its settings were kept.
        for (const std::uint64_t token : {6U, 5U, 1U}) {
            const Pause next = known.next(Term{token});
            QVERIFY(next.isNewerThan(known));
            QVERIFY(!next.on && !next.until.isValid());
        }
        QCOMPARE(known.next(Term{6}).n, std::uint64_t(1));
        QCOMPARE(known.next(Term{1}).term, Term{5});
    }

    void sicknessLastsTwiceAsLongEachTimeUpToAnHour()
    {
        SickRecord record;
        QVERIFY(!record.isLate(m_now));
        qint64 expected = 60;
        QDateTime now = m_now;
        for (int i = 0; i < 12; ++i) {
            record.noteSick(now);
            QCOMPARE(now.secsTo(record.until()), expected);
            now = record.until();
            QVERIFY(!record.isLate(now));
            expected = std::min<qint64>(expected * 2, 3600);
        }
    }

    void longHealthStartsOver()
    {
        SickRecord record;
        record.noteSick(m_now);
        record.noteSick(m_now.addSecs(60)); // 120 s
        const QDateTime later = m_now.addSecs(60 + 4 * 120 + 1);
        record.noteSick(later);
        QCOMPARE(later.secsTo(record.until()), 60);
    }

    void aClockSetBackDoesNotProlongSickness()
    {
        SickRecord record;
        record.noteSick(m_now);
        QVERIFY(!record.isLate(m_now.addDays(-1)));
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
