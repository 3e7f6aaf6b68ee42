#pragma once

#include "common/theme.h"
#include "model/topology_picture.h"

#include <QFont>
#include <QGraphicsObject>

namespace clustd::monitor {

/// One machine: its shape says its role, frame and word its state; crowned and ringed by its lease
/// when it is master. Paints itself again only when something of it changed.
class MachineItem : public QGraphicsObject
{
    Q_OBJECT
public:
    MachineItem(const QFont &font, const QPalette &palette);

    void setPicture(const MachinePicture &picture);
    [[nodiscard]] const MachinePicture &picture() const { return m_picture; }
    /// @param share what is left of the lease, 0 to 1; negative: not known
    void setLease(double share, const QString &words);
    void setChosen(bool isChosen);
    void setLook(const QFont &font, const QPalette &palette);
    /// Below or beside; on the left half of the circle they stand on the left.
    void setNotesSide(Qt::Alignment side);

    /// Distance from the middle to the frame in the direction of @p unit, in scene units.
    [[nodiscard]] double reach(const QPointF &unit) const;
    [[nodiscard]] double radius() const { return m_radius; }

    [[nodiscard]] QRectF boundingRect() const override;
    [[nodiscard]] QPainterPath shape() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;
    enum { Type = UserType + 1 };
    [[nodiscard]] int type() const override { return Type; }

    /// One line for those who cannot see the picture.
    [[nodiscard]] QString spoken() const;

Q_SIGNALS:
    void pressed(const QString &id);

protected:
    void mousePressEvent(QGraphicsSceneMouseEvent *event) override;

private:
    struct Note
    {
        QString text;
        Tone tone = Tone::Muted;
        QString icon;
    };
    void measure();
    [[nodiscard]] std::vector<Note> notes() const;
    [[nodiscard]] QPainterPath outline(double radius) const;
    [[nodiscard]] QRectF notesRect() const;
    void paintNotes(QPainter &painter, double ratio) const;

    MachinePicture m_picture;
    QFont m_font;
    QPalette m_palette;
    std::vector<Note> m_notes;
    double m_radius = 40;
    double m_noteWidth = 0;
    double m_lease = -1;
    QString m_leaseWords;
    bool m_isChosen = false;
    Qt::Alignment m_side = Qt::AlignBottom;
};

} // namespace clustd::monitor
