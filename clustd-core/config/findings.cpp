#include "config/findings.h"

namespace clustd::config {

using namespace Qt::Literals::StringLiterals;

Error Finding::toError(const QString &file) const
{
    QString where = file;
    if (line > 0)
        where += u':' + QString::number(line);
    if (!key.isEmpty())
        where += u": "_s + key;
    return {ErrorCode::Config, where, what, remedy};
}

QString Finding::text(const QString &file) const
{
    return toError(file).text();
}

} // namespace clustd::config
