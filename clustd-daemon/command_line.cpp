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

const QStringList kRemoteOptions{u"connect"_s, u"token-file"_s};

/// Of the command and of all; what makes no sense for @p command is known, to be refused with a
/// reason, and not shown.
QList<QCommandLineOption> optionsOf(const Command &command)
{
    QList<QCommandLineOption> options = command.options;
    for (QCommandLineOption option : globalOptions()) {
        if (command.isLocal && kRemoteOptions.contains(option.names().constFirst()))
            option.setFlags(QCommandLineOption::HiddenFromHelp);
        options += option;
    }
    return options;
}

/// The option whose value is the word behind @p word, or nothing: "--wait", "-c", and "-fc" too.
const QCommandLineOption *awaitsValue(const QString &word, const QList<QCommandLineOption> &options)
{
    const auto find = [&options](const QString &name) -> const QCommandLineOption * {
        for (const QCommandLineOption &option : options) {
            if (option.names().contains(name))
                return &option;
        }
        return nullptr;
    };
    if (word.startsWith(u"--")) {
        const QCommandLineOption *option = find(word.mid(2));
        return option != nullptr && !option->valueName().isEmpty() ? option : nullptr;
    }
    if (!word.startsWith(u'-'))
        return nullptr;
    for (qsizetype i = 1; i < word.size(); ++i) {
        const QCommandLineOption *option = find(word.mid(i, 1));
        if (option == nullptr)
            return nullptr;
        if (!option->valueName().isEmpty()) // What follows in the word is its value already.
            return i + 1 == word.size() ? option : nullptr;
    }
    return nullptr;
}

/// Where the command's name stands in @p words, or -1.
qsizetype commandIndex(const QStringList &words)
{
    for (qsizetype i = 1; i < words.size(); ++i) {
        if (words[i] == u"--")
            return -1;
        if (!words[i].startsWith(u'-'))
            return i;
        if (awaitsValue(words[i], globalOptions()) != nullptr)
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

/// An option whose value was forgotten takes the option behind it for that, which then is not
/// obeyed: `switchover --reason --dry-run`.
std::optional<Answer> swallowedOption(const Command &command, const QStringList &words)
{
    const QList<QCommandLineOption> options = optionsOf(command);
    for (qsizetype i = 1; i + 1 < words.size() && words[i] != u"--"; ++i) {
        const QCommandLineOption *option = awaitsValue(words[i], options);
        if (option == nullptr)
            continue;
        const QString &value = words[++i];
        if (value.size() < 2 || value[0] != u'-' || !(value[1] == u'-' || value[1].isLetter()))
            continue;
        const QString name = u"--"_s + option->names().constLast();
        return wrongUsage(u"%1: %2 needs a value, and %3 looks like an option"_s.arg(
                              command.name, name, config::quoted(value)),
            u"give it one, or write %1=%2 if that is meant"_s.arg(name, value));
    }
    return std::nullopt;
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

    for (const QString &option : kRemoteOptions) {
        if (command.isLocal && parser.isSet(option))
            return wrongUsage(
                u"%1: it acts on this machine alone and takes no --%2"_s.arg(command.name, option),
                u"run it on the machine that is meant"_s);
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
    const Command *command = find(name);
    if (command == nullptr)
        return isBare ? Answer{overview(), ExitCode::Usage} : unknownCommand(name);
    if (const std::optional<Answer> answer = swallowedOption(*command, words))
        return *answer;

    Arguments arguments(*command, argc, argv);
    QCommandLineParser &parser = *arguments.m_parser;
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsCompactedShortOptions);
    if (!command->argumentsSyntax.isEmpty())
        parser.addPositionalArgument(
            u"arguments"_s, command->argumentsSyntax, command->argumentsSyntax);
    parser.addOptions(optionsOf(*command));
    const bool isUnderstood = parser.parse(words);
    if (isBare && parser.isSet(u"help"_s))
        return Answer{overview(), ExitCode::Done};
    if (parser.isSet(u"version"_s))
        return Answer{version(), ExitCode::Done};
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
    text
        += u"\nEvery command takes --config FILE, --json and --help, those that speak to a daemon\n"
           "--connect URI and --token-file FILE; clustd --version says which release this is.\n"
           "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 configuration refused, 4 daemon not\n"
           "            reachable, 5 not allowed, 6 no master, no quorum or not\n"
           "            served, 7 timed out.\n"_s;
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
