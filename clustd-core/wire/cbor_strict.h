#pragma once

#include <QByteArray>
#include <QCborValue>

#include <optional>

namespace clustd::wire {

/// The deterministic encoding of RFC 8949 §4.2.1: shortest lengths, keys in bytewise order of their
/// encoding. Only null, booleans, integers, texts, byte strings, arrays and maps with text keys; no
/// floats (they are our own fault).
[[nodiscard]] QByteArray encodeDeterministic(const QCborValue &value);

/// One value and nothing behind it; nothing for anything with an indefinite length, a tag, a float,
/// a key that is no text or stands twice, broken UTF-8, an integer beyond +-2^63, more than 8
/// arrays and maps inside one another, or a map of more than 128 entries.
[[nodiscard]] std::optional<QCborValue> decodeStrict(const QByteArray &bytes);

} // namespace clustd::wire
