#include "terminal.h"

#include "commands/text_table.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

QString sgr(Ink ink)
{
    switch (ink) {
    case Ink::Plain:
        return {};
    case Ink::Strong:
        return u"\x1b[1m"_s;
    case Ink::Dim:
        return u"\x1b[2m"_s;
    case Ink::Good:
        return u"\x1b[1;32m"_s;
    case Ink::Warn:
        return u"\x1b[33m"_s;
    case Ink::Bad:
        return u"\x1b[1;31m"_s;
    }
    return {};
}

/// All of @p text, also through a slow terminal; an error ends it: there is nobody to tell.
void writeAll(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    const char *at = bytes.constData();
    for (qsizetype left = bytes.size(); left > 0;) {
        const ssize_t n = ::write(STDOUT_FILENO, at, static_cast<std::size_t>(left));
        if (n < 0 && errno != EINTR)
            return;
        at += std::max<ssize_t>(n, 0);
        left -= std::max<ssize_t>(n, 0);
    }
}

} // namespace

Look lookOf(bool isTerminal, const QString &term, const QString &noColour, const QString &locale)
{
    Look look;
    look.isScreen = isTerminal && !term.isEmpty() && term != u"dumb";
    look.hasColour = look.isScreen && noColour.isEmpty();
    const QString charset = locale.section(u'.', 1).section(u'@', 0, 0).toLower();
    look.hasUnicode = charset == u"utf-8" || charset == u"utf8";
    return look;
}

Look ownLook()
{
    QString locale;
    for (const char *name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (locale.isEmpty())
            locale = qEnvironmentVariable(name);
    }
    return lookOf(::isatty(STDOUT_FILENO) == 1, qEnvironmentVariable("TERM"),
        qEnvironmentVariable("NO_COLOR"), locale);
}

ScreenSize screenSize()
{
    winsize size = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return {};
    return {size.ws_col, size.ws_row};
}

Line &Line::add(const QString &text, Ink ink)
{
    if (!text.isEmpty())
        m_pieces.push_back({printable(text), ink});
    return *this;
}

Line &Line::to(int column)
{
    return add(QString(std::max(1, column - width()), u' '));
}

int Line::width() const
{
    qsizetype width = 0;
    for (const Piece &piece : m_pieces)
        width += piece.text.size();
    return int(width);
}

QString Line::plain() const
{
    QString text;
    for (const Piece &piece : m_pieces)
        text += piece.text;
    return text;
}

QString Line::drawn(int columns, bool hasColour) const
{
    QString text;
    qsizetype left = columns;
    for (const Piece &piece : m_pieces) {
        const QString shown = piece.text.left(left);
        left -= shown.size();
        const QString on = hasColour ? sgr(piece.ink) : QString();
        text += on.isEmpty() ? shown : on + shown + u"\x1b[0m"_s;
        if (left <= 0)
            break;
    }
    return text;
}

Screen::Screen(Look look)
    : m_look(look)
    , m_size(screenSize())
{
    // In the background the terminal is somebody else's, and touching it would stop us.
    const bool isTerminal = ::isatty(STDIN_FILENO) == 1;
    const bool isOurs = isTerminal && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
    m_isInputTerminal = isOurs && ::tcgetattr(STDIN_FILENO, &m_before) == 0;
    if (m_isInputTerminal) {
        termios raw = m_before;
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO);
        // Neither ^S nor ^Z: a screen that stands still would be taken for a cluster that does.
        raw.c_iflag &= ~tcflag_t(IXON);
        raw.c_cc[VSUSP] = _POSIX_VDISABLE;
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    if (m_isInputTerminal || !isTerminal) {
        m_input = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
        connect(m_input.get(), &QSocketNotifier::activated, this, &Screen::readKeys);
    }
    if (!m_look.isScreen)
        return;
    writeAll(u"\x1b[?1049h\x1b[?25l\x1b[2J"_s);
    m_sizeTimer.setInterval(200ms);
    connect(&m_sizeTimer, &QTimer::timeout, this, [this] {
        if (const ScreenSize now = screenSize(); now != m_size) {
            m_size = now;
            Q_EMIT resized();
        }
    });
    m_sizeTimer.start();
}

Screen::~Screen()
{
    if (m_look.isScreen)
        writeAll(u"\x1b[?25h\x1b[?1049l"_s);
    if (m_isInputTerminal)
        ::tcsetattr(STDIN_FILENO, TCSANOW, &m_before);
}

void Screen::show(const std::vector<Line> &lines)
{
    if (!m_look.isScreen)
        return;
    m_size = screenSize();
    QString text = u"\x1b[H"_s;
    const std::size_t count = std::min(lines.size(), std::size_t(m_size.rows));
    for (std::size_t i = 0; i < count; ++i) {
        text += lines[i].drawn(m_size.columns, m_look.hasColour);
        // Behind a full line the cursor stands on its last letter, which would be cleared.
        text += lines[i].width() < m_size.columns ? u"\x1b[K"_s : QString();
        text += i + 1 < count ? u"\r\n"_s : QString();
    }
    if (count < std::size_t(m_size.rows))
        text += u"\r\n\x1b[J"_s;
    writeAll(text);
}

void Screen::readKeys()
{
    std::array<char, 64> keys{};
    const ssize_t n = ::read(STDIN_FILENO, keys.data(), keys.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        m_input->setEnabled(false);
        if (m_isInputTerminal)
            Q_EMIT closed();
        return;
    }
    for (ssize_t i = 0; i < n; ++i) {
        // Arrows and other keys of several letters are none of ours.
        if (keys[std::size_t(i)] == '\x1b' && i + 1 < n)
            break;
        if (keys[std::size_t(i)] != '\n' || m_isInputTerminal)
            Q_EMIT keyPressed(keys[std::size_t(i)]);
    }
}

} // namespace clustd::daemon
