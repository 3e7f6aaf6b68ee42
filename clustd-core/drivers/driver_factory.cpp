#include "drivers/driver_factory.h"

#include "drivers/exec_driver.h"

#include <QCryptographicHash>

namespace clustd::drivers {
namespace {

constexpr qsizetype kPlaceDigits = 8;

/// Short enough for a directory's name, whatever the place is.
QByteArray machine(const Household &household)
{
    QByteArray result = household.node.toUtf8();
    if (!household.place.isEmpty()) {
        const QByteArray hash
            = QCryptographicHash::hash(household.place.toUtf8(), QCryptographicHash::Sha256);
        result += '@' + hash.toHex().left(kPlaceDigits);
    }
    return result;
}

} // namespace

// Neither '/' nor ':' can stand in any of the names, so no two drivers share a mark.

QByteArray Household::mark(const QString &driver) const
{
    return cluster.toUtf8() + '/' + machine(*this) + '/' + driver.toUtf8() + '/';
}

QByteArray Household::cgroupName(const QString &driver) const
{
    return "clustd:" + cluster.toUtf8() + ':' + machine(*this) + ':' + driver.toUtf8();
}

std::vector<std::unique_ptr<Driver>> makeDrivers(
    const std::vector<config::Driver> &drivers, const Household &household)
{
    adoptOrphans();
    std::vector<std::unique_ptr<Driver>> result;
    for (const config::Driver &driver : drivers) {
        switch (driver.type) {
        case config::DriverType::Exec:
            result.push_back(std::make_unique<ExecDriver>(driver, household));
            break;
        }
    }
    return result;
}

} // namespace clustd::drivers
