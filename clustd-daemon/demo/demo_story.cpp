#include "demo/demo_story.h"

#include <QJsonObject>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kStepWithin = 30s;

} // namespace

DemoStory::DemoStory(
    Demo &demo, std::function<void(const QString &)> tell, std::chrono::milliseconds pause)
    : m_demo(demo)
    , m_tell(std::move(tell))
    , m_pause(pause)
{
}

bool DemoStory::run()
{
    for (int i = 0; i < DemoCluster::kMachines; ++i)
        m_demo.start(i);
    if (!step(u"three machines start and elect"_s, -1, {}) || !everyoneBack(u"all may vote"_s))
        return false;
    if (!step(
            u"kill -9 of the master's daemon"_s, m_master, [this](int i) { m_demo.killDaemon(i); })
        || !everyoneBack(u"its guard has started it again, it follows"_s))
        return false;
    if (!step(u"the master's daemon hangs (SIGSTOP)"_s, m_master, [this](int i) { m_demo.hang(i); })
        || !everyoneBack(u"its guard has replaced it, it follows"_s))
        return false;
    const int cut = m_master;
    if (!step(u"the master is cut off from the others"_s, cut,
            [this](int i) { m_demo.cutCables(i, Demo::Cut::Everything); }))
        return false;
    m_demo.cutCables(cut, Demo::Cut::Nothing);
    if (!everyoneBack(u"the cables are whole, it follows"_s))
        return false;
    const int dead = m_master;
    if (!step(u"the master loses power"_s, dead, [this](int i) { m_demo.powerOff(i); }))
        return false;
    m_demo.start(dead);
    if (!everyoneBack(u"power is back, it follows"_s))
        return false;
    return step(u"planned switchover to %1"_s.arg(DemoCluster::id(dead)), m_master,
        [this, dead](int) { m_demo.switchover(dead); });
}

bool DemoStory::failed(const QString &what, const QString &why)
{
    m_tell(u"FAILED  %1: %2"_s.arg(what, m_demo.isInterrupted() ? u"interrupted"_s : why));
    return false;
}

bool DemoStory::step(const QString &what, int old, const std::function<void(int)> &act)
{
    const std::size_t livesBefore = m_demo.lives().size();
    if (act)
        act(old);
    int master = -1;
    const bool isDone = m_demo.waitFor(
        [&] {
            master = m_demo.settledMaster();
            return master >= 0 && master != old && m_demo.lives().size() > livesBefore;
        },
        kStepWithin);
    if (!isDone)
        return failed(what, u"no other master within %1 s"_s.arg(kStepWithin / 1s));
    m_master = master;
    const QString id = DemoCluster::id(m_master);
    const ServiceLife &life = m_demo.lives().back();
    QJsonObject row{{u"step"_s, what}, {u"master"_s, id}, {u"term"_s, qint64(life.term)}};
    QString gap;
    if (livesBefore > 0) {
        const double ms = gapMsBefore(m_demo.lives(), livesBefore);
        const std::optional<double> clientsMs = m_demo.clients().gapMs;
        row.insert(u"gap_ms"_s, ms);
        row.insert(u"clients_ms"_s, clientsMs ? QJsonValue(*clientsMs) : QJsonValue());
        gap = u", gap %1 ms"_s.arg(ms, 0, 'f', 0);
    }
    m_steps.append(row);
    m_tell(u"%1  ->  %2 serves in term %3%4"_s.arg(what, -38).arg(id).arg(life.term).arg(gap));
    m_demo.waitFor([] { return false; }, m_pause);
    return !m_demo.isInterrupted() || failed(what, {});
}

bool DemoStory::everyoneBack(const QString &what)
{
    if (!m_demo.waitFor([this] { return m_demo.isEveryoneBack(); }, kStepWithin))
        return failed(what, u"not within %1 s"_s.arg(kStepWithin / 1s));
    m_steps.append(QJsonObject{{u"step"_s, what}});
    m_tell(u"  "_s + what);
    m_demo.waitFor([] { return false; }, m_pause);
    return !m_demo.isInterrupted() || failed(what, {});
}

} // namespace clustd::daemon
