#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace clustd {

/// A value of type @p Rep that cannot be mixed up with another kind of the same representation.
template <typename Tag, typename Rep> class StrongId
{
public:
    constexpr StrongId() = default;
    explicit constexpr StrongId(Rep value)
        : m_value(std::move(value))
    {
    }

    [[nodiscard]] constexpr const Rep &value() const noexcept { return m_value; }

    friend constexpr auto operator<=>(const StrongId &, const StrongId &) = default;
    friend constexpr bool operator==(const StrongId &, const StrongId &) = default;

private:
    Rep m_value{};
};

/// Name of a machine, `[A-Za-z0-9._-]{1,64}`; compared bytewise, lower first in the order of
/// succession.
using NodeId = StrongId<struct NodeIdTag, std::string>;

/// Number of an election; never goes back. The term that a machine won is its fencing token.
using Term = StrongId<struct TermTag, std::uint64_t>;

/// Random 63-bit number of one life of a daemon, drawn at its start; 0 means none.
using Incarnation = StrongId<struct IncarnationTag, std::uint64_t>;

} // namespace clustd

template <typename Tag, typename Rep> struct std::hash<clustd::StrongId<Tag, Rep>>
{
    std::size_t operator()(const clustd::StrongId<Tag, Rep> &id) const noexcept
    {
        return std::hash<Rep>{}(id.value());
    }
};
