#include "command_line.h"

#include "config/config_text.h"
#include "util/visible.h"
#include "version.h"

#include <QFileInfo>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

const QList<QCommandLineOption> &globalOptions()
{
    static const QList<QCommandLineOption> options{
        {{u"c"_s, u"config"_s},
            u"Configuration file; else $CLUSTD_CONFIG, ./config.yml, /etc/clustd/config.yml."_s,
            u"FILE"_s},
        {u"connect"_s, u"Speak to the daemon at this address, e.g. ws://10.0.0.1:3001."_s,
            u"URI"_s},
        {u"token-file"_s, u"Speak with the token in this file, instead of the secret."_s,
            u"FILE"_s},
        {u"json"_s, u"Print data alone, as JSON; notes go to standard error."_s},
        {{u"h"_s, u"help"_s}, u"Explain the command."_s},
        {{u"v"_s, u"version"_s}, u"Print the version."_s},
    };
    return options;
}

QStringList optionNames(const QList<QCommandLineOption> &options)
{
    QStringList names;
    for (const QCommandLineOption &option : options) {
        for (const QString &name : option.names()) {
            if (name.size() > 1)
                names += name;
        }
    }
    return names;
}

bool takesValue(const QString &word)
{
    for (const QCommandLineOption &option : globalOptions()) {
        for (const QString &name : option.names()) {
            if (!option.valueName().isEmpty()
                && (word == u"--"_s + name || (name.size() == 1 && word == u"-"_s + name)))
                return true;
        }
    }
    return false;
}

/// Where the command's name stands in @p words, or -1.
qsizetype commandIndex(const QStringList &words)
{
    for (qsizetype i = 1; i < words.size(); ++i) {
        if (words[i] == u"--")
            return -1;
        if (!words[i].startsWith(u'-'))
            return i;
        if (takesValue(words[i]))
            ++i;
    }
    return -1;
}

QString version()
{
    return u"clustd " CLUSTD_VERSION "\n"_s;
}

Answer wrongUsage(const QString &what, const QString &remedy)
{
    // Words of the command line stand in it as they were typed.
    return {visible(u"clustd: "_s + what + u"; "_s + remedy) + u'\n', ExitCode::Usage};
}

/// @p text in lines of at most 78 letters, as the parser breaks those of the options.
QString wrapped(const QString &text)
{
    constexpr qsizetype kWidth = 78;
    QString lines;
    qsizetype column = 0;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const bool fits = column == 0 || column + 1 + word.size() <= kWidth;
        lines += column == 0 ? QString() : QString(fits ? u' ' : u'\n');
        column = (fits && column > 0 ? column + 1 : 0) + word.size();
        lines += word;
    }
    return lines;
}

QString helpFor(const Command &command, QCommandLineParser &parser)
{
    parser.setApplicationDescription(wrapped(command.summary + u". "_s + command.details));
    // Without a QCoreApplication the parser does not know what the program is called.
    QString text = parser.helpText();
    // The usage line has said it already.
    if (const qsizetype at = text.indexOf(u"\nArguments:\n"); at >= 0)
        text.truncate(at);
    text.replace(u"<executable_name> [options]"_s, u"clustd %1 [options]"_s.arg(command.name));
    return text;
}

/// What is wrong with the use of @p command, or nothing.
std::optional<Answer> misuse(const Command &command, const QCommandLineParser &parser)
{
    const QString help = u"see clustd %1 --help"_s.arg(command.name);
    const QStringList unknown = parser.unknownOptionNames();
    if (!unknown.isEmpty()) {
        const QString dashes = unknown.first().size() == 1 ? u"-"_s : u"--"_s;
        const QString meant = config::nearestWord(
            unknown.first(), optionNames(command.options) + optionNames(globalOptions()));
        return wrongUsage(u"%1: unknown option %2%3"_s.arg(command.name, dashes, unknown.first()),
            meant.isEmpty() ? help : u"did you mean --%1?"_s.arg(meant));
    }
    if (QString text = parser.errorText(); !text.isEmpty()) {
        if (text.endsWith(u'.'))
            text.chop(1);
        return wrongUsage(u"%1: %2"_s.arg(command.name, text), help);
    }

    const QStringList given = parser.positionalArguments();
    if (given.size() < command.argumentsMin)
        return wrongUsage(u"%1: an argument is missing"_s.arg(command.name),
            u"use clustd %1 %2"_s.arg(command.name, command.argumentsSyntax));
    if (given.size() > command.argumentsMax) {
        const QString extra = config::quoted(given.at(command.argumentsMax));
        return wrongUsage(u"%1: unexpected argument %2"_s.arg(command.name, extra),
            u"use clustd %1 %2"_s.arg(command.name, command.argumentsSyntax).trimmed());
    }
    return std::nullopt;
}

} // namespace

