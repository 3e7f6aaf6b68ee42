#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace clustd {

/// An address with its prefix length, as an interface has one: "192.0.2.10/24", "2001:db8::10/64".
struct IpPrefix
{
    std::array<std::uint8_t, 16> bytes{}; ///< Network order; the first 4 of an IPv4 address
    bool isV6 = false;
    std::uint8_t length = 0; ///< Of the prefix, bits

    friend bool operator==(const IpPrefix &, const IpPrefix &) = default;
};

/// Nothing unless @p text is exactly an address, '/' and a prefix length. Allocates nothing.
[[nodiscard]] std::optional<IpPrefix> parseIpPrefix(std::string_view text);

} // namespace clustd
