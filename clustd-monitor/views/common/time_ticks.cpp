#include "common/time_ticks.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
constexpr std::size_t kTicksMax = 200;

constexpr std::array kSteps{qint64(1), qint64(2), qint64(5), qint64(10), qint64(20), qint64(50),
    qint64(100), qint64(200), qint64(500), kSecond, 2 * kSecond, 5 * kSecond, 10 * kSecond,
    15 * kSecond, 30 * kSecond, kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute,
    30 * kMinute, kHour, 2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay, 2 * kDay, 7 * kDay,
    14 * kDay};
constexpr std::array kMonths{1, 3, 6, 12, 24, 60, 120};

QString clockText(const QDateTime &time, qint64 step)
{
    if (step >= kMinute)
        return time.toString(u"HH:mm"_s);
    if (step >= kSecond)
        return time.toString(u"HH:mm:ss"_s);
    const qsizetype digits = step >= 100 ? 1 : step >= 10 ? 2 : 3;
    return time.toString(u"HH:mm:ss.zzz"_s).left(9 + digits);
}

QString dateText(QDate date)
{
    return QLocale().toString(date, u"d MMM"_s);
}

void addClockTicks(std::vector<TimeTick> &ticks, qint64 fromMs, qint64 toMs, qint64 step)
{
    const qint64 offset = QDateTime::fromMSecsSinceEpoch(fromMs).offsetFromUtc() * kSecond;
    const qint64 first = (fromMs + offset + step - 1) / step * step - offset;
    for (qint64 at = first; at <= toMs && ticks.size() < kTicksMax; at += step) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(at);
        const bool isDate = step >= kMinute && time.time() == QTime(0, 0);
        ticks.push_back({at, isDate ? dateText(time.date()) : clockText(time, step), isDate});
    }
}

/// Of whole hours and days; a day may have 23 or 25 hours.
void addCalendarTicks(std::vector<TimeTick> &ticks, qint64 fromMs, qint64 toMs, qint64 step)
{
    const qint64 days = std::max<qint64>(1, step / kDay);
    QDate date = QDateTime::fromMSecsSinceEpoch(fromMs).date();
    // Weeks begin on a Monday: day 0 of the Julian count was one.
    date = date.addDays(-(date.toJulianDay() % days));
    const int hours = step < kDay ? static_cast<int>(step / kHour) : 24;
    qint64 last = fromMs - 1;
    for (; ticks.size() < kTicksMax; date = date.addDays(days)) {
        for (int hour = 0; hour < 24; hour += hours) {
            const QDateTime time(date, QTime(hour, 0));
            const qint64 at = time.toMSecsSinceEpoch();
            if (at > toMs)
                return;
            if (at <= last)
                continue;
            last = at;
            ticks.push_back({at, hour == 0 ? dateText(date) : clockText(time, step), hour == 0});
        }
    }
}

void addMonthTicks(std::vector<TimeTick> &ticks, qint64 fromMs, qint64 toMs, int step)
{
    const QDate begin = QDateTime::fromMSecsSinceEpoch(fromMs).date();
    const int months = begin.year() * 12 + begin.month() - 1;
    for (int month = months - months % step; ticks.size() < kTicksMax; month += step) {
        const QDate date(month / 12, month % 12 + 1, 1);
        const qint64 at = date.startOfDay().toMSecsSinceEpoch();
        if (at > toMs)
            return;
        if (at < fromMs)
            continue;
        const bool isYear = date.month() == 1;
        ticks.push_back({at,
            isYear ? QString::number(date.year()) : QLocale().toString(date, u"MMM"_s), isYear});
    }
}

qint64 stepFor(qint64 span, int count)
{
    const auto it = std::find_if(
        kSteps.begin(), kSteps.end(), [span, count](qint64 step) { return span / step <= count; });
    return it == kSteps.end() ? 0 : *it;
}

} // namespace

std::vector<TimeTick> timeTicks(qint64 fromMs, qint64 toMs, int count)
{
    std::vector<TimeTick> ticks;
    if (toMs <= fromMs || count <= 0)
        return ticks;
    const qint64 span = toMs - fromMs;
    const qint64 step = stepFor(span, count);
    if (step == 0) {
        const qint64 months = span / (30 * kDay);
        const auto it = std::find_if(kMonths.begin(), kMonths.end(),
            [months, count](int each) { return months / each <= count; });
        addMonthTicks(ticks, fromMs, toMs, it == kMonths.end() ? kMonths.back() : *it);
    } else if (step >= kHour) {
        addCalendarTicks(ticks, fromMs, toMs, step);
    } else {
        addClockTicks(ticks, fromMs, toMs, step);
    }
    return ticks;
}

QString widestTick(qint64 spanMs)
{
    // Of ten ticks or so.
    if (spanMs > 8 * kMinute)
        return u"00:00"_s + u"00"_s;
    if (spanMs > 8 * kSecond)
        return u"00:00:00"_s;
    return spanMs > 80 ? u"00:00:00.00"_s : u"00:00:00.000"_s;
}

} // namespace clustd::monitor
