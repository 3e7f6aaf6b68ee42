#pragma once

#include <QByteArray>
#include <QCborMap>
#include <QString>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clustd::wire {

/// One encoded data item in the deterministic encoding of RFC 8949 §4.2.1: shortest lengths, keys
/// in bytewise order of their encoding. For what is said many times a second; free-form maps come
/// as QCborValue. Thread: any.
class CborBytes
{
public:
    using Entry = std::pair<std::string_view, CborBytes>;

    CborBytes(std::nullptr_t);
    CborBytes(std::same_as<bool> auto truth)
        : m_bytes(1, truth ? kTrue : kFalse)
    {
    }
    CborBytes(std::int64_t number);
    /// @p text is UTF-8.
    CborBytes(std::string_view text);
    CborBytes(const std::string &text)
        : CborBytes(std::string_view(text))
    {
    }
    CborBytes(const char *text)
        : CborBytes(std::string_view(text))
    {
    }
    CborBytes(const QString &text);
    /// Only null, booleans, integers, texts, byte strings, arrays and maps with text keys; no
    /// floats (they are our own fault).
    explicit CborBytes(const QCborValue &value);

    [[nodiscard]] static CborBytes array(const std::vector<CborBytes> &items);
    /// @p entries in any order, no key twice.
    [[nodiscard]] static CborBytes map(std::vector<Entry> entries);

    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }

private:
    static constexpr char kFalse = '\xf4';
    static constexpr char kTrue = '\xf5';

    CborBytes() = default;
    void appendHead(unsigned major, std::uint64_t value);
    void appendText(std::string_view text);
    void append(const QCborValue &value);

    QByteArray m_bytes;
};

} // namespace clustd::wire
