#include "commands/load_config.h"

#include "config/config_text.h"
#include "control/control_api.h"
#include "output.h"
#include "util/log_categories.h"

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

std::optional<config::Config> loadConfigFor(const Arguments &arguments)
{
    std::optional<config::Loaded> loaded = loadFileFor(arguments);
    return loaded ? std::move(loaded->config) : std::nullopt;
}

std::optional<config::Loaded> loadFileFor(const Arguments &arguments)
{
    const Result<QString> file = config::findConfigFile(arguments.config());
    if (!file) {
        static_cast<void>(report(file.error(), arguments));
        return std::nullopt;
    }
    config::Loaded loaded = config::loadConfig(*file);
    printFaults(loaded);
    if (!loaded.config && arguments.isJson())
        printJson(faultsJson(loaded));
    return loaded.config ? std::optional(std::move(loaded)) : std::nullopt;
}

QJsonArray findingsJson(const QList<config::Finding> &findings)
{
    QJsonArray array;
    for (const config::Finding &finding : findings) {
        array += QJsonObject{{u"line"_s, finding.line}, {u"key"_s, finding.key},
            {u"what"_s, finding.what}, {u"remedy"_s, finding.remedy}};
    }
    return array;
}

QJsonObject faultsJson(const config::Loaded &loaded)
{
    const QList<config::Finding> &faults = loaded.findings.faults;
    return {{u"schema"_s, control::kSchema}, {u"ok"_s, false}, {u"code"_s, u"config"_s},
        {u"error"_s, faults.isEmpty() ? QString() : faults.first().text(loaded.file)},
        {u"file"_s, loaded.file}, {u"faults"_s, findingsJson(faults)},
        {u"warnings"_s, findingsJson(loaded.findings.warnings)}};
}

void printFaults(const config::Loaded &loaded)
{
    for (const config::Finding &fault : loaded.findings.faults)
        printError(fault.text(loaded.file));
}

void logWarnings(const config::Loaded &loaded)
{
    for (const config::Finding &warning : loaded.findings.warnings)
        qCWarning(lcConfig).noquote() << warning.text(loaded.file);
}

void printWarnings(const config::Loaded &loaded)
{
    for (const config::Finding &warning : loaded.findings.warnings) {
        config::Finding marked = warning;
        marked.key = warning.key.isEmpty() ? u"warning"_s : u"warning: "_s + warning.key;
        printError(marked.text(loaded.file));
    }
}

} // namespace clustd::daemon
