// Do log lines look as journald and people expect, and does DEBUG switch on what it names?

#include "logging.h"

#include <QLoggingCategory>
#include <QTest>

using namespace clustd;
using namespace clustd::daemon;
using namespace Qt::Literals::StringLiterals;

namespace {

bool isOn(const char *category, QtMsgType type)
{
    const QLoggingCategory probe(category, QtInfoMsg);
    return probe.isEnabled(type);
}

} // namespace

class TestLogLines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { QLoggingCategory::setFilterRules(QString()); }

    void carriesThePriorityForJournald()
    {
        const LineStyle journald{.hasPriority = true, .hasTime = false};
        const auto line = [&](QtMsgType type) {
            return logLine(type, u"clustd.link"_s, u"text"_s, {}, journald);
        };
        QCOMPARE(line(QtDebugMsg), u"<7>clustd.link: text\n"_s);
        QCOMPARE(line(QtInfoMsg), u"<6>clustd.link: text\n"_s);
        QCOMPARE(line(QtWarningMsg), u"<4>clustd.link: warning: text\n"_s);
        QCOMPARE(line(QtCriticalMsg), u"<3>clustd.link: critical: text\n"_s);
    }

    void carriesTheTimeForPeople()
    {
        QCOMPARE(logLine(QtInfoMsg, u"clustd.link"_s, u"text"_s, u"12:00:00.123"_s, {}),
            u"12:00:00.123 clustd.link: text\n"_s);
    }

    void cannotBeForgedByItsText()
    {
        const QString line = logLine(
            QtInfoMsg, u"clustd.link"_s, u"a\n<0>clustd: b\u001b[31m\r\tc"_s, {}, {false, false});
        QCOMPARE(line, u"clustd.link: a\\n<0>clustd: b\\u001b[31m\\u000d\tc\n"_s);
    }

    void levelSaysWhatIsOn_data()
    {
        QTest::addColumn<config::LogLevel>("level");
        QTest::addColumn<bool>("debug");
        QTest::addColumn<bool>("info");
        QTest::addColumn<bool>("warning");
        QTest::newRow("debug") << config::LogLevel::Debug << true << true << true;
        QTest::newRow("info") << config::LogLevel::Info << false << true << true;
        QTest::newRow("warning") << config::LogLevel::Warning << false << false << true;
        QTest::newRow("critical") << config::LogLevel::Critical << false << false << false;
    }

    void levelSaysWhatIsOn()
    {
        QFETCH(config::LogLevel, level);
        QLoggingCategory::setFilterRules(filterRules(level, QString()));
        QTEST(isOn("clustd.link", QtDebugMsg), "debug");
        QTEST(isOn("clustd.link", QtInfoMsg), "info");
        QTEST(isOn("clustd.link", QtWarningMsg), "warning");
        QVERIFY(isOn("clustd.link", QtCriticalMsg));
    }

    void debugNamesCategories_data()
    {
        QTest::addColumn<QString>("debug");
        QTest::addColumn<bool>("election");
        QTest::addColumn<bool>("link");
        QTest::newRow("all of clustd") << u"clustd:*"_s << true << true;
        QTest::newRow("everything") << u"*"_s << true << true;
        QTest::newRow("one") << u"clustd:election"_s << true << false;
        QTest::newRow("two by comma") << u"clustd:election,clustd:link"_s << true << true;
        QTest::newRow("two by space") << u"clustd:election clustd:link"_s << true << true;
        QTest::newRow("all but one") << u"clustd:*,-clustd:link"_s << true << false;
        QTest::newRow("another program's") << u"express:*"_s << false << false;
        QTest::newRow("nothing") << QString() << false << false;
    }

    void debugNamesCategories()
    {
        QFETCH(QString, debug);
        QLoggingCategory::setFilterRules(filterRules(config::LogLevel::Info, debug));
        QTEST(isOn("clustd.election", QtDebugMsg), "election");
        QTEST(isOn("clustd.link", QtDebugMsg), "link");
        QVERIFY(isOn("clustd.link", QtInfoMsg));
    }
};

QTEST_APPLESS_MAIN(TestLogLines)
#include "tst_log_lines.moc"
