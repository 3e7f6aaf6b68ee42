#pragma once

#include <QFile>
#include <QString>

#include <map>
#include <utility>
#include <vector>

namespace clustd::daemon {

/// One process of the demo's service, by the stamps that it wrote while it lived.
struct ServiceLife
{
    QString machine;
    qint64 pid = 0;
    quint64 term = 0;
    qint64 firstNs = 0; ///< CLOCK_BOOTTIME, the same for all machines of the demo
    qint64 lastNs = 0;
    qint64 stamps = 0;
};

/// Empty when no two lives overlapped and terms rose from machine to machine; else what did not.
/// @param lives in the order of their beginnings
[[nodiscard]] QString judge(const std::vector<ServiceLife> &lives);

/// For how long nothing ran before life number @p index (from 1), in milliseconds.
[[nodiscard]] double gapMsBefore(const std::vector<ServiceLife> &lives, std::size_t index);

/// Reads the file of stamps as it grows. Thread: main.
class ServiceLives
{
public:
    explicit ServiceLives(const QString &file);

    /// Takes in what was written since the last call.
    void update();
    /// Every life so far, in the order of their beginnings.
    [[nodiscard]] const std::vector<ServiceLife> &all() const { return m_lives; }

private:
    QFile m_file;
    QByteArray m_rest; ///< A line that was not yet whole
    std::map<std::pair<qint64, QByteArray>, std::size_t> m_known; ///< (pid, term) -> index
    std::vector<ServiceLife> m_lives;
};

} // namespace clustd::daemon
