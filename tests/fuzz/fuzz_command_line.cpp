// What people type: is every command line either understood or refused with a hint, and does each
// time and address have one meaning?
//
// Input: 'a' and the words behind `clustd`, one a line; 'd' and a time; 'u' and an address; 'w' and
// two words, one a line.

#include "command_line.h"
#include "commands/command_table.h"
#include "config/config_text.h"
#include "control/access.h"
#include "fuzz/fuzz.h"

#include <cmath>
#include <vector>

using namespace clustd;
using namespace clustd::fuzz;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Qt's parser warns of a wrong use of itself, which is a fault of ours.
void onMessage(QtMsgType, const QMessageLogContext &, const QString &text)
{
    std::fprintf(stderr, "Qt says: %s\n", qUtf8Printable(text));
    FUZZ_PROMISE(false && "a message of Qt");
}

void checkOneLine(const QString &text)
{
    for (const QChar letter : text)
        FUZZ_PROMISE(letter.category() != QChar::Other_Control);
}

void parseWords(const QByteArray &text)
{
    QList<QByteArray> words = text.split('\n');
    words.prepend("clustd");
    std::vector<char *> argv;
    for (QByteArray &word : words)
        argv.push_back(word.data());
    int argc = static_cast<int>(argv.size());
    argv.push_back(nullptr);

    const auto parsed = daemon::CommandLine(daemon::commandTable()).parse(argc, argv.data());
    if (const auto *answer = std::get_if<daemon::Answer>(&parsed)) {
        FUZZ_PROMISE(answer->text.endsWith(u'\n'));
        FUZZ_PROMISE(answer->exitCode == daemon::ExitCode::Done
            || answer->exitCode == daemon::ExitCode::Usage);
        if (answer->text.startsWith(u"clustd: ")) {
            FUZZ_PROMISE(answer->exitCode == daemon::ExitCode::Usage);
            FUZZ_PROMISE(answer->text.contains(u"; ")); // A fact and a remedy
            checkOneLine(answer->text.chopped(1));
        }
        return;
    }
    const auto &arguments = std::get<daemon::Arguments>(parsed);
    const daemon::Command &command = arguments.command();
    FUZZ_PROMISE(arguments.positional().size() >= command.argumentsMin);
    FUZZ_PROMISE(arguments.positional().size() <= command.argumentsMax);
    for (const QCommandLineOption &option : command.options) {
        const QString name = option.names().constLast();
        if (option.valueName().isEmpty() || !arguments.isSet(name))
            continue;
        const Result<std::optional<Duration>> span = arguments.duration(name);
        FUZZ_PROMISE(span.has_value() || span.error().code == ErrorCode::Usage);
        if (!span)
            checkOneLine(span.error().text());
    }
}

void parseTime(const QString &text)
{
    const Result<Duration> span = config::parseDuration(text);
    if (!span) {
        FUZZ_PROMISE(!span.error().what.isEmpty() && !span.error().remedy.isEmpty());
        return checkOneLine(span.error().text());
    }
    FUZZ_PROMISE(*span >= Duration::zero() && *span <= std::chrono::hours(10000));
    const QString written = config::durationText(*span);
    const Result<Duration> again = config::parseDuration(written);
    FUZZ_PROMISE(again && std::abs((*again - *span).count()) <= 1000);
    FUZZ_PROMISE(config::durationText(*again) == written);
}

void parseAddress(const QString &text)
{
    const Result<QUrl> uri = control::readUri(text);
    if (!uri) {
        FUZZ_PROMISE(uri.error().code == ErrorCode::Usage && !uri.error().remedy.isEmpty());
        return checkOneLine(uri.error().text());
    }
    FUZZ_PROMISE(!uri->host().isEmpty() && uri->port() > 0 && uri->port() <= 65535);
    checkOneLine(uri->toString());
    const Result<QUrl> again = control::readUri(uri->toString());
    FUZZ_PROMISE(again && *again == *uri);
}

void compareWords(const QString &text)
{
    const QString word = text.section(u'\n', 0, 0);
    const QStringList known = text.section(u'\n', 1).split(u'\n');
    const QString meant = config::nearestWord(word, known);
    FUZZ_PROMISE(meant.isEmpty() || known.contains(meant));
    checkOneLine(config::quoted(text));
    FUZZ_PROMISE(config::quoted(text).size() <= 6 * 80 + 5);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto before = qInstallMessageHandler(onMessage);
    (void)before;
    Input input(data, size);
    const std::uint8_t kind = input.byte();
    const QByteArray bytes = toByteArray(input.rest());
    switch (kind) {
    case 'd':
        parseTime(QString::fromUtf8(bytes));
        break;
    case 'u':
        parseAddress(QString::fromUtf8(bytes));
        break;
    case 'w':
        compareWords(QString::fromUtf8(bytes));
        break;
    default:
        parseWords(bytes);
        break;
    }
    return 0;
}
