#pragma once

#include "window/tray.h"

#include <QDialog>

class QCheckBox;
class QTimeEdit;

namespace clustd::monitor {

/// Which events notify, and the hours in which none does. Thread: the GUI's.
class NoticesDialog : public QDialog
{
    Q_OBJECT
public:
    explicit NoticesDialog(const NoticeRules &rules, QWidget *parent = nullptr);
    [[nodiscard]] NoticeRules rules() const;

private:
    std::vector<std::pair<int, QCheckBox *>> m_kinds;
    QCheckBox *m_quiet = nullptr;
    QTimeEdit *m_from = nullptr;
    QTimeEdit *m_to = nullptr;
};

} // namespace clustd::monitor
