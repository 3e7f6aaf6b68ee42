#include "config/config_loader.h"

#include "config/config_checks.h"
#include "config/hidden_secrets.h"
#include "config/sections.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qint64 kReadBytesMax = qint64{2} * 1024 * 1024; // parseYaml() refuses less than this

void sortByLine(QList<Finding> &findings)
{
    std::stable_sort(findings.begin(), findings.end(),
        [](const Finding &a, const Finding &b) { return a.line < b.line; });
}

Config readAll(const YamlNode &root, const QString &file, LoadOptions options, Reading &reading)
{
    Config config;
    config.file = file;
    const Section top(&root, QString(),
        {u"server"_s, u"cluster"_s, u"timing"_s, u"last_resort"_s, u"watchdog"_s, u"state_dir"_s,
            u"legacy_v1"_s, u"access"_s, u"drivers"_s, u"http"_s, u"log"_s},
        reading);
    if (root.kind == YamlNode::Kind::Null)
        reading.findings.fault({0, {}, u"the file has no keys"_s,
            u"start from one of the examples that come with clustd (three-machines.yml)"_s});
    if (root.kind != YamlNode::Kind::Map)
        return config;
    readServer(top, options, config, reading);
    readCluster(top, config, reading);
    readTiming(top, config, reading);
    readDrivers(top, config, reading);
    readOperation(top, config, reading);
    checkConfig(config, reading.lines, reading.findings);
    return config;
}

} // namespace

Section subsection(
    const Section &above, const QString &key, const QStringList &known, Reading &reading)
{
    return Section(above.find(key), above.path(key), known, reading);
}

QString specialFile(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists() || info.isFile())
        return {};
    return info.isDir() ? u"a folder"_s : u"no file but a pipe, a socket or a device"_s;
}

QString Loaded::faultText() const
{
    QStringList lines;
    lines.reserve(findings.faults.size());
    for (const Finding &fault : findings.faults)
        lines += fault.text(file);
    return lines.join(u'\n');
}

Loaded parseConfig(const QByteArray &yaml, const QString &file, LoadOptions options)
{
    Loaded loaded;
    loaded.file = file;
    loaded.yaml = yaml;
    const YamlDocument document = parseYaml(yaml);
    Reading reading;
    reading.directory = QFileInfo(file).absolutePath();
    for (const YamlFault &fault : document.faults)
        reading.findings.fault({fault.line, {}, fault.what, fault.remedy});
    if (document.faults.empty()) {
        Config config
            = readAll(document.root, QFileInfo(file).absoluteFilePath(), options, reading);
        QStringList secrets = secretsOf(document.root);
        if (!config.cluster.secret.isEmpty()) // It may be in a file of its own.
            secrets += QString::fromUtf8(config.cluster.secret);
        hideSecrets(secrets, reading.findings);
        if (reading.findings.faults.isEmpty())
            loaded.config = std::move(config);
    }
    loaded.findings = std::move(reading.findings);
    sortByLine(loaded.findings.faults);
    sortByLine(loaded.findings.warnings);
    return loaded;
}

Loaded loadConfig(const QString &path, LoadOptions options)
{
    QFile file(path);
    const QString special = specialFile(path);
    if (!special.isEmpty() || !file.open(QIODevice::ReadOnly)) {
        Loaded loaded;
        loaded.file = path;
        loaded.findings.fault({0, {}, special.isEmpty() ? file.errorString() : u"is "_s + special,
            u"name a file that the daemon's user may read, with --config or CLUSTD_CONFIG"_s});
        return loaded;
    }
    const QByteArray bytes = file.read(kReadBytesMax);
    if (file.error() != QFileDevice::NoError) {
        Loaded loaded;
        loaded.file = path;
        loaded.findings.fault({0, {}, file.errorString(), u"see the disk and try again"_s});
        return loaded;
    }
    return parseConfig(bytes, path, options);
}

} // namespace clustd::config
