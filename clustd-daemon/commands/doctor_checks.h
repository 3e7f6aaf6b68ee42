#pragma once

#include "config/config_loader.h"

#include <QList>
#include <QString>

/// What `clustd doctor` looks at on this machine, one function a subject. Each looks and changes
/// nothing that stays. Thread: main; they block, each for a bounded time.
namespace clustd::daemon {

enum class Health { Ok, Warning, Fault };

/// One line of the report.
struct Examined
{
    QString subject; ///< "clock"
    Health health = Health::Ok;
    QString what; ///< The fact
    QString remedy; ///< Empty where all is well
};

[[nodiscard]] QList<Examined> examineClock();
/// Rights that the guard wants: locked memory and real-time priority.
[[nodiscard]] QList<Examined> examineRights();
/// What resets this machine when nothing else stops the service, where the file asks for it.
[[nodiscard]] QList<Examined> examineLastNets(const config::Config &config);
/// The folder, its file system, and how long a durable write takes there.
[[nodiscard]] QList<Examined> examineState(const config::Config &config);
/// Whether our port is free, or taken by whom; and whether the others can be reached.
[[nodiscard]] QList<Examined> examineNetwork(const config::Config &config, bool isDaemonUp);
/// Whether the programs that drivers start exist here.
[[nodiscard]] QList<Examined> examineDrivers(const config::Config &config);
[[nodiscard]] QList<Examined> examineTiming(const config::Config &config);

} // namespace clustd::daemon
