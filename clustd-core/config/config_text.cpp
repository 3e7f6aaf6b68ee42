#include "config/config_text.h"

#include "util/visible.h"

#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

struct Unit
{
    QStringView suffix;
    Duration span;
};

constexpr std::array<Unit, 4> kUnits{{{u"ms", 1ms}, {u"s", 1s}, {u"m", 1min}, {u"h", 1h}}};
constexpr Duration kLongest = 10000h;

bool isNameLetter(QChar letter)
{
    const char16_t c = letter.unicode();
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9')
        || c == u'.' || c == u'_' || c == u'-';
}

// Optimal string alignment: Levenshtein's distance with swaps of neighbours (Damerau 1964).
int distance(const QString &a, const QString &b)
{
    const auto width = static_cast<std::size_t>(b.size()) + 1;
    std::vector<int> beforeLast(width), last(width), row(width);
    for (std::size_t j = 0; j < width; ++j)
        last[j] = static_cast<int>(j);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j < width; ++j) {
            const auto at = static_cast<qsizetype>(j);
            const int change = a[i - 1] == b[at - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && at > 1 && a[i - 1] == b[at - 2] && a[i - 2] == b[at - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        std::swap(beforeLast, last);
        std::swap(last, row);
    }
    return last.back();
}

} // namespace

Result<Duration> parseDuration(QStringView text)
{
    static const QRegularExpression form(
        u"^\\s*([0-9]{1,12}(?:\\.[0-9]{1,9})?)\\s*(ms|s|m|h)?\\s*$"_s);
    const QRegularExpressionMatch match = form.match(text.toString());
    if (!match.hasMatch())
        return fail(ErrorCode::Config, {}, quoted(text.toString()) + u" is not a time"_s,
            u"write a number with ms, s, m or h, such as 500ms or 2s"_s);

    Duration unit = 1ms;
    for (const Unit &known : kUnits) {
        if (match.capturedView(2) == known.suffix)
            unit = known.span;
    }
    const double nanoseconds = match.captured(1).toDouble() * static_cast<double>(unit.count());
    if (nanoseconds > static_cast<double>(kLongest.count()))
        return fail(ErrorCode::Config, {}, quoted(text.toString()) + u" is longer than 10000h"_s,
            u"use a shorter time"_s);
    return Duration(static_cast<Duration::rep>(std::llround(nanoseconds)));
}

QString durationText(Duration span)
{
    // What is written is read back as the same text, so what is not shown has no say in the unit.
    span = std::chrono::round<std::chrono::microseconds>(span);
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        if (span >= unit->span && span % unit->span == Duration::zero())
            return QString::number(span / unit->span) + unit->suffix.toString();
    }
    QString text = QString::number(static_cast<double>(span.count()) / 1e6, 'f', 3);
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    return text + u"ms"_s;
}

bool isName(QStringView text)
{
    return !text.isEmpty() && text.size() <= 64
        && std::all_of(text.begin(), text.end(), isNameLetter);
}

QString nearestWord(const QString &word, const QStringList &known)
{
    QString best;
    int bestDistance = std::numeric_limits<int>::max();
    for (const QString &candidate : known) {
        // A prefix of four letters or more counts as near: 'prio' for 'priority'.
        const bool isPrefix = word.size() >= 4 && candidate.startsWith(word, Qt::CaseInsensitive);
        const int edits = distance(word.toLower(), candidate.toLower());
        const int far = isPrefix ? std::min(edits, 1) : edits;
        const auto allowed = static_cast<int>(std::max(word.size(), candidate.size()) + 2) / 3;
        if (far <= allowed && far < bestDistance && far < candidate.size()) {
            best = candidate;
            bestDistance = far;
        }
    }
    return best;
}

QString quoted(const QString &text)
{
    return u'\'' + visible(QStringView(text).left(kValueShown))
        + (text.size() > kValueShown ? u"...'"_s : u"'"_s);
}

QString toText(election::MachineRole role)
{
    switch (role) {
    case election::MachineRole::Voter:
        return u"voter"_s;
    case election::MachineRole::Witness:
        return u"witness"_s;
    case election::MachineRole::Standby:
        return u"standby"_s;
    }
    return {};
}

QString toText(ElectionMode mode)
{
    return mode == ElectionMode::Naive ? u"naive"_s : u"quorum"_s;
}

Result<QString> findConfigFile(const QString &asked)
{
    if (!asked.isEmpty())
        return asked;
    const QString environment = qEnvironmentVariable("CLUSTD_CONFIG");
    if (!environment.isEmpty())
        return environment;
    for (const QString &candidate : {u"config.yml"_s, u"/etc/clustd/config.yml"_s}) {
        if (QFileInfo::exists(candidate))
            return candidate;
    }
    return fail(ErrorCode::Config, {},
        u"no configuration: neither ./config.yml nor /etc/clustd/config.yml exists"_s,
        u"name one with --config FILE or CLUSTD_CONFIG"_s);
}

} // namespace clustd::config
