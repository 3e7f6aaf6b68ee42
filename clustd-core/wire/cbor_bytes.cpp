#include "wire/cbor_bytes.h"

#include "util/assert.h"

#include <QCborArray>

#include <algorithm>

namespace clustd::wire {
namespace {

enum Major : unsigned { Unsigned, Negative, Bytes, Text, Array, Map };
constexpr char kNull = '\xf6';

/// The order of the encodings of two keys: the length stands in front.
bool comesBefore(std::string_view a, std::string_view b)
{
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

} // namespace

CborBytes::CborBytes(std::nullptr_t)
    : m_bytes(1, kNull)
{
}

CborBytes::CborBytes(std::int64_t number)
{
    if (number >= 0)
        appendHead(Unsigned, std::uint64_t(number));
    else
        appendHead(Negative, std::uint64_t(-(number + 1)));
}

CborBytes::CborBytes(std::string_view text)
{
    appendText(text);
}

CborBytes::CborBytes(const QString &text)
{
    appendText(view(text.toUtf8()));
}

CborBytes::CborBytes(const QCborValue &value)
{
    append(value);
}

CborBytes CborBytes::array(const std::vector<CborBytes> &items)
{
    CborBytes out;
    out.appendHead(Array, items.size());
    for (const CborBytes &item : items)
        out.m_bytes += item.m_bytes;
    return out;
}

CborBytes CborBytes::map(std::vector<Entry> entries)
{
    std::sort(entries.begin(), entries.end(),
        [](const Entry &a, const Entry &b) { return comesBefore(a.first, b.first); });
    CborBytes out;
    qsizetype size = 2;
    for (const auto &[key, item] : entries)
        size += qsizetype(key.size()) + 2 + item.m_bytes.size();
    out.m_bytes.reserve(size);
    out.appendHead(Map, entries.size());
    for (const auto &[key, item] : entries) {
        out.appendText(key);
        out.m_bytes += item.m_bytes;
    }
    return out;
}

void CborBytes::appendHead(unsigned major, std::uint64_t value)
{
    const auto type = major << 5U;
    const auto bytes = [&](int count) {
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8)
            m_bytes += char(std::uint8_t(value >> unsigned(shift)));
    };
    if (value < 24) {
        m_bytes += char(std::uint8_t(type | unsigned(value)));
    } else if (value <= 0xff) {
        m_bytes += char(std::uint8_t(type | 24U));
        bytes(1);
    } else if (value <= 0xffff) {
        m_bytes += char(std::uint8_t(type | 25U));
        bytes(2);
    } else if (value <= 0xffffffffU) {
        m_bytes += char(std::uint8_t(type | 26U));
        bytes(4);
    } else {
        m_bytes += char(std::uint8_t(type | 27U));
        bytes(8);
    }
}

void CborBytes::appendText(std::string_view text)
{
    appendHead(Text, text.size());
    m_bytes.append(text.data(), qsizetype(text.size()));
}

void CborBytes::append(const QCborValue &value)
{
    if (value.isInteger()) {
        m_bytes += CborBytes(std::int64_t(value.toInteger())).m_bytes;
    } else if (value.isByteArray()) {
        const QByteArray data = value.toByteArray();
        appendHead(Bytes, std::uint64_t(data.size()));
        m_bytes += data;
    } else if (value.isString()) {
        appendText(view(value.toString().toUtf8()));
    } else if (value.isArray()) {
        const QCborArray array = value.toArray();
        appendHead(Array, std::uint64_t(array.size()));
        for (const QCborValue item : array)
            append(item);
    } else if (value.isMap()) {
        std::vector<std::pair<QByteArray, QCborValue>> entries;
        const QCborMap map = value.toMap();
        for (const auto &entry : map) {
            CLUSTD_ASSERT(entry.first.isString());
            entries.emplace_back(entry.first.toString().toUtf8(), entry.second);
        }
        std::sort(entries.begin(), entries.end(),
            [](const auto &a, const auto &b) { return comesBefore(view(a.first), view(b.first)); });
        appendHead(Map, std::uint64_t(entries.size()));
        for (const auto &[key, item] : entries) {
            appendText(view(key));
            append(item);
        }
    } else if (value.isBool()) {
        m_bytes += value.toBool() ? kTrue : kFalse;
    } else {
        CLUSTD_ASSERT(value.isNull() || value.isUndefined());
        m_bytes += kNull;
    }
}

} // namespace clustd::wire
