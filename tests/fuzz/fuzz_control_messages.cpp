// What clients get from a daemon, in frames and as JSON lines: is it taken only when it can be
// shown and sent on?
//
// Input: 's', 'l' or 'e' and CBOR (status, link, event), or 'j' and a JSON object (an event).

#include "control/control_api.h"
#include "control/event_text.h"
#include "control/printable.h"
#include "control/verdict.h"
#include "fuzz/fuzz.h"
#include "wire/cbor_strict.h"

#include <QJsonDocument>

using namespace clustd;
using namespace clustd::control;
using namespace clustd::fuzz;

namespace {

void checkError(const Error &error)
{
    FUZZ_PROMISE(error.code == ErrorCode::Malformed && !error.what.isEmpty());
}

/// What a screen would obey must not be left.
void checkPrintable(const QString &text)
{
    for (const char32_t letter : control::printable(text).toUcs4()) {
        const QChar::Category category = QChar::category(letter);
        FUZZ_PROMISE(category != QChar::Other_Control && category != QChar::Other_Format);
    }
}

/// @p value as the other end of a link gets it.
template <typename Struct, typename Read> void checkSent(const Struct &value, Read read)
{
    const QByteArray bytes = wire::encodeDeterministic(toCbor(value));
    const auto arrived = wire::decodeStrict(bytes);
    FUZZ_PROMISE(arrived && arrived->isMap());
    const auto again = read(arrived->toMap());
    // Not compared as values, since Qt's maps differ by the order of their keys too.
    FUZZ_PROMISE(again && wire::encodeDeterministic(toCbor(*again)) == bytes);
    const QByteArray json = QJsonDocument(toJson(value)).toJson(QJsonDocument::Compact);
    FUZZ_PROMISE(QJsonDocument::fromJson(json).isObject());
}

void readEvent(const Result<EventEntry> &entry)
{
    if (!entry)
        return checkError(entry.error());
    checkPrintable(eventText(*entry));
    std::vector<EventEntry> entries{*entry, *entry};
    sortByTime(entries);
    FUZZ_PROMISE(entries.front() == *entry);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    const std::uint8_t kind = input.byte();
    const QByteArray bytes = toByteArray(input.rest());
    if (kind == 'j') {
        const QJsonObject object = QJsonDocument::fromJson(bytes).object();
        readEvent(eventFromJson(object));
        return 0;
    }
    const auto value = wire::decodeStrict(bytes);
    if (!value || !value->isMap())
        return 0;
    const QCborMap map = value->toMap();
    if (kind == 's') {
        const Result<ClusterStatus> status = statusFromCbor(map);
        if (!status) {
            checkError(status.error());
            return 0;
        }
        checkSent(*status, statusFromCbor);
        (void)verdictOf(*status);
        checkPrintable(status->why);
        for (const NodeRow &node : status->nodes)
            FUZZ_PROMISE(status->find(node.id) != nullptr);
    } else if (kind == 'l') {
        const Result<LinkRow> link = linkFromCbor(map);
        if (link)
            checkSent(*link, linkFromCbor);
        else
            checkError(link.error());
    } else {
        const Result<EventEntry> entry = eventFromCbor(map);
        if (entry)
            checkSent(*entry, eventFromCbor);
        readEvent(entry);
    }
    return 0;
}
