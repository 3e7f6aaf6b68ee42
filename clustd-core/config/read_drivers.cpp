#include "config/config_text.h"
#include "config/sections.h"
#include "util/ip_prefix.h"

#include <QHostAddress>
#include <QRegularExpression>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;

constexpr std::int64_t kRetriesMax = 1000;
constexpr std::size_t kAddressesMax = 16; ///< Of one driver; a fence plan holds 64 steps
constexpr qsizetype kInterfaceLettersMax = 15; ///< IFNAMSIZ of Linux without its NUL

const QStringList kCommonKeys{
    u"name"_s, u"type"_s, u"timeouts"_s, u"check_interval"_s, u"retries"_s, u"on_failure"_s};

/// Types that clustd knows of but does not have yet.
const QStringList kOtherTypes{
    u"systemd"_s, u"vip"_s, u"ocf"_s, u"webhook"_s, u"cloudflare"_s, u"remote"_s};

Command readCommand(const Section &driver, const QString &key, Reading &reading)
{
    const YamlNode *node = driver.find(key);
    if (node == nullptr)
        return {};
    if (node->kind != YamlNode::Kind::List) {
        const std::optional<QString> text = driver.text(key);
        return text ? Command{{u"/bin/sh"_s, u"-c"_s, *text}} : Command();
    }
    Command command;
    for (std::size_t i = 0; i < node->children.size(); ++i) {
        const YamlNode &word = node->children[i];
        const QString path = u"%1[%2]"_s.arg(driver.path(key)).arg(i);
        // Later words may be empty: a program may want that.
        if (i > 0 && word.kind == YamlNode::Kind::Scalar) {
            command.argv += word.text;
            continue;
        }
        if (const auto text = elementText(word, path, u"a text; quote it where needed"_s, reading))
            command.argv += *text;
    }
    if (node->children.empty())
        driver.fault(key, u"is an empty list"_s, u"write the program and its arguments"_s);
    return command;
}

void readEnvironment(const Section &above, Driver &driver, Reading &reading)
{
    const Section env = Section::ofAnyKeys(above.find(u"env"_s), above.path(u"env"_s), reading);
    static const QRegularExpression form(u"^[A-Za-z_][A-Za-z0-9_]*$"_s);
    for (const QString &key : env.keys()) {
        const YamlNode *value = env.find(key);
        if (!form.match(key).hasMatch()) {
            env.fault(
                key, u"is no name of an environment variable"_s, u"use letters, digits and '_'"_s);
        } else if (key.startsWith(u"CLUSTD_")) {
            env.fault(
                key, u"names with CLUSTD_ are set by clustd itself"_s, u"choose another name"_s);
        } else if (value->kind == YamlNode::Kind::List || value->kind == YamlNode::Kind::Map) {
            env.fault(key, u"is %1"_s.arg(kindText(value->kind)), u"give it a single value"_s);
        } else {
            driver.env.emplace_back(key, value->text);
        }
    }
}

/// Taking these away would harm the machine, or help nobody.
bool isOfAService(const QHostAddress &address)
{
    return !address.isLoopback() && !address.isMulticast() && !address.isBroadcast()
        && address != QHostAddress(QHostAddress::AnyIPv4)
        && address != QHostAddress(QHostAddress::AnyIPv6);
}

void readFenceAddresses(const Section &above, Driver &driver, Reading &reading)
{
    const std::vector<YamlNode> elements = above.list(u"fence_addresses"_s);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const QString path = u"%1[%2]"_s.arg(above.path(u"fence_addresses"_s)).arg(i);
        if (elements[i].kind != YamlNode::Kind::Map) {
            reading.findings.fault(
                {elements[i].line, path, u"is %1"_s.arg(kindText(elements[i].kind)),
                    u"write {address: 10.0.0.100/24, interface: eth0}"_s});
            continue;
        }
        const Section entry(&elements[i], path, {u"address"_s, u"interface"_s}, reading);
        for (const QString &key : {u"address"_s, u"interface"_s}) {
            if (!entry.has(key))
                entry.fault(
                    key, u"is missing"_s, u"write {address: 10.0.0.100/24, interface: eth0}"_s);
        }
        const std::optional<QString> address = entry.text(u"address"_s);
        const std::optional<QString> interface = entry.text(u"interface"_s);
        if (address && !parseIpPrefix(address->toStdString()))
            entry.fault(u"address"_s, quoted(*address) + u" is no address with a prefix length"_s,
                u"write it as 10.0.0.100/24 or 2001:db8::100/64"_s);
        else if (address && !isOfAService(QHostAddress(address->section(u'/', 0, 0))))
            entry.fault(u"address"_s, quoted(*address) + u" is none that a service is reached at"_s,
                u"name only addresses that `start` adds and that move with the service"_s);
        else if (interface
            && (interface->size() > kInterfaceLettersMax || interface->contains(u'/')
                || interface->contains(u' ')))
            entry.fault(u"interface"_s, quoted(*interface) + u" is no name of an interface"_s,
                u"use a name that `ip link` shows, such as eth0"_s);
        else if (address && interface)
            driver.fenceAddresses.push_back({*address, *interface});
    }
    if (elements.size() > kAddressesMax)
        above.fault(u"fence_addresses"_s, u"has %1 entries"_s.arg(elements.size()),
            u"name at most %1; give the others to another driver"_s.arg(kAddressesMax));
}

