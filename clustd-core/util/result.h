#pragma once

#include "util/error.h"

#include <tl/expected.hpp>

namespace clustd {

/// A value, or why there is none.
template <typename T> class [[nodiscard]] Result : public tl::expected<T, Error>
{
public:
    using tl::expected<T, Error>::expected;
};

/// `return fail(ErrorCode::Config, u"server.bind_port"_s, u"70000 is no port"_s, u"use 1 ...
/// 65535"_s);`
[[nodiscard]] inline tl::unexpected<Error> fail(
    ErrorCode code, QString where, QString what, QString remedy = {})
{
    return tl::unexpected<Error>(Error{code, std::move(where), std::move(what), std::move(remedy)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace clustd
