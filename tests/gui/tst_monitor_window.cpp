// Does the whole window show what real daemons do: who is master, a failover, a lost connection,
// and does it act only with an admin's token?
// clazy:excludeall=lambda-in-connect (each context object here ends before what the lambda writes)

#include "support/daemon_cluster.h"
#include "tables/machines_view.h"
#include "topology/topology_view.h"
#include "window/action_dialog.h"
#include "window/header_view.h"
#include "window/main_window.h"
#include "window/sidebar.h"

#include <QComboBox>
#include <QDateTime>
#include <QPushButton>
#include <QTableView>
#include <QTest>

#include <chrono>
#include <csignal>

using namespace clustd;
using namespace clustd::monitor;
using namespace Qt::Literals::StringLiterals;
using clustd::test::DaemonCluster;

namespace {

constexpr int kPatienceMs = 20'000;

crypto::Credentials tokenOf(const DaemonCluster &daemons, const QString &role)
{
    const test::CommandResult made = daemons.command(0, {u"token"_s, role, u"gui"_s});
    Result<crypto::Credentials> token = crypto::parseToken(made.out.trimmed());
    if (!token)
        qFatal("no token: %s", made.err.constData());
    return std::move(*token);
}

QUrl uriOf(const DaemonCluster &daemons, int i)
{
    return QUrl(u"ws://127.0.0.1:%1"_s.arg(daemons.port(i)));
}

/// Whether a pixel of the crown's gold lies above the middle of @p machine in the picture.
bool hasCrown(const TopologyView &view, const QString &machine)
{
    const MachineItem *item = view.picture().machine(machine);
    if (!item)
        return false;
    const QImage image = const_cast<TopologyView &>(view).viewport()->grab().toImage();
    const double ratio = image.devicePixelRatio();
    const QRect place
        = view.mapFromScene(
                  QRectF(item->pos() + QPointF(-item->radius() * 0.3, -item->radius() * 1.9),
                      QSizeF(item->radius() * 0.6, item->radius() * 0.7)))
              .boundingRect();
    const QColor gold = toneColor(Tone::Master, view.palette());
    int hits = 0;
    for (int y = place.top(); y <= place.bottom(); ++y) {
        for (int x = place.left(); x <= place.right(); ++x) {
            const QPoint at(int(x * ratio), int(y * ratio));
            if (!image.rect().contains(at))
                continue;
            const QColor seen = image.pixelColor(at);
            hits += std::abs(seen.red() - gold.red()) + std::abs(seen.green() - gold.green())
                        + std::abs(seen.blue() - gold.blue())
                    < 30
                ? 1
                : 0;
        }
    }
    return hits > 20;
}

} // namespace

class TestMonitorWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsTheClusterAndFollowsItsMaster();
    void saysThatItIsOutOfDate();
    void actsOnlyWithAnAdminsToken();
    void saysWhyAStrangersTokenIsRefused();
};

