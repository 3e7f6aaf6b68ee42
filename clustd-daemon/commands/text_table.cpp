#include "commands/text_table.h"

#include <algorithm>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;

QString textTable(const std::vector<QStringList> &rows)
{
    if (rows.size() < 2)
        return {};
    std::vector<qsizetype> widths;
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < row.size(); ++i) {
            const auto column = static_cast<std::size_t>(i);
            if (column >= widths.size())
                widths.push_back(0);
            widths[column] = std::max(widths[column], row[i].size());
        }
    }
    QString text;
    for (const QStringList &row : rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += printable(row[i]).leftJustified(widths[static_cast<std::size_t>(i)] + 2);
        while (line.endsWith(u' '))
            line.chop(1);
        text += line + u'\n';
    }
    return text;
}

QString spanText(qint64 seconds)
{
    seconds = std::max<qint64>(0, seconds);
    const qint64 days = seconds / 86400;
    const qint64 hours = seconds / 3600 % 24;
    const qint64 minutes = seconds / 60 % 60;
    if (days > 0)
        return u"%1 d %2 h"_s.arg(days).arg(hours);
    if (hours > 0)
        return u"%1 h %2 min"_s.arg(hours).arg(minutes);
    if (minutes > 0)
        return u"%1 min"_s.arg(minutes);
    return u"%1 s"_s.arg(seconds);
}

} // namespace clustd::daemon
