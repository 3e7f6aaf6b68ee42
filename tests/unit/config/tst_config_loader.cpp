// Does a valid file become the values it says, with every default filled in, and do the examples
// that we ship stay valid?

#include "config/config_checks.h"
#include "config/config_loader.h"
#include "unit/config/sample_config.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clustd;
using namespace clustd::config;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using election::MachineRole;

namespace {

Config valid(const QByteArray &yaml, LoadOptions options = {})
{
    const Loaded loaded = parseConfig(yaml, u"/etc/clustd/config.yml"_s, options);
    if (!loaded.config)
        qWarning("%s", qPrintable(loaded.faultText()));
    return loaded.config.value_or(Config());
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes, bool isPrivate = true)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
    QFileDevice::Permissions permissions = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    if (!isPrivate)
        permissions |= QFileDevice::ReadOther;
    QVERIFY(file.setPermissions(permissions));
}

const QByteArray kEverything = R"(server:
  bind_address: '::'
  bind_port: 4001
  remote_address: ws://Web-1.example.org:3001/
cluster:
  name: web
  id: cm-1
  secret: 'TmV2ZXItZ3Jvdy1vbGQtaW4tYS1yZXBvc2l0b3J5IQ'
  previous_secrets: ['bm90LXRoZS1zYW1lLWFzLXRoZS1wcmVzZW50LW9uZQ']
  machines:
    - ws://10.0.0.2:3001
    - {uri: 'ws://[2001:db8::3]:3001', id: cm-3, role: witness}
    - uri: ws://10.0.0.4:3001
      role: standby
      priority: 50
  role: voter
  priority: 150
  election: quorum
  failback: 60s
  failover_within: 3s
timing: {heartbeat: 250ms, rtt: 10ms}
last_resort: alarm
watchdog: none
state_dir: ./state
legacy_v1: off
access: {revoked: [observer/alice, admin/bob]}
drivers:
  - name: web
    type: exec
    start: [/usr/local/bin/web-up, 'two words', '']
    stop: [/usr/local/bin/web-down]
    check: curl -fsS http://127.0.0.1:8080/
    env: {PORT: 8080, EMPTY: ''}
    fence_addresses: [{address: 10.0.0.100/24, interface: eth0}]
    timeouts: {start: 20s, stop: 10s, check: 2s}
    check_interval: 3s
    retries: 4
    on_failure: ignore
  - name: worker
    type: exec
    run: exec worker --loop
http: {bind: '127.0.0.1:3080'}
log: {level: warning, journal: state/journal.jsonl}
)";

} // namespace

class TestConfigLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void takesTheOriginalsFileUnchanged()
    {
        const Config config
            = valid(contents(QStringLiteral(CLUSTD_SOURCE_DIR "/resources/examples/original.yml")));
        QCOMPARE(config.server.bindAddress, u"0.0.0.0"_s);
        QCOMPARE(config.server.bindPort, std::uint16_t{3001});
        QCOMPARE(config.server.remoteAddress, QUrl(u"ws://127.0.0.1:3001"_s));
        QCOMPARE(config.cluster.id, NodeId("cm-1"));
        QCOMPARE(config.cluster.secret.size(), 64);
        QCOMPARE(config.cluster.machines.size(), 2U);
        QCOMPARE(config.cluster.machines[1].uri, QUrl(u"ws://127.0.0.1:3003"_s));
        QVERIFY(!config.cluster.machines[1].id.has_value());
        QCOMPARE(config.cluster.machines[1].role, MachineRole::Voter);
    }

    void fillsInTheDefaults()
    {
        const Config config = valid(kSample);
        QCOMPARE(config.file, u"/etc/clustd/config.yml"_s);
        QCOMPARE(config.server.bindAddress, u"0.0.0.0"_s);
        QCOMPARE(config.cluster.name, u"clustd"_s);
        QCOMPARE(config.cluster.role, MachineRole::Voter);
        QCOMPARE(config.cluster.priority, 100);
        QCOMPARE(config.cluster.election, ElectionMode::Quorum);
        QVERIFY(!config.cluster.failback.has_value());
        QCOMPARE(config.timing.failoverWithin, Duration(2s));
        QCOMPARE(config.timing.heartbeat, Duration(200ms));
        QCOMPARE(config.lastResort, LastResort::Alarm);
        QCOMPARE(config.watchdog, QString());
        QCOMPARE(config.stateDir, u"/etc/clustd/state-cm-1"_s);
        QCOMPARE(config.log.journal, u"/etc/clustd/state-cm-1/events.jsonl"_s);
        QCOMPARE(config.log.level, LogLevel::Info);
        QCOMPARE(config.legacyV1, LegacyV1::Off);
        QVERIFY(config.drivers.empty());
        QVERIFY(!config.http.has_value());
    }

    void readsEveryKey()
    {
        const Config config = valid(kEverything);
        QCOMPARE(config.server.bindAddress, u"::"_s);
        QCOMPARE(config.server.bindPort, std::uint16_t{4001});
        QCOMPARE(config.server.remoteAddress, QUrl(u"ws://web-1.example.org:3001"_s));
        QCOMPARE(config.cluster.name, u"web"_s);
        QCOMPARE(config.cluster.previousSecrets.size(), 1U);
        QCOMPARE(config.cluster.machines[1].id, NodeId("cm-3"));
        QCOMPARE(config.cluster.machines[1].uri.host(), u"2001:db8::3"_s);
        QCOMPARE(config.cluster.machines[1].role, MachineRole::Witness);
        QCOMPARE(config.cluster.machines[2].role, MachineRole::Standby);
        QCOMPARE(config.cluster.machines[2].priority, std::int64_t{50});
        QCOMPARE(config.cluster.priority, 150);
        QCOMPARE(config.cluster.failback, Duration(60s));
        QCOMPARE(config.timing.failoverWithin, Duration(3s));
        QCOMPARE(config.timing.heartbeat, Duration(250ms));
        QCOMPARE(config.timing.rtt, Duration(10ms));
        QCOMPARE(config.timing.lease, Duration(1800ms));
        QCOMPARE(config.stateDir, u"/etc/clustd/state"_s);
        QCOMPARE(config.revoked, (QStringList{u"admin/bob"_s, u"observer/alice"_s}));
        QCOMPARE(config.http->address, u"127.0.0.1"_s);
        QCOMPARE(config.http->port, std::uint16_t{3080});
        QCOMPARE(config.log.level, LogLevel::Warning);
        QCOMPARE(config.log.journal, u"/etc/clustd/state/journal.jsonl"_s);
    }

    void readsDrivers()
    {
        const Config config = valid(kEverything);
        QCOMPARE(config.drivers.size(), 2U);
        const Driver &web = config.drivers[0];
        QCOMPARE(
            web.start.argv, (QStringList{u"/usr/local/bin/web-up"_s, u"two words"_s, QString()}));
        QCOMPARE(web.check.argv,
            (QStringList{u"/bin/sh"_s, u"-c"_s, u"curl -fsS http://127.0.0.1:8080/"_s}));
        QCOMPARE(web.env.size(), 2U);
        QCOMPARE(web.env[0].first, u"PORT"_s);
        QCOMPARE(web.env[0].second, u"8080"_s);
        QCOMPARE(web.fenceAddresses.size(), 1U);
        QCOMPARE(web.fenceAddresses[0].address, u"10.0.0.100/24"_s);
        QCOMPARE(web.fenceAddresses[0].interface, u"eth0"_s);
        QCOMPARE(web.timeouts.start, Duration(20s));
        QCOMPARE(web.timeouts.stop, Duration(10s));
        QCOMPARE(web.timeouts.check, Duration(2s));
        QCOMPARE(web.checkInterval, Duration(3s));
        QCOMPARE(web.retries, 4);
        QCOMPARE(web.onFailure, OnFailure::Ignore);

        const Driver &worker = config.drivers[1];
        QCOMPARE(worker.run.argv, (QStringList{u"/bin/sh"_s, u"-c"_s, u"exec worker --loop"_s}));
        QVERIFY(worker.start.isEmpty() && worker.stop.isEmpty() && worker.check.isEmpty());
        QCOMPARE(worker.onFailure, OnFailure::Handover);
        QCOMPARE(worker.retries, 2);
    }

    void takesScalarsAsWritten_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("id");
        QTest::newRow("a number") << QByteArray("7") << QByteArray("7");
        QTest::newRow("zeros in front") << QByteArray("007") << QByteArray("007");
        QTest::newRow("a float") << QByteArray("1.0") << QByteArray("1.0");
        QTest::newRow("an octal") << QByteArray("0o17") << QByteArray("0o17");
        QTest::newRow("a bool") << QByteArray("no") << QByteArray("no");
        QTest::newRow("a quoted text") << QByteArray("'true'") << QByteArray("true");
    }

    void takesScalarsAsWritten()
    {
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, id);
        QByteArray yaml = kSample;
        yaml.replace("id: cm-1", "id: " + written);
        QCOMPARE(valid(yaml).cluster.id, NodeId(id.toStdString()));
    }

    void takesASecretOfDigitsAsWritten()
    {
        QByteArray yaml = kSample;
        const QByteArray digits = "01234567890123456789012345678901.5e+10";
        yaml.replace(kGoodSecret, digits);
        QCOMPARE(valid(yaml).cluster.secret, digits);
    }

    void takesTheWeakestSecretThatIsAllowed()
    {
        // 32 characters, 12 of them different; tst_config_faults has one less of either.
        QByteArray yaml = kSample;
        const QByteArray weakest = QByteArray("abcdefghijkl").repeated(3).left(32);
        yaml.replace(kGoodSecret, weakest);
        QCOMPARE(valid(yaml).cluster.secret, weakest);
    }

    void bindsToThePortOfTheRemoteAddressByDefault()
    {
        QByteArray yaml = kSample;
        yaml.replace("  bind_port: 3001\n", "");
        QCOMPARE(valid(yaml).server.bindPort, std::uint16_t{3001});
    }

    void allowsPortZeroOnlyWhenAsked()
    {
        QByteArray yaml = kSample;
        yaml.replace("bind_port: 3001", "bind_port: 0");
        QCOMPARE(valid(yaml, {.allowsPortZero = true}).server.bindPort, std::uint16_t{0});
        QVERIFY(!parseConfig(yaml, u"config.yml"_s).config.has_value());
    }

    void takesSectionsWithoutKeys()
    {
        const Config config = valid(kSample + "timing:\naccess:\ndrivers:\nlog: {}\nhttp: ~\n");
        QCOMPARE(config.timing.lease, Duration(1200ms));
        QVERIFY(!config.http.has_value());
    }

    void readsTheSecretFromAFile_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QString>("warning");
        QTest::newRow("without a line feed") << kGoodSecret << kGoodSecret << QString();
        QTest::newRow("without its one final line feed") << kGoodSecret + "\n"
                                                         << kGoodSecret << QString();
        QTest::newRow("only one line feed goes") << kGoodSecret
                + "\n\n" << kGoodSecret + "\n" << u"ends with a line feed"_s;
        QTest::newRow("spaces are part of it")
            << kGoodSecret + " " << kGoodSecret + " " << u"ends with white space"_s;
        QTest::newRow("at the beginning too")
            << "\t" + kGoodSecret << "\t" + kGoodSecret << u"begins with white space"_s;
        QTest::newRow("a carriage return is part of it") << kGoodSecret
                + "\r\n" << kGoodSecret + "\r" << u"ends with a carriage return"_s;
    }

    void readsTheSecretFromAFile()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, secret);
        QFETCH(QString, warning);
        const QTemporaryDir dir;
        write(dir.filePath(u"secret"_s), bytes);
        QByteArray yaml = kSample;
        yaml.replace("secret: " + kGoodSecret, "secret_file: secret");
        write(dir.filePath(u"config.yml"_s), yaml);
        const Loaded loaded = loadConfig(dir.filePath(u"config.yml"_s));
        QVERIFY2(loaded.config.has_value(), qPrintable(loaded.faultText()));
        QCOMPARE(loaded.config->cluster.secret, secret);
        QCOMPARE(loaded.findings.warnings.size(), warning.isEmpty() ? 0 : 1);
        for (const Finding &finding : loaded.findings.warnings)
            QVERIFY2(finding.what.contains(warning), qPrintable(finding.what));
    }

    void warnsWhenOthersCanReadTheSecret()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"config.yml"_s);
        write(path, kSample);
        QVERIFY(loadConfig(path).findings.warnings.isEmpty());
        write(path, kSample, false);
        const Loaded open = loadConfig(path);
        QVERIFY(open.config.has_value());
        QCOMPARE(open.findings.warnings.size(), 1);
        QCOMPARE(open.findings.warnings[0].line, 6);
        QVERIFY(open.findings.warnings[0].remedy.contains(u"chmod"));

        write(dir.filePath(u"secret"_s), kGoodSecret, false);
        QByteArray yaml = kSample;
        yaml.replace("secret: " + kGoodSecret, "secret_file: ./secret");
        write(path, yaml, false);
        const Loaded file = loadConfig(path);
        QCOMPARE(file.findings.warnings.size(), 1);
        QCOMPARE(file.findings.warnings[0].key, u"cluster.secret_file"_s);
    }

    void countsWhatMayFail_data()
    {
        QTest::addColumn<int>("others");
        QTest::addColumn<int>("mayFail");
        QTest::newRow("one voter: none") << 0 << 0;
        QTest::newRow("two voters: none") << 1 << 0;
        QTest::newRow("three voters: one") << 2 << 1;
        QTest::newRow("four voters: one") << 3 << 1;
        QTest::newRow("five voters: two") << 4 << 2;
    }

    void countsWhatMayFail()
    {
        QFETCH(int, others);
        QFETCH(int, mayFail);
        Cluster cluster;
        cluster.machines.resize(static_cast<std::size_t>(others));
        QCOMPARE(toleranceOf(cluster).mayFail, static_cast<std::size_t>(mayFail));
        Machine standby;
        standby.role = MachineRole::Standby;
        cluster.machines.push_back(standby);
        QCOMPARE(toleranceOf(cluster).mayFail, static_cast<std::size_t>(mayFail));
    }

    void shippedExamplesAreValid_data()
    {
        QTest::addColumn<QString>("path");
        const QDir dir(QStringLiteral(CLUSTD_SOURCE_DIR "/resources/examples"));
        for (const QFileInfo &file : dir.entryInfoList({u"*.yml"_s}))
            QTest::newRow(qPrintable(file.fileName())) << file.absoluteFilePath();
    }

    void shippedExamplesAreValid()
    {
        QFETCH(QString, path);
        const Loaded loaded = loadConfig(path);
        QVERIFY2(loaded.config.has_value(), qPrintable(loaded.faultText()));
        QCOMPARE(toleranceOf(loaded.config->cluster).mayFail, 1U);
        for (const Finding &warning : loaded.findings.warnings)
            QCOMPARE(warning.key, u"cluster.secret"_s);
    }
};

QTEST_GUILESS_MAIN(TestConfigLoader)
#include "tst_config_loader.moc"
