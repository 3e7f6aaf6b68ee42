// Are wrong options refused with a remedy, are quiet hours quiet, and does no token reach the
// settings?

#include "model/cluster_book.h"
#include "options.h"
#include "window/notices_dialog.h"
#include "window/tray.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeEdit>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;

class TestMonitorOptions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void wrongOptionsAreRefused_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("says");
        QTest::newRow("no such option") << QStringList{u"--conect"_s, u"x"_s} << u"conect"_s;
        QTest::newRow("a stray word") << QStringList{u"journal.jsonl"_s} << u"journal.jsonl"_s;
        QTest::newRow("no token") << QStringList{u"--connect"_s, u"ws://a:1"_s}
                                  << u"--token-file"_s;
        QTest::newRow("a token for nobody")
            << QStringList{u"--token-file"_s, u"t"_s} << u"--connect"_s;
        QTest::newRow("two tokens for three clusters") << QStringList{u"--connect"_s, u"a:1"_s,
            u"--connect"_s, u"b:1"_s, u"--connect"_s, u"c:1"_s, u"--token-file"_s, u"t"_s,
            u"--token-file"_s, u"u"_s} << u"2 --token-file for 3 --connect"_s;
        QTest::newRow("a picture of nothing")
            << QStringList{u"--screenshot"_s, u"p.png"_s} << u"nothing to show"_s;
        QTest::newRow("no size") << QStringList{u"--size"_s, u"100x"_s} << u"100x"_s;
        QTest::newRow("no tab") << QStringList{u"--tab"_s, u"chart"_s} << u"chart"_s;
        QTest::newRow("no theme") << QStringList{u"--theme"_s, u"blue"_s} << u"blue"_s;
        QTest::newRow("no time") << QStringList{u"--at"_s, u"noon"_s} << u"noon"_s;
        QTest::newRow("no language") << QStringList{u"--language"_s, u"fr"_s} << u"fr"_s;
    }
    void wrongOptionsAreRefused()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, says);
        const Result<Options> options = parseOptions(QStringList{u"clustd-monitor"_s} + words);
        QVERIFY(!options);
        QCOMPARE(options.error().code, ErrorCode::Usage);
        QVERIFY2(options.error().what.contains(says), qPrintable(options.error().what));
        QVERIFY(!options.error().remedy.isEmpty());
    }

    void optionsAreRead()
    {
        const Result<Options> options = parseOptions({u"clustd-monitor"_s, u"--open"_s,
            u"a.jsonl"_s, u"--screenshot"_s, u"p.png"_s, u"--size"_s, u"1360x900"_s, u"--tab"_s,
            u"links"_s, u"--at"_s, u"2026-01-01T12:00:00.250Z"_s, u"--select"_s, u"cm-1"_s});
        QVERIFY(options);
        QCOMPARE(options->journals, QStringList{u"a.jsonl"_s});
        QCOMPARE(options->size, QSize(1360, 900));
        QCOMPARE(options->tab, std::optional(2));
        QCOMPARE(options->atMs.value(), 1'767'268'800'250);
        QCOMPARE(options->select, u"cm-1"_s);
    }

    void quietHoursAreQuiet_data()
    {
        QTest::addColumn<QTime>("from");
        QTest::addColumn<QTime>("to");
        QTest::addColumn<QTime>("now");
        QTest::addColumn<bool>("isQuiet");
        QTest::newRow("over midnight, before it")
            << QTime(22, 0) << QTime(7, 0) << QTime(23, 0) << true;
        QTest::newRow("over midnight, after it")
            << QTime(22, 0) << QTime(7, 0) << QTime(3, 0) << true;
        QTest::newRow("over midnight, by day")
            << QTime(22, 0) << QTime(7, 0) << QTime(12, 0) << false;
        QTest::newRow("the end is not quiet")
            << QTime(22, 0) << QTime(7, 0) << QTime(7, 0) << false;
        QTest::newRow("within a day") << QTime(12, 0) << QTime(14, 0) << QTime(13, 0) << true;
        QTest::newRow("outside of a day's")
            << QTime(12, 0) << QTime(14, 0) << QTime(15, 0) << false;
    }
    void quietHoursAreQuiet()
    {
        QFETCH(QTime, from);
        QFETCH(QTime, to);
        QFETCH(QTime, now);
        QFETCH(bool, isQuiet);
        NoticeRules rules;
        rules.hasQuietHours = true;
        rules.quietFrom = from;
        rules.quietTo = to;
        QCOMPARE(rules.isQuiet(now), isQuiet);
        QCOMPARE(rules.wants(EventKind::Active, now), !isQuiet);
        rules.hasQuietHours = false;
        QVERIFY(!rules.isQuiet(now));
    }

    void onlyWantedEventsNotify()
    {
        NoticeRules rules;
        rules.wanted = {NoticeRules::QuorumLost};
        QVERIFY(rules.wants(EventKind::QuorumLost, QTime(12, 0)));
        QVERIFY(!rules.wants(EventKind::Active, QTime(12, 0)));
        QVERIFY(!rules.wants(EventKind::DriverStarted, QTime(12, 0)));
        QVERIFY(!rules.wants(NoticeRules::Unheard, QTime(12, 0)));
        QVERIFY(NoticeRules().wants(NoticeRules::Unheard, QTime(12, 0)));
        const NoticesDialog dialog(rules);
        QCOMPARE(dialog.rules().wanted, rules.wanted);
    }

    void quietHoursAreToldToTheMinute_data()
    {
        QTest::addColumn<QLocale>("locale");
        QTest::addColumn<QString>("shown");
        QTest::newRow("no language: with seconds by itself") << QLocale::c() << u"22:00"_s;
        QTest::newRow("German") << QLocale(QLocale::German) << u"22:00"_s;
        QTest::newRow("American") << QLocale(QLocale::English, QLocale::UnitedStates)
                                  << u"10:00 PM"_s;
    }
    void quietHoursAreToldToTheMinute()
    {
        QFETCH(QLocale, locale);
        QFETCH(QString, shown);
        QLocale::setDefault(locale);
        NoticeRules rules;
        rules.quietTo = QTime(7, 30);
        const NoticesDialog dialog(rules);
        const auto fields = dialog.findChildren<QTimeEdit *>();
        QCOMPARE(fields.size(), 2);
        QCOMPARE(fields.front()->text(), shown);
        QCOMPARE(dialog.rules().quietTo, rules.quietTo);
        QLocale::setDefault(QLocale::c());
    }

    void settingsKeepClustersAndNeverTokens()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"settings.ini"_s);
        const auto keys
            = crypto::ClusterKeys::derive("a secret of a cluster 0123456789abcdef", "web");
        QVERIFY(keys);
        auto credentials = keys->credentialsFor(crypto::PeerRole::Observer, "alice");
        QVERIFY(credentials);
        const QByteArray token = crypto::makeToken(*credentials);
        NoticeRules rules;
        rules.wanted = {NoticeRules::Sick};
        rules.hasQuietHours = true;
        {
            QSettings settings(path, QSettings::IniFormat);
            ClusterBook book;
            // Port 1 of this computer: nobody listens, and nothing is sent elsewhere.
            const ClusterEntry entry{u"key-1"_s, u"web"_s, {u"ws://127.0.0.1:1"_s}, {}};
            book.add(entry, {{QUrl(u"ws://127.0.0.1:1"_s)}, std::move(*credentials)});
            book.addJournal(u"old.jsonl"_s, {});
            book.save(settings);
            rules.save(settings);
        }
        QSettings settings(path, QSettings::IniFormat);
        const std::vector<ClusterEntry> entries = ClusterBook::load(settings);
        QCOMPARE(entries.size(), std::size_t(1));
        QCOMPARE(entries.front().uris, QStringList{u"ws://127.0.0.1:1"_s});
        QCOMPARE(NoticeRules::load(settings).wanted, rules.wanted);
        QVERIFY(NoticeRules::load(settings).hasQuietHours);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray kept = file.readAll();
        QVERIFY(kept.contains("ws://127.0.0.1:1"));
        QVERIFY(!kept.contains(token.mid(token.lastIndexOf(':') + 1)));

        // One that was not opened this time is not forgotten; one that was removed is.
        auto again = keys->credentialsFor(crypto::PeerRole::Observer, "alice");
        QVERIFY(again);
        ClusterBook other;
        other.addJournal(u"old.jsonl"_s, {});
        other.save(settings);
        QCOMPARE(ClusterBook::load(settings).size(), std::size_t(1));
        Cluster *cluster
            = other.add(entries.front(), {{QUrl(u"ws://127.0.0.1:1"_s)}, std::move(*again)});
        other.save(settings);
        QCOMPARE(ClusterBook::load(settings), entries);
        other.remove(cluster);
        other.save(settings);
        QVERIFY(ClusterBook::load(settings).empty());
    }
};

QTEST_MAIN(TestMonitorOptions)
#include "tst_monitor_options.moc"
