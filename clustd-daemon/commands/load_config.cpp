#include "commands/load_config.h"

#include "config/config_text.h"
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
        printNote(file.error().text());
        return std::nullopt;
    }
    config::Loaded loaded = config::loadConfig(*file);
    printFaults(loaded);
    return loaded.config ? std::optional(std::move(loaded)) : std::nullopt;
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
