#pragma once

#include "util/clock.h"
#include "util/token_bucket.h"

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

namespace clustd::drivers {

/// Cuts what a driver's processes print into lines, for as long as any of them holds the pipe.
///
/// Bounded in every direction: a longer line than kMaxLineBytes is cut, more than kBurst lines at
/// once or kLinesPerSecond for long are dropped and counted, and a process that prints without end
/// is read at a limited rate, so that it waits rather than this program runs hot.
///
/// Thread: the one that made it. Owner: QObject parent, and itself: it deletes itself at end of
/// file.
class OutputReader : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMaxLineBytes = 1000;
    static constexpr int kBurst = 200;
    static constexpr int kLinesPerSecond = 50;

    /// Takes over @p fd, which must be non-blocking.
    OutputReader(int fd, QObject *parent);
    ~OutputReader() override;

    /// Reads what is there now: when a process has ended, its last lines belong to its end.
    void drain();

Q_SIGNALS:
    /// Without its end of line; control characters are replaced.
    void line(const QString &text);

private:
    enum class Read { More, Nothing, End };
    [[nodiscard]] Read readOnce();
    void onReadable();
    void take(const QByteArray &bytes);
    void emitLine(QByteArray bytes, bool isCut);
    void finish();

    int m_fd = -1;
    QByteArray m_partial;
    bool m_isSkipping = false; ///< The rest of a line that was cut
    TokenBucket m_lines{kLinesPerSecond, kBurst};
    quint64 m_dropped = 0;
    QSocketNotifier *m_watch = nullptr;
    QTimer m_pause;
};

} // namespace clustd::drivers
