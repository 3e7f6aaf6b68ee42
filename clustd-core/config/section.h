#pragma once

#include "config/findings.h"
#include "config/yaml_document.h"
#include "util/instant.h"

#include <QHash>
#include <QStringList>
#include <QUrl>

#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

namespace clustd::config {

/// Where each key of the file stands, for checks that look at several keys at once.
using LineMap = QHash<QString, int>;

/// So much of an unknown key is shown in a message.
inline constexpr qsizetype kKeyShown = 32;

/// What a whole reading shares.
struct Reading
{
    Findings findings;
    LineMap lines; ///< Key path -> line, of every key that is present
    QString directory; ///< Absolute; relative paths of the file start here
};

/// One map of the file: its keys are read by name, each at most once, and whatever is wrong with
/// one goes to the findings. Every reader returns nothing when the key is absent or faulty, so a
/// caller keeps its default and goes on: all faults of a file are found in one pass.
class Section
{
public:
    /// Reports the keys that are not among @p known, and those that stand twice.
    /// @param node nothing or an empty value: no key is present.
    /// @param path "cluster.machines[1]"; empty for the whole file.
    Section(const YamlNode *node, QString path, const QStringList &known, Reading &reading);

    /// For maps whose keys are the user's own, as `env`, or depend on one of them.
    static Section ofAnyKeys(const YamlNode *node, QString path, Reading &reading);

    /// For maps made with ofAnyKeys() once it is clear which keys they may have.
    void refuseUnknown(const QStringList &known) const;

    [[nodiscard]] bool has(const QString &key) const { return find(key) != nullptr; }
    [[nodiscard]] const YamlNode *find(const QString &key) const;
    [[nodiscard]] QStringList keys() const;
    [[nodiscard]] QString path(const QString &key) const;
    [[nodiscard]] int line() const { return m_line; } ///< Of the map itself
    [[nodiscard]] int line(const QString &key) const; ///< Of the map where the key is absent

    /// The value as it is written, whatever YAML would make of it; never empty. No message of this
    /// one repeats it, so secrets are read with it.
    [[nodiscard]] std::optional<QString> text(const QString &key) const;
    [[nodiscard]] std::optional<QString> name(const QString &key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(
        const QString &key, std::int64_t min, std::int64_t max) const;
    /// More than zero.
    [[nodiscard]] std::optional<Duration> duration(const QString &key) const;
    /// Absolute; "none" and "off" give an empty text.
    [[nodiscard]] std::optional<QString> filePath(const QString &key) const;
    /// A list; a value that is none is a fault.
    [[nodiscard]] std::vector<YamlNode> list(const QString &key) const;

    template <typename T>
    [[nodiscard]] std::optional<T> choice(
        const QString &key, std::initializer_list<std::pair<QString, T>> choices) const
    {
        const std::optional<QString> word = text(key);
        if (!word)
            return std::nullopt;
        QStringList words;
        for (const auto &[known, value] : choices) {
            if (word->compare(known, Qt::CaseInsensitive) == 0)
                return value;
            words += known;
        }
        refuseChoice(key, *word, words);
        return std::nullopt;
    }

    void fault(const QString &key, const QString &what, const QString &remedy) const;
    void warn(const QString &key, const QString &what, const QString &remedy) const;

private:
    Section(const YamlNode *node, QString path, Reading &reading);

    void refuseChoice(const QString &key, const QString &word, const QStringList &words) const;
    [[nodiscard]] const YamlNode *scalar(const QString &key) const;

    const YamlNode *m_node; ///< Null: absent
    QString m_path;
    int m_line = 0;
    Reading &m_reading;
};

/// The text of an element of a list, or nothing after a fault. @p wanted: "an address
/// ws://host:port".
[[nodiscard]] std::optional<QString> elementText(
    const YamlNode &element, const QString &path, const QString &wanted, Reading &reading);

/// ws://host:port without anything behind, or nothing after a fault at @p path.
[[nodiscard]] std::optional<QUrl> parseMachineUri(
    const QString &text, int line, const QString &path, Reading &reading);

/// "127.0.0.1:3080" or "[::1]:3080" as an IP address and a port.
[[nodiscard]] std::optional<std::pair<QString, std::uint16_t>> parseAddressAndPort(
    const QString &text);

} // namespace clustd::config
