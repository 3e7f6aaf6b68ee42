#include "guard/guard_pipe.h"

#include "guard/bytes.h"

#include <algorithm>
#include <limits>

namespace clustd::guard {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kMagic = 0x4743; // "CG"
constexpr std::uint8_t kVersion = 1;

enum class Type : std::uint8_t {
    Hello = 1,
    Plan = 2,
    Deadline = 3,
    Stopped = 4,
    Leaving = 5,
    Ping = 6,
    PlanConfirmed = 16,
    PlanRefused = 17,
    Pong = 18
};

/// Puts the header before the payload that @p payload has written behind it.
std::size_t seal(Type type, const ByteWriter &payload, std::span<std::byte> buffer)
{
    if (!payload.fits())
        return 0;
    ByteWriter header(buffer.first(kHeaderBytes));
    header.number(kMagic);
    header.number(kVersion);
    header.number(static_cast<std::uint8_t>(type));
    header.number(static_cast<std::uint32_t>(payload.size()));
    header.number(crc32(payload.written()));
    return kHeaderBytes + payload.size();
}

struct Opened
{
    Type type;
    ByteReader payload;
};

std::optional<Opened> open(std::span<const std::byte> packet)
{
    ByteReader header(packet.first(std::min(packet.size(), kHeaderBytes)));
    const auto magic = header.number<std::uint16_t>();
    const auto version = header.number<std::uint8_t>();
    const auto type = header.number<std::uint8_t>();
    const auto size = header.number<std::uint32_t>();
    const auto crc = header.number<std::uint32_t>();
    if (!header.isValid() || magic != kMagic || version != kVersion
        || size != packet.size() - kHeaderBytes)
        return {};
    const std::span<const std::byte> payload = packet.subspan(kHeaderBytes);
    if (crc32(payload) != crc)
        return {};
    return Opened{static_cast<Type>(type), ByteReader(payload)};
}

void writeSpan(ByteWriter &out, Duration span)
{
    out.number(static_cast<std::uint64_t>(span.count()));
}

/// Times are never negative here, so that the guard may subtract from them.
std::optional<Duration> readSpan(ByteReader &in)
{
    const auto count = in.number<std::uint64_t>();
    if (!in.isValid()
        || count > static_cast<std::uint64_t>(std::numeric_limits<Duration::rep>::max()))
        return {};
    return Duration(static_cast<Duration::rep>(count));
}

struct TokenAndDeadline
{
    Term token;
    Instant deadline;
};

std::optional<TokenAndDeadline> readTokenAndDeadline(ByteReader &in)
{
    const Term token(in.number<std::uint64_t>());
    const std::optional<Duration> deadline = readSpan(in);
    if (!deadline)
        return {};
    return TokenAndDeadline{token, Instant(*deadline)};
}

struct ChildWriter
{
    ByteWriter &out;

    Type operator()(const HelloMessage &hello)
    {
        out.number(hello.incarnation.value());
        writeSpan(out, hello.fence);
        return Type::Hello;
    }
    Type operator()(const PlanMessage &given)
    {
        out.number(given.token.value());
        writeSpan(out, given.deadline.time_since_epoch());
        return Type::Plan;
    }
    Type operator()(const DeadlineMessage &given)
    {
        out.number(given.token.value());
        writeSpan(out, given.deadline.time_since_epoch());
        return Type::Deadline;
    }
    Type operator()(const StoppedMessage &said)
    {
        out.number(said.token.value());
        return Type::Stopped;
    }
    Type operator()(const LeavingMessage &) { return Type::Leaving; }
    Type operator()(const PingMessage &) { return Type::Ping; }
};

} // namespace

std::size_t encode(const ChildMessage &message, const FencePlan *plan, std::span<std::byte> buffer)
{
    if (buffer.size() < kHeaderBytes)
        return 0;
    ByteWriter out(buffer.subspan(kHeaderBytes));
    const Type type = std::visit(ChildWriter{out}, message);
    if (type == Type::Plan) {
        std::array<std::byte, FencePlan::kMaxEncodedBytes> bytes;
        const std::size_t size = plan ? plan->encode(bytes) : 0;
        if (size == 0)
            return 0;
        out.raw(std::span(bytes).first(size));
    }
    return seal(type, out, buffer);
}

std::size_t encode(const GuardMessage &message, std::span<std::byte> buffer)
{
    if (buffer.size() < kHeaderBytes)
        return 0;
    ByteWriter out(buffer.subspan(kHeaderBytes));
    if (const auto *confirmed = std::get_if<PlanConfirmed>(&message)) {
        out.number(confirmed->token.value());
        return seal(Type::PlanConfirmed, out, buffer);
    }
    if (const auto *refused = std::get_if<PlanRefused>(&message)) {
        out.number(refused->token.value());
        out.number(static_cast<std::uint8_t>(refused->why));
        return seal(Type::PlanRefused, out, buffer);
    }
    if (std::holds_alternative<Pong>(message))
        return seal(Type::Pong, out, buffer);
    return 0; // GuardDied is never sent
}

std::optional<ChildMessage> decodeChildMessage(std::span<const std::byte> packet, FencePlan &plan)
{
    std::optional<Opened> opened = open(packet);
    if (!opened)
        return {};
    ByteReader &in = opened->payload;
    std::optional<ChildMessage> message;
    switch (opened->type) {
    case Type::Hello: {
        const Incarnation incarnation(in.number<std::uint64_t>());
        const std::optional<Duration> fence = readSpan(in);
        if (fence && *fence >= std::chrono::milliseconds(1) && incarnation.value() != 0)
            message = HelloMessage{incarnation, *fence};
        break;
    }
    case Type::Plan: {
        const std::optional<TokenAndDeadline> read = readTokenAndDeadline(in);
        if (read && FencePlan::decode(in.raw(in.left()), plan))
            message = PlanMessage{read->token, read->deadline};
        break;
    }
    case Type::Deadline: {
        const std::optional<TokenAndDeadline> read = readTokenAndDeadline(in);
        if (read)
            message = DeadlineMessage{read->token, read->deadline};
        break;
    }
    case Type::Stopped:
        message = StoppedMessage{Term(in.number<std::uint64_t>())};
        break;
    case Type::Leaving:
        message = LeavingMessage{};
        break;
    case Type::Ping:
        message = PingMessage{};
        break;
    case Type::PlanConfirmed:
    case Type::PlanRefused:
    case Type::Pong:
        break;
    }
    return in.isValid() && in.left() == 0 ? message : std::nullopt;
}

std::optional<GuardMessage> decodeGuardMessage(std::span<const std::byte> packet)
{
    std::optional<Opened> opened = open(packet);
    if (!opened)
        return {};
    ByteReader &in = opened->payload;
    std::optional<GuardMessage> message;
    if (opened->type == Type::Pong)
        return in.left() == 0 ? std::optional<GuardMessage>(Pong{}) : std::nullopt;
    const Term token(in.number<std::uint64_t>());
    if (opened->type == Type::PlanConfirmed) {
        message = PlanConfirmed{token};
    } else if (opened->type == Type::PlanRefused) {
        const auto why = in.number<std::uint8_t>();
        if (why >= 1 && why <= 3)
            message = PlanRefused{token, static_cast<PlanRefusal>(why)};
    }
    return in.isValid() && in.left() == 0 ? message : std::nullopt;
}

} // namespace clustd::guard
