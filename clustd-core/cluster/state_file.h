#pragma once

#include "election/voter_set.h"
#include "util/result.h"

#include <QByteArray>

#include <string>

namespace clustd::cluster {

/// Whose state it is; a file of another machine or cluster is refused, not obeyed.
struct StateOwner
{
    std::string cluster;
    NodeId machine;
};

/// The durable state as lines of text that a person can read, closed by a checksum:
///
///     clustd-state 1
///     cluster web
///     machine cm-1
///     term 7
///     voted_for cm-1 4711
///     set 7 2
///     voter cm-1
///     witness cm-3
///     sha256 <64 hex digits over all lines before this one>
[[nodiscard]] QByteArray formatState(const StateOwner &owner, const election::DurableState &state);

/// Errors: Storage, naming line and fault; a damaged file is never guessed at.
[[nodiscard]] Result<election::DurableState> parseState(
    const StateOwner &owner, const QByteArray &bytes);

} // namespace clustd::cluster
