#pragma once

#include "overview/card_words.h"

#include <QWidget>

class QLabel;

namespace clustd::monitor {

/// The line over all clusters' cards, of the same height as the header of one cluster.
/// Thread: the GUI's.
class OverviewHeader : public QWidget
{
    Q_OBJECT
public:
    explicit OverviewHeader(QWidget *parent = nullptr);

    void setWords(const OverviewWords &words);
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QString subline() const;

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    OverviewWords m_words;
    QLabel *m_sign = nullptr;
    QLabel *m_headline = nullptr;
    QLabel *m_subline = nullptr;
};

} // namespace clustd::monitor
