#include "arguments.h"

#include "config/config_text.h"
#include "control/request_limits.h"

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

Arguments::Arguments(const Command &command, int &argc, char **argv)
    : m_command(&command)
    , m_parser(std::make_shared<QCommandLineParser>())
    , m_argc(&argc)
    , m_argv(argv)
{
}

Result<std::optional<Duration>> Arguments::duration(const QString &option) const
{
    if (!isSet(option))
        return std::optional<Duration>();
    const Result<Duration> span = config::parseDuration(value(option));
    if (!span)
        return fail(ErrorCode::Usage, u"--"_s + option, span.error().what, span.error().remedy);
    return std::optional<Duration>(*span);
}

Result<std::optional<Duration>> Arguments::durationUpTo(const QString &option, Duration most) const
{
    Result<std::optional<Duration>> span = duration(option);
    if (span && *span && **span > most)
        return fail(ErrorCode::Usage, u"--"_s + option,
            u"%1 is longer than %2"_s.arg(
                config::quoted(value(option)), config::durationText(most)),
            u"use %1 at most"_s.arg(config::durationText(most)));
    return span;
}

Result<std::optional<QString>> Arguments::reason() const
{
    const QString option = u"reason"_s;
    if (!isSet(option))
        return std::optional<QString>();
    QString text = value(option);
    if (text.size() > control::kReasonLengthMax)
        return fail(ErrorCode::Usage, u"--reason"_s,
            u"its text has %1 characters"_s.arg(text.size()),
            u"use %1 at most"_s.arg(control::kReasonLengthMax));
    return std::optional<QString>(std::move(text));
}

Result<std::optional<Duration>> Arguments::durationAboveZero(const QString &option) const
{
    Result<std::optional<Duration>> span = duration(option);
    if (span && *span && **span < std::chrono::milliseconds(1))
        return fail(ErrorCode::Usage, u"--"_s + option,
            config::quoted(value(option)) + u" is no time to wait for"_s,
            u"give it a time above zero, such as 30s"_s);
    return span;
}

} // namespace clustd::daemon
