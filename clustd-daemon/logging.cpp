#include "logging.h"

#include "util/visible.h"

#include <QLoggingCategory>
#include <QTime>

#include <algorithm>
#include <climits>
#include <mutex>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

// Written by setUpLogging() before any other thread starts.
LineStyle s_style;

/// journald names the socket it reads as "device:inode"; a redirected standard error is another
/// file.
bool isJournalStream()
{
    struct stat file = {};
    if (fstat(STDERR_FILENO, &file) != 0)
        return false;
    return qEnvironmentVariable("JOURNAL_STREAM") == u"%1:%2"_s.arg(file.st_dev).arg(file.st_ino);
}

int priorityOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return 7;
    case QtInfoMsg:
        return 6;
    case QtWarningMsg:
        return 4;
    case QtCriticalMsg:
        return 3;
    case QtFatalMsg:
        return 2;
    }
    return 3;
}

QString levelWord(QtMsgType type)
{
    switch (type) {
    case QtWarningMsg:
        return u"warning: "_s;
    case QtCriticalMsg:
    case QtFatalMsg:
        return u"critical: "_s;
    case QtDebugMsg:
    case QtInfoMsg:
        break;
    }
    return {};
}

/// A reader that has stopped reading must cost lines, never the lease. A pipe that polls as
/// writable takes PIPE_BUF bytes at once.
void writeWithoutWaiting(QByteArray line)
{
    static std::mutex mutex;
    static unsigned lost = 0;
    const std::lock_guard lock(mutex);
    if (lost > 0)
        line.prepend("(" + QByteArray::number(lost) + " lines lost)\n");
    for (qsizetype at = 0; at < line.size();) {
        pollfd out{STDERR_FILENO, POLLOUT, 0};
        const auto size = static_cast<std::size_t>(std::min<qsizetype>(line.size() - at, PIPE_BUF));
        const ssize_t written = ::poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0
            ? ::write(STDERR_FILENO, line.constData() + at, size)
            : -1;
        if (written <= 0) {
            ++lost;
            return;
        }
        at += written;
    }
    lost = 0;
}

void writeLine(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const QString category = QString::fromUtf8(context.category);
    const QString time
        = s_style.hasTime ? QTime::currentTime().toString(u"HH:mm:ss.zzz") : QString();
    const QByteArray line = logLine(type, category, text, time, s_style).toUtf8();
    writeWithoutWaiting(line);
}

} // namespace

QString filterRules(config::LogLevel level, const QString &debug)
{
    QString rules;
    const auto set = [&rules](const QString &pattern, bool isOn) {
        rules += pattern + (isOn ? u"=true\n"_s : u"=false\n"_s);
    };
    set(u"clustd.*.debug"_s, level == config::LogLevel::Debug);
    set(u"clustd.*.info"_s, level <= config::LogLevel::Info);
    set(u"clustd.*.warning"_s, level <= config::LogLevel::Warning);

    // As of the `debug` package that the original used: names parted by commas or spaces.
    QString names = debug;
    names.replace(u' ', u',');
    for (QString name : names.split(u',', Qt::SkipEmptyParts)) {
        const bool isLeftOut = name.startsWith(u'-');
        if (isLeftOut)
            name.remove(0, 1);
        if (name == u"*")
            name = u"clustd:*"_s;
        if (name != u"clustd" && !name.startsWith(u"clustd:"))
            continue;
        name.replace(u':', u'.');
        set(name + u".debug"_s, !isLeftOut);
        if (!isLeftOut)
            set(name + u".info"_s, true);
    }
    return rules;
}

QString logLine(QtMsgType type, const QString &category, const QString &text, const QString &time,
    LineStyle style)
{
    QString line;
    if (style.hasPriority)
        line += u"<%1>"_s.arg(priorityOf(type));
    if (style.hasTime)
        line += time + u' ';
    line += category + u": "_s + levelWord(type) + visible(text, Tabs::Kept) + u'\n';
    return line;
}

void setUpLogging()
{
    s_style.hasPriority = isatty(STDERR_FILENO) == 0;
    s_style.hasTime = !isJournalStream();
    qInstallMessageHandler(writeLine);
    setLogLevel(config::LogLevel::Info);
}

void setLogLevel(config::LogLevel level)
{
    QLoggingCategory::setFilterRules(filterRules(level, qEnvironmentVariable("DEBUG")));
}

} // namespace clustd::daemon
