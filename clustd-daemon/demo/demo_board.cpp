#include "demo/demo_board.h"

#include "commands/status_text.h"
#include "commands/text_table.h"
#include "control/event_text.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using control::ClusterStatus;
using control::NodeRow;
using Machine = BoardModel::Machine;

namespace {

/// Columns of the table of machines; the last of three links ends in column 79.
constexpr int kId = 4;
constexpr int kCrown = 10;
constexpr int kState = 12;
constexpr int kRole = 25;
constexpr int kPriority = 33;
constexpr int kSees = 39;
constexpr int kTerm = 46;
constexpr int kUp = 51;
constexpr int kLinks = 59;
constexpr int kLinkWidth = 7;
constexpr int kLabel = 10;

struct Signs
{
    QString crown, cut, self, full, fence, empty, left, right;
};

Signs signsFor(const Look &look)
{
    if (look.hasUnicode)
        return {u"♛"_s, u"✗"_s, u"·"_s, u"█"_s, u"▒"_s, u"░"_s, u"▕"_s, u"▏"_s};
    return {u"*"_s, u"x"_s, u"."_s, u"#"_s, u"="_s, u"."_s, u"["_s, u"]"_s};
}

const NodeRow *selfOf(const Machine &machine)
{
    return machine.status ? machine.status->find(machine.status->self) : nullptr;
}

QString stateOf(const Machine &machine)
{
    if (!machine.isOn)
        return u"off"_s;
    if (machine.isHung)
        return u"hung"_s;
    const NodeRow *self = selfOf(machine);
    return machine.isHeard && self ? self->state : u"starting"_s;
}

Ink inkOf(const QString &state)
{
    if (state == u"active")
        return Ink::Good;
    if (state == u"off" || state == u"hung" || state == u"fencing")
        return Ink::Bad;
    return state == u"follower" ? Ink::Plain : Ink::Warn;
}

/// Whom to believe about the cluster: a machine that hears a master before one that does not, then
/// the one with the highest term.
const ClusterStatus *bestView(const BoardModel &model)
{
    const ClusterStatus *best = nullptr;
    const auto rank = [](const ClusterStatus &status) {
        return std::tuple(status.active, status.master.has_value(), status.term);
    };
    for (const Machine &machine : model.machines) {
        if (!machine.isOn || machine.isHung || !machine.isHeard)
            continue;
        if (!best || rank(*machine.status) > rank(*best))
            best = &*machine.status;
    }
    return best;
}

Line headLine(const BoardModel &model)
{
    Line line(u" clustd demo"_s, Ink::Strong);
    line.add(u"  three machines on this one, service on "_s + model.serviceUrl, Ink::Dim);
    return line;
}

Line verdictLine(const BoardModel &model, const ClusterStatus *view, const Signs &signs)
{
    Line line(u" "_s);
    if (!model.fault.isEmpty())
        return line.add(u"TWO AT ONCE: "_s + model.fault, Ink::Bad);
    if (!view)
        return line.add(u"no machine answers"_s, Ink::Bad);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QString verdict = statusLine(*view, now).section(u':', 0, 0);
    const bool isLost = verdict.startsWith(u"NO ");
    if (view->master)
        line.add(signs.crown + u' ', Ink::Good);
    line.add(verdict, verdict == u"OK" ? Ink::Good : isLost ? Ink::Bad : Ink::Warn).add(u"  "_s);
    const QDateTime since = QDateTime::fromString(view->since, Qt::ISODateWithMs);
    const QString span
        = since.isValid() ? u" for %1"_s.arg(spanText(since.secsTo(now))) : QString();
    if (view->master)
        line.add(*view->master, Ink::Strong)
            .add(u" is master in term %1%2"_s.arg(view->term).arg(span));
    else
        line.add(u"no master%1"_s.arg(span));
    line.add(u"; %1 of %2 voters, can lose %3 more"_s.arg(view->quorum.reachable)
                 .arg(view->quorum.voters)
                 .arg(view->canLose));
    if (!view->alarms.empty())
        line.add(u"; "_s + view->alarms.front().code, Ink::Warn);
    return line;
}

Line machineHead(const BoardModel &model)
{
    Line line;
    line.to(kId).add(u"MACHINE"_s, Ink::Dim);
    line.to(kState).add(u"STATE"_s, Ink::Dim).to(kRole).add(u"ROLE"_s, Ink::Dim);
    line.to(kPriority).add(u"PRIO"_s, Ink::Dim).to(kSees).add(u"SEES"_s, Ink::Dim);
    line.to(kTerm).add(u"TERM"_s, Ink::Dim).to(kUp).add(u"UP"_s, Ink::Dim);
    for (std::size_t to = 0; to < model.machines.size(); ++to)
        line.to(kLinks + int(to) * kLinkWidth).add(u">"_s + model.machines[to].id, Ink::Dim);
    return line;
}

/// How machine @p from hears number @p to, or what keeps it from being heard there.
void addLink(
    Line &line, const BoardModel &model, std::size_t from, std::size_t to, const Signs &signs)
{
    const Machine &machine = model.machines[from];
    line.to(kLinks + int(to) * kLinkWidth);
    if (from == to) {
        line.add(signs.self, Ink::Dim);
        return;
    }
    const NodeRow *peer = machine.isOn && machine.isHeard && !machine.isHung
        ? machine.status->find(model.machines[to].id)
        : nullptr;
    if (machine.isCut[to]) {
        const bool isNoticed = peer && peer->link == u"down";
        line.add(signs.cut + (isNoticed ? u" down"_s : u" cut"_s), Ink::Bad);
    } else if (!peer) {
        line.add(u"-"_s, Ink::Dim);
    } else if (peer->link == u"up" && peer->rttUs > 0) {
        const double ms = double(peer->rttUs) / 1000.0;
        line.add(u"%1ms"_s.arg(ms, 0, 'f', ms < 9.995 ? 2 : ms < 99.95 ? 1 : 0));
    } else {
        const QString word = peer->link.left(kLinkWidth - 1);
        line.add(word, peer->link == u"up" ? Ink::Plain : Ink::Warn);
    }
}

Line machineLine(const BoardModel &model, std::size_t index, const Signs &signs)
{
    const Machine &machine = model.machines[index];
    const NodeRow *self = selfOf(machine);
    const QString state = stateOf(machine);
    const bool isSelected = int(index) == model.selected && model.story.isEmpty();
    Line line(isSelected ? u">"_s : u" "_s, Ink::Strong);
    line.add(u" %1"_s.arg(index + 1), isSelected ? Ink::Strong : Ink::Dim);
    line.to(kId).add(machine.id, isSelected ? Ink::Strong : Ink::Plain);
    if (state == u"active" || state == u"promoting" || state == u"demoting")
        line.to(kCrown).add(signs.crown, Ink::Good);
    line.to(kState).add(state, inkOf(state));
    line.to(kRole).add(self ? self->role : u"voter"_s);
    line.to(kPriority).add(self ? QString::number(self->priority) : u"-"_s);
    const bool isAwake = machine.isOn && machine.isHeard && !machine.isHung && self;
    line.to(kSees).add(isAwake ? machine.status->master.value_or(u"nobody"_s) : u"-"_s,
        isAwake && !machine.status->master ? Ink::Warn : Ink::Plain);
    line.to(kTerm).add(isAwake ? QString::number(self->term) : u"-"_s);
    line.to(kUp).add(isAwake ? spanText(self->uptimeS) : u"-"_s);
    for (std::size_t to = 0; to < model.machines.size(); ++to)
        addLink(line, model, index, to, signs);
    return line;
}

Line leaseLine(const BoardModel &model, const Signs &signs, int columns)
{
    Line line(u" lease"_s, Ink::Strong);
    line.to(kLabel).add(signs.left, Ink::Dim);
    const int width = std::clamp(columns - kLabel - 40, 8, 40);
    const auto cells = [&](Duration span) {
        return int(std::lround(double(width) * double(span.count()) / double(model.lease.count())));
    };
    const int fence = std::clamp(cells(model.fence), 0, width);
    const int full = model.holder ? std::clamp(cells(model.holder->left), 0, width) : 0;
    line.add(signs.fence.repeated(std::min(full, fence)), Ink::Warn);
    line.add(signs.full.repeated(std::max(0, full - fence)), Ink::Good);
    line.add(signs.empty.repeated(width - full), Ink::Dim).add(signs.right + u' ', Ink::Dim);
    if (!model.holder)
        return line.add(u"nobody holds it"_s, Ink::Warn);
    const auto ms = [](Duration span) { return QString::number(span / 1ms); };
    line.add(u"%1 of %2 ms, held by %3"_s.arg(
        ms(model.holder->left), ms(model.lease), model.holder->id));
    if (model.holder->left <= model.fence)
        line.add(u": stops by force"_s, Ink::Bad);
    return line;
}

Line serviceLine(const BoardModel &model)
{
    Line line(u" service"_s, Ink::Strong);
    line.to(kLabel);
    const ServiceProbe::Report &clients = model.clients;
    if (clients.server.isEmpty())
        return line.add(u"nobody has answered yet"_s, Ink::Warn);
    if (!clients.isAnswering)
        return line.add(u"nobody answers for %1 ms; it was %2"_s.arg(clients.silentMs, 0, 'f', 0)
                            .arg(clients.server),
            Ink::Bad);
    return line.add(clients.server, Ink::Good)
        .add(u" answers in term %1: %2 a second, %3 ms each"_s.arg(clients.term)
                 .arg(clients.answersPerSecond)
                 .arg(clients.answerMs, 0, 'f', 1));
}

Line gapLine(const BoardModel &model)
{
    Line line(u" failover"_s, Ink::Strong);
    line.to(kLabel);
    if (model.gaps.empty())
        return line.add(u"none yet"_s, Ink::Dim);
    const BoardModel::Gap &last = model.gaps.back();
    line.add(u"%1 > %2: nobody served for "_s.arg(last.from, last.to));
    line.add(u"%1 ms"_s.arg(last.ms, 0, 'f', 0),
        last.ms <= double(model.failoverWithin / 1ms) ? Ink::Good : Ink::Warn);
    if (model.clients.gapMs)
        line.add(u" (its clients: %1 ms)"_s.arg(*model.clients.gapMs, 0, 'f', 0));
    if (model.gaps.size() > 1) {
        const auto longest = std::max_element(model.gaps.begin(), model.gaps.end(),
            [](const BoardModel::Gap &a, const BoardModel::Gap &b) { return a.ms < b.ms; });
        line.add(u"; longest of %1: %2 ms"_s.arg(model.gaps.size()).arg(longest->ms, 0, 'f', 0),
            Ink::Dim);
    }
    return line;
}

std::vector<Line> foot(const BoardModel &model)
{
    std::vector<Line> lines;
    if (!model.story.isEmpty()) {
        for (const QString &told : model.story)
            lines.emplace_back(u" "_s + told);
        return lines;
    }
    const auto keys = [&lines](std::initializer_list<std::pair<QString, QString>> list) {
        Line line;
        for (const auto &[key, does] : list)
            line.add(u" "_s).add(key, Ink::Strong).add(u' ' + does + u' ');
        lines.push_back(std::move(line));
    };
    keys({{u"1 2 3"_s, u"machine"_s}, {u"k"_s, u"kill -9"_s}, {u"h"_s, u"hang"_s},
        {u"c"_s, u"continue"_s}, {u"p"_s, u"power off"_s}, {u"s"_s, u"stop"_s},
        {u"b"_s, u"start"_s}});
    keys({{u"w"_s, u"switchover to it"_s}, {u"m"_s, u"maintenance"_s}, {u"a"_s, u"pause"_s},
        {u"x"_s, u"cut"_s}, {u"o"_s, u"one way"_s}, {u"l"_s, u"heal"_s}, {u"q"_s, u"quit"_s}});
    return lines;
}

Ink inkOfEvent(const control::EventEntry &entry)
{
    if (entry.node == u"you")
        return Ink::Strong;
    const QString &name = entry.event;
    if (name == u"active" || name == u"master-elected" || name == u"quorum-regained")
        return Ink::Good;
    if (name == u"master-lost" || name == u"fencing" || name == u"quorum-lost" || name == u"alarm"
        || name == u"driver-failed" || name == u"service-sick")
        return Ink::Warn;
    return name.startsWith(u"link-") || name == u"driver-stopped" || name == u"term-changed"
        ? Ink::Dim
        : Ink::Plain;
}

} // namespace

