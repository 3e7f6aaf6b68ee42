// Do the commands that need no daemon print data alone on standard output, everything else on
// standard error, and end with the documented codes?

#include "unit/config/sample_config.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace clustd::config;
using namespace Qt::Literals::StringLiterals;

namespace {

struct Outcome
{
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
};

class Folder
{
public:
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_dir.filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(bytes);
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        return file.fileName();
    }

    /// Runs clustd in the folder with nothing of CLUSTD_CONFIG but @p config.
    Outcome clustd(const QStringList &arguments, const QString &config = {}) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove(u"CLUSTD_CONFIG"_s);
        if (!config.isEmpty())
            environment.insert(u"CLUSTD_CONFIG"_s, config);
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_dir.path());
        process.start(QStringLiteral(CLUSTD_BINARY_DIR "/bin/clustd"), arguments);
        if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit)
            return {};
        return {
            process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }

private:
    QTemporaryDir m_dir;
};

QJsonObject json(const Outcome &outcome)
{
    return QJsonDocument::fromJson(outcome.out).object();
}

} // namespace

class TestOfflineCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void checkPrintsWhatFollowsFromTheFile()
    {
        Folder folder;
        const Outcome good = folder.clustd({u"check"_s, folder.write(u"a.yml"_s, kSample)});
        QCOMPARE(good.exitCode, 0);
        QCOMPARE(good.err, QByteArray());
        QVERIFY(good.out.contains("2 of 3 voters are needed; 1 may be lost"));
        QVERIFY(good.out.contains("at worst 1880ms (failover_within: 2s)"));
        QVERIFY(good.out.contains("lease (L) 1200ms"));
        QVERIFY(!good.out.contains(kGoodSecret));
    }

    void checkPrintsEveryFault()
    {
        Folder folder;
        QByteArray yaml = kSample;
        yaml.replace("3001\n  remote", "x\n  remote").replace("cm-1", "cm 1");
        const QString path = folder.write(u"a.yml"_s, yaml);
        const Outcome bad = folder.clustd({u"check"_s, path});
        QCOMPARE(bad.exitCode, 3);
        QCOMPARE(bad.out, QByteArray());
        QVERIFY(bad.err.contains(path.toUtf8() + ":2: server.bind_port: 'x'"));
        QVERIFY(bad.err.contains(path.toUtf8() + ":5: cluster.id: 'cm 1'"));
    }

    void checkSpeaksJson()
    {
        Folder folder;
        const QString two = folder.write(
            u"two.yml"_s, QByteArray(kSample).replace("    - ws://10.0.0.3:3001\n", ""));
        const Outcome good = folder.clustd({u"check"_s, two, u"--json"_s});
        QCOMPARE(good.exitCode, 0);
        QVERIFY(good.err.contains("tolerates no fault"));
        const QJsonObject data = json(good);
        QCOMPARE(data[u"schema"].toInt(), 1);
        QCOMPARE(data[u"valid"].toBool(), true);
        QCOMPARE(data[u"quorum"][u"may_fail"].toInt(-1), 0);
        QCOMPARE(data[u"timing"][u"lease_ms"].toDouble(), 1200.0);
        QCOMPARE(data[u"warnings"][0][u"line"].toInt(), 7);

        const Outcome bad
            = folder.clustd({u"check"_s, folder.write(u"bad.yml"_s, "log: 1\n"), u"--json"_s});
        QCOMPARE(bad.exitCode, 3);
        QCOMPARE(json(bad)[u"valid"].toBool(true), false);
        QVERIFY(json(bad)[u"faults"].toArray().size() > 3);
        QCOMPARE(json(bad)[u"code"].toString(), u"config"_s);
    }

    /// Whatever the command: a program that reads its output learns what is wrong with the file.
    void aRefusedFileIsAnObjectForJson_data()
    {
        QTest::addColumn<QStringList>("words");
        for (const char *words : {"status", "switchover", "stop", "fence", "reload", "events",
                 "token admin bob", "check", "run"})
            QTest::newRow(words) << QString::fromUtf8(words).split(u' ');
    }

    void aRefusedFileIsAnObjectForJson()
    {
        QFETCH(QStringList, words);
        Folder folder;
        const QString bad = folder.write(u"bad.yml"_s, "log: 1\n");
        const Outcome outcome = folder.clustd(words + QStringList{u"-c"_s, bad, u"--json"_s});
        QCOMPARE(outcome.exitCode, 3);
        const QJsonObject data = json(outcome);
        QCOMPARE(data[u"schema"].toInt(), 1);
        QCOMPARE(data[u"ok"].toBool(true), false);
        QCOMPARE(data[u"code"].toString(), u"config"_s);
        QCOMPARE(data[u"file"].toString(), bad);
        QVERIFY(data[u"error"].toString().startsWith(bad));
        QCOMPARE(data[u"faults"][0][u"key"].toString(), u"server.remote_address"_s);
        QVERIFY(outcome.err.contains("server.remote_address: is missing"));

        const Outcome absent = folder.clustd(words + QStringList{u"-c"_s, bad + u'x', u"--json"_s});
        QCOMPARE(absent.exitCode, 3);
        QVERIFY(json(absent)[u"faults"][0][u"what"].toString().contains(u"No such file"));
        const Outcome none = folder.clustd(words + QStringList{u"--json"_s});
        QCOMPARE(none.exitCode, 3);
        QCOMPARE(json(none)[u"code"].toString(), u"config"_s);
    }

    void findsItsFile()
    {
        Folder folder;
        const QString named = folder.write(u"named.yml"_s, kSample);
        const QString bad = folder.write(u"bad.yml"_s, "x: 1\n");
        QCOMPARE(folder.clustd({u"check"_s, u"--config"_s, named}, bad).exitCode, 0);
        QCOMPARE(folder.clustd({u"check"_s}, named).exitCode, 0);
        QCOMPARE(folder.clustd({u"check"_s}, bad).exitCode, 3);
        folder.write(u"config.yml"_s, kSample);
        const Outcome here = folder.clustd({u"check"_s});
        QCOMPARE(here.exitCode, 0);
        QVERIFY(here.out.startsWith("config.yml is valid"));
    }

    void keygenMakesASecretThatIsAccepted()
    {
        Folder folder;
        const QByteArray first = folder.clustd({u"keygen"_s}).out;
        const QByteArray second
            = json(folder.clustd({u"keygen"_s, u"--json"_s}))[u"secret"].toString().toUtf8();
        QCOMPARE(first.size(), 65);
        QCOMPARE(QByteArray::fromBase64(first.trimmed()).size(), 48);
        QCOMPARE(second.size(), 64);
        QVERIFY(first.trimmed() != second);
        const QString path
            = folder.write(u"a.yml"_s, QByteArray(kSample).replace(kGoodSecret, second));
        QCOMPARE(folder.clustd({u"check"_s, path}).exitCode, 0);
    }

    void tokenIsMadeForOneRoleAndName()
    {
        Folder folder;
        const QString path = folder.write(
            u"a.yml"_s, QByteArray(kSample) + "access: {revoked: [admin/mallory]}\n");
        const auto token = [&](const QString &role, const QString &name) {
            return folder.clustd({u"token"_s, role, name, u"--config"_s, path});
        };
        const Outcome alice = token(u"observer"_s, u"alice"_s);
        QCOMPARE(alice.exitCode, 0);
        QVERIFY(alice.out.startsWith("clustd2:clustd:observer:alice:"));
        QVERIFY(alice.out.endsWith('\n') && alice.out.count('\n') == 1);
        QCOMPARE(token(u"observer"_s, u"alice"_s).out, alice.out);
        QVERIFY(!token(u"observer"_s, u"alicf"_s).out.endsWith(alice.out.mid(40)));
        QVERIFY(token(u"admin"_s, u"mallory"_s).err.contains("revoked"));
        const QJsonObject data
            = json(folder.clustd({u"token"_s, u"admin"_s, u"bob"_s, u"-c"_s, path, u"--json"_s}));
        QCOMPARE(data[u"role"].toString(), u"admin"_s);
        QVERIFY(data[u"token"].toString().startsWith(u"clustd2:clustd:admin:bob:"));
    }

    void tokenRefusesWhatCannotHoldOne()
    {
        Folder folder;
        const QString path = folder.write(u"a.yml"_s, kSample);
        const auto token = [&](const QString &role, const QString &name) {
            return folder.clustd({u"token"_s, role, name, u"--config"_s, path});
        };
        QCOMPARE(token(u"node"_s, u"cm-2"_s).exitCode, 2);
        QCOMPARE(token(u"obsrver"_s, u"alice"_s).exitCode, 2);
        QVERIFY(token(u"obsrver"_s, u"alice"_s).err.contains("did you mean observer?"));
        QCOMPARE(token(u"observer"_s, u"a/b"_s).exitCode, 2);
        QCOMPARE(folder.clustd({u"token"_s, u"observer"_s}).exitCode, 2);
        folder.write(u"a.yml"_s, "cluster: {}\n");
        QCOMPARE(token(u"observer"_s, u"alice"_s).exitCode, 3);
    }

    void doctorNamesWhatIsWrongHereAndHowToPutItRight()
    {
        Folder folder;
        QByteArray config = kSample;
        config += "state_dir: state\n"
                  "drivers:\n"
                  "  - {name: web, type: exec, run: [/no/such/program, -x]}\n";
        const QString path = folder.write(u"a.yml"_s, config);
        const Outcome sick = folder.clustd({u"doctor"_s, u"-c"_s, path, u"--json"_s});
        QCOMPARE(sick.exitCode, 1);
        QVERIFY(!json(sick)[u"ok"].toBool());
        QStringList faults;
        const QJsonArray checks = json(sick)[u"checks"].toArray();
        for (const QJsonValue check : checks) {
            if (check[u"health"].toString() == u"fault")
                faults << check[u"what"].toString();
        }
        QVERIFY2(
            faults.contains(u"web: not found or not executable: /no/such/program"_s), sick.out);

        const Outcome refused
            = folder.clustd({u"doctor"_s, u"-c"_s, folder.write(u"b.yml"_s, "cluster: {}\n")});
        QCOMPARE(refused.exitCode, 3);
        QVERIFY(refused.out.startsWith("fault    file"));
    }

    void aDriverIsTriedByHandAsTheDaemonWould()
    {
        Folder folder;
        const QByteArray drivers
            = "state_dir: state\n"
              "drivers:\n"
              "  - name: web\n"
              "    type: exec\n"
              "    start: 'echo $CLUSTD_ACTION of $CLUSTD_NODE as $CLUSTD_MASTER; echo $KIND >&2'\n"
              "    stop: 'sleep 60'\n"
              "    check: 'echo all is lost; exit 3'\n"
              "    env: {KIND: kept}\n"
              "    timeouts: {stop: 200ms}\n"
              "  - name: worker\n"
              "    type: exec\n"
              "    run: [/bin/sh, -c, 'echo works; exec sleep 60']\n"
              "    check: 'true'\n";
        // Nothing listens at port 9 of this machine.
        const QString path = folder.write(u"a.yml"_s,
            QByteArray(kSample).replace(
                "bind_port: 3001", "bind_address: 127.0.0.1\n  bind_port: 9")
                + drivers);
        const auto tried = [&](const QStringList &words) {
            return folder.clustd(
                QStringList{u"driver"_s, u"test"_s} + words + QStringList{u"-c"_s, path});
        };
        const Outcome check = tried({u"web"_s, u"check"_s});
        QCOMPARE(check.exitCode, 1);
        QCOMPARE(check.out, QByteArray("all is lost\n"));
        QVERIFY2(check.err.contains("web: check exited with code 3"), check.err);

        // Nobody says whether the service runs somewhere.
        for (const QString &action : {u"start"_s, u"stop"_s}) {
            const Outcome refused = tried({u"web"_s, action});
            QCOMPARE(refused.exitCode, 1);
            QVERIFY2(refused.err.contains("no daemon runs here"), refused.err);
            QVERIFY2(refused.err.contains("use --force"), refused.err);
        }
        const Outcome start = tried({u"web"_s, u"start"_s, u"--force"_s});
        QVERIFY2(start.exitCode == 0, start.err);
        QCOMPARE(start.out, QByteArray("start of cm-1 as cm-1\nkept\n"));
        const Outcome stop = tried({u"web"_s, u"stop"_s, u"--force"_s, u"--json"_s});
        QCOMPARE(stop.exitCode, 1);
        QVERIFY2(json(stop)[u"error"].toString().contains(u"200 ms"), stop.out);

        const Outcome service = tried({u"worker"_s, u"start"_s, u"--force"_s});
        QVERIFY2(service.exitCode == 0, service.err);
        QCOMPARE(service.out, QByteArray("works\n"));
        QCOMPARE(tried({u"worker"_s, u"stop"_s, u"--force"_s}).exitCode, 1);

        QCOMPARE(tried({u"wbe"_s, u"check"_s}).exitCode, 2);
        QCOMPARE(tried({u"web"_s, u"restart"_s}).exitCode, 2);
    }

    void theDemosStoryAloneIsTold()
    {
        Folder folder;
        const Outcome outcome = folder.clustd({u"demo"_s, u"--json"_s});
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY(outcome.err.contains("use --auto --json"));
    }

    void wrongUsageEndsWithTwo()
    {
        Folder folder;
        const Outcome outcome = folder.clustd({u"chekc"_s});
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY(outcome.err.contains("did you mean clustd check?"));
        QCOMPARE(folder.clustd({u"keygen"_s, u"--jsno"_s}).exitCode, 2);
        // What acts on this machine alone must not do so where another one is meant.
        for (const QString &command :
            {u"run"_s, u"check"_s, u"stop"_s, u"fence"_s, u"doctor"_s, u"demo"_s, u"keygen"_s}) {
            const Outcome elsewhere
                = folder.clustd({command, u"--connect"_s, u"ws://127.0.0.1:9"_s});
            QCOMPARE(elsewhere.exitCode, 2);
            QVERIFY2(elsewhere.err.contains("takes no --connect"), elsewhere.err);
        }
        QCOMPARE(folder.clustd({u"pause"_s, u"--reason"_s, u"--version"_s}).exitCode, 2);
    }
};

QTEST_GUILESS_MAIN(TestOfflineCommands)
#include "tst_offline_commands.moc"
