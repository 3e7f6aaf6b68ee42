#include "common/troubles.h"

#include "control/printable.h"

#include <QCoreApplication>
#include <QUrl>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::printable;

namespace {

/// The context of these words for translators.
struct Troubles
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Troubles)
};

} // namespace

std::vector<Trouble> troublesOf(const control::ClusterStatus &status)
{
    std::vector<Trouble> all;
    for (const control::AlarmRow &alarm : status.alarms) {
        const QString who = printable(alarm.node.isEmpty() ? alarm.code : alarm.node);
        all.push_back({Tone::Warning, who, u"%1 — %2"_s.arg(who, printable(alarm.text))});
    }
    for (const control::NodeRow &node : status.nodes) {
        const QString who = printable(node.id.isEmpty() ? node.uri : node.id);
        if (node.state == u"unreachable" || node.link == u"down") {
            all.push_back({Tone::Warning, who,
                node.uri.isEmpty()
                    ? Troubles::tr("%1 is unreachable").arg(who)
                    : Troubles::tr("%1 is unreachable — check its power or the link to %2")
                          .arg(who, printable(QUrl(node.uri).host()))});
        } else if (node.link == u"refused") {
            all.push_back({Tone::Warning, who,
                Troubles::tr("%1 is refused — %2").arg(who, printable(node.detail))});
        } else if (!node.healthy && !node.version.isEmpty()) {
            all.push_back({Tone::Bad, who, Troubles::tr("%1 is sick — see its drivers").arg(who)});
        }
    }
    return all;
}

} // namespace clustd::monitor
