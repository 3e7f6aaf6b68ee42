// Does the overview say of each cluster what is to be known, stay still while nothing happens, and
// lead to each of them by the keyboard alone?

#include "journal_by_hand.h"
#include "overview/card_words.h"
#include "overview/overview_header.h"
#include "overview/overview_view.h"
#include "window/connect_dialog.h"
#include "window/header_view.h"
#include "window/known_clusters.h"
#include "window/main_window.h"
#include "window/sidebar.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDateTime>
#include <QListView>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;
using control::NodeRow;

namespace {

/// Port 1 of this computer: nobody listens, and nothing is sent elsewhere.
const QUrl kNowhere(u"ws://127.0.0.1:1"_s);

crypto::Credentials anyToken()
{
    const auto keys = crypto::ClusterKeys::derive("a secret of a cluster 0123456789abcdef", "web");
    auto token = keys->credentialsFor(crypto::PeerRole::Observer, "alice");
    return std::move(*token);
}

ClusterEntry entry(const QString &title)
{
    return {u"key-"_s + title, title, {kNowhere.toString()}, {}};
}

Cluster *addUnheard(ClusterBook &book, const QString &title)
{
    return book.add(entry(title), {{kNowhere}, anyToken()});
}

std::vector<control::EventEntry> journal()
{
    tests::JournalByHand story;
    story.begin(0, {u"a"_s, u"b"_s, u"c"_s}).elect(100, 1, u"a"_s, {u"b"_s, u"c"_s});
    return story.entries();
}

ClusterStatus healthy()
{
    ClusterStatus status;
    status.cluster = u"web"_s;
    status.self = u"a"_s;
    status.master = u"a"_s;
    status.active = true;
    status.term = 3;
    status.since = u"2026-01-01T12:00:00.000Z"_s;
    status.election = u"quorum"_s;
    status.quorum = {3, 2, 3};
    status.canLose = 1;
    for (const QString &id : {u"a"_s, u"b"_s, u"c"_s}) {
        NodeRow node;
        node.id = id;
        node.uri = u"ws://10.0.0.1:3001"_s;
        node.role = u"voter"_s;
        node.state = id == u"a" ? u"active"_s : u"follower"_s;
        node.link = id == u"a" ? u"self"_s : u"up"_s;
        node.healthy = true;
        node.version = u"0.1.0"_s;
        status.nodes.push_back(node);
    }
    return status;
}

ClusterCard live(const ClusterStatus &status)
{
    ClusterCard card;
    card.title = u"web"_s;
    card.state = ConnectionState::Live;
    card.status = status;
    return card;
}

/// Long after all times in this test, so that they are told with their dates.
const qint64 kNow = QDateTime(QDate(2026, 6, 1), QTime(12, 0)).toMSecsSinceEpoch();

} // namespace

