#include "drivers/output_reader.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace clustd::drivers {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

constexpr qsizetype kReadBytes = 16 * 1024;
constexpr int kReadsPerTurn = 4;
constexpr std::chrono::milliseconds kPauseAfterFullTurn = 10ms;

} // namespace

OutputReader::OutputReader(int fd, QObject *parent)
    : QObject(parent)
    , m_fd(fd)
    , m_watch(new QSocketNotifier(fd, QSocketNotifier::Read, this))
    , m_pause(this)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseAfterFullTurn);
    connect(&m_pause, &QTimer::timeout, this, [this] { m_watch->setEnabled(true); });
    connect(m_watch, &QSocketNotifier::activated, this, &OutputReader::onReadable);
}

OutputReader::~OutputReader()
{
    delete m_watch;
    if (m_fd >= 0)
        ::close(m_fd);
}

void OutputReader::drain()
{
    for (int i = 0; i < kReadsPerTurn && m_fd >= 0; ++i) {
        const Read result = readOnce();
        if (result == Read::End)
            finish();
        if (result != Read::More)
            return;
    }
}

void OutputReader::onReadable()
{
    drain();
    if (m_fd < 0)
        return;
    // Whatever is left wakes us again; in between other work of this thread has its turn.
    m_watch->setEnabled(false);
    m_pause.start();
}

OutputReader::Read OutputReader::readOnce()
{
    QByteArray buffer(kReadBytes, Qt::Uninitialized);
    const ssize_t size = ::read(m_fd, buffer.data(), static_cast<std::size_t>(buffer.size()));
    if (size < 0)
        return errno == EAGAIN || errno == EINTR ? Read::Nothing : Read::End;
    if (size == 0)
        return Read::End;
    buffer.truncate(size);
    take(buffer);
    return size == kReadBytes ? Read::More : Read::Nothing;
}

void OutputReader::take(const QByteArray &bytes)
{
    qsizetype at = 0;
    while (at < bytes.size()) {
        const qsizetype end = bytes.indexOf('\n', at);
        const qsizetype stop = end < 0 ? bytes.size() : end;
        if (!m_isSkipping)
            m_partial += bytes.mid(at, std::min(stop - at, kMaxLineBytes + 1));
        if (!m_isSkipping && m_partial.size() > kMaxLineBytes) {
            emitLine(std::exchange(m_partial, {}).left(kMaxLineBytes), true);
            m_isSkipping = true;
        }
        if (end >= 0) {
            if (!m_isSkipping)
                emitLine(std::exchange(m_partial, {}), false);
            m_isSkipping = false;
        }
        at = stop + 1;
    }
}

void OutputReader::emitLine(QByteArray bytes, bool isCut)
{
    if (!m_lines.take(1, clusterNow())) {
        ++m_dropped;
        return;
    }
    if (m_dropped > 0) {
        const quint64 dropped = std::exchange(m_dropped, 0);
        Q_EMIT line(u"(%1 more lines were not kept)"_s.arg(dropped));
    }
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    QString text = QString::fromUtf8(bytes);
    for (QChar &c : text) {
        // A terminal that shows the log must not obey what a service prints.
        if (c.category() == QChar::Other_Control)
            c = c == u'\t' ? u' ' : u'\uFFFD';
    }
    if (isCut)
        text += u'…';
    Q_EMIT line(text);
}

void OutputReader::finish()
{
    if (!m_partial.isEmpty() && !m_isSkipping)
        emitLine(std::exchange(m_partial, {}), false);
    if (m_dropped > 0)
        Q_EMIT line(u"(%1 more lines were not kept)"_s.arg(std::exchange(m_dropped, 0)));
    m_pause.stop(); // It would watch the number again, which is another's as soon as it is closed.
    m_watch->setEnabled(false);
    ::close(std::exchange(m_fd, -1));
    deleteLater();
}

} // namespace clustd::drivers
