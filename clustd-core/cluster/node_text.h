#pragma once

#include "util/strong_id.h"

#include <QString>

#include <string>

/// Words of the std-only left wing as Node shows them.
namespace clustd::cluster {

[[nodiscard]] inline QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

[[nodiscard]] inline QString text(const NodeId &id)
{
    return text(id.value());
}

} // namespace clustd::cluster
