#include "config/findings.h"

#include "util/visible.h"

namespace clustd::config {

using namespace Qt::Literals::StringLiterals;

Error Finding::toError(const QString &file) const
{
    QString where = file;
    if (line > 0)
        where += u':' + QString::number(line);
    if (!key.isEmpty())
        where += u": "_s + key;
    // Keys and paths of the file stand in these as they were written.
    return {ErrorCode::Config, visible(where), visible(what), visible(remedy)};
}

QString Finding::text(const QString &file) const
{
    return toError(file).text();
}

} // namespace clustd::config
