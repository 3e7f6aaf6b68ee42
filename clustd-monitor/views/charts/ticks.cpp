#include "charts/ticks.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The context of these words for translators.
struct Charts
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Charts)
};

constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

int digitsFor(double step)
{
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 3);
}

} // namespace

double niceStep(double max, int count)
{
    const double rough = std::max(max, 1e-3) / std::max(count, 1);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough * (1 - 1e-9))
            return factor * power;
    }
    return 10.0 * power;
}

QString valueWords(double milliseconds, double step)
{
    const QLocale locale;
    if (step >= 100'000)
        return Charts::tr("%1 min").arg(
            locale.toString(milliseconds / 60'000.0, 'f', digitsFor(step / 60'000.0)));
    if (step >= 500 || milliseconds >= 10'000)
        return Charts::tr("%1 s").arg(
            locale.toString(milliseconds / 1000.0, 'f', digitsFor(step / 1000.0)));
    return Charts::tr("%1 ms").arg(locale.toString(milliseconds, 'f', digitsFor(step)));
}

QString valueWords(double milliseconds)
{
    const double size = std::abs(milliseconds);
    if (size >= 120'000)
        return valueWords(milliseconds, 6'000'000);
    if (size >= 10'000)
        return valueWords(milliseconds, 100);
    if (size >= 1000)
        return Charts::tr("%1 s").arg(QLocale().toString(milliseconds / 1000.0, 'g', 3));
    return valueWords(milliseconds, size < 10 ? 0.01 : size < 100 ? 0.1 : 1);
}

std::vector<TimeTick> timeTicks(qint64 fromMs, qint64 toMs, int count)
{
    static constexpr std::array kSteps{kSecond, 2 * kSecond, 5 * kSecond, 10 * kSecond,
        15 * kSecond, 30 * kSecond, kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute,
        30 * kMinute, kHour, 2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay, 2 * kDay, 7 * kDay,
        14 * kDay, 30 * kDay, 90 * kDay, 365 * kDay};
    std::vector<TimeTick> ticks;
    if (toMs <= fromMs || count <= 0)
        return ticks;
    const auto it = std::find_if(kSteps.begin(), kSteps.end(),
        [&](qint64 candidate) { return (toMs - fromMs) / candidate <= count; });
    const qint64 step = it == kSteps.end() ? kSteps.back() : *it;
    const QLocale locale;
    const qint64 offsetMs = QDateTime::fromMSecsSinceEpoch(fromMs).offsetFromUtc() * kSecond;
    const qint64 first = (fromMs + offsetMs + step - 1) / step * step - offsetMs;
    for (qint64 timeMs = first; timeMs <= toMs && ticks.size() < 100; timeMs += step) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeMs);
        const bool isDate = step >= kDay || (time.time() == QTime(0, 0) && step >= kHour);
        ticks.push_back({timeMs,
            isDate ? locale.toString(time.date(), u"d MMM"_s)
                   : time.toString(step < kMinute ? u"HH:mm:ss"_s : u"HH:mm"_s)});
    }
    return ticks;
}

} // namespace clustd::monitor
