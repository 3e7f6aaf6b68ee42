#include "link/refusal_reports.h"

#include <QSignalSpy>
#include <QTest>

/// How much can strangers make us say?
using namespace clustd::link;
using namespace Qt::Literals::StringLiterals;

class TestRefusalReports : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstIsReportedAtOnceAndTheRestTogether();
    void reasonsAreCountedApart();
};

void TestRefusalReports::firstIsReportedAtOnceAndTheRestTogether()
{
    RefusalReports reports;
    QSignalSpy spy(&reports, &RefusalReports::report);
    for (int i = 0; i < 1000; ++i)
        reports.note(u"10.0.0.%1"_s.arg(i), u"n%1"_s.arg(i), u"unknown-key"_s);
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy[0][3].toInt(), 1);
    QTRY_COMPARE(spy.size(), 2);
    QCOMPARE(spy[1][0].toString(), u"10.0.0.999"_s);
    QCOMPARE(spy[1][3].toInt(), 999);
}

void TestRefusalReports::reasonsAreCountedApart()
{
    RefusalReports reports;
    QSignalSpy spy(&reports, &RefusalReports::report);
    reports.note(u"a"_s, {}, u"timeout"_s);
    reports.note(u"b"_s, {}, u"busy"_s);
    QCOMPARE(spy.size(), 2);
}

QTEST_GUILESS_MAIN(TestRefusalReports)
#include "tst_refusal_reports.moc"
