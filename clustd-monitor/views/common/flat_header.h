#pragma once

#include <QHeaderView>
#include <QSet>

namespace clustd::monitor {

/// The header of a table without frames: small titles over their cells, an arrow where it sorts.
///
/// Thread: the GUI's. Owner: its table.
class FlatHeader : public QHeaderView
{
    Q_OBJECT
public:
    explicit FlatHeader(QWidget *parent = nullptr);

    /// The cells of this column begin with a sign; its title stands over the words.
    void setSigned(int section) { m_signed.insert(section); }

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    QSet<int> m_signed;
};

} // namespace clustd::monitor