void TestMonitorWindow::showsTheClusterAndFollowsItsMaster()
{
    DaemonCluster daemons({});
    daemons.startAll();
    const int master = daemons.waitForMaster();
    QVERIFY(master >= 0);
    const int asked = (master + 1) % 3; // The monitor's machine lives on; the master is another one

    MainWindow window(nullptr);
    window.resize(1200, 800);
    window.show();
    Cluster *cluster
        = window.book().add({}, {{uriOf(daemons, asked)}, tokenOf(daemons, u"observer"_s)});
    const auto shownMaster = [cluster] {
        return cluster->status() && cluster->status()->active
            ? cluster->status()->master.value_or(QString())
            : QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(shownMaster(), daemons.id(master), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(window.machines()->model().rowCount(), 3, kPatienceMs);
    QCOMPARE(window.topology()->picture().order().size(), 3);
    QTRY_VERIFY_WITH_TIMEOUT(window.topology()->picture().picture().links.size() == 3, kPatienceMs);
    QVERIFY2(window.header()->headline().contains(daemons.id(master)),
        qPrintable(window.header()->headline()));
    QTRY_VERIFY_WITH_TIMEOUT(hasCrown(*window.topology(), daemons.id(master)), kPatienceMs);
    QVERIFY(!hasCrown(*window.topology(), daemons.id(asked)));
    // The lease is known though another machine than the master is asked.
    QTRY_VERIFY_WITH_TIMEOUT(cluster->lease() && cluster->lease()->leaseMs > 0, kPatienceMs);

    qint64 activeMs = 0;
    qint64 shownMs = 0;
    const QObject here; // Ends with the function, and what is connected with it
    connect(cluster, &Cluster::happened, &here, [&activeMs](const Event &event) {
        if (event.kind == EventKind::Active)
            activeMs = event.timeMs;
    });
    connect(cluster, &Cluster::statusChanged, &here, [&] {
        if (shownMs == 0 && !shownMaster().isEmpty() && shownMaster() != daemons.id(master))
            shownMs = QDateTime::currentMSecsSinceEpoch();
    });
    daemons.cutPower(master);
    QTRY_VERIFY_WITH_TIMEOUT(shownMs != 0 && activeMs != 0, kPatienceMs);
    qInfo("the new master was shown %lld ms after its event", shownMs - activeMs);
    const QString successor = shownMaster();
    QVERIFY(window.header()->headline().contains(successor));
    QTRY_VERIFY_WITH_TIMEOUT(hasCrown(*window.topology(), successor), kPatienceMs);
    QVERIFY(!hasCrown(*window.topology(), daemons.id(master)));
    QTRY_COMPARE_WITH_TIMEOUT(
        window.topology()->picture().machine(daemons.id(master))->picture().state, u"unreachable"_s,
        kPatienceMs);

    // The past is shown as it was, and left again.
    const qint64 before = activeMs - 1000;
    cluster->setCursor(before);
    QVERIFY(window.header()->bannerText().size() > 0);
    QVERIFY(cluster->status().has_value());
    cluster->setCursor({});
    QCOMPARE(shownMaster(), successor);
    QCOMPARE(window.header()->bannerText(), QString());
}

void TestMonitorWindow::saysThatItIsOutOfDate()
{
    DaemonCluster daemons({});
    daemons.startAll();
    QVERIFY(daemons.waitForMaster() >= 0);
    MainWindow window(nullptr);
    window.show();
    Cluster *cluster
        = window.book().add({}, {{uriOf(daemons, 0)}, tokenOf(daemons, u"observer"_s)});
    QTRY_VERIFY_WITH_TIMEOUT(
        cluster->state() == ConnectionState::Live && cluster->status(), kPatienceMs);
    QCOMPARE(window.header()->bannerText(), QString());

    // The machine that answers goes: another one does.
    QTRY_VERIFY_WITH_TIMEOUT(cluster->status()->nodes.size() == 3, kPatienceMs);
    daemons.cutPower(0);
    QTRY_VERIFY_WITH_TIMEOUT(cluster->state() == ConnectionState::Live
            && cluster->connection()->server() != daemons.id(0)
            && !cluster->connection()->server().isEmpty(),
        kPatienceMs);

    // All go: what is shown is old, and says so; the desktop is told once.
    window.tray()->setUnheardAfter(std::chrono::milliseconds(500));
    QStringList notices;
    connect(window.tray(), &Tray::noticed, this,
        [&notices](const QString &title) { notices << title; });
    daemons.cutPower(1);
    daemons.cutPower(2);
    QTRY_COMPARE_WITH_TIMEOUT(cluster->state(), ConnectionState::Lost, kPatienceMs);
    QVERIFY(cluster->isStale());
    QVERIFY2(window.header()->bannerText().contains(u"OUT OF DATE"),
        qPrintable(window.header()->bannerText()));
    QCOMPARE(Sidebar::summaryOf(*cluster), u"not connected"_s);
    const QString silent = u"clustd: nothing is heard any more"_s;
    QTRY_COMPARE_WITH_TIMEOUT(notices.count(silent), 1, kPatienceMs);

    // And back.
    daemons.start(1);
    daemons.start(2);
    QTRY_COMPARE_WITH_TIMEOUT(cluster->state(), ConnectionState::Live, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(window.header()->bannerText(), QString(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(notices.count(u"clustd: heard again"_s), 1, kPatienceMs);
    QCOMPARE(notices.count(silent), 1);
}

void TestMonitorWindow::actsOnlyWithAnAdminsToken()
{
    DaemonCluster daemons({});
    daemons.startAll();
    const int master = daemons.waitForMaster();
    QVERIFY(master >= 0);
    MainWindow window(nullptr);
    window.show();
    Cluster *cluster
        = window.book().add({}, {{uriOf(daemons, 0)}, tokenOf(daemons, u"observer"_s)});
    QTRY_VERIFY_WITH_TIMEOUT(cluster->state() == ConnectionState::Live && cluster->status()
            && cluster->status()->nodes.size() == 3,
        kPatienceMs);
    QVERIFY(!window.book().admin(cluster));

    // Whoever gets round the window is refused by the daemon.
    ActionDialog forbidden(
        ActionDialog::Action::Switchover, *cluster, tokenOf(daemons, u"observer"_s));
    QTRY_VERIFY_WITH_TIMEOUT(forbidden.forecast().startsWith(u"Not possible"), kPatienceMs);
    QVERIFY(!forbidden.doButton()->isEnabled());

    window.book().setAdmin(cluster, tokenOf(daemons, u"admin"_s));
    QVERIFY(window.book().admin(cluster));
    const QString to = daemons.id((master + 1) % 3);
    cluster->select(to);
    ActionDialog *dialog = window.act(ActionDialog::Action::Switchover);
    QVERIFY(dialog);
    QCOMPARE(dialog->machineBox()->currentData().toString(), to);
    QTRY_VERIFY_WITH_TIMEOUT(
        dialog->forecast().contains(to) && dialog->doButton()->isEnabled(), kPatienceMs);
    QString outcome;
    const QObject here;
    connect(dialog, &ActionDialog::carriedOut, &here,
        [&outcome](const QString &text) { outcome = text; });
    dialog->doButton()->click();
    QTRY_VERIFY_WITH_TIMEOUT(!outcome.isEmpty(), kPatienceMs);
    QVERIFY2(outcome.contains(to), qPrintable(outcome));
    QTRY_COMPARE_WITH_TIMEOUT(cluster->status()->master.value_or(QString()), to, kPatienceMs);
}

void TestMonitorWindow::saysWhyAStrangersTokenIsRefused()
{
    DaemonCluster daemons({});
    daemons.startAll();
    QVERIFY(daemons.waitForMaster() >= 0);
    const auto keys
        = crypto::ClusterKeys::derive("another secret of another cluster 0123456789", "clustd");
    QVERIFY(keys);
    auto stranger = keys->credentialsFor(crypto::PeerRole::Observer, "gui");
    QVERIFY(stranger);
    MainWindow window(nullptr);
    window.show();
    Cluster *cluster = window.book().add({}, {{uriOf(daemons, 0)}, std::move(*stranger)});
    QTRY_COMPARE_WITH_TIMEOUT(cluster->state(), ConnectionState::Refused, kPatienceMs);
    QVERIFY2(window.header()->bannerText().startsWith(u"Refused"),
        qPrintable(window.header()->bannerText()));
    QVERIFY(!cluster->status());
}

QTEST_MAIN(TestMonitorWindow)
#include "tst_monitor_window.moc"
