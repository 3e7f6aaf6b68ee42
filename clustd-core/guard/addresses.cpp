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

/// RTM_DELADDR with the one attribute that says which (rtnetlink(7)).
struct Request
{
    nlmsghdr head{};
    ifaddrmsg address{};
    rtattr attribute{};
    std::array<std::uint8_t, 16> bytes{};
};
static_assert(sizeof(Request)
    == NLMSG_ALIGN(sizeof(nlmsghdr)) + NLMSG_ALIGN(sizeof(ifaddrmsg)) + RTA_ALIGN(sizeof(rtattr))
        + 16);

struct Answer
{
    nlmsghdr head{};
    nlmsgerr error{};
    std::array<char, 256> rest{}; ///< The request once more, and what the kernel adds
};

/// @return 0 or the errno that the kernel answered
int ask(int socket, const Request &request)
{
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    const auto sent = sendto(socket, &request, request.head.nlmsg_len, MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr *>(&kernel), sizeof kernel);
    if (sent < 0)
        return errno;
    // The kernel does it within sendto(), so the answer is there.
    Answer answer;
    const auto got = recv(socket, &answer, sizeof answer, MSG_DONTWAIT);
    if (got < 0)
        return errno;
    if (static_cast<std::size_t>(got) < sizeof answer.head + sizeof answer.error.error
        || answer.head.nlmsg_type != NLMSG_ERROR)
        return EPROTO;
    return -answer.error.error;
}

} // namespace

int removeAddress(const char *interface, const char *address)
{
    const std::optional<IpPrefix> prefix = parseIpPrefix(address);
    if (!prefix)
        return EINVAL;
    const unsigned index = if_nametoindex(interface);
    if (index == 0)
        return errno == ENODEV ? 0 : errno;

    const std::size_t size = prefix->isV6 ? 16 : 4;
    Request request;
    request.head.nlmsg_type = RTM_DELADDR;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.head.nlmsg_len
        = static_cast<std::uint32_t>(sizeof request - request.bytes.size() + size);
    request.address.ifa_family = prefix->isV6 ? AF_INET6 : AF_INET;
    request.address.ifa_prefixlen = prefix->length;
    request.address.ifa_index = index;
    request.attribute.rta_type = IFA_LOCAL;
    request.attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
    std::memcpy(request.bytes.data(), prefix->bytes.data(), size);

    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (socket < 0)
        return errno;
    const int error = ask(socket, request);
    close(socket);
    // EADDRNOTAVAIL: no interface has it. ENODEV: the interface has gone meanwhile.
    return error == EADDRNOTAVAIL || error == ENODEV ? 0 : error;
}

} // namespace clustd::guard
