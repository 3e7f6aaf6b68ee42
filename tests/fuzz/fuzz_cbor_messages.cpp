// What stands inside sealed frames, from a peer that knows the secret but may be broken: is it read
// strictly, and does what was read mean the same when it is written again?
//
// Input: one byte (bits 0-1: role of the sender, bit 2: frame 0), then the plaintext.

#include "cluster/gossip.h"
#include "fuzz/fuzz.h"
#include "wire/cbor_strict.h"
#include "wire/codec.h"

#include <QCborArray>
#include <QCborMap>

using namespace clustd;
using namespace clustd::fuzz;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Qt's reader is lenient, but both must agree where the strict one says yes. (Qt's maps differ by
/// the order of their keys too, so what was sorted is not compared as a value.)
void checkStrict(const QByteArray &bytes, const std::optional<QCborValue> &value)
{
    if (!value)
        return;
    QCborParserError error;
    const QCborValue lenient = QCborValue::fromCbor(bytes, &error);
    FUZZ_PROMISE(error.error == QCborError::NoError);
    // Qt's reader drops a byte order mark.
    FUZZ_PROMISE(lenient == *value || bytes.contains("\xef\xbb\xbf"));

    const QByteArray written = wire::encodeDeterministic(*value);
    FUZZ_PROMISE(written.size() <= bytes.size()); // No spelling is shorter.
    const std::optional<QCborValue> again = wire::decodeStrict(written);
    FUZZ_PROMISE(again && wire::encodeDeterministic(*again) == written);
}

/// What a machine says of itself, goes on to people who ask another machine.
void checkDetail(const QCborMap &map)
{
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
    const cluster::Detail detail = cluster::detailFromCbor(map, u"n2"_s, now);
    const QByteArray written = wire::encodeDeterministic(cluster::toCbor(detail, now));
    const auto again = wire::decodeStrict(written);
    FUZZ_PROMISE(again);
    FUZZ_PROMISE(wire::encodeDeterministic(
                     cluster::toCbor(cluster::detailFromCbor(again->toMap(), u"n2"_s, now), now))
        == written);

    control::NodeRow row;
    row.id = u"n2"_s;
    row.uri = detail.uri;
    row.role = detail.role;
    row.version = detail.version;
    row.uptimeS = detail.uptimeSeconds;
    row.drivers = detail.drivers;
    control::ClusterStatus status;
    status.alarms = detail.alarms;
    status.nodes = {row};
    const auto shown = wire::decodeStrict(wire::encodeDeterministic(control::toCbor(status)));
    FUZZ_PROMISE(shown);
    FUZZ_PROMISE(control::statusFromCbor(shown->toMap()).has_value());
    for (const control::LinkRow &link : detail.links)
        FUZZ_PROMISE(control::linkFromCbor(control::toCbor(link)).has_value());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr crypto::PeerRole kRoles[] = {crypto::PeerRole::Node, crypto::PeerRole::Observer,
        crypto::PeerRole::Admin, crypto::PeerRole::Driver};
    Input input(data, size);
    const std::uint8_t head = input.byte();
    const crypto::PeerRole sender = kRoles[head & 3U];
    const bool isFirst = (head & 4U) != 0;
    const QByteArray plaintext = toByteArray(input.rest());

    const std::optional<QCborValue> value = wire::decodeStrict(plaintext);
    checkStrict(plaintext, value);
    const crypto::Outcome<wire::Content> content = wire::decode(plaintext, sender, isFirst);
    if (!content) {
        FUZZ_PROMISE(content.error() == crypto::CloseReason::Malformed);
        return 0;
    }
    FUZZ_PROMISE(value && value->isMap());
    FUZZ_PROMISE(isFirst == std::holds_alternative<wire::Ready>(*content));
    if (std::holds_alternative<wire::Unknown>(*content))
        return 0; // Of a newer release: ignored, and never written.
    const QByteArray written = wire::encode(*content);
    const crypto::Outcome<wire::Content> again = wire::decode(written, sender, isFirst);
    FUZZ_PROMISE(again && again->index() == content->index());
    FUZZ_PROMISE(wire::encode(*again) == written);
    if (const auto *status = std::get_if<wire::NodeStatusMessage>(&*content);
        status != nullptr && status->detail)
        checkDetail(*status->detail);
    return 0;
}
