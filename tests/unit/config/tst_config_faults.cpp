// Does every fault of a file lead to its line, its key, the offending value and a remedy, all at
// once, and never to a secret?

#include "config/config_loader.h"
#include "unit/config/sample_config.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace clustd;
using namespace clustd::config;
using namespace Qt::Literals::StringLiterals;

namespace {

Loaded parsed(const QByteArray &yaml)
{
    return parseConfig(yaml, u"config.yml"_s);
}

/// kSample with @p from replaced.
QByteArray changed(const QByteArray &from, const QByteArray &to)
{
    QByteArray yaml = kSample;
    Q_ASSERT(yaml.contains(from));
    return yaml.replace(from, to);
}

QByteArray withDriver(const QByteArray &lines)
{
    return kSample + "drivers:\n  - name: web\n    type: exec\n" + lines;
}

void columns()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("fragment"); // Of what or of the remedy
}

void row(const char *name, const QByteArray &yaml, int line, const char *key, const char *fragment)
{
    QTest::newRow(name) << yaml << line << QString::fromUtf8(key) << QString::fromUtf8(fragment);
}

bool has(const QList<Finding> &findings, int line, const QString &key, const QString &fragment)
{
    for (const Finding &finding : findings) {
        if (finding.line == line && finding.key == key
            && (finding.what.contains(fragment) || finding.remedy.contains(fragment)))
            return true;
    }
    return false;
}

QString allText(const Loaded &loaded)
{
    QString text = loaded.faultText();
    for (const Finding &warning : loaded.findings.warnings)
        text += u'\n' + warning.text(loaded.file);
    return text;
}

} // namespace

class TestConfigFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void leadsToTheFault_data()
    {
        columns();
        // The document
        row("an empty file", "", 0, "", "no keys");
        row("only a comment", "# nothing\n", 0, "", "no keys");
        row("a list instead of keys", "- a\n", 1, "", "is a list");
        row("bad indentation", "server:\n  a: 1\n b: 2\n", 3, "", "not YAML");
        row("a quote closed by the next one", "server: 'a\ncluster: 'b'\n", 2, "", "not YAML");
        row("a quote that is still open at the end", kSample + "log: {level: 'info}\n", 11, "",
            "still open");
        row("a quote that swallows the rest", changed("id: cm-1", "id: 'cm-1"), 10, "",
            "still open");
        row("an alias without its anchor", changed(kGoodSecret, "*abc"), 6, "", "not YAML");
        row("not UTF-8", "server:\n  bind_address: \xff\n", 2, "", "UTF-8");
        row("two documents", kSample + "---\nserver: {}\n", 10, "", "second YAML document");
        row("an alias of what contains it", "server: &a [*a]\n", 1, "", "aliases");
        row("a key that is a list", kSample + "? [a]\n: b\n", 10, "", "key is no text");

        // Keys
        row("unknown at the top", kSample + "sever: {}\n", 10, "sever", "'server'");
        row("unknown below", changed("bind_port", "bind_prot"), 2, "server.bind_prot",
            "'bind_port'");
        row("unknown and unlike all", changed("bind_port: 3001", "colour: red"), 2, "server.colour",
            "known here: bind_address, bind_port");
        row("in the wrong section", kSample + "failover_within: 2s\n", 10, "failover_within",
            "belongs under 'cluster:'");
        row("indented too far", kSample + "  drivers: []\n", 10, "cluster.drivers", "top level");
        row("twice", changed("  id: cm-1", "  id: cm-1\n  id: cm-2"), 6, "cluster.id",
            "first on line 5");
        row("a whole section twice", kSample + "cluster: {}\n", 10, "cluster", "first on line 4");
        row("no value", changed("id: cm-1", "id:"), 5, "cluster.id", "no value");
        row("an empty text", changed("id: cm-1", "id: ''"), 5, "cluster.id", "no value");
        row("a list for a value", changed("id: cm-1", "id: [a]"), 5, "cluster.id", "is a list");
        row("a value for a section", kSample + "log: info\n", 10, "log", "single value");
        row("a value for a list", kSample + "drivers: web\n", 10, "drivers", "single value");
        row("a map for a list", kSample + "drivers: {name: web}\n", 10, "drivers", "map of keys");

        // server
        row("no server", "cluster: {id: a}\n", 0, "server.remote_address", "missing");
        row("a host name to bind to",
            changed("bind_port", "bind_address: example.org\n  bind_port"), 2,
            "server.bind_address", "'example.org' is not an IP address");
        row("a port too high", changed("bind_port: 3001", "bind_port: 65536"), 2,
            "server.bind_port", "'65536' is outside 1 ... 65535");
        row("port zero", changed("bind_port: 3001", "bind_port: 0"), 2, "server.bind_port",
            "outside");
        row("a port that is no number", changed("bind_port: 3001", "bind_port: http"), 2,
            "server.bind_port", "'http' is not a whole number");
        row("remote_address with TLS", changed("ws://10.0.0.1:3001", "wss://10.0.0.1:3001"), 3,
            "server.remote_address", "TLS");
        row("remote_address of another scheme", changed("ws://10.0.0.1", "http://10.0.0.1"), 3,
            "server.remote_address", "ws://");
        row("remote_address without a port", changed("ws://10.0.0.1:3001", "ws://10.0.0.1"), 3,
            "server.remote_address", "no port");
        row("remote_address without a scheme", changed("ws://10.0.0.1:3001", "10.0.0.1:3001"), 3,
            "server.remote_address", "'10.0.0.1:3001'");
        row("remote_address with a path", changed("0.1:3001", "0.1:3001/x"), 3,
            "server.remote_address", "more than host and port");
        row("remote_address with a password", changed("ws://10.0.0.1", "ws://u:p@10.0.0.1"), 3,
            "server.remote_address", "more than host and port");
        row("remote_address to listen on", changed("ws://10.0.0.1", "ws://0.0.0.0"), 3,
            "server.remote_address", "not one to reach");

        // cluster
        row("no id", changed("  id: cm-1\n", ""), 4, "cluster.id", "missing");
        row("an id with a space", changed("id: cm-1", "id: cm 1"), 5, "cluster.id", "'cm 1'");
        row("an id too long", changed("id: cm-1", "id: " + QByteArray(65, 'x')), 5, "cluster.id",
            "longer than 64");
        row("a cluster name with a slash", changed("id: cm-1", "id: cm-1\n  name: a/b"), 6,
            "cluster.name", "'a/b'");
        row("no secret", changed("  secret: " + kGoodSecret + "\n", ""), 4, "cluster.secret",
            "keygen");
        row("a short secret", changed(kGoodSecret, kGoodSecret.left(31)), 6, "cluster.secret",
            "too short");
        row("a secret of few letters", changed(kGoodSecret, QByteArray("abcdefghijk").repeated(4)),
            6, "cluster.secret", "too few different");
        row("secret and secret_file", changed("  machines", "  secret_file: /x\n  machines"), 7,
            "cluster.secret_file", "both");
        row("a secret_file that is not there",
            changed("secret: " + kGoodSecret, "secret_file: /nonexistent/secret"), 6,
            "cluster.secret_file", "No such file");
        row("three previous secrets",
            changed("  machines",
                "  previous_secrets: [" + kGoodSecret + "1, " + kGoodSecret + "2, " + kGoodSecret
                    + "3]\n  machines"),
            7, "cluster.previous_secrets", "at most 2");
        row("a weak previous secret", changed("  machines", "  previous_secrets: [x]\n  machines"),
            7, "cluster.previous_secrets[0]", "too short");
        row("no machines",
            changed("  machines:\n    - ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001\n", ""), 4,
            "cluster.machines", "missing");
        row("machines without a value",
            changed("  machines:\n    - ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001\n",
                "  machines:\n"),
            7, "cluster.machines", "has no value");
        row("a machine without a port", changed("0.2:3001", "0.2"), 8, "cluster.machines[0]",
            "no port");
        row("a machine that is a list", changed("- ws://10.0.0.2:3001", "- [a]"), 8,
            "cluster.machines[0]", "is a list");
        row("a machine without a uri", changed("- ws://10.0.0.2:3001", "- {id: cm-2}"), 8,
            "cluster.machines[0].uri", "missing");
        row("an unknown role",
            changed("- ws://10.0.0.2:3001", "- {uri: 'ws://10.0.0.2:3001', role: vter}"), 8,
            "cluster.machines[0].role", "'voter'");
        row("a machine twice", changed("10.0.0.3", "10.0.0.2"), 9, "cluster.machines[1]",
            "twice, first on line 8");
        row("a machine twice, spelt differently",
            changed("ws://10.0.0.3:3001", "WS://10.0.0.2:3001/"), 9, "cluster.machines[1]",
            "twice");
        row("its own address among the machines", changed("10.0.0.3", "10.0.0.1"), 9,
            "cluster.machines[1]", "own remote_address");
        row("its own id among the machines",
            changed("- ws://10.0.0.3:3001", "- {uri: 'ws://10.0.0.3:3001', id: cm-1}"), 9,
            "cluster.machines[1].id", "'cm-1' is this machine's own id");
        row("an id twice",
            changed("- ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001",
                "- {uri: 'ws://10.0.0.2:3001', id: a}\n    - {uri: 'ws://10.0.0.3:3001', id: a}"),
            9, "cluster.machines[1].id", "'a' is listed twice, first on line 8");
        row("a priority too high", changed("  machines", "  priority: 1000001\n  machines"), 7,
            "cluster.priority", "outside");
        row("an unknown election", changed("  machines", "  election: raft\n  machines"), 7,
            "cluster.election", "use quorum, naive");
        row("naive with three machines", changed("  machines", "  election: naive\n  machines"), 7,
            "cluster.election", "this file has 3");
        row("naive with a witness",
            changed("  machines:\n    - ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001",
                "  election: naive\n  machines:\n    - {uri: 'ws://10.0.0.2:3001', role: witness}"),
            7, "cluster.election", "no witness");
        row("witnesses alone",
            changed("  machines:\n    - ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001",
                "  role: witness\n  machines: [{uri: 'ws://10.0.0.2:3001', role: witness}]"),
            7, "cluster.role", "none can be master");
        row("nobody votes",
            changed("  machines:\n    - ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001",
                "  role: standby\n  machines: []"),
            7, "cluster.role", "no machine of the cluster votes");
        row("a failback that is no time", changed("  machines", "  failback: soon\n  machines"), 7,
            "cluster.failback", "'soon' is not a time");

        // Times
        row("failover_within too short",
            changed("  machines", "  failover_within: 100ms\n  machines"), 7,
            "cluster.failover_within", "200ms");
        row("failover_within too long", changed("  machines", "  failover_within: 61s\n  machines"),
            7, "cluster.failover_within", "61000ms");
        row("failover_within of zero", changed("  machines", "  failover_within: 0\n  machines"), 7,
            "cluster.failover_within", "above zero");
        row("I1", kSample + "timing:\n  promise: 1s\n", 11, "timing.promise",
            "1000ms < 1224.242ms");
        row("I2", kSample + "timing:\n  fence: 900ms\n", 11, "timing.fence",
            "1200ms - 900ms < 3 x 200ms");
        row("I3", kSample + "timing:\n  campaign: 800ms\n", 11, "timing.campaign",
            "800ms > 1200ms - 500ms");
        row("I4", kSample + "timing:\n  rtt: 80ms\n  stagger: 400ms\n", 12, "timing.stagger",
            "> 2000ms");
        row("a time that is none", kSample + "timing: {lease: long}\n", 10, "timing.lease",
            "'long' is not a time");

        // Found by fuzzing
        row("a comma outside of any list", ", a", 1, "", "outside of any list");

        // Operation
        row("an unknown last resort", kSample + "last_resort: boom\n", 10, "last_resort",
            "use alarm, reset");
        row("a watchdog that the lease is too short for", kSample + "watchdog: /dev/watchdog\n", 10,
            "watchdog", "1s > 1200ms - 200ms");
        row("the original's protocol that this build lacks", kSample + "legacy_v1: on\n", 10,
            "legacy_v1", "not in this build");
        row("no state folder", kSample + "state_dir: none\n", 10, "state_dir", "needs a folder");
        row("a revoked name without a role", kSample + "access: {revoked: [alice]}\n", 10,
            "access.revoked[0]", "role/name");
        row("a revoked name of a misspelt role", kSample + "access: {revoked: [obsrver/alice]}\n",
            10, "access.revoked[0]", "'observer/alice'");
        row("a revoked machine", kSample + "access: {revoked: [node/cm-2]}\n", 10,
            "access.revoked[0]", "change the secret");
        row("http without a port", kSample + "http: {bind: 127.0.0.1}\n", 10, "http.bind",
            "'127.0.0.1' is not an IP address and a port");
        row("an unknown log level", kSample + "log:\n  level: loud\n", 11, "log.level",
            "use debug, info, warning, critical");

        // Drivers
        row("a driver that is a text", kSample + "drivers: [web]\n", 10, "drivers[0]",
            "single value");
        row("a driver without a name", kSample + "drivers:\n  - type: exec\n    run: x\n", 11,
            "drivers[0].name", "missing");
        row("a driver without a type", kSample + "drivers:\n  - name: web\n", 11, "drivers[0].type",
            "missing");
        row("a misspelt type", kSample + "drivers:\n  - {name: a, type: exce, run: x}\n", 11,
            "drivers[0].type", "'exec'");
        row("a type that this build lacks",
            kSample + "drivers:\n  - {name: a, type: vip, address: 10.0.0.9/24, interface: eth0}\n",
            11, "drivers[0].type", "'vip' is not in this build");
        row("two drivers of one name",
            withDriver("    run: x\n  - name: web\n    type: exec\n    run: y\n"), 14,
            "drivers[1].name", "line 11");
        row("nothing to start", withDriver("    retries: 1\n"), 11, "drivers[0].start", "missing");
        row("start without stop", withDriver("    start: x\n"), 11, "drivers[0].stop",
            "must also be stopped");
        row("stop without start", withDriver("    stop: x\n"), 11, "drivers[0].start", "missing");
        row("run beside stop", withDriver("    run: x\n    stop: y\n"), 14, "drivers[0].stop",
            "beside run");
        row("an empty command", withDriver("    run: []\n"), 13, "drivers[0].run", "empty list");
        row("a program without a name", withDriver("    run: ['']\n"), 13, "drivers[0].run[0]",
            "is empty");
        row("an argument that is a map", withDriver("    run: [a, {b: c}]\n"), 13,
            "drivers[0].run[1]", "map of keys");
        row("a misspelt key of exec", withDriver("    run: x\n    chekc: y\n"), 14,
            "drivers[0].chekc", "'check'");
        row("a misspelt timeout", withDriver("    run: x\n    timeouts: {strat: 1s}\n"), 14,
            "drivers[0].timeouts.strat", "'start'");
        row("a timeout of zero", withDriver("    run: x\n    timeouts: {stop: 0s}\n"), 14,
            "drivers[0].timeouts.stop", "above zero");
        row("retries below zero", withDriver("    run: x\n    retries: -1\n"), 14,
            "drivers[0].retries", "'-1' is outside");
        row("an unknown consequence", withDriver("    run: x\n    on_failure: panic\n"), 14,
            "drivers[0].on_failure", "use handover, ignore");
        row("a variable of clustd's own", withDriver("    run: x\n    env: {CLUSTD_TERM: 1}\n"), 14,
            "drivers[0].env.CLUSTD_TERM", "set by clustd itself");
        row("an address without its prefix",
            withDriver("    run: x\n    fence_addresses: [{address: 10.0.0.9, interface: eth0}]\n"),
            14, "drivers[0].fence_addresses[0].address", "10.0.0.100/24");
        row("an address without its interface",
            withDriver("    run: x\n    fence_addresses: [{address: 10.0.0.9/24}]\n"), 14,
            "drivers[0].fence_addresses[0].interface", "is missing");
        row("an interface that none can be",
            withDriver("    run: x\n    fence_addresses: [{address: 10.0.0.9/24, interface: "
                       "an-interface-of-16}]\n"),
            14, "drivers[0].fence_addresses[0].interface", "no name of an interface");
        row("an address that is no map", withDriver("    run: x\n    fence_addresses: [eth0]\n"),
            14, "drivers[0].fence_addresses[0]", "write {address");
        QByteArray many;
        for (int i = 0; i < 16; ++i)
            many += "{address: 10.0.0." + QByteArray::number(i + 1) + "/24, interface: eth0},";
        QByteArray fences;
        for (const char *name : {"b", "c", "d", "e"})
            fences += "    run: x\n    fence_addresses: [" + many
                + "]\n  - name: " + QByteArray(name) + "\n    type: exec\n";
        row("fences that no guard holds", withDriver(fences + "    run: x\n"), 10, "drivers",
            "takes 69 steps, and the guard holds 64");
        row("a fence with too much text",
            withDriver("    start: x\n    stop: " + QByteArray(16000, 'x') + "\n"), 10, "drivers",
            "put long commands into scripts");
        row("an address of the machine alone",
            withDriver(
                "    run: x\n    fence_addresses: [{address: 127.0.0.1/8, interface: lo}]\n"),
            14, "drivers[0].fence_addresses[0].address", "is none that a service is reached at");
        row("a variable with a dash", withDriver("    run: x\n    env: {a-b: 1}\n"), 14,
            "drivers[0].env.a-b", "no name");
    }

    void judgesTimesWhereTheyAreWritten_data()
    {
        columns();
        const auto timing
            = [](const QByteArray &keys) { return kSample + "timing: {" + keys + "}\n"; };
        row("a fence that leaves no time", timing("fence: 1.1s"), 10, "timing.fence", "fence");
        row("a heartbeat that leaves no time", timing("heartbeat: 400ms"), 10, "timing.heartbeat",
            "3 heartbeat");
        row("a lease longer than its promise", timing("promise: 1s"), 10, "timing.promise",
            "promise >= lease");
        row("a round trip that is too long", timing("rtt: 300ms"), 10, "timing.rtt",
            "rtt/2 + promise");
    }

    /// With one key written, no fault stands at a key that is not.
    void judgesTimesWhereTheyAreWritten()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(int, line);
        QFETCH(QString, key);
        QFETCH(QString, fragment);
        const Loaded loaded = parsed(yaml);
        QVERIFY2(loaded.faultText().contains(fragment), qPrintable(loaded.faultText()));
        for (const Finding &fault : loaded.findings.faults) {
            QCOMPARE(fault.key, key);
            QCOMPARE(fault.line, line);
        }
    }

    void leadsToTheFault()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(int, line);
        QFETCH(QString, key);
        QFETCH(QString, fragment);
        const Loaded loaded = parsed(yaml);
        QVERIFY(!loaded.config.has_value());
        QVERIFY2(has(loaded.findings.faults, line, key, fragment), qPrintable(loaded.faultText()));
        for (const Finding &fault : loaded.findings.faults) {
            QVERIFY(!fault.what.isEmpty());
            QVERIFY(!fault.remedy.isEmpty());
        }
    }

    void leadsToTheWarning_data()
    {
        columns();
        const QByteArray others
            = "  machines:\n    - ws://10.0.0.2:3001\n    - ws://10.0.0.3:3001\n";
        row("two voters", changed("    - ws://10.0.0.3:3001\n", ""), 7, "cluster.machines",
            "tolerates no fault");
        row("four voters", kSample + "    - ws://10.0.0.4:3001\n", 7, "cluster.machines",
            "tolerates 1, like 3");
        QByteArray eight = kSample;
        for (const char *host : {"4", "5", "6", "7", "8"})
            eight += "    - ws://10.0.0." + QByteArray(host) + ":3001\n";
        row("eight voters", eight, 7, "cluster.machines", "standby");
        row("one machine", changed(others, "  machines: []\n"), 7, "cluster.machines",
            "nothing can take over");
        row("naive", changed(others, "  election: naive\n  machines: [ws://10.0.0.2:3001]\n"), 7,
            "cluster.election", "active at once");
        row("drivers of a witness",
            changed("  machines", "  role: witness\n  machines")
                + "drivers:\n"
                  "  - {name: a, type: exec, run: x}\n",
            11, "drivers", "never start");
        row("heard on this machine only",
            changed("  bind_port", "  bind_address: 127.0.0.1\n  bind_port"), 2,
            "server.bind_address", "this machine only");
        row("an address that leads the others to themselves", changed("10.0.0.1", "127.0.0.1"), 3,
            "server.remote_address", "to itself");
        row("a published secret",
            changed(
                kGoodSecret, "vxLjIO8pOjvcA48RlXWCy8D/RIr/2S0y/gF1ncypHDjM9oINXfRkUW2wN/tKmjYF"),
            6, "cluster.secret", "public example");
        row("a secret with a line feed behind it",
            changed("secret: " + kGoodSecret, "secret: |\n    " + kGoodSecret), 6, "cluster.secret",
            "ends with a line feed");
        row("a secret with a blank in front",
            changed("secret: " + kGoodSecret, "secret: ' " + kGoodSecret + "'"), 6,
            "cluster.secret", "begins with white space");
        row("a previous secret with a line feed behind it",
            changed("  machines",
                "  previous_secrets: [\"0123456789abcdefghij0123456789abcdefghij\\n\"]\n  "
                "machines"),
            7, "cluster.previous_secrets[0]", "ends with a line feed");
        row("a previous secret that is the present one",
            changed("  machines", "  previous_secrets: [" + kGoodSecret + "]\n  machines"), 7,
            "cluster.previous_secrets[0]", "same");
        row("HTTP that this build lacks", kSample + "http: {bind: '127.0.0.1:3080'}\n", 10,
            "http.bind", "not in this build");
    }

    void leadsToTheWarning()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(int, line);
        QFETCH(QString, key);
        QFETCH(QString, fragment);
        const Loaded loaded = parsed(yaml);
        QVERIFY2(loaded.config.has_value(), qPrintable(loaded.faultText()));
        QVERIFY2(has(loaded.findings.warnings, line, key, fragment), qPrintable(allText(loaded)));
    }

    void saysNothingAboutAGoodFile()
    {
        const Loaded loaded = parsed(kSample);
        QVERIFY(loaded.config.has_value());
        QCOMPARE(allText(loaded), QString());
    }

    void reportsAllFaultsInOrderOfLines()
    {
        const Loaded loaded = parsed("log: {level: loud}\n"
                                     "server: {bind_port: x}\n"
                                     "cluster: {id: a b, secret: short, machines: [y]}\n");
        QStringList keys;
        keys.reserve(loaded.findings.faults.size());
        for (const Finding &fault : loaded.findings.faults)
            keys += fault.key;
        QCOMPARE(keys,
            (QStringList{u"log.level"_s, u"server.remote_address"_s, u"server.bind_port"_s,
                u"cluster.id"_s, u"cluster.secret"_s, u"cluster.machines[0]"_s}));
    }

    void takesCarriageReturns()
    {
        QByteArray yaml = kSample;
        QVERIFY(parsed(yaml.replace("\n", "\r\n")).config.has_value());
    }

    void takesTheLastLineWithoutLineFeed()
    {
        QVERIFY(parsed(kSample.chopped(1)).config.has_value());
        const Loaded loaded = parsed(
            kSample + "drivers:\n  - name: a\n    type: exec\n    run: |\n      one\n      two\n");
        QVERIFY(loaded.config.has_value());
        QCOMPARE(loaded.config->drivers[0].run.argv.last(), u"one\ntwo\n"_s);
    }

    void printsFileLineKeyFactAndRemedy()
    {
        const Loaded loaded = parsed(changed("bind_port: 3001", "bind_port: 70000"));
        QCOMPARE(loaded.faultText(),
            u"config.yml:2: server.bind_port: '70000' is outside 1 ... 65535; use 1 ... 65535"_s);
    }

    void doesNotJudgeTimesThatItCouldNotRead()
    {
        const Loaded loaded = parsed(kSample + "timing: {fence: 9 parsec, rtt: 5s}\n");
        QCOMPARE(loaded.findings.faults.size(), 1);
    }

    void neverPrintsASecret_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        const QByteArray odd = "Zx9-hunter2-";
        QTest::newRow("too short") << changed(kGoodSecret, odd);
        QTest::newRow("under a misspelt key") << changed("secret: ", "secert: ");
        QTest::newRow("as a list") << changed(kGoodSecret, "[" + kGoodSecret + "]");
        QTest::newRow("as a map") << changed(kGoodSecret, "{" + kGoodSecret + ": 1}");
        QTest::newRow("as secret_file") << changed("secret: ", "secret_file: ");
        QTest::newRow("beside secret_file")
            << changed("  machines", "  secret_file: " + kGoodSecret + "\n  machines");
        QTest::newRow("twice") << changed(
            "  machines", "  secret: " + kGoodSecret + "\n  machines");
        QTest::newRow("without the space behind the colon")
            << changed("  secret: " + kGoodSecret, "  secret:" + kGoodSecret);
        QTest::newRow("without the space, in braces")
            << QByteArray("cluster: {secret:" + kGoodSecret + "}");
        QTest::newRow("as an alias") << changed(kGoodSecret, "*" + kGoodSecret);
        QTest::newRow("as a tag") << changed(kGoodSecret, "!" + kGoodSecret);
        QTest::newRow("with a quote that is not closed") << changed(kGoodSecret, "'" + kGoodSecret);
        QTest::newRow("as previous_secrets without a list")
            << changed("  machines", "  previous_secrets: " + kGoodSecret + "\n  machines");
        // A secret that is good, and where it does not belong as well.
        const QByteArray noName = kGoodSecret + "/+";
        const auto twice
            = [](const QByteArray &secret, const QByteArray &from, const QByteArray &to) {
                  return changed(kGoodSecret, secret).replace(from, to);
              };
        QTest::newRow("as the id") << twice(kGoodSecret, "id: cm-1", "id: " + kGoodSecret);
        QTest::newRow("as an id that none can be") << twice(noName, "id: cm-1", "id: " + noName);
        const QByteArray quoted = "'" + kGoodSecret + "\\t " + kGoodSecret + "'";
        QTest::newRow("as an id longer than what is shown")
            << twice(quoted, "id: cm-1", "id: " + quoted);
        QTest::newRow("as the id of another machine") << changed(
            "- ws://10.0.0.2:3001", "- {uri: 'ws://10.0.0.2:3001', id: " + kGoodSecret + "}");
        QTest::newRow("as an address") << changed("- ws://10.0.0.2:3001", "- " + kGoodSecret);
        QTest::newRow("as a port") << changed("bind_port: 3001", "bind_port: " + kGoodSecret);
        QTest::newRow("as a time")
            << changed("  machines", "  failback: " + kGoodSecret + "\n  machines");
        QTest::newRow("as a key") << changed("  machines", "  " + kGoodSecret + ": 1\n  machines");
        QTest::newRow("as a driver's name")
            << kSample + "drivers: [{name: " + kGoodSecret + ", type: exec, run: x}]\n";
        QTest::newRow("as a driver's type")
            << kSample + "drivers: [{name: a, type: " + kGoodSecret + ", run: x}]\n";
        QTest::newRow("a previous one, as the name") << changed("  machines",
            "  previous_secrets: [hunter2-Zx9-hunter2-0123456789abcdef]\n"
            "  name: hunter2-Zx9-hunter2-0123456789abcdef\n  machines");
        QTest::newRow("at the top level") << kSample
                + "secret: " + "hunter2-Zx9-hunter2-0123456789abcdef\n"
                + "log: {level: hunter2-Zx9-hunter2-0123456789abcdef}\n";
        QTest::newRow("the same as a previous one")
            << changed("  machines", "  previous_secrets: [" + kGoodSecret + "]\n  machines");
    }

    void neverPrintsASecret()
    {
        QFETCH(QByteArray, yaml);
        const Loaded loaded = parsed(yaml);
        const QString text = allText(loaded);
        QVERIFY(!text.isEmpty());
        QVERIFY2(!text.contains(QString::fromUtf8(kGoodSecret.left(8))), qPrintable(text));
        QVERIFY2(!text.contains(u"hunter2"), qPrintable(text));
    }

    void reportsAFileThatCannotBeRead()
    {
        const QTemporaryDir dir;
        const Loaded absent = loadConfig(dir.filePath(u"absent.yml"_s));
        QVERIFY(!absent.config.has_value());
        QCOMPARE(absent.findings.faults.size(), 1);
        QVERIFY(absent.faultText().contains(u"No such file"));
        QVERIFY(absent.faultText().contains(u"absent.yml"));

        const Loaded folder = loadConfig(dir.path());
        QVERIFY(!folder.config.has_value());
        QVERIFY(folder.faultText().contains(u"is a folder"));
    }

    /// Nobody writes into the pipe, so whoever opened it would wait for ever.
    void opensNoPipe()
    {
        const QTemporaryDir dir;
        const QString pipe = dir.filePath(u"pipe"_s);
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        const Loaded loaded = loadConfig(pipe);
        QVERIFY(!loaded.config.has_value());
        QVERIFY2(loaded.faultText().contains(u"pipe: is no file but a pipe"),
            qPrintable(loaded.faultText()));
        QVERIFY(loadConfig(u"/dev/null"_s).faultText().contains(u"a device"));

        const Loaded secret
            = parsed(changed("secret: " + kGoodSecret, "secret_file: " + pipe.toUtf8()));
        QVERIFY2(has(secret.findings.faults, 6, u"cluster.secret_file"_s, u"no file but a pipe"_s),
            qPrintable(secret.faultText()));
    }

    void survivesAnyCutAndAnyChangedByte()
    {
        // Bytes that are no configuration may be refused in any words, but never end the process.
        QByteArray yaml
            = kSample + "timing: {rtt: 5ms}\ndrivers:\n  - {name: a, type: exec, run: x}\n";
        for (qsizetype i = 0; i < yaml.size(); ++i) {
            const Loaded cut = parsed(yaml.left(i));
            QVERIFY(cut.config.has_value() != !cut.findings.faults.isEmpty());
            for (const char letter :
                {'\0', '\n', '\t', ':', '[', '{', '"', '&', '*', '-', '\xc3'}) {
                QByteArray broken = yaml;
                broken[i] = letter;
                const Loaded loaded = parsed(broken);
                QVERIFY(loaded.config.has_value() != !loaded.findings.faults.isEmpty());
            }
        }
    }

    void boundsDepthAndNumber()
    {
        QVERIFY(!parsed("server: " + QByteArray(5000, '[')).config.has_value());
        QVERIFY(!parsed(QByteArray(qsizetype{2} * 1024 * 1024, '#')).config.has_value());
        QByteArray laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 9; ++i) {
            const QByteArray before = "*a" + QByteArray::number(i - 1);
            laughs += 'a' + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" + before
                + QByteArray(", " + before).repeated(9) + "]\n";
        }
        const Loaded loaded = parsed(laughs);
        QVERIFY(loaded.faultText().contains(u"aliases"));
    }
};

QTEST_GUILESS_MAIN(TestConfigFaults)
#include "tst_config_faults.moc"
