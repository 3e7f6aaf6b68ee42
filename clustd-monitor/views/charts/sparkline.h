#pragma once

#include "model/series.h"

#include <QColor>
#include <QRectF>
#include <QWidget>

#include <functional>
#include <vector>

class QPainter;

namespace clustd::monitor {

/// The last @p spanMs of @p series as a fine line without axes that fills @p rect from the lowest
/// to the highest value, with a dot at its end. Paints nothing when there is none.
void paintSparkline(QPainter &painter, const QRectF &rect, const Series &series,
    const QColor &color, qint64 spanMs);
/// Several on one scale, over the same time.
void paintSparklines(QPainter &painter, const QRectF &rect, const std::vector<const Series *> &all,
    const QColor &color, qint64 spanMs);

/// A sparkline as wide as there is room, with its range in words beside it. Knows no cluster: it
/// asks its source when told that there is more, and paints again only when shown and not more than
/// once a second.
///
/// Thread: the GUI's. Owner: its layout.
class SparklineLabel : public QWidget
{
    Q_OBJECT
public:
    /// The series live until the source returns to its caller.
    using Source = std::function<std::vector<const Series *>()>;

    explicit SparklineLabel(QWidget *parent = nullptr);

    void setSource(Source source, qint64 spanMs);
    /// There may be new samples.
    void refresh();
    /// Whether there is anything to draw.
    [[nodiscard]] bool isEmpty() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Source m_source;
    qint64 m_spanMs = 0;
};

} // namespace clustd::monitor
