#include "commands/command_table.h"
#include "commands/control_session.h"
#include "commands/text_table.h"
#include "control/link_pages.h"
#include "output.h"

#include <QJsonArray>

#include <algorithm>
#include <set>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;
using control::LinkRow;

QString cell(const std::vector<LinkRow> &links, const QString &from, const QString &to)
{
    if (from == to)
        return u"."_s;
    const auto link = std::find_if(links.begin(), links.end(),
        [&](const LinkRow &row) { return row.from == from && row.to == to; });
    if (link == links.end())
        return u"?"_s;
    if (link->state != u"up" && link->state != u"suspect")
        return link->state;
    QString text
        = link->rttUs > 0 ? u"%1 ms"_s.arg(double(link->rttUs) / 1000.0, 0, 'f', 2) : link->state;
    if (link->state == u"suspect")
        text += u" suspect"_s;
    if (link->lossPpm > 0)
        text += u" %1 % lost"_s.arg(double(link->lossPpm) / 10000.0, 0, 'f', 1);
    return text;
}

QString matrix(const std::vector<LinkRow> &links)
{
    std::set<QString> machines;
    for (const LinkRow &link : links) {
        machines.insert(link.from);
        machines.insert(link.to);
    }
    QStringList head{u"FROM \\ TO"_s};
    for (const QString &to : machines)
        head << (to.isEmpty() ? u"(not met yet)"_s : to);
    std::vector<QStringList> rows{head};
    for (const QString &from : machines) {
        if (from.isEmpty())
            continue;
        QStringList row{from};
        for (const QString &to : machines)
            row << cell(links, from, to);
        rows.push_back(row);
    }
    return textTable(rows);
}

ExitCode run(const Arguments &arguments)
{
    const auto session = ControlSession::make(arguments);
    if (!session)
        return session.error();
    std::vector<LinkRow> links;
    QCborMap params;
    for (;;) {
        const ControlSession::Answer answer = (*session)->request(u"get_links"_s, params);
        if (!answer)
            return reportRefusal(arguments, answer.error(), (*session)->where());
        const Result<QString> next = control::takeLinks(*answer, links);
        if (!next)
            return report(next.error(), arguments);
        if (next->isEmpty())
            break;
        params = {{u"after"_s, *next}};
    }
    QJsonArray json;
    for (const LinkRow &row : links)
        json.append(control::toJson(row));
    if (arguments.isJson())
        printJson({{u"schema"_s, control::kSchema}, {u"links"_s, json}});
    else if (links.empty())
        printOut(u"no links: this machine has met no other\n"_s);
    else
        printOut(matrix(links));
    return ExitCode::Done;
}

} // namespace

Command linksCommand()
{
    return {.name = u"links"_s,
        .summary = u"Show who hears whom: round trips and losses, each direction by itself"_s,
        .details
        = u"A row is what that machine says of its links to the others. '?': it was not heard on that."_s,
        .run = run};
}

} // namespace clustd::daemon
