#include "charts/ticks.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The context of these words for translators.
struct Charts
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Charts)
};

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

} // namespace clustd::monitor
