// Does a reload know what it may change at once and what needs a restart?

#include "config/config_differences.h"
#include "config/config_loader.h"
#include "unit/config/sample_config.h"

#include <QTest>

using namespace clustd;
using namespace clustd::config;
using namespace Qt::Literals::StringLiterals;

namespace {

Config parsed(const QByteArray &yaml)
{
    const Loaded loaded = parseConfig(yaml, u"/etc/clustd/config.yml"_s);
    if (!loaded.config)
        qWarning("%s", qPrintable(loaded.faultText()));
    return loaded.config.value_or(Config());
}

} // namespace

class TestConfigDifferences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void findsNoneInEqualFiles()
    {
        QVERIFY(configDifferences(parsed(kSample), parsed(kSample)).isEmpty());
    }

    void names_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("what");
        QTest::addColumn<bool>("needsRestart");
        const auto row = [](const char *name, const QByteArray &yaml, const QString &key,
                             const QString &what, bool needsRestart) {
            QTest::newRow(name) << yaml << key << what << needsRestart;
        };
        const auto changed = [](const QByteArray &from, const QByteArray &to) {
            return QByteArray(kSample).replace(from, to);
        };
        row("port: restart", changed("bind_port: 3001", "bind_port: 3005"), u"server.bind_port"_s,
            u"3001 -> 3005"_s, true);
        row("id: restart", changed("id: cm-1", "id: cm-9") + "state_dir: state-cm-1\n",
            u"cluster.id"_s, u"cm-1 -> cm-9"_s, true);
        row("cluster name: restart", changed("  machines", "  name: web\n  machines"),
            u"cluster.name"_s, u"clustd -> web"_s, true);
        row("state folder: restart",
            kSample + "state_dir: /var/lib/clustd\nlog: {journal: state-cm-1/events.jsonl}\n",
            u"state_dir"_s, u"/etc/clustd/state-cm-1 -> /var/lib/clustd"_s, true);
        row("times: restart", changed("  machines", "  failover_within: 3s\n  machines"),
            u"cluster.failover_within"_s, u"2s -> 3s"_s, true);
        row("one time: restart", kSample + "timing: {write: 10ms, campaign: 400ms}\n",
            u"timing.write"_s, u"66.667ms -> 10ms"_s, true);
        row("drivers: restart", kSample + "drivers: [{name: a, type: exec, run: x}]\n",
            u"drivers"_s, u"[] -> [a]"_s, true);
        row("secret: live and unseen", changed(kGoodSecret, kGoodSecret + "x"), u"cluster.secret"_s,
            u"changed"_s, false);
        row("previous secrets: live and unseen",
            changed("  machines", "  previous_secrets: [" + kGoodSecret + "x]\n  machines"),
            u"cluster.previous_secrets"_s, u"changed"_s, false);
        row("machines: live",
            changed("    - ws://10.0.0.3:3001\n",
                "    - {uri: 'ws://10.0.0.3:3001', id: c, role: witness}\n"),
            u"cluster.machines"_s,
            u"[ws://10.0.0.2:3001, ws://10.0.0.3:3001] -> [ws://10.0.0.2:3001, c "
            "ws://10.0.0.3:3001 witness]"_s,
            false);
        row("role: live", changed("  machines", "  role: standby\n  machines"), u"cluster.role"_s,
            u"voter -> standby"_s, false);
        row("priority: live", changed("  machines", "  priority: 7\n  machines"),
            u"cluster.priority"_s, u"100 -> 7"_s, false);
        row("failback: live", changed("  machines", "  failback: 1m\n  machines"),
            u"cluster.failback"_s, u"never -> 1m"_s, false);
        row("access: live", kSample + "access: {revoked: [observer/al]}\n", u"access.revoked"_s,
            u"none -> observer/al"_s, false);
        row("log level: live", kSample + "log: {level: debug}\n", u"log.level"_s,
            u"info -> debug"_s, false);
    }

    void names()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, key);
        QFETCH(QString, what);
        QFETCH(bool, needsRestart);
        const QList<Difference> found = configDifferences(parsed(kSample), parsed(yaml));
        QVERIFY(!found.isEmpty());
        if (found.contains(Difference{key, what, needsRestart}))
            return;
        for (const Difference &difference : found)
            qInfo("%s: %s", qPrintable(difference.key), qPrintable(difference.what));
        QFAIL("not among these");
    }

    void seesAChangedCommandOfADriver()
    {
        const QByteArray before = kSample + "drivers: [{name: a, type: exec, run: x}]\n";
        const QByteArray after = kSample + "drivers: [{name: a, type: exec, run: y}]\n";
        QCOMPARE(configDifferences(parsed(before), parsed(after)),
            (QList<Difference>{{u"drivers"_s, u"changed"_s, true}}));
    }
};

QTEST_GUILESS_MAIN(TestConfigDifferences)
#include "tst_config_differences.moc"
