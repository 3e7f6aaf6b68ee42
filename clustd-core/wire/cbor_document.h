#pragma once

#include <QByteArray>
#include <QCborValue>
#include <QString>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace clustd::wire {

/// One data item of a CborDocument, which must outlive it, or none: then it is of no type.
class CborItem
{
public:
    CborItem() = default;

    [[nodiscard]] explicit operator bool() const { return m_node != nullptr; }
    [[nodiscard]] bool isNull() const { return is(Type::Null); }
    [[nodiscard]] bool isBool() const { return is(Type::Bool); }
    [[nodiscard]] bool isInteger() const { return is(Type::Integer); }
    [[nodiscard]] bool isText() const { return is(Type::Text); }
    [[nodiscard]] bool isArray() const { return is(Type::Array); }
    [[nodiscard]] bool isMap() const { return is(Type::Map); }

    /// Of another type: false, 0, empty.
    [[nodiscard]] bool toBool() const { return isBool() && m_node->number != 0; }
    [[nodiscard]] std::int64_t toInteger() const { return isInteger() ? m_node->number : 0; }
    /// UTF-8; a view of the document's bytes.
    [[nodiscard]] std::string_view toText() const { return isText() ? view() : std::string_view(); }
    [[nodiscard]] QString toString() const;
    /// With all that is inside it; undefined for none.
    [[nodiscard]] QCborValue toCbor() const;

    /// Of an array or a map: its items or entries.
    [[nodiscard]] std::size_t size() const;
    /// Of a map: the value of @p key, or none.
    [[nodiscard]] CborItem find(std::string_view key) const;
    /// Calls @p take(item) for each item of an array.
    template <typename Take> void forEachItem(Take take) const;
    /// Calls @p take(key, value) for each entry of a map, as they stand.
    template <typename Take> void forEachEntry(Take take) const;

private:
    friend class CborDocument;
    friend class CborParser;

    enum class Type : std::uint8_t { Null, Bool, Integer, Bytes, Text, Array, Map };
    /// Those inside an item follow it.
    struct Node
    {
        const char *data = nullptr; ///< Of a text or bytes
        std::int64_t number = 0; ///< Value; of a text or bytes their length; else the count
        std::uint32_t span = 1; ///< Nodes up to the next item that is not inside this one
        Type type = Type::Null;
    };

    explicit CborItem(const Node *node)
        : m_node(node)
    {
    }
    [[nodiscard]] bool is(Type type) const { return m_node && m_node->type == type; }
    [[nodiscard]] std::string_view view() const
    {
        return {m_node->data, std::size_t(m_node->number)};
    }
    [[nodiscard]] CborItem first() const { return CborItem(m_node + 1); }
    [[nodiscard]] CborItem next() const { return CborItem(m_node + m_node->span); }

    const Node *m_node = nullptr;
};

/// Encoded CBOR, checked as decodeStrict() says and read in place. The bytes must outlive it.
class CborDocument
{
public:
    /// Nothing where decodeStrict() has nothing.
    [[nodiscard]] static std::optional<CborDocument> read(const QByteArray &bytes);

    [[nodiscard]] CborItem root() const { return CborItem(m_nodes.data()); }

private:
    std::vector<CborItem::Node> m_nodes;
};

template <typename Take> void CborItem::forEachItem(Take take) const
{
    CborItem item = isArray() ? first() : CborItem();
    for (std::size_t left = item ? size() : 0; left > 0; --left, item = item.next())
        take(item);
}

template <typename Take> void CborItem::forEachEntry(Take take) const
{
    CborItem key = isMap() ? first() : CborItem();
    for (std::size_t left = key ? size() : 0; left > 0; --left) {
        const CborItem value = key.next();
        take(key.toText(), value);
        key = value.next();
    }
}

} // namespace clustd::wire
