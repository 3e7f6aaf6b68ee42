#include "wire/cbor_strict.h"

#include "wire/cbor_bytes.h"
#include "wire/cbor_document.h"

namespace clustd::wire {

QByteArray encodeDeterministic(const QCborValue &value)
{
    return CborBytes(value).bytes();
}

std::optional<QCborValue> decodeStrict(const QByteArray &bytes)
{
    const auto document = CborDocument::read(bytes);
    return document ? std::optional(document->root().toCbor()) : std::nullopt;
}

} // namespace clustd::wire
