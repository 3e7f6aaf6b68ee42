#include "util/ip_prefix.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace clustd {

std::optional<IpPrefix> parseIpPrefix(std::string_view text)
{
    const std::size_t slash = text.find('/');
    std::array<char, INET6_ADDRSTRLEN> address{}; // Ends with a NUL
    if (slash == std::string_view::npos || slash >= address.size()
        || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::copy_n(text.begin(), slash, address.begin());
    IpPrefix prefix;
    prefix.isV6 = text.substr(0, slash).find(':') != std::string_view::npos;
    if (inet_pton(prefix.isV6 ? AF_INET6 : AF_INET, address.data(), prefix.bytes.data()) != 1)
        return std::nullopt;

    const std::string_view length = text.substr(slash + 1);
    const auto [end, error]
        = std::from_chars(length.data(), length.data() + length.size(), prefix.length);
    if (error != std::errc() || end != length.data() + length.size()
        || prefix.length > (prefix.isV6 ? 128 : 32))
        return std::nullopt;
    return prefix;
}

} // namespace clustd
