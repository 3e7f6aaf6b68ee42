#pragma once

#include "charts/chart_data.h"

#include <QHash>
#include <QPixmap>
#include <QPolygonF>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

namespace clustd::monitor {

/// One chart over time, from zero upwards: lines, bars, reference lines, a cross-hair. Asks its
/// source on refresh() only, keeps what it needs for the pixels it has, and paints again only when
/// that is other than before; the cross-hair is painted over a kept picture.
///
/// Thread: the GUI's. Owner: its layout.
class ChartWidget : public QWidget
{
    Q_OBJECT
public:
    /// What it returns may point into the source's own series: it is read at once.
    using Source = std::function<ChartData()>;
    /// So many lines get a colour of their own.
    static constexpr int kColours = 6;

    explicit ChartWidget(const QString &title, QWidget *parent = nullptr);

    void setSource(Source source);
    void setRange(ChartRange range);
    [[nodiscard]] ChartRange range() const { return m_range; }
    /// There may be new samples.
    void refresh();

    /// The moment under the mouse, here or in a chart beside; nothing: none.
    void setCrosshair(std::optional<qint64> timeMs);
    /// A moment to be marked all the time: the one that the other views show.
    void setMoment(std::optional<qint64> timeMs);

    [[nodiscard]] bool isEmpty() const;
    /// Where a value is drawn, and the frame in which.
    [[nodiscard]] QPointF pointOf(qint64 timeMs, double value) const;
    [[nodiscard]] QRectF plotRect() const { return m_plot; }
    /// What the cross-hair says, line by line; the time first.
    [[nodiscard]] QStringList readingAt(qint64 timeMs) const;
    /// How often the picture was made anew.
    [[nodiscard]] int paintCount() const { return m_paintCount; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// @param factor above 1: more time in view. @param aboutMs this moment stays where it is
    void zoomAsked(double factor, qint64 aboutMs);
    void panAsked(qint64 byMs);
    void liveAsked();
    void hovered(std::optional<qint64> timeMs);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Line
    {
        QString name;
        QString last; ///< The newest value in range, in words
        int colour = -1; ///< -1: thin
        std::vector<QPolygonF> strokes; ///< x: milliseconds since the begin of the range

        friend bool operator==(const Line &, const Line &) = default;
    };
    /// Everything that is drawn, in values: compared to know whether to paint.
    struct Picture
    {
        ChartRange range;
        std::vector<Line> lines; ///< Thin ones first
        std::vector<ChartBar> bars;
        std::vector<ChartMark> marks;
        std::optional<ChartZone> zone;
        QString summary;
        QString emptyText;
        double top = 1; ///< Value at the upper edge
        double step = 1;

        friend bool operator==(const Picture &, const Picture &) = default;
    };

    struct LegendLayout
    {
        int entries = 0;
        int columns = 0;
        int rows = 0;
        double entryWidth = 0;
    };

    void build();
    void giveColours(std::vector<Line> &lines);
    void scale(Picture &picture) const;
    void layOut();
    void invalidate();
    [[nodiscard]] LegendLayout legendLayout() const;
    [[nodiscard]] QColor colourOf(int colour) const;
    [[nodiscard]] QFont smallFont() const;
    [[nodiscard]] qint64 timeAt(double x) const;
    /// The drawn sample nearest to @p timeMs, in milliseconds since the begin of the range.
    [[nodiscard]] std::optional<QPointF> sampleAt(const Line &line, qint64 timeMs) const;
    [[nodiscard]] const ChartBar *barAt(qint64 timeMs) const;

    // chart_painting.cpp
    void paintPicture(QPainter &painter) const;
    void paintTitle(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;
    void paintGrid(QPainter &painter) const;
    void paintLines(QPainter &painter) const;
    void paintBars(QPainter &painter) const;
    void paintMarks(QPainter &painter) const;
    void paintEmpty(QPainter &painter) const;
    void paintCrosshair(QPainter &painter) const;

    QString m_title;
    Source m_source;
    ChartRange m_range;
    Picture m_picture;
    QHash<QString, int> m_colours; ///< Of lines by name: a line keeps its colour while it has one
    QRectF m_plot;
    int m_legendRows = 0;
    QPixmap m_kept; ///< Null: to be made again
    std::optional<qint64> m_crosshair;
    std::optional<qint64> m_moment;
    std::optional<double> m_dragX;
    bool m_isHovered = false; ///< The mouse is here, not in a chart beside
    int m_paintCount = 0;
};

} // namespace clustd::monitor
