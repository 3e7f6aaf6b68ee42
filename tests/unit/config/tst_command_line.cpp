// Does the frame of the command line find the command, answer help and refuse wrong use with a
// hint?

#include "command_line.h"

#include <QTest>

using namespace clustd::daemon;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

ExitCode nothing(const Arguments &)
{
    return ExitCode::Done;
}

const std::vector<Command> &table()
{
    static const std::vector<Command> commands{
        {.name = u"run"_s,
            .summary = u"Be the daemon"_s,
            .options = {{u"advise"_s, u"Only say."_s}},
            .run = nothing,
            .runsBeforeApplication = true},
        {.name = u"switchover"_s,
            .summary = u"Hand over"_s,
            .details = u"Takes a while."_s,
            .options = {{u"to"_s, u"Whom."_s, u"ID"_s}, {u"wait"_s, u"How long."_s, u"TIME"_s},
                {u"reason"_s, u"Why."_s, u"TEXT"_s}, {u"dry-run"_s, u"Only say."_s},
                {{u"f"_s, u"follow"_s}, u"Go on."_s}},
            .run = nothing},
        {.name = u"token"_s,
            .summary = u"Print a token"_s,
            .argumentsSyntax = u"ROLE NAME"_s,
            .argumentsMin = 2,
            .argumentsMax = 2,
            .isLocal = true,
            .run = nothing},
    };
    return commands;
}

/// The words of one start; they must outlive the Arguments.
class Words
{
public:
    explicit Words(const QByteArray &line)
        : m_words(("clustd " + line).simplified().split(' '))
    {
        m_argv.reserve(static_cast<std::size_t>(m_words.size()) + 1);
        for (QByteArray &word : m_words)
            m_argv.push_back(word.data());
        m_argc = static_cast<int>(m_argv.size());
        m_argv.push_back(nullptr);
    }

    std::variant<Arguments, Answer> parse()
    {
        return CommandLine(table()).parse(m_argc, m_argv.data());
    }

private:
    QList<QByteArray> m_words;
    std::vector<char *> m_argv;
    int m_argc = 0;
};

} // namespace

class TestCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheCommand_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("name");
        QTest::newRow("nothing is run") << QByteArray() << u"run"_s;
        QTest::newRow("options alone are run's") << QByteArray("--advise --config x") << u"run"_s;
        QTest::newRow("its name") << QByteArray("switchover --to a") << u"switchover"_s;
        QTest::newRow("global options in front")
            << QByteArray("--config x --json switchover") << u"switchover"_s;
        QTest::newRow("a global option with an equals sign in front")
            << QByteArray("--config=x switchover") << u"switchover"_s;
        QTest::newRow("a short option in front")
            << QByteArray("-c x switchover") << u"switchover"_s;
    }

    void findsTheCommand()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, name);
        Words words(line);
        const auto parsed = words.parse();
        QVERIFY(std::holds_alternative<Arguments>(parsed));
        const Arguments &arguments = std::get<Arguments>(parsed);
        QCOMPARE(arguments.command().name, name);
        QCOMPARE(arguments.config(), line.contains('x') ? u"x"_s : QString());
    }

    void handsOverOptionsAndArguments()
    {
        Words words("token admin alice --json");
        const auto parsed = words.parse();
        const Arguments &arguments = std::get<Arguments>(parsed);
        QCOMPARE(arguments.positional(), (QStringList{u"admin"_s, u"alice"_s}));
        QCOMPARE(arguments.positional(5), QString());
        QVERIFY(arguments.isJson());

        Words remote("switchover --connect ws://h:1 --token-file f");
        const auto other = remote.parse();
        QCOMPARE(std::get<Arguments>(other).connectUri(), u"ws://h:1"_s);
        QCOMPARE(std::get<Arguments>(other).tokenFile(), u"f"_s);
    }

    void takesAsAValueWhatIsSurelyOne()
    {
        Words words("switchover --reason=--version --to -5 --wait=1s -fc -");
        const auto parsed = words.parse();
        QVERIFY(std::holds_alternative<Arguments>(parsed));
        const Arguments &arguments = std::get<Arguments>(parsed);
        QCOMPARE(arguments.value(u"reason"_s), u"--version"_s);
        QCOMPARE(arguments.value(u"to"_s), u"-5"_s);
        QCOMPARE(arguments.config(), u"-"_s);
    }

    void readsTimes()
    {
        Words good("switchover --wait 30s");
        const auto parsed = good.parse();
        const auto wait = std::get<Arguments>(parsed).duration(u"wait"_s);
        QVERIFY(wait.has_value());
        QCOMPARE(*wait, std::optional<clustd::Duration>(30s));

        Words absent("switchover");
        const auto without = absent.parse();
        QCOMPARE(*std::get<Arguments>(without).duration(u"wait"_s), std::nullopt);

        Words bad("switchover --wait soon");
        const auto refused = bad.parse();
        const auto fault = std::get<Arguments>(refused).duration(u"wait"_s);
        QVERIFY(!fault.has_value());
        QCOMPARE(fault.error().code, clustd::ErrorCode::Usage);
        QCOMPARE(fault.error().where, u"--wait"_s);
    }

    void refusesWhatNoDaemonTakes()
    {
        Words longWait("switchover --wait 20m");
        const auto parsed = longWait.parse();
        const auto wait = std::get<Arguments>(parsed).durationUpTo(u"wait"_s, 10min);
        QVERIFY(!wait.has_value());
        QCOMPARE(wait.error().code, clustd::ErrorCode::Usage);
        QCOMPARE(wait.error().text(), u"--wait: '20m' is longer than 10m; use 10m at most"_s);
        Words longest("switchover --wait 600s --reason " + QByteArray(1000, 'x'));
        const auto fits = longest.parse();
        QVERIFY(std::get<Arguments>(fits).durationUpTo(u"wait"_s, 10min).has_value());
        QVERIFY(std::get<Arguments>(fits).reason().has_value());
        Words longReason("switchover --reason " + QByteArray(1001, 'x'));
        const auto tooLong = longReason.parse();
        const auto reason = std::get<Arguments>(tooLong).reason();
        QVERIFY(!reason.has_value());
        QCOMPARE(reason.error().code, clustd::ErrorCode::Usage);
    }

    void answers_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<ExitCode>("exitCode");
        QTest::addColumn<QString>("fragment");
        const auto row
            = [](const char *name, const QByteArray &line, ExitCode code, const char *fragment) {
                  QTest::newRow(name) << line << code << QString::fromUtf8(fragment);
              };
        row("the list of commands", "--help", ExitCode::Done, "switchover   Hand over");
        row("help as a word", "help", ExitCode::Done, "Exit codes");
        row("help for a command", "switchover --help", ExitCode::Done, "Takes a while.");
        row("help names the program", "token --help", ExitCode::Done,
            "Usage: clustd token [options] ROLE NAME");
        row("help for a command, as words", "help switchover", ExitCode::Done, "--to <ID>");
        row("the version", "--version", ExitCode::Done, "clustd ");
        row("the version, behind a command", "run --version", ExitCode::Done, "clustd ");
        row("a misspelt command", "swichover", ExitCode::Usage, "did you mean clustd switchover?");
        row("an unlike command", "dance", ExitCode::Usage, "see clustd --help");
        row("a misspelt option", "switchover --tp a", ExitCode::Usage, "did you mean --to?");
        row("an option of another command", "token --wait 3", ExitCode::Usage, "unknown option");
        row("an option without its value", "switchover --to", ExitCode::Usage, "--to");
        row("too few arguments", "token admin", ExitCode::Usage, "use clustd token ROLE NAME");
        row("too many arguments", "token a b c", ExitCode::Usage, "unexpected argument 'c'");
        row("an option instead of a value", "switchover --reason --version", ExitCode::Usage,
            "write --reason=--version");
        row("a short option instead of a value", "switchover --reason -v", ExitCode::Usage,
            "--reason needs a value, and '-v' looks like an option");
        row("an option instead of a value, which would be left out", "switchover --to --dry-run",
            ExitCode::Usage, "--to needs a value");
        row("an option instead of the value of a short one", "switchover -fc --json",
            ExitCode::Usage, "--config needs a value");
        row("an option instead of a value in front", "--config --help switchover", ExitCode::Usage,
            "--config needs a value");
        row("another machine where this one is meant", "token admin a --connect ws://h:1",
            ExitCode::Usage, "takes no --connect; run it on the machine");
        row("a token where this machine is meant", "token admin a --token-file f", ExitCode::Usage,
            "takes no --token-file");
        row("an argument where none is taken", "switchover cm-2", ExitCode::Usage, "'cm-2'");
    }

    void aLocalCommandsHelpShowsNoWayToOthers()
    {
        Words local("token --help");
        const auto own = local.parse();
        QVERIFY(!std::get<Answer>(own).text.contains(u"--connect"));
        QVERIFY(std::get<Answer>(own).text.contains(u"--config"));
        Words remote("switchover --help");
        const auto other = remote.parse();
        QVERIFY(std::get<Answer>(other).text.contains(u"--connect"));
    }

    void answers()
    {
        QFETCH(QByteArray, line);
        QFETCH(ExitCode, exitCode);
        QFETCH(QString, fragment);
        Words words(line);
        const auto parsed = words.parse();
        QVERIFY(std::holds_alternative<Answer>(parsed));
        const Answer &answer = std::get<Answer>(parsed);
        QCOMPARE(answer.exitCode, exitCode);
        QVERIFY2(answer.text.contains(fragment), qPrintable(answer.text));
        QVERIFY(answer.text.endsWith(u'\n'));
    }
};

QTEST_APPLESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
