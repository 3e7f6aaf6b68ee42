#include "daemon.h"

#include "commands/command.h"
#include "commands/load_config.h"
#include "config/config_loader.h"
#include "logging.h"
#include "util/log_categories.h"
#include "version.h"

#include <QCoreApplication>
#include <QRandomGenerator>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

namespace {

/// 63 random bits, never 0.
Incarnation drawIncarnation()
{
    constexpr std::uint64_t kMask = (std::uint64_t{1} << 63U) - 1;
    std::uint64_t number = 0;
    while (number == 0)
        number = QRandomGenerator::system()->generate64() & kMask;
    return Incarnation{number};
}

} // namespace

Daemon::Daemon(Setup setup)
    : m_setup(std::move(setup))
    , m_incarnation(drawIncarnation())
    , m_guard(std::move(m_setup.guard), m_incarnation, m_setup.config.timing.fence, m_clock)
{
    m_statusTimer.setSingleShot(true);
    m_statusTimer.setInterval(100);
    connect(&m_statusTimer, &QTimer::timeout, this, [this] {
        if (const QString line = m_node->statusLine(); line != m_lastStatus) {
            m_lastStatus = line;
            m_manager.status(line.toUtf8());
        }
    });
}

Result<void> Daemon::start()
{
    cluster::Node::Setup node;
    node.config = m_setup.config;
    node.incarnation = m_incarnation;
    node.deadLives = m_setup.deadLives;
    node.guard = &m_guard;
    node.advise = m_setup.advise;
    node.version = QStringLiteral(CLUSTD_VERSION);
    node.configTrouble = m_setup.configTrouble;
    node.reread
        = [file = m_setup.configFile, kept = m_setup.kept](bool dryRun) -> Result<config::Config> {
        config::Loaded loaded = config::loadConfig(file);
        if (!loaded.config)
            return fail(ErrorCode::Config, {}, loaded.faultText());
        if (dryRun)
            return std::move(*loaded.config);
        logWarnings(loaded);
        setLogLevel(loaded.config->log.level);
        if (kept != nullptr)
            kept->keep(loaded.yaml);
        return std::move(*loaded.config);
    };
    m_node = std::make_unique<cluster::Node>(std::move(node), m_clock);

    connect(m_node.get(), &cluster::Node::left, this, [this] {
        m_guard.sayLeaving();
        QCoreApplication::exit(static_cast<int>(ExitCode::Done));
    });
    connect(m_node.get(), &cluster::Node::failed, this, [](const QString &why) {
        // The guard stops what runs here and starts the daemon anew, which reads what the disk
        // really holds.
        qCCritical(lcDaemon).noquote() << why << "-> ending at once";
        std::_Exit(static_cast<int>(ExitCode::Failed));
    });
    connect(m_node.get(), &cluster::Node::worked, this, &Daemon::onWorked);
    connect(m_node.get(), &cluster::Node::changed, this, &Daemon::onChanged);
    connect(&m_signals, &SignalWatcher::terminateAsked, this, [this] {
        m_manager.stopping();
        m_node->leave(u"asked to end"_s);
    });
    connect(&m_signals, &SignalWatcher::reloadAsked, this, &Daemon::onReload);

    if (auto started = m_node->start(); !started)
        return started;
    if (!m_setup.lastEnd.isEmpty())
        qCWarning(lcDaemon).noquote() << "the former life of this daemon ended:" << m_setup.lastEnd;
    m_manager.ready();
    onChanged();
    return {};
}

void Daemon::onWorked()
{
    m_guard.ride();
    const auto interval = m_manager.watchdogInterval();
    if (!interval)
        return;
    const Instant now = m_clock.now();
    if (now - m_lastWatchdog >= *interval / 2) {
        m_lastWatchdog = now;
        m_manager.watchdog();
    }
}

void Daemon::onChanged()
{
    if (!m_statusTimer.isActive())
        m_statusTimer.start();
}

void Daemon::onReload()
{
    m_manager.reloading();
    const Result<QStringList> lines = m_node->reload(false);
    if (!lines) {
        qCWarning(lcDaemon).noquote()
            << u"reload refused, everything stays as it was: "_s + lines.error().text();
    } else if (lines->isEmpty()) {
        qCInfo(lcDaemon, "reload: the file says what is in force already");
    } else {
        for (const QString &line : *lines)
            qCInfo(lcDaemon).noquote() << "reload:" << line;
    }
    m_manager.ready();
}

} // namespace clustd::daemon
