#include "crypto/close_reason.h"

namespace clustd::crypto {

using namespace Qt::Literals::StringLiterals;

QString toText(CloseReason reason)
{
    switch (reason) {
    case CloseReason::Bye:
        return u"bye"_s;
    case CloseReason::GoingAway:
        return u"going-away"_s;
    case CloseReason::TooBig:
        return u"too-big"_s;
    case CloseReason::Malformed:
        return u"malformed"_s;
    case CloseReason::UnknownKey:
        return u"unknown-key"_s;
    case CloseReason::NotAuthentic:
        return u"not-authentic"_s;
    case CloseReason::Revoked:
        return u"revoked"_s;
    case CloseReason::WrongCluster:
        return u"wrong-cluster"_s;
    case CloseReason::Self:
        return u"self"_s;
    case CloseReason::WrongNode:
        return u"wrong-node"_s;
    case CloseReason::Timeout:
        return u"timeout"_s;
    case CloseReason::DuplicateLink:
        return u"duplicate-link"_s;
    case CloseReason::DuplicateId:
        return u"duplicate-id"_s;
    case CloseReason::Counter:
        return u"counter"_s;
    case CloseReason::Slow:
        return u"slow"_s;
    case CloseReason::Version:
        return u"version"_s;
    case CloseReason::Unsealed:
        return u"unsealed"_s;
    case CloseReason::Busy:
        return u"busy"_s;
    }
    return {};
}

} // namespace clustd::crypto
