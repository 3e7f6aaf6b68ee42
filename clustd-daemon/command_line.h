#pragma once

#include "arguments.h"

#include <variant>

namespace clustd::daemon {

/// What to print instead of running a command: help, the version, or what was wrong.
struct Answer
{
    QString text;
    ExitCode exitCode = ExitCode::Done; ///< Usage: the text belongs on standard error
};

/// From the words that the program was started with to a command and its arguments. Needs no
/// QCoreApplication and starts no thread, so that `run` may fork afterwards.
class CommandLine
{
public:
    /// @param commands must outlive what parse() returns.
    explicit CommandLine(const std::vector<Command> &commands);

    /// `clustd [COMMAND] [options]`; global options may stand before the command too. Without a
    /// command: `run`, where the table has it. @p argc and @p argv must outlive the result.
    [[nodiscard]] std::variant<Arguments, Answer> parse(int &argc, char **argv) const;

private:
    [[nodiscard]] const Command *find(const QString &name) const;
    [[nodiscard]] QString overview() const;
    [[nodiscard]] Answer unknownCommand(const QString &word) const;

    const std::vector<Command> &m_commands;
};

} // namespace clustd::daemon
