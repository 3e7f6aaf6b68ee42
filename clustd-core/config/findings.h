#pragma once

#include "util/error.h"

#include <QList>
#include <QString>

namespace clustd::config {

/// One thing to say about a configuration file.
struct Finding
{
    int line = 0; ///< From 1; 0: the file as a whole
    QString key; ///< "cluster.machines[1].uri"; may be empty
    QString what; ///< The fact, with the offending value unless that is a secret
    QString remedy;

    /// "config.yml:14: timing.fence: what; remedy", leaving out what is empty.
    [[nodiscard]] QString text(const QString &file) const;
    /// The same as an Error of code Config.
    [[nodiscard]] Error toError(const QString &file) const;

    friend bool operator==(const Finding &, const Finding &) = default;
};

/// Faults refuse the file, warnings are told to the operator.
struct Findings
{
    QList<Finding> faults;
    QList<Finding> warnings;

    void fault(Finding finding) { faults += std::move(finding); }
    void warn(Finding finding) { warnings += std::move(finding); }
};

} // namespace clustd::config
