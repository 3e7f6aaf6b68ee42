#include "config/section.h"

#include "config/config_text.h"

#include <QDir>
#include <QHostAddress>

#include <algorithm>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;

/// Keys that people look for elsewhere than they are, and where they belong.
const QHash<QString, QString> &homes()
{
    static const QHash<QString, QString> known{
        {u"bind_address"_s, u"server"_s},
        {u"bind_port"_s, u"server"_s},
        {u"remote_address"_s, u"server"_s},
        {u"name"_s, u"cluster"_s},
        {u"id"_s, u"cluster"_s},
        {u"secret"_s, u"cluster"_s},
        {u"secret_file"_s, u"cluster"_s},
        {u"previous_secrets"_s, u"cluster"_s},
        {u"machines"_s, u"cluster"_s},
        {u"role"_s, u"cluster"_s},
        {u"priority"_s, u"cluster"_s},
        {u"election"_s, u"cluster"_s},
        {u"failback"_s, u"cluster"_s},
        {u"failover_within"_s, u"cluster"_s},
        {u"heartbeat"_s, u"timing"_s},
        {u"lease"_s, u"timing"_s},
        {u"fence"_s, u"timing"_s},
        {u"promise"_s, u"timing"_s},
        {u"stagger"_s, u"timing"_s},
        {u"campaign"_s, u"timing"_s},
        {u"rtt"_s, u"timing"_s},
        {u"revoked"_s, u"access"_s},
        {u"level"_s, u"log"_s},
        {u"journal"_s, u"log"_s},
        {u"bind"_s, u"http"_s},
    };
    return known;
}

constexpr qsizetype kUnknownMax = 20; ///< Of one map; who has more has another kind of file

const QStringList kTopLevel{u"timing"_s, u"last_resort"_s, u"watchdog"_s, u"state_dir"_s,
    u"legacy_v1"_s, u"access"_s, u"drivers"_s, u"http"_s, u"log"_s};

} // namespace

Section::Section(const YamlNode *node, QString path, Reading &reading)
    : m_node(node)
    , m_path(std::move(path))
    , m_reading(reading)
{
    if (node == nullptr)
        return;
    m_line = node->line;
    if (!m_path.isEmpty())
        m_reading.lines.insert(m_path, m_line);
    if (node->kind == YamlNode::Kind::Null) {
        m_node = nullptr;
        return;
    }
    if (node->kind != YamlNode::Kind::Map) {
        m_reading.findings.fault({m_line, m_path, u"is %1"_s.arg(kindText(node->kind)),
            u"write keys with values below it"_s});
        m_node = nullptr;
        return;
    }
    QHash<QString, int> firstLines;
    for (const YamlNode &child : node->children) {
        const auto first = firstLines.constFind(child.key);
        if (first != firstLines.constEnd()) {
            m_reading.findings.fault({child.line, this->path(child.key),
                u"the key stands twice, first on line %1"_s.arg(*first), u"keep one of them"_s});
            continue;
        }
        firstLines.insert(child.key, child.line);
        m_reading.lines.insert(this->path(child.key), child.line);
    }
}

Section::Section(const YamlNode *node, QString path, const QStringList &known, Reading &reading)
    : Section(node, std::move(path), reading)
{
    refuseUnknown(known);
}

Section Section::ofAnyKeys(const YamlNode *node, QString path, Reading &reading)
{
    return Section(node, std::move(path), reading);
}

void Section::refuseUnknown(const QStringList &known) const
{
    if (m_node == nullptr)
        return;
    QStringList seen;
    for (const YamlNode &child : m_node->children) {
        if (known.contains(child.key) || seen.contains(child.key))
            continue;
        if (seen.size() == kUnknownMax) {
            m_reading.findings.fault({child.line, m_path, u"there are still more unknown keys"_s,
                u"see that this is the right file"_s});
            return;
        }
        seen += child.key;
        const QString home = homes().value(child.key);
        const QString meant = nearestWord(child.key, known);
        QString remedy = u"known here: "_s + known.join(u", "_s);
        if (!home.isEmpty() && !m_path.startsWith(home))
            remedy = u"it belongs under '%1:'"_s.arg(home);
        else if (!m_path.isEmpty() && kTopLevel.contains(child.key))
            remedy = u"it belongs at the top level, without indentation"_s;
        else if (!meant.isEmpty())
            remedy = u"did you mean '%1'?"_s.arg(meant);
        // Whoever forgot the space after 'secret:' has made the secret a part of the key.
        const QString shown = child.key.section(u':', 0, 0).left(kKeyShown);
        m_reading.findings.fault({child.line, path(shown), u"unknown key"_s, remedy});
    }
}

const YamlNode *Section::find(const QString &key) const
{
    if (m_node == nullptr)
        return nullptr;
    for (const YamlNode &child : m_node->children) {
        if (child.key == key)
            return &child;
    }
    return nullptr;
}

QStringList Section::keys() const
{
    QStringList keys;
    if (m_node != nullptr) {
        for (const YamlNode &child : m_node->children) {
            if (!keys.contains(child.key))
                keys += child.key;
        }
    }
    return keys;
}

QString Section::path(const QString &key) const
{
    return m_path.isEmpty() ? key : m_path + u'.' + key;
}

int Section::line(const QString &key) const
{
    const YamlNode *node = find(key);
    return node == nullptr ? m_line : node->line;
}

void Section::fault(const QString &key, const QString &what, const QString &remedy) const
{
    m_reading.findings.fault({line(key), path(key), what, remedy});
}

void Section::warn(const QString &key, const QString &what, const QString &remedy) const
{
    m_reading.findings.warn({line(key), path(key), what, remedy});
}

