#pragma once

#include "gui/journal_by_hand.h"
#include "timeline/lanes_widget.h"
#include "timeline/timeline_view.h"

#include <QCoreApplication>
#include <QWheelEvent>

#include <memory>
#include <optional>

/// A timeline of a small story, for the tests of its lanes and of its list.
namespace clustd::tests {

using namespace Qt::Literals::StringLiterals;
using namespace clustd::monitor;

inline const QString a = u"alpha"_s;
inline const QString b = u"beta"_s;
inline const QString c = u"gamma"_s;

/// alpha is active from 1 s to 6 s and then dies; beta takes over at 7 s; gamma is in maintenance
/// from 3 s on; the journal ends at 10 s.
inline JournalByHand story()
{
    JournalByHand journal;
    journal.begin(0, {a, b, c}).elect(1000, 1, a, {b, c});
    journal.tell(3000, c, u"maintenance-on"_s, 1, {{u"by"_s, u"alice"_s}});
    journal.down(6000, b, a).down(6000, c, a);
    journal.elect(7000, 2, b, {c});
    journal.tell(10'000, b, u"config-reloaded"_s, 2);
    return journal;
}

struct Fixture
{
    explicit Fixture(const JournalByHand &journal = story())
        : cluster(std::make_unique<Cluster>(u"events.jsonl"_s, journal.entries()))
    {
        view.resize(1000, 400);
        view.setCluster(cluster.get());
        view.show();
        // Half a second a pixel needs no rounding; all of the story is in view.
        lanes()->setWindow({kJournalBegin - 1000, kJournalBegin + 11'000});
    }
    [[nodiscard]] LanesWidget *lanes() const { return view.lanes(); }
    [[nodiscard]] QPoint laneAt(const QString &machine, qint64 afterMs) const
    {
        return {static_cast<int>(lanes()->xOf(kJournalBegin + afterMs)),
            lanes()->laneRect(machine).center().y()};
    }
    [[nodiscard]] QPoint axisAt(qint64 afterMs) const
    {
        return {static_cast<int>(lanes()->xOf(kJournalBegin + afterMs)),
            lanes()->axisRect().bottom() - 3};
    }
    [[nodiscard]] QColor colorAt(const QString &machine, qint64 afterMs)
    {
        const QImage picture = lanes()->grab().toImage();
        const double ratio = picture.devicePixelRatio();
        const QPoint at = laneAt(machine, afterMs);
        return picture.pixelColor(
            static_cast<int>(at.x() * ratio), static_cast<int>(at.y() * ratio));
    }
    void wheel(const QPoint &at, int delta, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QWheelEvent event(at, lanes()->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers,
            Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(lanes(), &event);
    }
    [[nodiscard]] std::optional<qint64> shownAfter() const
    {
        const std::optional<qint64> cursor = cluster->cursor();
        return cursor ? std::optional(*cursor - kJournalBegin) : std::nullopt;
    }

    std::unique_ptr<Cluster> cluster;
    TimelineView view;
};

/// It is never opened; what would be heard is said by hand.
inline ClusterConnection::Setup nobody()
{
    ClusterConnection::Setup setup;
    setup.uris.emplace_back(u"ws://127.0.0.1:1"_s);
    return setup;
}

} // namespace clustd::tests
