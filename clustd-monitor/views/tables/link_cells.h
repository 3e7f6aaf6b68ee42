#pragma once

#include "common/theme.h"
#include "model/link_model.h"

#include <QHeaderView>
#include <QStyledItemDelegate>

namespace clustd::monitor {

/// How a direction of a link is shown.
struct LinkLook
{
    enum class Kind { Self, NotTold, Heard, Slow, Suspect, OneWay, NotHeard };
    Kind kind = Kind::NotTold;
    Tone tone = Tone::Muted;
    QString sign; ///< An icon's name; empty: none
    QString word; ///< Beside the sign, or the round trip
};
/// @param leaseMs milliseconds, 0: not known; a round trip is slow when it eats up a good part of
/// it
[[nodiscard]] LinkLook linkLookOf(const LinkModel::Cell &cell, bool isOneWay, std::int64_t leaseMs);

/// Paints the cells of LinksView: a wash that says how it is, then a sign and a word where it is
/// not well, else the round trip. In narrow cells the sign alone.
///
/// Thread: the GUI's. Owner: LinksView.
class LinkCells : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit LinkCells(QObject *parent = nullptr);

    void setLease(std::int64_t leaseMs) { m_leaseMs = leaseMs; }
    [[nodiscard]] std::int64_t lease() const { return m_leaseMs; }
    [[nodiscard]] const QString &chosen() const { return m_chosen; }
    /// Row and column of this machine stand out; empty: none.
    void setChosen(const QString &machine) { m_chosen = machine; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
        const QModelIndex &index) const override;

private:
    std::int64_t m_leaseMs = 0;
    QString m_chosen;
};

/// Names of machines, elided; turned by a right angle where columns are narrow.
///
/// Thread: the GUI's. Owner: its table.
class LinkHeader : public QHeaderView
{
    Q_OBJECT
public:
    explicit LinkHeader(Qt::Orientation orientation, QWidget *parent = nullptr);

    void setTurned(bool isTurned);
    void setChosen(const QString &machine);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    [[nodiscard]] QString name(int section) const;

    bool m_isTurned = false;
    QString m_chosen;
};

} // namespace clustd::monitor
