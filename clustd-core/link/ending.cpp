#include "link/ending.h"

#include <array>

namespace clustd::link {

using crypto::CloseReason;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::array kReasons
    = {CloseReason::Bye, CloseReason::GoingAway, CloseReason::TooBig, CloseReason::Malformed,
        CloseReason::UnknownKey, CloseReason::NotAuthentic, CloseReason::Revoked,
        CloseReason::WrongCluster, CloseReason::Self, CloseReason::WrongNode, CloseReason::Timeout,
        CloseReason::DuplicateLink, CloseReason::DuplicateId, CloseReason::Counter,
        CloseReason::Slow, CloseReason::Version, CloseReason::Unsealed, CloseReason::Busy};

/// What the reader of a status line can make of a reason.
QString meaning(CloseReason reason)
{
    switch (reason) {
    case CloseReason::TooBig:
        return u"a message is over the limit"_s;
    case CloseReason::Malformed:
        return u"bytes that are not of this protocol"_s;
    case CloseReason::UnknownKey:
        return u"the two sides hold different secrets"_s;
    case CloseReason::NotAuthentic:
        return u"the key of that name was not proven"_s;
    case CloseReason::Revoked:
        return u"the name or its key is no longer accepted"_s;
    case CloseReason::WrongCluster:
        return u"the two sides name different clusters"_s;
    case CloseReason::Self:
        return u"the same id at both ends"_s;
    case CloseReason::WrongNode:
        return u"another machine answers there"_s;
    case CloseReason::Timeout:
        return u"silent for too long"_s;
    case CloseReason::DuplicateLink:
        return u"another link of this pair stays"_s;
    case CloseReason::DuplicateId:
        return u"another machine with this id is alive"_s;
    case CloseReason::Counter:
        return u"as many frames as one connection may carry"_s;
    case CloseReason::Slow:
        return u"does not read what it is sent"_s;
    case CloseReason::Version:
        return u"no protocol version in common"_s;
    case CloseReason::Unsealed:
        return u"a frame was altered, repeated or left out"_s;
    case CloseReason::Busy:
        return u"more connections or messages than are allowed"_s;
    case CloseReason::Bye:
    case CloseReason::GoingAway:
        break;
    }
    return {};
}

} // namespace

QString Ending::label() const
{
    return reason ? crypto::toText(*reason) : u"lost"_s;
}

QString Ending::text() const
{
    QString text = label();
    if (byPeer)
        text += u", says the other side"_s;
    const QString fact = detail.isEmpty() && reason ? meaning(*reason) : detail;
    return fact.isEmpty() ? text : text + u": "_s + fact;
}

bool Ending::isRefusal() const
{
    if (!reason)
        return false;
    switch (*reason) {
    case CloseReason::Bye:
    case CloseReason::GoingAway:
    case CloseReason::Timeout:
    case CloseReason::DuplicateLink:
    case CloseReason::Counter:
        return false;
    case CloseReason::TooBig:
    case CloseReason::Malformed:
    case CloseReason::UnknownKey:
    case CloseReason::NotAuthentic:
    case CloseReason::Revoked:
    case CloseReason::WrongCluster:
    case CloseReason::Self:
    case CloseReason::WrongNode:
    case CloseReason::DuplicateId:
    case CloseReason::Slow:
    case CloseReason::Version:
    case CloseReason::Unsealed:
    case CloseReason::Busy:
        break;
    }
    return true;
}

std::optional<CloseReason> closeReasonFrom(const QString &text)
{
    for (const CloseReason reason : kReasons) {
        if (crypto::toText(reason) == text)
            return reason;
    }
    return std::nullopt;
}

std::optional<CloseReason> closeReasonFrom(int closeCode)
{
    for (const CloseReason reason : kReasons) {
        if (static_cast<int>(reason) == closeCode)
            return reason;
    }
    return std::nullopt;
}

} // namespace clustd::link
