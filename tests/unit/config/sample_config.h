#pragma once

#include <QByteArray>

/// Files that are valid as they stand; a test changes the one thing it asks about.
namespace clustd::config {

inline const QByteArray kGoodSecret = "TmV2ZXItZ3Jvdy1vbGQtaW4tYS1yZXBvc2l0b3J5IQ";

/// Three voters. Lines 1 to 9; a test may append more.
inline const QByteArray kSample = "server:\n"
                                  "  bind_port: 3001\n"
                                  "  remote_address: ws://10.0.0.1:3001\n"
                                  "cluster:\n"
                                  "  id: cm-1\n"
                                  "  secret: "
    + kGoodSecret
    + "\n"
      "  machines:\n"
      "    - ws://10.0.0.2:3001\n"
      "    - ws://10.0.0.3:3001\n";

} // namespace clustd::config
