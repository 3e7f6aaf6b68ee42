#include "config/config_text.h"
#include "config/sections.h"

#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <QSet>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using election::MachineRole;

constexpr qsizetype kSecretLengthMin = 32;
constexpr qsizetype kSecretLettersMin = 12;
constexpr qint64 kSecretFileBytesMax = 4096;
constexpr std::size_t kPreviousSecretsMax = 2;
// A machine that was sick lately loses more than this range is wide.
constexpr std::int64_t kPriorityMax = 1'000'000;

/// The secret in the original's README, and the one in our examples; everyone has them.
const QList<QByteArray> kPublishedSecrets{
    "vxLjIO8pOjvcA48RlXWCy8D/RIr/2S0y/gF1ncypHDjM9oINXfRkUW2wN/tKmjYF"_ba,
    "replace-this-text-by-the-output-of-clustd-keygen"_ba};

QString makeOne()
{
    return u"make one with 'clustd keygen' and give the same to every machine"_s;
}

QString blankText(QChar blank)
{
    return blank == u'\n' ? u"a line feed"_s
        : blank == u'\r'  ? u"a carriage return"_s
                          : u"white space"_s;
}

/// It counts, and is easily on one machine and not on the other.
void warnOfBlanks(const QString &secret, int line, const QString &path, Reading &reading)
{
    const bool isAtEnd = secret.back().isSpace();
    if (!isAtEnd && !secret.front().isSpace())
        return;
    reading.findings.warn({line, path,
        u"the secret %1 with %2, which belongs to it"_s.arg(
            isAtEnd ? u"ends"_s : u"begins"_s, blankText(isAtEnd ? secret.back() : secret.front())),
        u"remove it on every machine, or on none (where it was written below 'secret: |', '|-' "
        u"leaves the line feed out)"_s});
}

/// Judges @p secret without repeating anything of it.
bool isStrong(const QString &secret, int line, const QString &path, Reading &reading)
{
    if (secret.size() < kSecretLengthMin) {
        reading.findings.fault({line, path,
            u"the secret is too short (under %1 characters)"_s.arg(kSecretLengthMin), makeOne()});
        return false;
    }
    const QSet<QChar> letters(secret.begin(), secret.end());
    if (letters.size() < kSecretLettersMin) {
        reading.findings.fault({line, path,
            u"the secret repeats too few different characters (under %1)"_s.arg(kSecretLettersMin),
            makeOne()});
        return false;
    }
    if (kPublishedSecrets.contains(secret.toUtf8())) {
        reading.findings.warn({line, path,
            u"this secret is printed in a public example: anyone can join or rule the cluster"_s,
            makeOne()});
    }
    warnOfBlanks(secret, line, path, reading);
    return true;
}

void warnIfReadableByOthers(const QString &file, int line, const QString &path, Reading &reading)
{
    if (QFileInfo(file).permission(QFileDevice::ReadOther)) {
        reading.findings.warn(
            {line, path, u"every user of this machine can read the secret in %1"_s.arg(file),
                u"chmod o-r %1"_s.arg(file)});
    }
}

// A fault here never repeats the value: it may be the secret itself, under the wrong key.
std::optional<QByteArray> readSecretFile(const Section &cluster, Reading &reading)
{
    const QString key = u"secret_file"_s;
    const std::optional<QString> path = cluster.filePath(key);
    if (!path)
        return std::nullopt;
    if (const QString special = specialFile(*path); !special.isEmpty()) {
        cluster.fault(
            key, u"what it names is "_s + special, u"name a file that holds the secret alone"_s);
        return std::nullopt;
    }
    QFile file(*path);
    QByteArray bytes;
    if (file.open(QIODevice::ReadOnly))
        bytes = file.read(kSecretFileBytesMax + 1);
    if (file.error() != QFileDevice::NoError) {
        cluster.fault(key, u"the file it names cannot be read: "_s + file.errorString(),
            u"see that it exists and the daemon's user may read it"_s);
        return std::nullopt;
    }
    if (bytes.size() > kSecretFileBytesMax) {
        cluster.fault(key, u"the file it names is longer than a secret (4096 bytes)"_s,
            u"name a file that holds the secret alone"_s);
        return std::nullopt;
    }
    if (bytes.endsWith('\n'))
        bytes.chop(1);
    if (!isStrong(QString::fromUtf8(bytes), cluster.line(key), cluster.path(key), reading))
        return std::nullopt;
    warnIfReadableByOthers(*path, cluster.line(key), cluster.path(key), reading);
    return bytes;
}

