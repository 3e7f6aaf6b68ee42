#pragma once

#include <QString>

namespace clustd {

enum class ErrorCode {
    Usage, ///< Wrong use of a command (exit code 2)
    Config, ///< A configuration is refused (3)
    Unreachable, ///< No daemon answers (4)
    Forbidden, ///< The role does not allow it (5)
    NoMaster, ///< No master or no quorum (6)
    Timeout, ///< It took longer than asked for (7)
    Malformed, ///< Bytes that do not have the agreed shape
    NotAuthentic, ///< Bytes that were not sealed by whom they should be
    System, ///< The operating system said no (errno)
    Storage, ///< A file is damaged or cannot be written
    Refused, ///< Asked for something that the rules forbid now
    Internal ///< A fault of our own
};

/// An expected failure, in words for the person who must act on it.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString where; ///< Key path, file, node or address
    QString what; ///< The fact, with the offending value; never a secret
    QString remedy; ///< What the reader can do

    /// "where: what; remedy", leaving out what is empty.
    [[nodiscard]] QString text() const;
};

/// "what: No such file or directory (errno 2)" for the present value of errno or @p number.
[[nodiscard]] QString errnoText(const QString &what, int number);

} // namespace clustd
