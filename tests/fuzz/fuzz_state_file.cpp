// The durable vote and the settings beside it, after whatever a disk did to them: is a damaged vote
// never guessed at?
//
// Input: 'c' and the lines of a state file (the right check sum is added), 's' and settings.json,
// else a whole state file.

#include "cluster/settings.h"
#include "cluster/state_file.h"
#include "fuzz/fuzz.h"

#include <QCryptographicHash>

using namespace clustd;
using namespace clustd::cluster;
using namespace clustd::fuzz;
using namespace Qt::Literals::StringLiterals;

namespace {

void checkError(const Error &error)
{
    FUZZ_PROMISE(error.code == ErrorCode::Storage);
    FUZZ_PROMISE(!error.where.isEmpty() && !error.what.isEmpty() && !error.remedy.isEmpty());
}

void readState(const QByteArray &bytes)
{
    const StateOwner owner{"web", NodeId{"cm-1"}};
    const Result<election::DurableState> state = parseState(owner, bytes);
    if (!state)
        return checkError(state.error());
    FUZZ_PROMISE(state->set && state->set->size() > 0);
    // One spelling: what else was in the file would have been lost at the next write.
    FUZZ_PROMISE(formatState(owner, *state) == bytes);
    const StateOwner others[] = {{"web", NodeId{"cm-2"}}, {"files", NodeId{"cm-1"}}};
    for (const StateOwner &other : others)
        FUZZ_PROMISE(!parseState(other, bytes));
}

void readSettings(const QByteArray &json)
{
    const Result<Settings> settings = Settings::fromJson(json);
    if (!settings)
        return checkError(settings.error());
    const Result<Settings> again = Settings::fromJson(settings->toJson());
    FUZZ_PROMISE(again && *again == *settings);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    const std::uint8_t kind = input.byte();
    if (kind == 's') {
        readSettings(toByteArray(input.rest()));
        return 0;
    }
    const QByteArray whole = toByteArray({data, size});
    readState(whole);
    const QByteArray lines = toByteArray(input.rest());
    if (kind == 'c' && !lines.startsWith("lustd-state")) {
        readState(lines + "sha256 "
            + QCryptographicHash::hash(lines, QCryptographicHash::Sha256).toHex() + '\n');
    }
    return 0;
}
