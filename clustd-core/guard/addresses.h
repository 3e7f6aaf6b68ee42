#pragma once

namespace clustd::guard {

/// Takes an address away from an interface by rtnetlink (RFC 3549), without running a program and
/// without allocation; with every prefix length it may have there. Waits for nothing but the
/// kernel's own lock, which a network driver that hangs may hold for ever. Needs CAP_NET_ADMIN.
///
/// Where an IPv4 address is the first of its subnet, Linux takes the others of that subnet away
/// with it unless net.ipv4.conf.*.promote_secondaries is set.
///
/// @param interface "eth0"
/// @param address "192.0.2.10/24", see parseIpPrefix()
/// @return 0 when it is gone: now, before, or with its interface; else an errno
[[nodiscard]] int removeAddress(const char *interface, const char *address);

} // namespace clustd::guard
