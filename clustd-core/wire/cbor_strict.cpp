#include "wire/cbor_strict.h"

#include "util/assert.h"

#include <QCborArray>
#include <QCborMap>
#include <QStringDecoder>

#include <algorithm>
#include <limits>
#include <vector>

namespace clustd::wire {
namespace {

constexpr int kNestingMax = 8;
constexpr std::uint64_t kMapEntriesMax = 128;

void appendHead(QByteArray &out, unsigned major, std::uint64_t value)
{
    const auto type = static_cast<unsigned>(major << 5U);
    const auto bytes = [&](int count) {
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8)
            out += char(std::uint8_t(value >> unsigned(shift)));
    };
    if (value < 24) {
        out += char(std::uint8_t(type | unsigned(value)));
    } else if (value <= 0xff) {
        out += char(std::uint8_t(type | 24U));
        bytes(1);
    } else if (value <= 0xffff) {
        out += char(std::uint8_t(type | 25U));
        bytes(2);
    } else if (value <= 0xffffffffU) {
        out += char(std::uint8_t(type | 26U));
        bytes(4);
    } else {
        out += char(std::uint8_t(type | 27U));
        bytes(8);
    }
}

void append(QByteArray &out, const QCborValue &value)
{
    if (value.isInteger()) {
        const qint64 n = value.toInteger();
        if (n >= 0)
            appendHead(out, 0, std::uint64_t(n));
        else
            appendHead(out, 1, std::uint64_t(-(n + 1)));
    } else if (value.isByteArray()) {
        const QByteArray data = value.toByteArray();
        appendHead(out, 2, std::uint64_t(data.size()));
        out += data;
    } else if (value.isString()) {
        const QByteArray text = value.toString().toUtf8();
        appendHead(out, 3, std::uint64_t(text.size()));
        out += text;
    } else if (value.isArray()) {
        const QCborArray array = value.toArray();
        appendHead(out, 4, std::uint64_t(array.size()));
        for (const QCborValue &item : array)
            append(out, item);
    } else if (value.isMap()) {
        std::vector<std::pair<QByteArray, QCborValue>> entries;
        const QCborMap map = value.toMap();
        for (const auto &entry : map) {
            QByteArray key;
            append(key, entry.first);
            entries.emplace_back(key, entry.second);
        }
        std::sort(entries.begin(), entries.end(),
            [](const auto &a, const auto &b) { return a.first < b.first; });
        appendHead(out, 5, std::uint64_t(entries.size()));
        for (const auto &[key, item] : entries) {
            out += key;
            append(out, item);
        }
    } else if (value.isBool()) {
        out += char(value.toBool() ? 0xf5 : 0xf4);
    } else {
        CLUSTD_ASSERT(value.isNull() || value.isUndefined());
        out += char(0xf6);
    }
}

class Parser
{
public:
    explicit Parser(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }
    std::optional<QCborValue> whole()
    {
        auto value = one(0);
        if (!value || m_at != m_bytes.size())
            return std::nullopt;
        return value;
    }

private:
    std::optional<QCborValue> one(int depth)
    {
        if (m_at >= m_bytes.size())
            return std::nullopt;
        const auto head = std::uint8_t(m_bytes.at(m_at++));
        const unsigned major = head >> 5U;
        const unsigned info = head & 31U;
        if (major == 7) {
            if (info == 20 || info == 21)
                return QCborValue(info == 21);
            return info == 22 ? std::optional(QCborValue(nullptr)) : std::nullopt;
        }
        const auto argument = number(info);
        if (!argument)
            return std::nullopt;
        switch (major) {
        case 0:
            return *argument <= kLargest ? std::optional(QCborValue(qint64(*argument)))
                                         : std::nullopt;
        case 1:
            return *argument <= kLargest ? std::optional(QCborValue(-1 - qint64(*argument)))
                                         : std::nullopt;
        case 2:
        case 3:
            return string(major == 3, *argument);
        case 4:
        case 5:
            return depth < kNestingMax ? container(major == 5, *argument, depth + 1) : std::nullopt;
        default:
            return std::nullopt; // Tags
        }
    }

    std::optional<std::uint64_t> number(unsigned info)
    {
        if (info < 24)
            return info;
        if (info > 27)
            return std::nullopt; // Reserved, or an indefinite length
        const qsizetype count = qsizetype(1) << (info - 24U);
        if (m_bytes.size() - m_at < count)
            return std::nullopt;
        std::uint64_t value = 0;
        for (qsizetype i = 0; i < count; ++i)
            value = value << 8U | std::uint8_t(m_bytes.at(m_at++));
        return value;
    }

    std::optional<QCborValue> string(bool isText, std::uint64_t length)
    {
        if (length > std::uint64_t(m_bytes.size() - m_at))
            return std::nullopt;
        const QByteArray data = m_bytes.mid(m_at, qsizetype(length));
        m_at += qsizetype(length);
        if (!isText)
            return QCborValue(data);
        // Without ConvertInitialBom a byte order mark would vanish, and a key have two spellings.
        QStringDecoder decoder(QStringDecoder::Utf8,
            QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
        const QString text = decoder(data);
        return decoder.hasError() ? std::nullopt : std::optional(QCborValue(text));
    }

    std::optional<QCborValue> container(bool isMap, std::uint64_t count, int depth)
    {
        // Each item takes at least one byte, so a count beyond what is left cannot be true.
        if (count > std::uint64_t(m_bytes.size() - m_at))
            return std::nullopt;
        // QCborMap looks through all entries for each new one: 64 KiB of short keys took seconds of
        // the thread that decides.
        if (isMap && count > kMapEntriesMax)
            return std::nullopt;
        QCborMap map;
        QCborArray array;
        for (std::uint64_t i = 0; i < count; ++i) {
            if (isMap) {
                const auto key = one(depth);
                if (!key || !key->isString())
                    return std::nullopt;
                const auto value = one(depth);
                if (!value)
                    return std::nullopt;
                map.insert(key->toString(), *value);
                if (std::uint64_t(map.size()) != i + 1)
                    return std::nullopt; // The key stood there before.
            } else {
                const auto value = one(depth);
                if (!value)
                    return std::nullopt;
                array.append(*value);
            }
        }
        return isMap ? QCborValue(map) : QCborValue(array);
    }

    static constexpr std::uint64_t kLargest = std::uint64_t(std::numeric_limits<qint64>::max());
    const QByteArray &m_bytes;
    qsizetype m_at = 0;
};

} // namespace

QByteArray encodeDeterministic(const QCborValue &value)
{
    QByteArray out;
    append(out, value);
    return out;
}

std::optional<QCborValue> decodeStrict(const QByteArray &bytes)
{
    return Parser(bytes).whole();
}

} // namespace clustd::wire
