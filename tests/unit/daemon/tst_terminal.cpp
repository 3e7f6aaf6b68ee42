// Does a board fit whatever terminal it is drawn on, and say nothing that a terminal would obey?

#include "terminal.h"

#include <QTest>

using namespace clustd::daemon;
using namespace Qt::Literals::StringLiterals;

class TestTerminal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void looksAtTheEnvironment_data()
    {
        QTest::addColumn<bool>("isTerminal");
        QTest::addColumn<QString>("term");
        QTest::addColumn<QString>("noColour");
        QTest::addColumn<QString>("locale");
        QTest::addColumn<bool>("isScreen");
        QTest::addColumn<bool>("hasColour");
        QTest::addColumn<bool>("hasUnicode");
        QTest::newRow("a usual terminal")
            << true << u"xterm"_s << QString() << u"C.UTF-8"_s << true << true << true;
        QTest::newRow("NO_COLOR") << true << u"xterm"_s << u"1"_s << u"de_DE.utf8"_s << true
                                  << false << true;
        QTest::newRow("a dumb terminal")
            << true << u"dumb"_s << QString() << u"C"_s << false << false << false;
        QTest::newRow("a pipe") << false << u"xterm"_s << QString() << u"C.UTF-8"_s << false
                                << false << true;
        QTest::newRow("no TERM, no locale")
            << true << QString() << QString() << QString() << false << false << false;
        QTest::newRow("a modifier in the locale")
            << true << u"linux"_s << QString() << u"ca_ES.UTF-8@valencia"_s << true << true << true;
    }

    void looksAtTheEnvironment()
    {
        QFETCH(bool, isTerminal);
        QFETCH(QString, term);
        QFETCH(QString, noColour);
        QFETCH(QString, locale);
        const Look look = lookOf(isTerminal, term, noColour, locale);
        QTEST(look.isScreen, "isScreen");
        QTEST(look.hasColour, "hasColour");
        QTEST(look.hasUnicode, "hasUnicode");
    }

    void aLineIsCutToTheScreenAndKeepsItsInks()
    {
        Line line(u"abc"_s, Ink::Good);
        line.to(5).add(u"def"_s);
        QCOMPARE(line.plain(), u"abc  def"_s);
        QCOMPARE(line.width(), 8);
        QCOMPARE(line.drawn(6, false), u"abc  d"_s);
        QCOMPARE(line.drawn(2, true), u"\x1b[1;32mab\x1b[0m"_s);
        QCOMPARE(line.drawn(80, true), u"\x1b[1;32mabc\x1b[0m  def"_s);
    }

    void aColumnThatWasPassedStillGetsABlank()
    {
        Line line(u"abcdef"_s);
        line.to(3).add(u"g"_s);
        QCOMPARE(line.plain(), u"abcdef g"_s);
    }

    void whatATerminalWouldObeyIsMadeVisible()
    {
        QCOMPARE(Line(u"a\x1b[2Jb"_s).drawn(80, true), u"a·[2Jb"_s);
    }
};

QTEST_GUILESS_MAIN(TestTerminal)
#include "tst_terminal.moc"
