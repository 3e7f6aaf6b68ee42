#include "commands/command_table.h"

namespace clustd::daemon {

const std::vector<Command> &commandTable()
{
    static const std::vector<Command> table{
        runCommand(),
        checkCommand(),
        statusCommand(),
        watchCommand(),
        linksCommand(),
        eventsCommand(),
        explainCommand(),
        whatifCommand(),
        switchoverCommand(),
        maintenanceCommand(),
        pauseCommand(),
        resumeCommand(),
        adoptCommand(),
        reloadCommand(),
        stopCommand(),
        fenceCommand(),
        drillCommand(),
        driverCommand(),
        doctorCommand(),
        demoCommand(),
        keygenCommand(),
        tokenCommand(),
    };
    return table;
}

} // namespace clustd::daemon
