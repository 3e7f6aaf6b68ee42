#pragma once

#include "model/cluster.h"

#include <QDialog>
#include <QPointer>

class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace clustd::monitor {

/// Asks what is to be done, says beforehand what will happen, does it, and says what came of it.
/// Thread: the GUI's.
class ActionDialog : public QDialog
{
    Q_OBJECT
public:
    enum class Action { Switchover, Maintenance, Pause, Resume };
    ActionDialog(
        Action action, Cluster &cluster, crypto::Credentials admin, QWidget *parent = nullptr);

    /// What will happen, as shown; empty while it is being asked.
    [[nodiscard]] QString forecast() const;
    [[nodiscard]] QComboBox *machineBox() const { return m_machine; }
    [[nodiscard]] QPushButton *doButton() const { return m_do; }

Q_SIGNALS:
    /// The outcome in words, after it was done.
    void carriedOut(const QString &outcome);

private:
    struct Order
    {
        QString method;
        QCborMap params;
    };
    void build();
    void askForecast();
    void setForecast(const QString &text, bool isPossible);
    [[nodiscard]] Order order() const;
    [[nodiscard]] QString outcomeOf(const QCborMap &answer) const;
    [[nodiscard]] bool isEnding() const;
    void act();

    Action m_action;
    QPointer<Cluster> m_cluster;
    crypto::Credentials m_admin;
    QComboBox *m_machine = nullptr;
    QComboBox *m_for = nullptr;
    QLineEdit *m_reason = nullptr;
    QLabel *m_forecast = nullptr;
    QPushButton *m_do = nullptr;
    QDialogButtonBox *m_buttons = nullptr;
    int m_question = 0; ///< Answers to older ones do not count
};

} // namespace clustd::monitor