class TestMonitorOverview : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cardsSayWhatIsToBeKnown_data()
    {
        QTest::addColumn<ClusterCard>("card");
        QTest::addColumn<Tone>("tone");
        QTest::addColumn<QStringList>("says");
        const QString since
            = QDateTime::fromString(u"2026-01-01T12:00:00.000Z"_s, Qt::ISODateWithMs)
                  .toLocalTime()
                  .toString(u"yyyy-MM-dd HH:mm"_s);
        QTest::newRow("healthy: the master, since when, the margin")
            << live(healthy()) << Tone::Good
            << QStringList{u"All is well"_s, u"a is master since "_s + since,
                   u"can lose 1 more machine"_s, u"3 of 3 voters"_s};
        ClusterStatus weak = healthy();
        weak.nodes[2].state = u"unreachable"_s;
        weak.nodes[2].link = u"down"_s;
        weak.quorum.reachable = 2;
        weak.canLose = 0;
        QTest::newRow("a machine is away: which, and none more may go")
            << live(weak) << Tone::Warning
            << QStringList{u"Degraded"_s, u"c is unreachable"_s, u"can lose no more machine"_s};
        ClusterStatus alarmed = healthy();
        alarmed.alarms.push_back({u"disk"_s, u"b"_s, u"the disk is full"_s});
        QTest::newRow("an alarm is told with its text")
            << live(alarmed) << Tone::Warning << QStringList{u"b — the disk is full"_s};
        ClusterStatus lost = weak;
        lost.master.reset();
        lost.active = false;
        lost.quorum.reachable = 1;
        QTest::newRow("no master and no majority")
            << live(lost) << Tone::Bad << QStringList{u"No master"_s, u"no majority"_s};
        ClusterCard old = live(healthy());
        old.state = ConnectionState::Lost;
        old.heardMs = kNow;
        QTest::newRow("nobody answers: what is told was so once")
            << old << Tone::Bad
            << QStringList{u"Out of date since 12:00:00"_s, u"last heard: a is master"_s};
        ClusterCard refused;
        refused.title = u"web"_s;
        refused.state = ConnectionState::Refused;
        refused.trouble = u"the token is revoked"_s;
        QTest::newRow("refused, and why")
            << refused << Tone::Bad << QStringList{u"Refused"_s, u"the token is revoked"_s};
        ClusterCard asked;
        asked.title = u"web"_s;
        asked.waitsFor = WaitsFor::Keyring;
        QTest::newRow("the keyring was asked")
            << asked << Tone::Off << QStringList{u"waiting for the desktop's keyring"_s};
        asked.waitsFor = WaitsFor::Token;
        QTest::newRow("nobody gave a token")
            << asked << Tone::Warning << QStringList{u"token is missing"_s};
        ClusterCard connecting;
        connecting.title = u"web"_s;
        QTest::newRow("not heard yet") << connecting << Tone::Off << QStringList{u"connecting"_s};
    }
    void cardsSayWhatIsToBeKnown()
    {
        QFETCH(ClusterCard, card);
        QFETCH(Tone, tone);
        QFETCH(QStringList, says);
        const CardWords words = wordsOf(card, kNow);
        QCOMPARE(words.tone, tone);
        QVERIFY(!words.sign.isEmpty());
        const QString spoken = words.spoken(card.title);
        for (const QString &part : says)
            QVERIFY2(spoken.contains(part), qPrintable(spoken));
    }

    void modelFollowsTheBook()
    {
        ClusterBook book;
        OverviewModel model(book);
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        book.setWaiting({entry(u"mail"_s), WaitsFor::Keyring, {}});
        Cluster *web = addUnheard(book, u"web"_s);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.rowOf(web), 0);
        QCOMPARE(model.card(1).title, u"mail"_s);
        QCOMPARE(model.keyAt(1), u"key-mail"_s);
        QVERIFY(!model.clusterAt(1));

        // It is waited for no more once it is open.
        Cluster *mail = addUnheard(book, u"mail"_s);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.clusterAt(1), mail);
        book.addJournal(u"old.jsonl"_s, journal());
        QVERIFY(model.card(2).isJournal);
        QVERIFY(model.card(2).events > 0);
        book.remove(web);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.clusterAt(0), mail);
        book.setWaiting({entry(u"db"_s), WaitsFor::Token, u"locked"_s});
        book.forget(u"key-db"_s);
        QCOMPARE(model.rowCount(), 2);
    }

    void figuresThatChangeBySecondsChangeNoCard()
    {
        ClusterBook book;
        OverviewModel model(book);
        Cluster *web = addUnheard(book, u"web"_s);
        QTRY_VERIFY(!web->connection()->trouble().isEmpty());
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        Q_EMIT web->connection()->statusArrived(healthy());
        QCOMPARE(changes.size(), 1);
        ClusterStatus later = healthy();
        later.leaseMsLeft = 900;
        for (NodeRow &node : later.nodes) {
            node.uptimeS += 1;
            node.rttUs += 17;
        }
        Q_EMIT web->connection()->statusArrived(later);
        QCOMPARE(changes.size(), 1);
        later.nodes[1].state = u"unreachable"_s;
        Q_EMIT web->connection()->statusArrived(later);
        QCOMPARE(changes.size(), 2);
    }

    void oneClusterIsShownAtOnceAndSeveralInTheOverview()
    {
        MainWindow window(nullptr);
        window.resize(1100, 700);
        window.show();
        QVERIFY(window.overview()->isVisible());
        QCOMPARE(window.overviewHeader()->headline(), u"No cluster yet"_s);
        Cluster *first = window.book().addJournal(u"first.jsonl"_s, journal());
        QCOMPARE(window.book().current(), first);
        QVERIFY(!window.overview()->isVisible());
        window.book().addJournal(u"second.jsonl"_s, journal());
        QCOMPARE(window.book().current(), nullptr);
        QVERIFY(window.overview()->isVisible());
        QVERIFY(window.overviewHeader()->isVisible());
    }

    void keysAloneLeadEverywhere()
    {
        MainWindow window(nullptr);
        window.resize(1100, 700);
        Cluster *first = window.book().addJournal(u"first.jsonl"_s, journal());
        Cluster *second = window.book().addJournal(u"second.jsonl"_s, journal());
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QListView *cards = window.overview()->list();
        window.overview()->begin(nullptr);
        QCOMPARE(cards->currentIndex().row(), 0);
        QTest::keyClick(cards, Qt::Key_Right);
        QCOMPARE(window.overview()->chosen(), second);
        QTest::keyClick(cards, Qt::Key_Return);
        QCOMPARE(window.book().current(), second);
        QVERIFY(!window.overview()->isVisible());

        // Back: the one that was looked at is chosen. A tab's key opens it again.
        window.showOverview();
        QCOMPARE(window.book().current(), nullptr);
        QCOMPARE(window.overview()->chosen(), second);
        QTest::keyClick(cards, Qt::Key_Left);
        QCOMPARE(window.overview()->chosen(), first);
        window.showTab(1);
        QCOMPARE(window.book().current(), first);

        // The sidebar's first row is the overview.
        QListWidget *sidebar = window.sidebar()->list();
        QCOMPARE(sidebar->currentRow(), 1);
        QTest::keyClick(sidebar, Qt::Key_Up);
        QCOMPARE(window.book().current(), nullptr);
        QVERIFY(window.overview()->isVisible());
        QTest::keyClick(sidebar, Qt::Key_Down);
        QCOMPARE(window.book().current(), first);

        // One that was added later is no reason to take away what the person looks at.
        window.book().addJournal(u"third.jsonl"_s, journal());
        QCOMPARE(window.book().current(), first);
    }

    void saysThatItWaitsForTheKeyring()
    {
        // No keyring of the person who runs this is asked: there is no bus to ask over.
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(u"settings.ini"_s), QSettings::IniFormat);
        {
            ClusterBook before;
            addUnheard(before, u"mail"_s);
            addUnheard(before, u"web"_s);
            before.save(settings);
        }
        MainWindow window(&settings);
        window.show();
        window.known()->openAll();
        QCOMPARE(window.overviewHeader()->headline(), u"Waiting for the desktop's keyring"_s);
        QCOMPARE(window.overview()->model().rowCount(), 2);
        QVERIFY(window.overview()->isVisible());

        // It does not answer: which clusters want what, and nothing in the way of the others.
        QTRY_COMPARE(window.overviewHeader()->subline(), u"token missing: mail, web"_s);
        QVERIFY(!QApplication::activeModalWidget());
        window.overview()->begin(nullptr);
        QTest::keyClick(window.overview()->list(), Qt::Key_Return);
        const auto *dialog = window.findChild<ConnectDialog *>();
        QVERIFY(dialog);
        QVERIFY(dialog->isVisible());
        QVERIFY(dialog->windowTitle().contains(u"mail"));
    }

    void fitsIntoASmallWindowAndTellsLongTextsShort()
    {
        MainWindow window(nullptr);
        Cluster *web = addUnheard(window.book(), u"web"_s);
        ClusterStatus told = healthy();
        told.alarms.push_back({u"disk"_s, u"b"_s, QString(1000, u'x')});
        Q_EMIT web->connection()->statusArrived(told);
        window.show();
        window.resize(800, 600);
        QVERIFY2(window.minimumSizeHint().width() <= 800,
            qPrintable(QString::number(window.minimumSizeHint().width())));
        QTRY_COMPARE(window.width(), 800);
        QVERIFY2(window.header()->height() < 200,
            qPrintable(QString::number(window.header()->height())));
        for (const QString &name : {u"switchover"_s, u"maintenance"_s, u"pause"_s, u"lock"_s}) {
            const auto *button = window.header()->findChild<QToolButton *>(name);
            QVERIFY(button);
            QCOMPARE(button->toolButtonStyle(), Qt::ToolButtonIconOnly);
            QVERIFY(!button->accessibleName().isEmpty());
        }
        window.resize(1500, 800);
        QTRY_COMPARE(window.header()->findChild<QToolButton *>(u"lock"_s)->toolButtonStyle(),
            Qt::ToolButtonTextBesideIcon);
    }

    void cardsAreSpoken()
    {
        ClusterBook book;
        OverviewView view(book);
        book.addJournal(u"old.jsonl"_s, journal());
        const QModelIndex index = view.list()->model()->index(0, 0);
        QVERIFY(index.data(Qt::AccessibleTextRole).toString().startsWith(u"old.jsonl, journal, "));
        QVERIFY(!view.list()->accessibleName().isEmpty());
    }
};

QTEST_MAIN(TestMonitorOverview)
#include "tst_monitor_overview.moc"