void readSecrets(const Section &cluster, Config &config, Reading &reading)
{
    const bool hasText = cluster.has(u"secret"_s);
    const bool hasFile = cluster.has(u"secret_file"_s);
    if (hasText && hasFile) {
        cluster.fault(
            u"secret_file"_s, u"both secret and secret_file are given"_s, u"remove one of them"_s);
    } else if (!hasText && !hasFile) {
        cluster.fault(u"secret"_s, u"is missing"_s,
            u"make one with 'clustd keygen' and give the same to every machine, here or as "
            "secret_file"_s);
    }
    if (hasText) {
        const std::optional<QString> secret = cluster.text(u"secret"_s);
        const QString path = cluster.path(u"secret"_s);
        if (secret && isStrong(*secret, cluster.line(u"secret"_s), path, reading))
            config.cluster.secret = secret->toUtf8();
    } else if (hasFile) {
        config.cluster.secret = readSecretFile(cluster, reading).value_or(QByteArray());
    }

    const QString key = u"previous_secrets"_s;
    const std::vector<YamlNode> previous = cluster.list(key);
    if (previous.size() > kPreviousSecretsMax) {
        cluster.fault(key, u"lists %1 secrets"_s.arg(previous.size()),
            u"keep at most %1, the newest"_s.arg(kPreviousSecretsMax));
    }
    for (std::size_t i = 0; i < previous.size(); ++i) {
        const QString path = u"%1[%2]"_s.arg(cluster.path(key)).arg(i);
        const std::optional<QString> secret
            = elementText(previous[i], path, u"a secret"_s, reading);
        if (!secret || !isStrong(*secret, previous[i].line, path, reading))
            continue;
        const QByteArray bytes = secret->toUtf8();
        if (bytes == config.cluster.secret) {
            reading.findings.warn(
                {previous[i].line, path, u"is the same as the present secret"_s, u"remove it"_s});
            continue;
        }
        config.cluster.previousSecrets.push_back(bytes);
    }
    const bool isInFile = hasText || !previous.empty();
    if (isInFile && !config.file.isEmpty())
        warnIfReadableByOthers(config.file, cluster.line(hasText ? u"secret"_s : key),
            cluster.path(hasText ? u"secret"_s : key), reading);
}

std::optional<MachineRole> readRole(const Section &section)
{
    return section.choice<MachineRole>(u"role"_s,
        {{u"voter"_s, MachineRole::Voter}, {u"witness"_s, MachineRole::Witness},
            {u"standby"_s, MachineRole::Standby}});
}

std::optional<Machine> readMachine(const YamlNode &element, const QString &path, Reading &reading)
{
    Machine machine;
    std::optional<QUrl> uri;
    if (element.kind == YamlNode::Kind::Map) {
        const Section section(
            &element, path, {u"uri"_s, u"id"_s, u"role"_s, u"priority"_s}, reading);
        if (const auto text = section.text(u"uri"_s))
            uri = parseMachineUri(*text, section.line(u"uri"_s), section.path(u"uri"_s), reading);
        else if (!section.has(u"uri"_s))
            section.fault(u"uri"_s, u"is missing"_s, u"add uri: ws://host:port"_s);
        if (const auto id = section.name(u"id"_s))
            machine.id = NodeId(id->toStdString());
        machine.role = readRole(section).value_or(machine.role);
        machine.priority = section.integer(u"priority"_s, -kPriorityMax, kPriorityMax);
    } else if (const auto text
        = elementText(element, path, u"an address ws://host:port"_s, reading)) {
        uri = parseMachineUri(*text, element.line, path, reading);
    }
    if (!uri)
        return std::nullopt;
    machine.uri = *uri;
    return machine;
}

void readMachines(const Section &cluster, Config &config, Reading &reading)
{
    const QString key = u"machines"_s;
    if (!cluster.has(key)) {
        cluster.fault(key, u"is missing"_s,
            u"list every other machine as ws://host:port, or write [] for a cluster of one"_s);
        return;
    }
    if (cluster.find(key)->kind == YamlNode::Kind::Null) {
        cluster.fault(key, u"has no value"_s,
            u"list every other machine as ws://host:port, or write [] for a cluster of one"_s);
        return;
    }
    const std::vector<YamlNode> elements = cluster.list(key);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const QString path = u"%1[%2]"_s.arg(cluster.path(key)).arg(i);
        const std::optional<Machine> machine = readMachine(elements[i], path, reading);
        // A faulty one keeps its place, so that later checks name the others by their right
        // numbers.
        config.cluster.machines.push_back(machine.value_or(Machine()));
    }
}

} // namespace

