#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/load_config.h"
#include "commands/own_guard.h"
#include "commands/text_table.h"
#include "output.h"

#include <QCborArray>

#include <signal.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

/// What the file says of secret, name or address is what a command speaks to the daemon with: where
/// just that was changed, only a signal reaches the daemon of this machine.
bool isToldBySignal(const Arguments &arguments)
{
    const std::optional<config::Config> config = loadConfigFor(arguments);
    if (!config)
        return false;
    const std::optional<OwnGuard> guard = OwnGuard::find(*config);
    return guard && guard->signal(SIGHUP);
}

ExitCode run(const Arguments &arguments)
{
    const bool isDryRun = arguments.isSet(u"dry-run"_s);
    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    const ControlSession::Answer data
        = (*session)->request(u"reload"_s, {{u"dry_run"_s, isDryRun}});
    if (!data) {
        const Error why = control::toError(data.error(), (*session)->where());
        const ExitCode exitCode = exitCodeOf(why.code);
        const bool mayHaveChanged
            = exitCode == ExitCode::Forbidden || exitCode == ExitCode::Unreachable;
        const bool isMeantElsewhere
            = arguments.isSet(u"connect"_s) || arguments.isSet(u"token-file"_s);
        if (!mayHaveChanged || isDryRun || isMeantElsewhere || !isToldBySignal(arguments))
            return reportRefusal(arguments, data.error(), (*session)->where());
        static_cast<void>(report(why));
        printNote(u"so the daemon of this machine was told by SIGHUP to read its file, as is "
                  "needed where secret, name or address have changed; its log says what it took "
                  "over"_s);
        if (arguments.isJson())
            printJson(
                {{u"schema"_s, control::kSchema}, {u"ok"_s, true}, {u"changes"_s, QJsonValue()}});
        return ExitCode::Done;
    }
    if (arguments.isJson()) {
        printJson(doneJson(*data));
        return ExitCode::Done;
    }
    const QCborArray changes = data->value(u"changes"_s).toArray();
    if (changes.isEmpty())
        printOut(u"nothing has changed\n"_s);
    for (const QCborValue change : changes)
        printOut(printable(change.toString()) + u'\n');
    if (isDryRun && !changes.isEmpty())
        printNote(u"dry run: nothing was taken over"_s);
    return ExitCode::Done;
}

} // namespace

Command reloadCommand()
{
    return {.name = u"reload"_s,
        .summary = u"Let the daemon read its configuration again"_s,
        .details = u"Prints each key that has changed and whether it takes effect now or at the "
                   u"next start. A "
                   "configuration with a fault is refused as a whole."_s,
        .options = {{u"dry-run"_s, u"Only say what would change."_s}},
        .run = run};
}

} // namespace clustd::daemon