CommandLine::CommandLine(const std::vector<Command> &commands)
    : m_commands(commands)
{
}

std::variant<Arguments, Answer> CommandLine::parse(int &argc, char **argv) const
{
    QStringList words;
    words.reserve(argc);
    for (int i = 0; i < argc; ++i)
        words += QString::fromLocal8Bit(argv[i]);
    if (words.isEmpty())
        words += u"clustd"_s;

    const qsizetype at = commandIndex(words);
    QString name = at < 0 ? u"run"_s : words.takeAt(at);
    if (name == u"help") {
        const qsizetype next = commandIndex(words);
        if (next < 0)
            return Answer{overview(), ExitCode::Done};
        name = words.takeAt(next);
        words = {words.first(), u"--help"_s};
    }
    const bool isBare = at < 0;
    if (isBare && (words.contains(u"--help") || words.contains(u"-h")))
        return Answer{overview(), ExitCode::Done};
    if (words.contains(u"--version") || words.contains(u"-v"))
        return Answer{version(), ExitCode::Done};

    const Command *command = find(name);
    if (command == nullptr)
        return isBare ? Answer{overview(), ExitCode::Usage} : unknownCommand(name);

    Arguments arguments(*command, argc, argv);
    QCommandLineParser &parser = *arguments.m_parser;
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsCompactedShortOptions);
    if (!command->argumentsSyntax.isEmpty())
        parser.addPositionalArgument(
            u"arguments"_s, command->argumentsSyntax, command->argumentsSyntax);
    parser.addOptions(command->options);
    parser.addOptions(globalOptions());
    const bool isUnderstood = parser.parse(words);
    if (isUnderstood && parser.isSet(u"help"_s))
        return Answer{helpFor(*command, parser), ExitCode::Done};
    if (const std::optional<Answer> answer = misuse(*command, parser))
        return *answer;
    return arguments;
}

const Command *CommandLine::find(const QString &name) const
{
    for (const Command &command : m_commands) {
        if (command.name == name)
            return &command;
    }
    return nullptr;
}

QString CommandLine::overview() const
{
    QString text = u"Usage: clustd [COMMAND] [options]\n"
                   "Keeps a service running on exactly one of several machines.\n\n"
                   "Commands (clustd alone is clustd run):\n"_s;
    for (const Command &command : m_commands)
        text += u"  %1 %2\n"_s.arg(command.name, -12).arg(command.summary);
    text += u"\nEvery command takes --config FILE, --connect URI with --token-file FILE, --json\n"
            "and --help; clustd --version says which release this is.\n"
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 configuration refused, 4 daemon not\n"
            "            reachable, 5 not allowed, 6 no master or no quorum, 7 timed out.\n"_s;
    return text;
}

Answer CommandLine::unknownCommand(const QString &word) const
{
    if (QFileInfo(word).isFile())
        return wrongUsage(config::quoted(word) + u" is a file, not a command"_s,
            u"use clustd run --config %1"_s.arg(word));
    QStringList names;
    names.reserve(static_cast<qsizetype>(m_commands.size()));
    for (const Command &command : m_commands)
        names += command.name;
    const QString meant = config::nearestWord(word, names);
    return wrongUsage(u"unknown command "_s + config::quoted(word),
        meant.isEmpty() ? u"see clustd --help"_s : u"did you mean clustd %1?"_s.arg(meant));
}

} // namespace clustd::daemon
