#include "control/link_pages.h"

#include <QCborArray>

#include <algorithm>

namespace clustd::control {

using namespace Qt::Literals::StringLiterals;

QCborMap linksPage(std::vector<LinkRow> rows, const QString &after, qsizetype bytesMax)
{
    std::stable_sort(rows.begin(), rows.end(),
        [](const LinkRow &a, const LinkRow &b) { return a.from < b.from; });
    auto row = std::upper_bound(rows.begin(), rows.end(), after,
        [](const QString &id, const LinkRow &one) { return id < one.from; });
    QCborArray links;
    qsizetype bytes = 0;
    QString last;
    while (row != rows.end()) {
        const QString &from = row->from;
        const auto end = std::find_if(
            row, rows.end(), [&from](const LinkRow &one) { return one.from != from; });
        QCborArray ofOne;
        for (auto it = row; it != end; ++it) {
            const QCborMap map = toCbor(*it);
            bytes += QCborValue(map).toCbor().size();
            ofOne.append(map);
        }
        if (bytes > bytesMax && !links.isEmpty())
            return {{u"links"_s, links}, {u"next"_s, last}};
        for (const QCborValue value : ofOne)
            links.append(value);
        last = from;
        row = end;
    }
    return {{u"links"_s, links}};
}

Result<QString> takeLinks(const QCborMap &reply, std::vector<LinkRow> &rows)
{
    const QCborArray links = reply[u"links"_s].toArray();
    rows.reserve(rows.size() + std::size_t(links.size()));
    for (const QCborValue value : links) {
        Result<LinkRow> row = linkFromCbor(value.toMap());
        if (!row)
            return fail(row.error());
        rows.push_back(std::move(*row));
    }
    const QString next = reply[u"next"_s].toString();
    if (!next.isEmpty() && links.isEmpty())
        return fail(ErrorCode::Malformed, u"next"_s, u"more links are promised after none"_s, {});
    return next;
}

} // namespace clustd::control
