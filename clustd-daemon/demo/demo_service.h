#pragma once

#include <QString>

namespace clustd::daemon {

/// The service of the demo: answers every HTTP request on 127.0.0.1:@p port with who serves it, and
/// appends a CLOCK_BOOTTIME stamp to @p stamps as it begins and every 5 ms while it lives.
/// Thread: main. Blocks until SIGTERM. @return exit code
[[nodiscard]] int runDemoService(quint16 port, const QString &stamps);

} // namespace clustd::daemon
