#include "config/config_text.h"
#include "config/sections.h"

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;

void readAccess(const Section &top, Config &config, Reading &reading)
{
    const Section access = subsection(top, u"access"_s, {u"revoked"_s}, reading);
    const std::vector<YamlNode> elements = access.list(u"revoked"_s);
    const QStringList roles{u"observer"_s, u"admin"_s, u"driver"_s};
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const QString path = u"access.revoked[%1]"_s.arg(i);
        const QString form = u"write role/name, such as observer/alice"_s;
        const auto text
            = elementText(elements[i], path, u"role/name, such as observer/alice"_s, reading);
        if (!text)
            continue;
        const QString role = text->section(u'/', 0, 0);
        const QString name = text->section(u'/', 1);
        if (role == u"node") {
            reading.findings.fault({elements[i].line, path,
                quoted(*text) + u": a machine holds the secret and cannot be revoked by name"_s,
                u"change the secret on the machines that stay"_s});
        } else if (!roles.contains(role) || !isName(name)) {
            const QString meant = isName(name) ? nearestWord(role, roles) : QString();
            reading.findings.fault({elements[i].line, path, quoted(*text) + u" is no role/name"_s,
                meant.isEmpty() ? form : u"did you mean '%1/%2'?"_s.arg(meant, name)});
        } else if (!config.revoked.contains(*text)) {
            config.revoked += *text;
        }
    }
    config.revoked.sort();
}

void readHttp(const Section &top, Config &config, Reading &reading)
{
    const Section http = subsection(top, u"http"_s, {u"bind"_s}, reading);
    const std::optional<QString> text = http.text(u"bind"_s);
    if (!text)
        return;
    const auto bind = parseAddressAndPort(*text);
    if (!bind) {
        http.fault(u"bind"_s, quoted(*text) + u" is not an IP address and a port"_s,
            u"write '127.0.0.1:3080' or '[::1]:3080'"_s);
        return;
    }
    config.http = HttpBind{bind->first, bind->second};
}

void readLog(const Section &top, Config &config, Reading &reading)
{
    const Section log = subsection(top, u"log"_s, {u"level"_s, u"journal"_s}, reading);
    config.log.level
        = log.choice<LogLevel>(u"level"_s,
                 {{u"debug"_s, LogLevel::Debug}, {u"info"_s, LogLevel::Info},
                     {u"warning"_s, LogLevel::Warning}, {u"critical"_s, LogLevel::Critical}})
              .value_or(LogLevel::Info);
    config.log.journal = log.filePath(u"journal"_s).value_or(config.stateDir + u"/events.jsonl"_s);
}

} // namespace

void readOperation(const Section &top, Config &config, Reading &reading)
{
    config.lastResort = top.choice<LastResort>(u"last_resort"_s,
                               {{u"alarm"_s, LastResort::Alarm}, {u"reset"_s, LastResort::Reset}})
                            .value_or(LastResort::Alarm);
    config.watchdog = top.filePath(u"watchdog"_s).value_or(QString());
    config.legacyV1
        = top.choice<LegacyV1>(u"legacy_v1"_s,
                 {{u"off"_s, LegacyV1::Off}, {u"false"_s, LegacyV1::Off}, {u"no"_s, LegacyV1::Off},
                     {u"on"_s, LegacyV1::Loopback}, {u"true"_s, LegacyV1::Loopback},
                     {u"yes"_s, LegacyV1::Loopback}, {u"any"_s, LegacyV1::Any}})
              .value_or(LegacyV1::Off);

    const std::optional<QString> stateDir = top.filePath(u"state_dir"_s);
    if (stateDir && stateDir->isEmpty())
        top.fault(u"state_dir"_s, u"the durable vote needs a folder"_s,
            u"name a folder that survives a reboot"_s);
    const QString id = QString::fromStdString(config.cluster.id.value());
    config.stateDir = stateDir.value_or(reading.directory + u"/state-"_s + id);

    readAccess(top, config, reading);
    readHttp(top, config, reading);
    readLog(top, config, reading);
}

} // namespace clustd::config
