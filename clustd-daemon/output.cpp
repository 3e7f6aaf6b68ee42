#include "output.h"

#include "arguments.h"
#include "control/control_api.h"

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

/// As daemons say it, where they do.
QString codeText(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return u"usage"_s;
    case ErrorCode::Config:
        return u"config"_s;
    case ErrorCode::Unreachable:
        return u"unreachable"_s;
    case ErrorCode::Forbidden:
        return u"forbidden"_s;
    case ErrorCode::NoMaster:
        return u"no-master"_s;
    case ErrorCode::Timeout:
        return u"timeout"_s;
    case ErrorCode::Refused:
        return u"refused"_s;
    case ErrorCode::Internal:
        return u"internal"_s;
    case ErrorCode::Malformed:
    case ErrorCode::NotAuthentic:
    case ErrorCode::System:
    case ErrorCode::Storage:
        return u"failed"_s;
    }
    return u"failed"_s;
}

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

ExitCode report(const Error &error, const Arguments &arguments)
{
    if (arguments.isJson())
        printJson({{u"schema"_s, control::kSchema}, {u"ok"_s, false},
            {u"code"_s, codeText(error.code)}, {u"error"_s, error.text()}});
    return report(error);
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
