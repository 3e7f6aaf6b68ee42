#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace clustd::config {

/// A YAML value with the line it stands on. Scalars keep their text as written: `id: 007` is "007".
struct YamlNode
{
    enum class Kind { Null, Scalar, List, Map };

    Kind kind = Kind::Null;
    int line = 0; ///< From 1; in a map that of the key
    QString key; ///< In a map; keys that stand twice are both there
    QString text; ///< Of a scalar
    std::vector<YamlNode> children; ///< Of a list or a map, in the file's order
};

/// "a list", "a single value", ...: for messages.
[[nodiscard]] QString kindText(YamlNode::Kind kind);

/// What is not YAML, or not what we read of it.
struct YamlFault
{
    int line = 0;
    QString what;
    QString remedy;
};

struct YamlDocument
{
    YamlNode root;
    std::vector<YamlFault> faults; ///< Empty: root is whole
};

/// Reads one document of at most 1 MiB, 32 levels and 100,000 values; lets no exception out.
/// Thread: any.
[[nodiscard]] YamlDocument parseYaml(const QByteArray &bytes);

} // namespace clustd::config
