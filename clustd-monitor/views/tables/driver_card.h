#pragma once

#include "control/control_api.h"

#include <QFrame>

class QLabel;

namespace clustd::monitor {

/// One driver of a machine: its place in the order, name, type, state, and what is wrong with it.
///
/// Thread: the GUI's. Owner: its layout.
class DriverCard : public QFrame
{
    Q_OBJECT
public:
    explicit DriverCard(QWidget *parent = nullptr);

    /// @param number from 1, in the order in which they start
    /// @param isCalm a driver that is stopped is as it should be: the machine is not the master
    void setDriver(int number, const control::DriverRow &row, bool isCalm);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    int m_number = 0;
    control::DriverRow m_row;
    bool m_isCalm = true;
    QLabel *m_badge = nullptr;
    QLabel *m_name = nullptr;
    QLabel *m_sign = nullptr;
    QLabel *m_state = nullptr;
    QLabel *m_detail = nullptr;
};

} // namespace clustd::monitor
