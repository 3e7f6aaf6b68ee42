#pragma once

#include "model/cluster.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace clustd::monitor {

/// One glance: is it all right, who is master since when, what can still fail, what must be done.
/// Thread: the GUI's.
class HeaderView : public QWidget
{
    Q_OBJECT
public:
    explicit HeaderView(QWidget *parent = nullptr);

    void setCluster(Cluster *cluster);
    /// Whether an admin's token is at hand for this cluster, and whose.
    void setUnlocked(bool isUnlocked, const QString &party);

    [[nodiscard]] QString headline() const;
    [[nodiscard]] QString subline() const;
    [[nodiscard]] QString bannerText() const;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void switchoverAsked();
    void maintenanceAsked();
    void pauseAsked();
    void resumeAsked();
    void unlockAsked();
    void lockAsked();
    void liveAsked();
    void retryAsked();
    void alarmsAsked();

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void refresh();
    void refreshTime();
    void fitButtons();
    void showAlarms();
    void showBanner();

    QPointer<Cluster> m_cluster;
    QLabel *m_sign = nullptr;
    QLabel *m_headline = nullptr;
    QLabel *m_subline = nullptr;
    QWidget *m_alarms = nullptr;
    QLabel *m_alarmText = nullptr;
    QToolButton *m_alarmMore = nullptr;
    QToolButton *m_switchover = nullptr;
    QToolButton *m_maintenance = nullptr;
    QToolButton *m_pause = nullptr;
    QToolButton *m_lock = nullptr;
    QWidget *m_banner = nullptr;
    QLabel *m_bannerSign = nullptr;
    QLabel *m_bannerText = nullptr;
    QPushButton *m_bannerButton = nullptr;
    QTimer m_tick; ///< While the text holds a span that grows
    bool m_isUnlocked = false;
    bool m_hasWords = true; ///< The buttons', beside their signs
    QString m_party;
};

} // namespace clustd::monitor
