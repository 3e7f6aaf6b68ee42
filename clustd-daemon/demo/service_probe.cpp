#include "demo/service_probe.h"

#include <QHostAddress>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kAskEvery = 20ms;
constexpr auto kAnswerWithin = 250ms;

double milliseconds(Duration span)
{
    return std::chrono::duration<double, std::milli>(span).count();
}

} // namespace

ServiceProbe::ServiceProbe(quint16 port)
    : m_port(port)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kAskEvery);
    connect(&m_timer, &QTimer::timeout, this, &ServiceProbe::ask);
}

void ServiceProbe::start()
{
    m_timer.start();
}

void ServiceProbe::ask()
{
    if (m_socket) {
        if (m_clock.now() - m_askedAt < kAnswerWithin)
            return;
        finish(false);
    }
    m_answer.clear();
    m_askedAt = m_clock.now();
    m_socket = std::make_unique<QTcpSocket>();
    QTcpSocket *socket = m_socket.get();
    connect(socket, &QTcpSocket::connected, this,
        [socket] { socket->write("GET / HTTP/1.0\r\n\r\n"); });
    connect(socket, &QTcpSocket::readyRead, this, &ServiceProbe::onAnswer);
    // Queued: the socket is let go there, and it must not be inside its own signal.
    connect(
        socket, &QTcpSocket::errorOccurred, this,
        [this, socket] {
            if (socket == m_socket.get())
                finish(false);
        },
        Qt::QueuedConnection);
    socket->connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
}

void ServiceProbe::onAnswer()
{
    m_answer += m_socket->readAll();
    const qsizetype head = m_answer.indexOf("\r\n\r\n");
    if (head < 0 || !m_answer.startsWith("HTTP/1.0 200 ") || !m_answer.endsWith('\n'))
        return;
    const QString body = QString::fromUtf8(m_answer.mid(head + 4));
    const QString server = body.section(u' ', 0, 0);
    const bool isOther = server != m_report.server;
    m_report.server = server;
    m_report.term = body.trimmed().section(u' ', -1).toULongLong();
    finish(true);
    if (isOther)
        Q_EMIT serverChanged(server);
}

void ServiceProbe::finish(bool isAnswered)
{
    m_socket->disconnect(this);
    m_socket.release()->deleteLater();
    const Instant now = m_clock.now();
    m_report.isAnswering = isAnswered;
    if (!isAnswered) {
        m_wasSilent = true;
        return;
    }
    if (m_wasSilent && m_answeredAt != kNever)
        m_report.gapMs = milliseconds(now - m_answeredAt);
    m_wasSilent = false;
    m_answeredAt = now;
    m_report.answerMs = milliseconds(now - m_askedAt);
    m_answers.push_back(now);
    while (now - m_answers.front() > 1s)
        m_answers.pop_front();
}

ServiceProbe::Report ServiceProbe::report() const
{
    Report report = m_report;
    const Instant now = m_clock.now();
    for (const Instant at : m_answers)
        report.answersPerSecond += now - at <= 1s ? 1 : 0;
    if (m_answeredAt != kNever)
        report.silentMs = milliseconds(now - m_answeredAt);
    return report;
}

} // namespace clustd::daemon
