#include "output.h"

#include <QJsonDocument>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <unistd.h>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

namespace {

bool s_hasFailed = false;

} // namespace

void printOut(const QString &text)
{
    const QByteArray bytes = text.toLocal8Bit();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stdout);
    if (std::fflush(stdout) == 0 || std::exchange(s_hasFailed, true))
        return;
    printNote(u"standard output: "_s + QString::fromLocal8Bit(std::strerror(errno)));
}

ExitCode afterOutput(ExitCode code)
{
    return s_hasFailed && code == ExitCode::Done ? ExitCode::Failed : code;
}

void printJson(const QJsonObject &object)
{
    if (isatty(STDOUT_FILENO) != 0) {
        printOut(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)));
        return;
    }
    printOut(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)) + u'\n');
}

void printError(const QString &text)
{
    const QByteArray bytes = (text + u'\n').toLocal8Bit();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
}

void printNote(const QString &text)
{
    printError(u"clustd: "_s + text);
}

ExitCode report(const Error &error)
{
    printNote(error.text());
    return exitCodeOf(error.code);
}

ExitCode exitCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return ExitCode::Usage;
    case ErrorCode::Config:
        return ExitCode::Config;
    case ErrorCode::Unreachable:
        return ExitCode::Unreachable;
    case ErrorCode::Forbidden:
        return ExitCode::Forbidden;
    case ErrorCode::NoMaster:
        return ExitCode::NoMaster;
    case ErrorCode::Timeout:
        return ExitCode::TimedOut;
    case ErrorCode::Malformed:
    case ErrorCode::NotAuthentic:
    case ErrorCode::System:
    case ErrorCode::Storage:
    case ErrorCode::Refused:
    case ErrorCode::Internal:
        return ExitCode::Failed;
    }
    return ExitCode::Failed;
}

} // namespace clustd::daemon
