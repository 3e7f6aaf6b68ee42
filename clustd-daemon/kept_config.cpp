#include "kept_config.h"

#include <QCryptographicHash>

#include <algorithm>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clustd::daemon {
namespace {

QByteArray checksum(const QByteArray &yaml)
{
    return QCryptographicHash::hash(yaml, QCryptographicHash::Sha256);
}

} // namespace

KeptConfig::KeptConfig()
    : m_file(memfd_create("clustd-config", MFD_CLOEXEC))
{
}

KeptConfig::~KeptConfig()
{
    if (m_file >= 0)
        ::close(m_file);
}

void KeptConfig::keep(const QByteArray &yaml) const
{
    // A life may end in the middle: then the sum does not fit.
    const QByteArray all = checksum(yaml) + yaml;
    if (m_file < 0 || ftruncate(m_file, 0) != 0)
        return;
    [[maybe_unused]] const ssize_t written
        = pwrite(m_file, all.constData(), static_cast<std::size_t>(all.size()), 0);
}

QByteArray KeptConfig::kept() const
{
    struct stat info
    {
    };
    if (m_file < 0 || fstat(m_file, &info) != 0 || info.st_size <= 0)
        return {};
    QByteArray all(static_cast<qsizetype>(info.st_size), Qt::Uninitialized);
    if (pread(m_file, all.data(), static_cast<std::size_t>(all.size()), 0) != all.size())
        return {};
    constexpr qsizetype kSumBytes = 32;
    const QByteArray yaml = all.mid(kSumBytes);
    return all.first(std::min(kSumBytes, all.size())) == checksum(yaml) ? yaml : QByteArray();
}

} // namespace clustd::daemon