Line timelineLine(const control::EventEntry &entry)
{
    const QDateTime time = QDateTime::fromString(entry.time, Qt::ISODateWithMs).toLocalTime();
    const Ink ink = inkOfEvent(entry);
    Line line(u" "_s);
    line.add(time.toString(u"hh:mm:ss.zzz"_s), Ink::Dim).add(u"  "_s);
    line.add(entry.node.leftJustified(5), ink).add(u' ' + entry.event.leftJustified(15), ink);
    line.add(
        u' ' + control::eventText(entry), ink == Ink::Good || ink == Ink::Warn ? Ink::Plain : ink);
    return line;
}

std::vector<Line> drawBoard(const BoardModel &model, const Look &look, const ScreenSize &size)
{
    const Signs signs = signsFor(look);
    const ClusterStatus *view = bestView(model);
    const std::size_t rows = std::size_t(std::max(1, size.rows));
    const bool isRoomy = rows >= 20;
    std::vector<Line> lines;
    const auto gap = [&] {
        if (isRoomy)
            lines.emplace_back();
    };

    lines.push_back(headLine(model));
    lines.push_back(verdictLine(model, view, signs));
    if (isRoomy)
        lines.emplace_back(view ? u"   "_s + view->why : QString(), Ink::Dim);
    gap();
    lines.push_back(machineHead(model));
    for (std::size_t i = 0; i < model.machines.size(); ++i)
        lines.push_back(machineLine(model, i, signs));
    gap();
    lines.push_back(leaseLine(model, signs, size.columns));
    lines.push_back(serviceLine(model));
    lines.push_back(gapLine(model));
    gap();

    std::vector<Line> last = foot(model);
    const std::size_t room
        = rows > lines.size() + last.size() + 1 ? rows - lines.size() - last.size() - 1 : 0;
    const std::size_t shown = std::min(room, model.timeline.size());
    for (std::size_t i = model.timeline.size() - shown; i < model.timeline.size(); ++i)
        lines.push_back(timelineLine(model.timeline[i]));
    // The keys stay where they are, however long the timeline is.
    while (lines.size() + last.size() < rows)
        lines.emplace_back();
    for (Line &line : last)
        lines.push_back(std::move(line));
    if (lines.size() > rows)
        lines.resize(rows);
    return lines;
}

} // namespace clustd::daemon
