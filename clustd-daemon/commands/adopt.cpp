#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/text_table.h"
#include "output.h"

#include <QCborArray>
#include <QTextStream>

#include <cstdio>

#include <unistd.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

bool isConfirmed()
{
    printOut(u"Type 'yes' if every one of them is switched off for good: "_s);
    QTextStream input(stdin);
    return input.readLine().trimmed() == u"yes";
}

ExitCode run(const Arguments &arguments)
{
    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    const ControlSession::Answer answer = (*session)->request(u"get_cluster"_s);
    if (!answer)
        return reportRefusal(arguments, answer.error(), (*session)->where());
    const Result<control::ClusterStatus> status = control::statusFromCbor(*answer);
    if (!status)
        return report(status.error(), arguments);
    // Whoever was never met is named by its address, and has no id that a word could be given for.
    QStringList strangers;
    QStringList awaited;
    for (const QString &one : status->waitingFor)
        (one.contains(u"://") ? strangers : awaited).append(one);
    const QStringList ids = arguments.positional().isEmpty() ? awaited : arguments.positional();
    if (ids.isEmpty()) {
        const QString why = strangers.isEmpty()
            ? u"%1 waits for no machine; there is nothing to adopt"_s.arg(status->self)
            : u"%1 has never met %2, so it cannot take your word for them by name; take those that "
              "will never be there out of cluster.machines of every file, and reload"_s.arg(
                  status->self, strangers.join(u", "_s));
        return reportRefusal(arguments, {u"refused"_s, why, {}}, (*session)->where());
    }

    const QString what
        = u"%1 has lost its state file and waits for an answer of: %2.\n"
          "With your word that these machines are gone for good it goes on without them. Should "
          "one of them still run, "
          "even cut off from here, two masters may be active at the same time."_s.arg(
              status->self, printable(ids.join(u", "_s)));
    if (!arguments.isSet(u"yes"_s)) {
        if (isatty(STDIN_FILENO) == 0)
            return report({ErrorCode::Usage, u"adopt"_s, u"there is nobody to ask"_s,
                u"use --yes when you are sure that they are gone for good"_s});
        printError(what);
        if (!isConfirmed()) {
            printNote(u"nothing was changed"_s);
            return ExitCode::Failed;
        }
    }
    const ControlSession::Answer adopted
        = (*session)->request(u"adopt"_s, {{u"ids"_s, QCborArray::fromStringList(ids)}});
    if (!adopted)
        return reportRefusal(arguments, adopted.error(), (*session)->where());
    if (arguments.isJson())
        printJson(doneJson(*adopted));
    else
        printOut(u"%1 goes on without %2\n"_s.arg(status->self, printable(ids.join(u", "_s))));
    return ExitCode::Done;
}

} // namespace

Command adoptCommand()
{
    return {.name = u"adopt"_s,
        .summary
        = u"Say that machines are gone for good, so that this one need not wait for them"_s,
        .details = u"For a machine that lost its state file, or a first start that will never be "
                   u"complete. Says what it "
                   "means and asks. Without IDs: all that it waits for."_s,
        .argumentsSyntax = u"[ID...]"_s,
        .argumentsMax = 64,
        .options = {{u"yes"_s, u"Do not ask: for scripts."_s}},
        .run = run};
}

} // namespace clustd::daemon