void Section::refuseChoice(const QString &key, const QString &word, const QStringList &words) const
{
    const QString meant = nearestWord(word, words);
    fault(key, quoted(word) + u" is not known here"_s,
        u"use "_s + words.join(u", "_s)
            + (meant.isEmpty() ? QString() : u" (did you mean '%1'?)"_s.arg(meant)));
}

const YamlNode *Section::scalar(const QString &key) const
{
    const YamlNode *node = find(key);
    if (node == nullptr)
        return nullptr;
    if (node->kind == YamlNode::Kind::Null
        || (node->kind == YamlNode::Kind::Scalar && node->text.isEmpty())) {
        fault(key, u"has no value"_s, u"give it one or remove the key"_s);
        return nullptr;
    }
    if (node->kind != YamlNode::Kind::Scalar) {
        fault(key, u"is %1"_s.arg(kindText(node->kind)), u"give it a single value"_s);
        return nullptr;
    }
    return node;
}

std::optional<QString> Section::text(const QString &key) const
{
    const YamlNode *node = scalar(key);
    return node == nullptr ? std::nullopt : std::optional(node->text);
}

std::optional<QString> Section::name(const QString &key) const
{
    std::optional<QString> word = text(key);
    if (!word || isName(*word))
        return word;
    fault(key,
        word->size() > 64 ? quoted(*word) + u" is longer than 64 characters"_s
                          : quoted(*word) + u" has other characters than A-Z a-z 0-9 . _ -"_s,
        u"use 1 to 64 of A-Z a-z 0-9 . _ -"_s);
    return std::nullopt;
}

std::optional<std::int64_t> Section::integer(
    const QString &key, std::int64_t min, std::int64_t max) const
{
    const std::optional<QString> word = text(key);
    if (!word)
        return std::nullopt;
    bool isNumber = false;
    const qint64 number = word->toLongLong(&isNumber);
    if (isNumber && number >= min && number <= max)
        return number;
    fault(key,
        quoted(*word)
            + (isNumber ? u" is outside %1 ... %2"_s.arg(min).arg(max)
                        : u" is not a whole number"_s),
        u"use %1 ... %2"_s.arg(min).arg(max));
    return std::nullopt;
}

std::optional<Duration> Section::duration(const QString &key) const
{
    const std::optional<QString> word = text(key);
    if (!word)
        return std::nullopt;
    const Result<Duration> span = parseDuration(*word);
    if (!span) {
        fault(key, span.error().what, span.error().remedy);
        return std::nullopt;
    }
    if (*span <= Duration::zero()) {
        fault(key, quoted(*word) + u" is no time that can pass"_s, u"use a time above zero"_s);
        return std::nullopt;
    }
    return *span;
}

std::optional<QString> Section::filePath(const QString &key) const
{
    const std::optional<QString> word = text(key);
    if (!word)
        return std::nullopt;
    if (*word == u"none" || *word == u"off")
        return QString();
    return QDir::cleanPath(QDir(m_reading.directory).absoluteFilePath(*word));
}

std::vector<YamlNode> Section::list(const QString &key) const
{
    const YamlNode *node = find(key);
    if (node == nullptr || node->kind == YamlNode::Kind::Null)
        return {};
    if (node->kind != YamlNode::Kind::List) {
        fault(key, u"is %1"_s.arg(kindText(node->kind)),
            u"write a list: '- ' before each, or [a, b]"_s);
        return {};
    }
    return node->children;
}

std::optional<QString> elementText(
    const YamlNode &element, const QString &path, const QString &wanted, Reading &reading)
{
    reading.lines.insert(path, element.line);
    if (element.kind == YamlNode::Kind::Scalar && !element.text.isEmpty())
        return element.text;
    const bool isEmpty
        = element.kind == YamlNode::Kind::Scalar || element.kind == YamlNode::Kind::Null;
    reading.findings.fault({element.line, path,
        isEmpty ? u"is empty"_s : u"is %1"_s.arg(kindText(element.kind)), u"write "_s + wanted});
    return std::nullopt;
}

std::optional<QUrl> parseMachineUri(
    const QString &text, int line, const QString &path, Reading &reading)
{
    const QString form = u"write ws://host:port, such as ws://10.0.0.2:3001"_s;
    const auto refuse = [&](const QString &what, const QString &remedy) {
        reading.findings.fault({line, path, quoted(text) + what, remedy});
        return std::nullopt;
    };
    QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return refuse(u" is not an address of a machine"_s, form);
    if (url.scheme() == u"wss")
        return refuse(u" asks for TLS, which is not used here"_s,
            u"write ws://; the link itself is encrypted with the secret"_s);
    if (url.scheme() != u"ws")
        return refuse(u" does not begin with ws://"_s, form);
    if (url.port() <= 0)
        return refuse(u" has no port"_s, form);
    if ((!url.path().isEmpty() && url.path() != u"/") || url.hasQuery() || url.hasFragment()
        || !url.userInfo().isEmpty())
        return refuse(u" has more than host and port"_s, form);
    const QHostAddress address(url.host());
    if (address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6)
        return refuse(u" is an address to listen on, not one to reach"_s,
            u"write the machine's own address"_s);
    url.setPath(QString());
    return url;
}

std::optional<std::pair<QString, std::uint16_t>> parseAddressAndPort(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    if (colon < 0)
        return std::nullopt;
    QString host = text.left(colon);
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    else if (host.contains(u':'))
        return std::nullopt;
    bool isNumber = false;
    const std::uint16_t port = QStringView(text).sliced(colon + 1).toUShort(&isNumber);
    const QHostAddress address(host);
    if (!isNumber || port == 0 || address.isNull())
        return std::nullopt;
    return std::pair(address.toString(), port);
}

} // namespace clustd::config
