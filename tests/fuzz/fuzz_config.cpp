// A configuration file, written by hand: does any text give either a whole configuration or faults
// that say where, what and what to do?

#include "config/config_checks.h"
#include "config/config_differences.h"
#include "config/config_loader.h"
#include "config/config_text.h"
#include "fuzz/fuzz.h"

using namespace clustd;
using namespace clustd::config;
using namespace clustd::fuzz;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString kFile = u"/nonexistent/clustd/config.yml"_s;

void checkFinding(const Finding &finding, qsizetype lines)
{
    FUZZ_PROMISE(!finding.what.isEmpty() && !finding.remedy.isEmpty());
    FUZZ_PROMISE(finding.line >= 0 && finding.line <= lines);
    // One line, and nothing that a terminal would obey.
    for (const QChar letter : finding.text(kFile))
        FUZZ_PROMISE(letter.category() != QChar::Other_Control);
}

void checkConfig(const Config &config)
{
    const Cluster &cluster = config.cluster;
    FUZZ_PROMISE(isName(QString::fromStdString(cluster.id.value())) && isName(cluster.name));
    FUZZ_PROMISE(cluster.secret.size() >= 32 && cluster.previousSecrets.size() <= 2);
    FUZZ_PROMISE(config.server.bindPort != 0 && config.server.remoteAddress.port() > 0);
    FUZZ_PROMISE(!config.stateDir.isEmpty() && config.stateDir.startsWith(u'/'));
    for (const Machine &machine : cluster.machines) {
        FUZZ_PROMISE(machine.uri.isValid() && machine.uri.scheme() == u"ws");
        FUZZ_PROMISE(machine.uri.port() > 0 && machine.uri != config.server.remoteAddress);
        FUZZ_PROMISE(!machine.id || *machine.id != cluster.id);
    }
    for (const Driver &driver : config.drivers) {
        FUZZ_PROMISE(isName(driver.name));
        FUZZ_PROMISE(driver.run.isEmpty() != driver.start.isEmpty());
        FUZZ_PROMISE(driver.start.isEmpty() == driver.stop.isEmpty());
        FUZZ_PROMISE(driver.timeouts.stop > Duration::zero());
        for (const auto &[name, value] : driver.env)
            FUZZ_PROMISE(!name.contains(u'\n') && !name.contains(u'='));
    }
    FUZZ_PROMISE(watchdogTimeout(config.timing) > Duration::zero());
    const Tolerance tolerance = toleranceOf(cluster);
    FUZZ_PROMISE(tolerance.needed <= tolerance.voters);
    FUZZ_PROMISE(configDifferences(config, config).isEmpty());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray yaml = toByteArray({data, size});
    const Loaded loaded = parseConfig(yaml, kFile);
    FUZZ_PROMISE(loaded.config.has_value() == loaded.findings.faults.isEmpty());
    const qsizetype lines = yaml.count('\n') + yaml.count('\r') + 2;
    for (const Finding &fault : loaded.findings.faults)
        checkFinding(fault, lines);
    for (const Finding &warning : loaded.findings.warnings)
        checkFinding(warning, lines);
    if (!loaded.config)
        return 0;
    checkConfig(*loaded.config);
    // Read again, it is the same, and whoever prints a difference prints no secret.
    const Loaded again = parseConfig(yaml, kFile);
    FUZZ_PROMISE(again.config && configDifferences(*loaded.config, *again.config).isEmpty());
    Config other = *loaded.config;
    other.cluster.secret = QByteArray(40, 's');
    for (const Difference &difference : configDifferences(*loaded.config, other))
        FUZZ_PROMISE(!difference.what.contains(QString::fromUtf8(loaded.config->cluster.secret)));
    return 0;
}
