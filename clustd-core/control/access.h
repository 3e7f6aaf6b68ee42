#pragma once

#include "crypto/key_schedule.h"
#include "util/result.h"

#include <QUrl>

namespace clustd::control {

/// The address of a machine as people write it: `ws://` may be left out. Errors: Usage, without a
/// place: the caller knows where it was written. Thread: any.
[[nodiscard]] Result<QUrl> readUri(const QString &text);
/// Errors: System, Malformed; never with the token in it. Thread: any, may wait for the disk.
[[nodiscard]] Result<crypto::Credentials> readTokenFile(const QString &path);

} // namespace clustd::control