void readCommon(const Section &section, Driver &driver, Reading &reading)
{
    const Section timeouts
        = subsection(section, u"timeouts"_s, {u"start"_s, u"stop"_s, u"check"_s}, reading);
    driver.timeouts.start = timeouts.duration(u"start"_s).value_or(driver.timeouts.start);
    driver.timeouts.stop = timeouts.duration(u"stop"_s).value_or(driver.timeouts.stop);
    driver.timeouts.check = timeouts.duration(u"check"_s).value_or(driver.timeouts.check);
    driver.checkInterval = section.duration(u"check_interval"_s).value_or(driver.checkInterval);
    driver.retries
        = static_cast<int>(section.integer(u"retries"_s, 0, kRetriesMax).value_or(driver.retries));
    driver.onFailure
        = section
              .choice<OnFailure>(u"on_failure"_s,
                  {{u"handover"_s, OnFailure::Handover}, {u"ignore"_s, OnFailure::Ignore}})
              .value_or(driver.onFailure);
}

void checkCommands(const Section &section)
{
    const bool hasStart = section.has(u"start"_s);
    const bool hasStop = section.has(u"stop"_s);
    if (section.has(u"run"_s)) {
        for (const QString &other : {u"start"_s, u"stop"_s}) {
            if (section.has(other))
                section.fault(other, u"stands beside run, which starts and stops by itself"_s,
                    u"keep run, or start with stop"_s);
        }
    } else if (!hasStart && !hasStop) {
        section.fault(u"start"_s, u"is missing"_s,
            u"give start and stop, or run with a program that goes on"_s);
    } else if (!hasStop) {
        section.fault(u"stop"_s, u"is missing: what starts must also be stopped"_s,
            u"add stop, or use run for a program that goes on"_s);
    } else if (!hasStart) {
        section.fault(u"start"_s, u"is missing"_s, u"add start"_s);
    }
}

std::optional<Driver> readDriver(const YamlNode &element, const QString &path, Reading &reading)
{
    if (element.kind != YamlNode::Kind::Map) {
        reading.findings.fault({element.line, path, u"is %1"_s.arg(kindText(element.kind)),
            u"write '- name: ...' with type and the type's keys below it"_s});
        return std::nullopt;
    }
    const Section any = Section::ofAnyKeys(&element, path, reading);
    Driver driver;
    if (const auto name = any.name(u"name"_s))
        driver.name = *name;
    else if (!any.has(u"name"_s))
        any.fault(u"name"_s, u"is missing"_s, u"give the driver a name for status and logs"_s);

    const std::optional<QString> type = any.text(u"type"_s);
    if (!type) {
        if (!any.has(u"type"_s))
            any.fault(u"type"_s, u"is missing"_s, u"use type: exec"_s);
        return std::nullopt;
    }
    if (kOtherTypes.contains(*type)) {
        any.fault(u"type"_s, quoted(*type) + u" is not in this build"_s,
            u"use exec with commands that do the same"_s);
        readCommon(any, driver, reading);
        return std::nullopt;
    }
    if (*type != u"exec") {
        const QStringList known = QStringList{u"exec"_s} + kOtherTypes;
        const QString meant = nearestWord(*type, known);
        any.fault(u"type"_s, quoted(*type) + u" is no type of driver"_s,
            meant.isEmpty() ? u"use exec"_s : u"did you mean '%1'?"_s.arg(meant));
        return std::nullopt;
    }
    any.refuseUnknown(kCommonKeys
        + QStringList{u"start"_s, u"stop"_s, u"check"_s, u"run"_s, u"env"_s, u"fence_addresses"_s});
    driver.start = readCommand(any, u"start"_s, reading);
    driver.stop = readCommand(any, u"stop"_s, reading);
    driver.run = readCommand(any, u"run"_s, reading);
    driver.check = readCommand(any, u"check"_s, reading);
    readEnvironment(any, driver, reading);
    readFenceAddresses(any, driver, reading);
    readCommon(any, driver, reading);
    checkCommands(any);
    return driver;
}

} // namespace

void readDrivers(const Section &top, Config &config, Reading &reading)
{
    const std::vector<YamlNode> elements = top.list(u"drivers"_s);
    QHash<QString, int> firstLines;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const QString path = u"drivers[%1]"_s.arg(i);
        const std::optional<Driver> driver = readDriver(elements[i], path, reading);
        if (!driver)
            continue;
        const auto first = firstLines.constFind(driver->name);
        if (!driver->name.isEmpty() && first != firstLines.constEnd()) {
            const QString key = path + u".name"_s;
            reading.findings.fault({reading.lines.value(key), key,
                u"%1 is the name of the driver on line %2 too"_s.arg(quoted(driver->name))
                    .arg(*first),
                u"give each driver a name of its own"_s});
        }
        firstLines.insert(driver->name, elements[i].line);
        config.drivers.push_back(*driver);
    }
}

} // namespace clustd::config
