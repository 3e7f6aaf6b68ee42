#pragma once

#include "util/clock.h"

#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <deque>
#include <memory>
#include <optional>

namespace clustd::daemon {

/// A client of the demo's service: asks over HTTP again and again, and knows who answered, how
/// often, and for how long nobody did.
/// Thread: main. Owner: Demo, as plain member.
class ServiceProbe : public QObject
{
    Q_OBJECT
public:
    explicit ServiceProbe(quint16 port);

    void start();

    struct Report
    {
        QString server; ///< Who gave the last answer; empty: nobody ever did
        quint64 term = 0; ///< In which it serves
        bool isAnswering = false; ///< The last question was answered
        int answersPerSecond = 0;
        double answerMs = 0; ///< Of the last answer
        double silentMs = 0; ///< Since the last answer
        std::optional<double> gapMs; ///< Length of the last silence that ended
    };
    [[nodiscard]] Report report() const;

Q_SIGNALS:
    /// Another machine answers than before, or the first one.
    void serverChanged(const QString &server);

private:
    void ask();
    void onAnswer();
    void finish(bool isAnswered);

    const quint16 m_port;
    const SystemClock m_clock;
    QTimer m_timer;
    std::unique_ptr<QTcpSocket> m_socket; ///< Of the question under way
    QByteArray m_answer;
    Instant m_askedAt{};
    Instant m_answeredAt = kNever;
    std::deque<Instant> m_answers; ///< Of the last second
    bool m_wasSilent = false;
    Report m_report;
};

} // namespace clustd::daemon
