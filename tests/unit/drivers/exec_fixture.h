#pragma once

#include "drivers/driver_chain.h"
#include "drivers/driver_factory.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace clustd::drivers {

/// A chain of exec drivers on real processes, in a folder of its own. Whatever a script appends to
/// $LOG (with `say WORD`) is read back with log().
class ExecFixture
{
public:
    /// Adds a driver of the three shell scripts; an empty check is none.
    config::Driver &add(
        const QString &name, const QString &start, const QString &stop, const QString &check = {})
    {
        config::Driver &driver = common(name);
        driver.start = shell(start);
        driver.stop = shell(stop);
        if (!check.isEmpty())
            driver.check = shell(check);
        return driver;
    }
    config::Driver &addRun(const QString &name, const QString &script, const QString &check = {})
    {
        config::Driver &driver = common(name);
        driver.run = shell(script);
        if (!check.isEmpty())
            driver.check = shell(check);
        return driver;
    }

    /// Makes the chain; what has been added before is in it.
    void make()
    {
        chain = std::make_unique<DriverChain>(makeDrivers(configs, household()), clock);
        const auto note = [this](const QString &what) {
            return [this, what](Term token) {
                said += QStringLiteral("%1(%2)").arg(what).arg(token.value());
            };
        };
        QObject::connect(chain.get(), &DriverChain::started, note(QStringLiteral("started")));
        QObject::connect(chain.get(), &DriverChain::stopped, note(QStringLiteral("stopped")));
        QObject::connect(chain.get(), &DriverChain::stopFailed, chain.get(),
            [note](Term token) { note(QStringLiteral("stopFailed"))(token); });
        QObject::connect(chain.get(), &DriverChain::startFailed, chain.get(),
            [this](Term, const QString &, const QString &why) {
                said += QStringLiteral("startFailed: ") + why;
            });
        QObject::connect(chain.get(), &DriverChain::sick, chain.get(),
            [this](const QString &driver, const QString &why) {
                said += QStringLiteral("sick %1: %2").arg(driver, why);
            });
        QObject::connect(chain.get(), &DriverChain::well, chain.get(),
            [this](const QString &driver) { said += QStringLiteral("well ") + driver; });
        QObject::connect(chain.get(), &DriverChain::rightSet, chain.get(), [this](bool isRight) {
            said += isRight ? QStringLiteral("right") : QStringLiteral("not right");
        });
        QObject::connect(chain.get(), &DriverChain::output, chain.get(),
            [this](const QString &driver, const QString &line) {
                printed += driver + QStringLiteral(": ") + line;
            });
    }

    [[nodiscard]] Household household() const
    {
        return {QStringLiteral("test"), QStringLiteral("n1"), folder.path(), usesCgroups};
    }
    [[nodiscard]] static Activation activation(std::uint64_t token)
    {
        return {Term{token}, QStringLiteral("n1"), QStringLiteral("n1"), QStringLiteral("test"),
            QStringLiteral("elected"), {}};
    }

    /// Whether the chain said it within ten seconds.
    [[nodiscard]] bool hears(const QString &what)
    {
        return QTest::qWaitFor([&] { return said.contains(what); }, 10000);
    }
    [[nodiscard]] bool starts(std::uint64_t token = 1)
    {
        if (!chain)
            make();
        chain->activate(activation(token));
        return hears(QStringLiteral("started(%1)").arg(token));
    }
    [[nodiscard]] bool stops(std::uint64_t token = 1)
    {
        chain->stop(Term{token}, QStringLiteral("test ends"));
        return hears(QStringLiteral("stopped(%1)").arg(token));
    }
    [[nodiscard]] bool fences(Duration within, std::uint64_t token = 1)
    {
        chain->fence(Term{token}, QStringLiteral("lease lost"), within);
        return hears(QStringLiteral("stopped(%1)").arg(token));
    }

    /// Words that the scripts have said so far.
    [[nodiscard]] QStringList log() const
    {
        QFile file(folder.filePath(QStringLiteral("log")));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
    }
    [[nodiscard]] bool logs(const QString &word) const
    {
        return QTest::qWaitFor([&] { return log().contains(word); }, 10000);
    }
    /// The number that a script has said as "pid NAME NUMBER"; 0 if it has not.
    [[nodiscard]] pid_t pidOf(const QString &name) const
    {
        const QString head = QStringLiteral("pid %1 ").arg(name);
        for (const QString &line : log()) {
            if (line.startsWith(head) && line.size() > head.size())
                return line.mid(head.size()).toInt();
        }
        return 0;
    }
    [[nodiscard]] bool isAlive(const QString &name) const
    {
        const pid_t pid = pidOf(name);
        QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
        return pid > 0 && stat.open(QIODevice::ReadOnly) && !stat.readAll().contains(") Z ");
    }

    QTemporaryDir folder;
    bool usesCgroups = true;
    SystemClock clock;
    std::vector<config::Driver> configs;
    std::unique_ptr<DriverChain> chain;
    QStringList said;
    QStringList printed;

private:
    config::Driver &common(const QString &name)
    {
        configs.reserve(16);
        config::Driver &driver = configs.emplace_back();
        driver.name = name;
        driver.retries = 0;
        driver.checkInterval = std::chrono::milliseconds(20);
        driver.env = {{QStringLiteral("LOG"), folder.filePath(QStringLiteral("log"))},
            {QStringLiteral("DIR"), folder.path()}};
        return driver;
    }
    static config::Command shell(const QString &script)
    {
        return {{QStringLiteral("/bin/sh"), QStringLiteral("-c"),
            QStringLiteral("say() { echo \"$*\" >> \"$LOG\"; }; ") + script}};
    }
};

} // namespace clustd::drivers
