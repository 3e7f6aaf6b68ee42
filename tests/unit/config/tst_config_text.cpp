// Do times, names and near misses read as the documentation says?

#include "config/config_text.h"

#include <QTest>

using namespace clustd;
using namespace clustd::config;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestConfigText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTimes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("nanoseconds");
        const auto row = [](const char *name, const QString &text, Duration span) {
            QTest::newRow(name) << text << qint64{span.count()};
        };
        row("a bare number is milliseconds", u"250"_s, 250ms);
        row("milliseconds", u"200ms"_s, 200ms);
        row("seconds", u"2s"_s, 2s);
        row("minutes", u"5m"_s, 5min);
        row("hours", u"2h"_s, 2h);
        row("a fraction", u"1.5s"_s, 1500ms);
        row("a fraction of a millisecond", u"0.2ms"_s, 200us);
        row("spaces around and between", u" 3 s "_s, 3s);
        row("zero", u"0"_s, 0s);
        row("the longest", u"10000h"_s, 10000h);
    }

    void readsTimes()
    {
        QFETCH(QString, text);
        QFETCH(qint64, nanoseconds);
        const Result<Duration> span = parseDuration(text);
        QVERIFY(span.has_value());
        QCOMPARE(qint64{span->count()}, nanoseconds);
    }

    void refusesWhatIsNoTime_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", "s", "-1s", "2 sec", "1m30s", "1e3", "2S", ".5s", "1.s",
                 "10001h", "99999999999999s", "0x10", "two"})
            QTest::newRow(*text == '\0' ? "an empty text" : text) << QString::fromLatin1(text);
    }

    void refusesWhatIsNoTime()
    {
        QFETCH(QString, text);
        const Result<Duration> span = parseDuration(text);
        QVERIFY(!span.has_value());
        QVERIFY(!span.error().what.isEmpty());
        QVERIFY(!span.error().remedy.isEmpty());
    }

    void printsTimesThatReadBack_data()
    {
        QTest::addColumn<qint64>("nanoseconds");
        QTest::addColumn<QString>("text");
        const auto row = [](Duration span, const char *text) {
            QTest::newRow(text) << qint64{span.count()} << QString::fromLatin1(text);
        };
        row(2s, "2s");
        row(1500ms, "1500ms");
        row(5min, "5m");
        row(48h, "48h");
        row(Duration(66'666'666), "66.667ms");
        row(200us, "0.2ms");
        row(Duration(1'000'000'200), "1s");
        row(0s, "0ms");
    }

    void printsTimesThatReadBack()
    {
        QFETCH(qint64, nanoseconds);
        QFETCH(QString, text);
        QCOMPARE(durationText(Duration(nanoseconds)), text);
        QVERIFY(parseDuration(text).has_value());
    }

    void knowsNames()
    {
        QVERIFY(isName(u"cm-1"));
        QVERIFY(isName(u"A.b_C-9"));
        QVERIFY(isName(QString(64, u'x')));
        QVERIFY(!isName(u""));
        QVERIFY(!isName(QString(65, u'x')));
        QVERIFY(!isName(u"a b"));
        QVERIFY(!isName(u"a/b"));
        QVERIFY(!isName(u"naïve"));
        QVERIFY(!isName(u"a\n"));
    }

    void findsTheNearestWord_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("nearest");
        QTest::newRow("a letter missing") << u"bind_adress"_s << u"bind_address"_s;
        QTest::newRow("neighbours swapped") << u"remtoe_address"_s << u"remote_address"_s;
        QTest::newRow("another case") << u"SECRET"_s << u"secret"_s;
        QTest::newRow("a beginning") << u"prio"_s << u"priority"_s;
        QTest::newRow("the word itself, behind one it begins") << u"driver"_s << u"driver"_s;
        QTest::newRow("nothing near") << u"banana"_s << QString();
        QTest::newRow("a short word is not near every short word") << u"x"_s << QString();
        QTest::newRow("an empty word") << QString() << QString();
    }

    void findsTheNearestWord()
    {
        QFETCH(QString, word);
        QFETCH(QString, nearest);
        QCOMPARE(nearestWord(word,
                     {u"bind_address"_s, u"remote_address"_s, u"secret"_s, u"priority"_s, u"id"_s,
                         u"drivers"_s, u"driver"_s}),
            nearest);
    }

    void showsControlCharacters()
    {
        QCOMPARE(quoted(u"a\u001b[31mb\n"_s), u"'a\\u001b[31mb\\n'"_s);
        QCOMPARE(quoted(u"\tid"_s), u"'\\tid'"_s);
        QVERIFY(quoted(QString(500, u'x')).size() < 100);
    }
};

QTEST_GUILESS_MAIN(TestConfigText)
#include "tst_config_text.moc"
