#pragma once

#include "config/findings.h"
#include "config/yaml_document.h"

#include <QStringList>

namespace clustd::config {

/// All text of the file that stands where secrets do, good or not: someone may use it as one.
[[nodiscard]] QStringList secretsOf(const YamlNode &root);

/// Takes every one of @p secrets out of the findings, whatever key it was written at.
void hideSecrets(const QStringList &secrets, Findings &findings);

} // namespace clustd::config
