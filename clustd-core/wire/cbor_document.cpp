#include "wire/cbor_document.h"

#include <QCborArray>
#include <QCborMap>
#include <QStringDecoder>

#include <algorithm>
#include <limits>

namespace clustd::wire {
namespace {

constexpr int kNestingMax = 8;
constexpr std::uint64_t kMapEntriesMax = 128;

QString decoded(std::string_view text)
{
    // Without ConvertInitialBom a byte order mark would vanish, and a key have two spellings.
    QStringDecoder decoder(QStringDecoder::Utf8,
        QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    return decoder(QByteArrayView(text.data(), qsizetype(text.size())));
}

bool isUtf8(std::string_view text)
{
    const auto isAscii = [](char c) { return std::uint8_t(c) < 0x80; };
    return std::all_of(text.begin(), text.end(), isAscii)
        || QByteArrayView(text.data(), qsizetype(text.size())).isValidUtf8();
}

} // namespace

// ---- an item
// -------------------------------------------------------------------------------------

QString CborItem::toString() const
{
    return decoded(toText());
}

std::size_t CborItem::size() const
{
    return isArray() || isMap() ? std::size_t(m_node->number) : 0;
}

CborItem CborItem::find(std::string_view key) const
{
    CborItem at = isMap() ? first() : CborItem();
    for (std::size_t left = at ? size() : 0; left > 0; --left) {
        const CborItem value = at.next();
        if (at.toText() == key)
            return value;
        at = value.next();
    }
    return {};
}

QCborValue CborItem::toCbor() const
{
    if (!m_node)
        return {};
    switch (m_node->type) {
    case Type::Null:
        return nullptr;
    case Type::Bool:
        return toBool();
    case Type::Integer:
        return qint64(toInteger());
    case Type::Bytes:
        return QByteArray(m_node->data, qsizetype(m_node->number));
    case Type::Text:
        return toString();
    case Type::Array: {
        QCborArray array;
        forEachItem([&](const CborItem &item) { array.append(item.toCbor()); });
        return array;
    }
    case Type::Map: {
        QCborMap map;
        forEachEntry([&](std::string_view key, const CborItem &value) {
            map.insert(decoded(key), value.toCbor());
        });
        return map;
    }
    }
    return {};
}

// ---- reading
// -------------------------------------------------------------------------------------

class CborParser
{
public:
    using Node = CborItem::Node;
    using Type = CborItem::Type;

    explicit CborParser(const QByteArray &bytes)
        : m_bytes(bytes)
    {
        m_nodes.reserve(48);
    }
    bool whole() { return one(0) && m_at == m_bytes.size(); }
    std::vector<Node> take() { return std::move(m_nodes); }

private:
    [[nodiscard]] std::uint64_t left() const { return std::uint64_t(m_bytes.size() - m_at); }

    bool one(int depth)
    {
        if (left() == 0)
            return false;
        const auto head = std::uint8_t(m_bytes.at(m_at++));
        const unsigned major = head >> 5U;
        const unsigned info = head & 31U;
        if (major == 7)
            return simple(info);
        std::uint64_t argument = 0;
        if (!number(info, argument))
            return false;
        switch (major) {
        case 0:
        case 1:
            return integer(major == 1, argument);
        case 2:
        case 3:
            return string(major == 3, argument);
        case 4:
        case 5:
            return depth < kNestingMax && container(major == 5, argument, depth + 1);
        default:
            return false; // Tags
        }
    }

    bool simple(unsigned info)
    {
        if (info == 20 || info == 21)
            add(Type::Bool, info == 21 ? 1 : 0);
        else if (info == 22)
            add(Type::Null, 0);
        else
            return false;
        return true;
    }

    bool number(unsigned info, std::uint64_t &value)
    {
        value = info;
        if (info < 24)
            return true;
        if (info > 27)
            return false; // Reserved, or an indefinite length
        const unsigned count = 1U << (info - 24U);
        if (left() < count)
            return false;
        value = 0;
        for (unsigned i = 0; i < count; ++i)
            value = value << 8U | std::uint8_t(m_bytes.at(m_at++));
        return true;
    }

    bool integer(bool isNegative, std::uint64_t value)
    {
        if (value > kLargest)
            return false;
        add(Type::Integer, isNegative ? -1 - std::int64_t(value) : std::int64_t(value));
        return true;
    }

    bool string(bool isText, std::uint64_t length)
    {
        if (length > left())
            return false;
        const char *data = m_bytes.constData() + m_at;
        m_at += qsizetype(length);
        if (isText && !isUtf8({data, std::size_t(length)}))
            return false;
        add(isText ? Type::Text : Type::Bytes, std::int64_t(length)).data = data;
        return true;
    }

    bool container(bool isMap, std::uint64_t count, int depth)
    {
        // Each item takes at least one byte, so a count beyond what is left cannot be true.
        if (count > left())
            return false;
        // QCborMap looks through all entries for each new one: 64 KiB of short keys took seconds of
        // the thread that decides.
        if (isMap && count > kMapEntriesMax)
            return false;
        const std::size_t self = m_nodes.size();
        add(isMap ? Type::Map : Type::Array, std::int64_t(count));
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::size_t key = m_nodes.size();
            if (isMap && (!one(depth) || m_nodes[key].type != Type::Text || isTwice(self, key)))
                return false;
            if (!one(depth))
                return false;
        }
        m_nodes[self].span = std::uint32_t(m_nodes.size() - self);
        return true;
    }

    /// Whether @p key stood in the map at @p self before.
    bool isTwice(std::size_t self, std::size_t key) const
    {
        const std::string_view text = CborItem(&m_nodes[key]).toText();
        for (std::size_t at = self + 1; at < key;) {
            if (CborItem(&m_nodes[at]).toText() == text)
                return true;
            ++at;
            at += m_nodes[at].span;
        }
        return false;
    }

    Node &add(Type type, std::int64_t number)
    {
        return m_nodes.emplace_back(Node{nullptr, number, 1, type});
    }

    static constexpr std::uint64_t kLargest = std::uint64_t(std::numeric_limits<qint64>::max());
    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    std::vector<Node> m_nodes;
};

std::optional<CborDocument> CborDocument::read(const QByteArray &bytes)
{
    CborParser parser(bytes);
    if (!parser.whole())
        return std::nullopt;
    CborDocument document;
    document.m_nodes = parser.take();
    return document;
}

} // namespace clustd::wire
