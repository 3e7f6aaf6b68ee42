#include "guard/addresses.h"

#include "util/ip_prefix.h"

#include <array>
#include <cstring>
#include <net/if.h>

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clustd::guard {
namespace {

/// More entries of one address and prefix length than any interface has.
constexpr int kEntriesMax = 128;

/// A request of rtnetlink(7) with one attribute, which ends it.
template <typename Body> struct Request
{
    nlmsghdr head{};
    Body body{};
    rtattr attribute{};
    std::array<char, 16> value{};

    Request(std::uint16_t type, std::uint16_t attributeType, const void *bytes, std::size_t size)
    {
        head.nlmsg_type = type;
        head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
        head.nlmsg_len = static_cast<std::uint32_t>(sizeof *this - value.size() + size);
        attribute.rta_type = attributeType;
        attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
        std::memcpy(value.data(), bytes, size);
    }
};
static_assert(
    sizeof(Request<ifaddrmsg>) == NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(ifaddrmsg)) + RTA_LENGTH(16)
    && sizeof(Request<ifinfomsg>)
        == NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(ifinfomsg)) + RTA_LENGTH(16));
static_assert(IF_NAMESIZE == 16);

/// A conversation with the kernel's routing tables.
class Routing
{
public:
    Routing()
        : m_socket(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE))
        , m_error(m_socket < 0 ? errno : 0)
    {
    }
    ~Routing()
    {
        if (m_socket >= 0)
            close(m_socket);
    }
    Routing(const Routing &) = delete;
    Routing &operator=(const Routing &) = delete;

    /// @return 0 or an errno
    template <typename Body> int ask(const Request<Body> &request)
    {
        if (m_socket < 0)
            return m_error;
        sockaddr_nl kernel{};
        kernel.nl_family = AF_NETLINK;
        if (sendto(m_socket, &request, request.head.nlmsg_len, MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr *>(&kernel), sizeof kernel)
            < 0)
            return errno;
        // The kernel answers within sendto(): what was asked for, if anything, then how it went.
        for (;;) {
            nlmsghdr head;
            std::array<iovec, 2> parts{{{&head, sizeof head}, {&m_body, sizeof m_body}}};
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = parts.size();
            const auto size = recvmsg(m_socket, &message, MSG_DONTWAIT);
            if (size < 0)
                return errno;
            if (head.nlmsg_type == NLMSG_ERROR
                && static_cast<std::size_t>(size) >= sizeof head + sizeof m_body.error.error)
                return -m_body.error.error;
            if (head.nlmsg_type == RTM_NEWLINK
                && static_cast<std::size_t>(size) >= sizeof head + sizeof m_body.link)
                m_index = m_body.link.ifi_index;
        }
    }
    /// Of the interface that the last answer told of.
    [[nodiscard]] int index() const { return m_index; }

private:
    int m_socket;
    int m_error;
    int m_index = 0;
    /// Answers are longer; only their beginning matters.
    union
    {
        nlmsgerr error;
        ifinfomsg link;
    } m_body{};
};

} // namespace

int removeAddress(const char *interface, const char *address)
{
    const std::optional<IpPrefix> prefix = parseIpPrefix(address);
    const std::size_t letters = std::strlen(interface);
    if (!prefix || letters >= IF_NAMESIZE)
        return EINVAL;
    Routing routing;
    // Not if_nametoindex(): for an interface that is gone that may load a module.
    const int unknown
        = routing.ask(Request<ifinfomsg>(RTM_GETLINK, IFLA_IFNAME, interface, letters + 1));
    if (unknown != 0)
        return unknown == ENODEV ? 0 : unknown;

    Request<ifaddrmsg> request(
        RTM_DELADDR, IFA_LOCAL, prefix->bytes.data(), prefix->isV6 ? std::size_t{16} : 4);
    request.body.ifa_family = prefix->isV6 ? AF_INET6 : AF_INET;
    request.body.ifa_index = static_cast<unsigned>(routing.index());
    // An IPv4 address is found whatever its prefix length, an IPv6 address only with the right one.
    for (int length = 0; length <= (prefix->isV6 ? 128 : 0); ++length) {
        request.body.ifa_prefixlen = static_cast<std::uint8_t>(length);
        int error = 0;
        for (int entry = 0; error == 0 && entry < kEntriesMax; ++entry)
            error = routing.ask(request);
        const bool isGone = error == EADDRNOTAVAIL || error == ENODEV // The interface, meanwhile
            || error == ENXIO // No IPv6 on this interface
            || (prefix->isV6 && (error == EOPNOTSUPP || error == EAFNOSUPPORT)); // Nor anywhere
        if (!isGone)
            return error == 0 ? EEXIST : error;
    }
    return 0;
}

} // namespace clustd::guard
