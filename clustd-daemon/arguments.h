#pragma once

#include "commands/command.h"
#include "util/error.h"
#include "util/instant.h"
#include "util/result.h"

#include <QCommandLineParser>
#include <QStringList>

#include <optional>

namespace clustd::daemon {

/// What stood on the command line, for one command. Made by parseCommandLine() alone.
class Arguments
{
public:
    [[nodiscard]] const Command &command() const { return *m_command; }

    /// What stood behind the command's name and is no option.
    [[nodiscard]] QStringList positional() const { return m_parser->positionalArguments(); }
    /// The @p index th of them, or an empty string.
    [[nodiscard]] QString positional(qsizetype index) const { return positional().value(index); }

    /// For options of the command: "reason", "dry-run". The command must have declared them.
    [[nodiscard]] bool isSet(const QString &option) const { return m_parser->isSet(option); }
    [[nodiscard]] QString value(const QString &option) const { return m_parser->value(option); }
    [[nodiscard]] QStringList values(const QString &option) const
    {
        return m_parser->values(option);
    }
    /// `--wait 30s`; nothing when the option is absent. Errors: Usage, with the option and its
    /// text.
    [[nodiscard]] Result<std::optional<Duration>> duration(const QString &option) const;
    /// The same, and more than @p most is refused.
    [[nodiscard]] Result<std::optional<Duration>> durationUpTo(
        const QString &option, Duration most) const;
    /// The same as duration(), and zero is refused.
    [[nodiscard]] Result<std::optional<Duration>> durationAboveZero(const QString &option) const;
    /// `--reason TEXT`; nothing when it is absent. Errors: Usage, where no daemon takes so long a
    /// text.
    [[nodiscard]] Result<std::optional<QString>> reason() const;

    // The options that every command takes.
    [[nodiscard]] bool isJson() const { return isSet(QStringLiteral("json")); }
    [[nodiscard]] QString config() const { return value(QStringLiteral("config")); } ///< Or empty
    [[nodiscard]] QString connectUri() const { return value(QStringLiteral("connect")); }
    [[nodiscard]] QString tokenFile() const { return value(QStringLiteral("token-file")); }

    /// Of main(), for a QCoreApplication.
    [[nodiscard]] int &argc() const { return *m_argc; }
    [[nodiscard]] char **argv() const { return m_argv; }

private:
    friend class CommandLine;
    Arguments(const Command &command, int &argc, char **argv);

    const Command *m_command; ///< In the command table
    std::shared_ptr<QCommandLineParser> m_parser; ///< Shared: the parser cannot be copied or moved
    int *m_argc;
    char **m_argv;
};

} // namespace clustd::daemon
