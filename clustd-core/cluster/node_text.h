#pragma once

#include "util/strong_id.h"

#include <QString>

#include <string>

/// Words of the std-only left wing as Node shows them.
namespace clustd::cluster {

/// The small file by which DiskWatch asks the state folder.
inline constexpr QLatin1StringView kProbeName("probe");

[[nodiscard]] inline QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

[[nodiscard]] inline QString text(const NodeId &id)
{
    return text(id.value());
}

} // namespace clustd::cluster