void readServer(const Section &top, LoadOptions options, Config &config, Reading &reading)
{
    const Section server = subsection(
        top, u"server"_s, {u"bind_address"_s, u"bind_port"_s, u"remote_address"_s}, reading);
    config.server.bindAddress = u"0.0.0.0"_s;
    if (const auto text = server.text(u"bind_address"_s)) {
        const QHostAddress address(*text == u"localhost" ? u"127.0.0.1"_s : *text);
        if (address.isNull())
            server.fault(u"bind_address"_s, quoted(*text) + u" is not an IP address"_s,
                u"use 0.0.0.0 or '::' for every address of this machine, or one of them"_s);
        else
            config.server.bindAddress = address.toString();
    }
    if (const auto text = server.text(u"remote_address"_s)) {
        const QString key = u"remote_address"_s;
        if (const auto uri = parseMachineUri(*text, server.line(key), server.path(key), reading)) {
            config.server.remoteAddress = *uri;
            config.server.bindPort = static_cast<std::uint16_t>(uri->port());
        }
    } else if (!server.has(u"remote_address"_s)) {
        server.fault(u"remote_address"_s, u"is missing"_s,
            u"add how the other machines reach this one, such as ws://10.0.0.1:3001"_s);
    }
    const std::int64_t lowest = options.allowsPortZero ? 0 : 1;
    if (const auto port = server.integer(u"bind_port"_s, lowest, 65535))
        config.server.bindPort = static_cast<std::uint16_t>(*port);
}

void readCluster(const Section &top, Config &config, Reading &reading)
{
    const Section cluster = subsection(top, u"cluster"_s,
        {u"name"_s, u"id"_s, u"secret"_s, u"secret_file"_s, u"previous_secrets"_s, u"machines"_s,
            u"role"_s, u"priority"_s, u"election"_s, u"failback"_s, u"failover_within"_s},
        reading);
    config.cluster.name = cluster.name(u"name"_s).value_or(u"clustd"_s);
    if (const auto id = cluster.name(u"id"_s))
        config.cluster.id = NodeId(id->toStdString());
    else if (!cluster.has(u"id"_s))
        cluster.fault(u"id"_s, u"is missing"_s,
            u"give this machine a name that no other machine of the cluster has"_s);
    readSecrets(cluster, config, reading);
    readMachines(cluster, config, reading);
    config.cluster.role = readRole(cluster).value_or(MachineRole::Voter);
    config.cluster.priority
        = cluster.integer(u"priority"_s, -kPriorityMax, kPriorityMax).value_or(100);
    config.cluster.election
        = cluster
              .choice<ElectionMode>(u"election"_s,
                  {{u"quorum"_s, ElectionMode::Quorum}, {u"naive"_s, ElectionMode::Naive}})
              .value_or(ElectionMode::Quorum);
    const YamlNode *failback = cluster.find(u"failback"_s);
    if (failback != nullptr && failback->text != u"never")
        config.cluster.failback = cluster.duration(u"failback"_s);
    config.timing.failoverWithin = cluster.duration(u"failover_within"_s).value_or(2s);
}

void readTiming(const Section &top, Config &config, Reading &reading)
{
    const Section timing = subsection(top, u"timing"_s,
        {u"heartbeat"_s, u"lease"_s, u"fence"_s, u"promise"_s, u"stagger"_s, u"campaign"_s,
            u"rtt"_s, u"write"_s},
        reading);
    election::TimingOverrides &overrides = config.timingOverrides;
    overrides.heartbeat = timing.duration(u"heartbeat"_s);
    overrides.lease = timing.duration(u"lease"_s);
    overrides.fence = timing.duration(u"fence"_s);
    overrides.promise = timing.duration(u"promise"_s);
    overrides.stagger = timing.duration(u"stagger"_s);
    overrides.campaign = timing.duration(u"campaign"_s);
    overrides.rtt = timing.duration(u"rtt"_s);
    overrides.write = timing.duration(u"write"_s);
    config.timing = election::Timing::derive(config.timing.failoverWithin, overrides);
}

} // namespace clustd::config
