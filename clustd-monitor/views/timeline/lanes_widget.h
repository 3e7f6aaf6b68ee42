#pragma once

#include "common/theme.h"
#include "model/cluster.h"
#include "timeline/event_marks.h"
#include "timeline/lane_segments.h"

#include <QHash>
#include <QPixmap>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

class QScrollBar;

namespace clustd::monitor {

/// The lanes of a cluster's machines over a time axis.
///
/// The wheel and + - zoom, dragging and the arrow keys move, Home and End go to the begin and to
/// now, a double click shows everything. A click or a drag on the axis goes to that moment
/// (Cluster::setCursor), Ctrl with the arrow keys goes from event to event, Escape returns to now.
/// A click on a lane chooses its machine.
///
/// Lanes and axis are painted into a kept picture; what follows the mouse is painted over it.
///
/// Thread: the GUI's. Owner: TimelineView.
class LanesWidget : public QWidget
{
    Q_OBJECT
public:
    explicit LanesWidget(QWidget *parent = nullptr);

    /// @param cluster nothing: empty; may go away by itself
    void setCluster(Cluster *cluster);

    struct Window
    {
        qint64 fromMs = 0; ///< Milliseconds since 1970 UTC
        qint64 toMs = 1;

        [[nodiscard]] qint64 span() const { return toMs - fromMs; }
        friend bool operator==(const Window &, const Window &) = default;
    };
    [[nodiscard]] Window window() const { return m_window; }
    /// Stays there; ends going along with the present.
    void setWindow(Window window);
    /// The last @p ms, going along with the present, in live clusters to come too. @param ms 0: all
    /// that is known
    void setSpan(qint64 ms);
    /// All that is known.
    void fit();
    /// The present again, as much of it as was in view, and the moment shown is now.
    void goLive();
    /// Whether the newest is in view and stays there.
    [[nodiscard]] bool isFollowing() const { return m_isFollowing; }
    /// Whether all that is known is in view and stays there.
    [[nodiscard]] bool isAll() const { return m_isAll; }
    /// Whether a moment of the past is shown.
    [[nodiscard]] bool isScrubbed() const;

    /// An event that is to be found on the axis; nothing: none. Moves it into view.
    void setMarked(std::optional<std::size_t> event);

    /// In the order shown.
    [[nodiscard]] const QStringList &machines() const { return m_machines; }
    [[nodiscard]] double xOf(qint64 timeMs) const;
    [[nodiscard]] qint64 timeAt(double x) const;
    /// Empty: not in view.
    [[nodiscard]] QRect laneRect(const QString &machine) const;
    [[nodiscard]] QRect axisRect() const;
    /// What is at @p position, in words, as rich text; empty: nothing.
    [[nodiscard]] QString describe(const QPoint &position) const;
    /// How often the kept picture was made anew.
    [[nodiscard]] int paintCount() const { return m_paintCount; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void windowChanged();
    /// isFollowing() or isScrubbed() is another one.
    void modeChanged();
    /// The person clicked on the sign of this event (index in EventStore::events()).
    void eventPicked(std::size_t event);

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    static constexpr std::size_t kLaneStates = static_cast<std::size_t>(LaneState::Maintenance) + 1;
    enum class Drag { None, Pending, Pan, Scrub };

    void forget();
    void noteEvents(std::size_t first);
    void readMachines();
    void layOut();
    void invalidate();
    [[nodiscard]] TimeScale scale() const;
    [[nodiscard]] QRect plotRect() const;
    [[nodiscard]] QFont smallFont() const;
    [[nodiscard]] EventMarks::Sizes markSizes() const;
    [[nodiscard]] const MergedMark *markAt(const QPoint &position) const;
    [[nodiscard]] QString machineAt(const QPoint &position) const;
    [[nodiscard]] QString describeMark(const MergedMark &mark) const;
    [[nodiscard]] QString describeLane(const QString &machine, qint64 timeMs) const;
    [[nodiscard]] QString eventLine(const Event &event) const;

    // lanes_window.cpp
    void showWindow(Window window, bool isFollowing, bool isAll = false);
    void follow();
    void tick();
    void schedule();
    void zoom(double factor, qint64 aboutMs);
    void pan(double share);
    void scrubTo(qint64 timeMs, bool isFinal);
    void stepToEvent(bool isForward);
    void noteCursor();
    [[nodiscard]] bool isLive() const;
    [[nodiscard]] qint64 beginMs() const;
    /// Until when something is known: now, or the end of the journal.
    [[nodiscard]] qint64 endMs() const;
    [[nodiscard]] Window fullWindow() const;

    // lanes_painting.cpp
    void paintKept();
    [[nodiscard]] QColor barColor(LaneState state) const;
    void paintLane(QPainter &painter, const QString &machine, const QRect &row) const;
    void paintSegment(
        QPainter &painter, const LaneSegment &segment, const QRect &row, bool isRound) const;
    void paintTermLabel(QPainter &painter, const LaneSegment &segment, const QRectF &bar) const;
    void paintAxis(QPainter &painter);
    void paintMarks(QPainter &painter) const;
    void paintEmpty(QPainter &painter) const;
    void paintOver(QPainter &painter) const;
    void paintMoment(QPainter &painter, qint64 timeMs, const QString &text, Tone tone) const;
    [[nodiscard]] const QPixmap &hatch(Tone tone, int height) const;

    QPointer<Cluster> m_cluster;
    EventMarks m_marks;
    QStringList m_machines;
    QHash<QString, std::size_t> m_lanes; ///< Of a machine in Replay

    Window m_window;
    qint64 m_spanMs; ///< Asked for by setSpan(); 0: all
    bool m_isFollowing = true;
    bool m_isAll = false;
    bool m_isFitted = false; ///< A window is set for this cluster
    qint64 m_openedMs = 0; ///< Since when this cluster is shown
    QTimer m_tick; ///< The present moves on
    QTimer m_scrub; ///< Other views need a moment for each step of a drag
    std::optional<qint64> m_scrubMs;

    // Where things are
    int m_nameWidth = 0;
    int m_rowHeight = 1;
    int m_markHeight = 0;
    int m_axisHeight = 0;
    QScrollBar *m_scroll = nullptr;
    std::vector<MergedMark> m_shownMarks;

    // What is painted
    QPixmap m_kept;
    bool m_isKept = false; ///< Otherwise it is to be made again
    std::array<QColor, kLaneStates> m_barColors;
    std::vector<QRectF> m_tickLabels; ///< Where they are written
    mutable QHash<QString, QPixmap> m_hatches;
    int m_paintCount = 0;
    bool m_isRingShown = false;

    // What the person does
    Drag m_drag = Drag::None;
    QPoint m_pressed;
    Window m_pressedWindow;
    bool m_wasPressedFollowing = false;
    std::optional<int> m_hoverX;
    struct Marked
    {
        qint64 timeMs = 0;
        QString machine;
        EventKind kind = EventKind::Other;
    };
    std::optional<Marked> m_marked;
};

} // namespace clustd::monitor
