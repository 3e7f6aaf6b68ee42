#include "guard/guard_client.h"

#include "util/assert.h"

#include <array>
#include <utility>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clustd::guard {

GuardClient::GuardClient(int fd)
    : m_fd(fd)
{
    CLUSTD_ASSERT(fd >= 0);
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0
        || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        m_isDead = true;
}

GuardClient::~GuardClient()
{
    close();
}

GuardClient::GuardClient(GuardClient &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
    , m_page(other.m_page)
    , m_isDead(other.m_isDead)
    , m_isDeathTold(other.m_isDeathTold)
    , m_waiting(std::move(other.m_waiting))
{
}

GuardClient &GuardClient::operator=(GuardClient &&other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
        m_page = other.m_page;
        m_isDead = other.m_isDead;
        m_isDeathTold = other.m_isDeathTold;
        m_waiting = std::move(other.m_waiting);
    }
    return *this;
}

void GuardClient::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

bool GuardClient::sendHello(Incarnation incarnation, Duration fence)
{
    return send(HelloMessage{incarnation, fence});
}

bool GuardClient::sendPlan(Term token, Instant deadline, const FencePlan &plan)
{
    return send(PlanMessage{token, deadline}, &plan);
}

bool GuardClient::sendDeadline(Term token, Instant deadline)
{
    if (m_page)
        m_page->sayDeadline(token, deadline);
    return send(DeadlineMessage{token, deadline});
}

bool GuardClient::sendStopped(Term token)
{
    if (m_page)
        m_page->sayStopped(token);
    return send(StoppedMessage{token});
}

bool GuardClient::sendPing()
{
    flush();
    return m_waiting.empty() ? send(PingMessage{}) : isConnected();
}

bool GuardClient::sendLeaving()
{
    return send(LeavingMessage{});
}

bool GuardClient::send(const ChildMessage &message, const FencePlan *plan)
{
    if (!isConnected())
        return false;
    std::array<std::byte, kMaxMessageBytes> buffer;
    const std::size_t size = encode(message, plan, buffer);
    CLUSTD_ASSERT(size != 0);
    const bool isDeadline = std::holds_alternative<DeadlineMessage>(message);
    // A renewal behind another one says all that the older one did, unless that was of another
    // token: then the newer token's is the one that counts.
    if (isDeadline && !m_waiting.empty() && m_waiting.back().isDeadline)
        m_waiting.pop_back();
    m_waiting.push_back({isDeadline,
        std::vector<std::byte>(
            buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size))});
    flush();
    if (m_waiting.size() > kMaxWaiting)
        m_isDead = true;
    return !m_isDead;
}

void GuardClient::flush()
{
    while (!m_isDead && !m_waiting.empty()) {
        const std::vector<std::byte> &bytes = m_waiting.front().bytes;
        const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            m_waiting.pop_front();
        else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
            return;
        else if (errno != EINTR)
            m_isDead = true;
    }
}

std::vector<GuardMessage> GuardClient::readEvents()
{
    std::vector<GuardMessage> messages;
    if (m_fd < 0)
        return messages;
    flush();
    // Read also when a send has failed: what the guard said before it died still holds.
    std::array<std::byte, 64> buffer;
    for (;;) {
        const ssize_t size = recv(m_fd, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        std::optional<GuardMessage> message;
        if (size > 0 && static_cast<std::size_t>(size) <= buffer.size())
            message = decodeGuardMessage(std::span(buffer).first(static_cast<std::size_t>(size)));
        if (!message) { // end of file, an error, or no message of ours
            m_isDead = true;
            break;
        }
        messages.push_back(*message);
    }
    if (m_isDead && !m_isDeathTold) {
        m_isDeathTold = true;
        m_waiting.clear();
        messages.emplace_back(GuardDied{});
    }
    return messages;
}

} // namespace clustd::guard
