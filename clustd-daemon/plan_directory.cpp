#include "plan_directory.h"

#include <QDir>
#include <QFile>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

std::string planDirectory(const config::Config &config)
{
    const QString runtime = qEnvironmentVariable("RUNTIME_DIRECTORY");
    if (!runtime.isEmpty()) {
        const QString directory = runtime.section(u':', 0, 0) + u"/guard-"_s
            + QString::fromStdString(config.cluster.id.value());
        return QFile::encodeName(directory).toStdString();
    }
    QFile bootId(u"/proc/sys/kernel/random/boot_id"_s);
    const QString boot = bootId.open(QIODevice::ReadOnly)
        ? QString::fromLatin1(bootId.readAll()).trimmed()
        : u"unknown"_s;
    QDir state(config.stateDir);
    for (const QString &old : state.entryList({u"guard-*"_s}, QDir::Dirs)) {
        if (old != u"guard-"_s + boot)
            QDir(state.filePath(old)).removeRecursively();
    }
    return QFile::encodeName(state.filePath(u"guard-"_s + boot)).toStdString();
}

} // namespace clustd::daemon
