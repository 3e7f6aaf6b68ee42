#include "command_line.h"
#include "commands/command_table.h"
#include "logging.h"
#include "output.h"
#include "version.h"

#include <QCoreApplication>

#include <cstdio>

// Only memory that ran out can throw here, and then ending is right.
int main(int argc, char **argv) // NOLINT(bugprone-exception-escape)
{
    using namespace clustd::daemon;

    const CommandLine commandLine(commandTable());
    const auto parsed = commandLine.parse(argc, argv);
    if (const auto *answer = std::get_if<Answer>(&parsed)) {
        std::FILE *stream = answer->exitCode == ExitCode::Done ? stdout : stderr;
        std::fputs(qPrintable(answer->text), stream);
        return static_cast<int>(answer->exitCode);
    }

    const Arguments &arguments = std::get<Arguments>(parsed);
    setUpLogging();
    if (arguments.command().runsBeforeApplication)
        return static_cast<int>(afterOutput(arguments.command().run(arguments)));

    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("clustd"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CLUSTD_VERSION));
    return static_cast<int>(afterOutput(arguments.command().run(arguments)));
}
