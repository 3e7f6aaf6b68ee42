#pragma once

#include "model/cluster_book.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QSystemTrayIcon>
#include <QTime>
#include <QTimer>

#include <chrono>
#include <map>

class QMenu;

namespace clustd::monitor {

/// Which events are worth a desktop notification, and when.
struct NoticeRules
{
    enum Kind { MasterChanged, QuorumLost, Alarms, Sick, LinksDown, Unheard };
    QSet<int> wanted = usual();
    bool hasQuietHours = false;
    QTime quietFrom{22, 0};
    QTime quietTo{7, 0};

    /// All but links, of which one lost machine has many.
    [[nodiscard]] static QSet<int> usual();
    [[nodiscard]] bool isQuiet(const QTime &now) const;
    /// What @p event is for these rules; nothing: none of them.
    [[nodiscard]] static std::optional<Kind> kindOf(EventKind event);
    [[nodiscard]] bool wants(EventKind event, const QTime &now) const;
    [[nodiscard]] bool wants(Kind kind, const QTime &now) const;

    void save(QSettings &settings) const;
    [[nodiscard]] static NoticeRules load(QSettings &settings);
};

/// The icon in the desktop's tray: the worst state of all clusters, and notifications of what
/// happens. Does nothing where the desktop has no tray.
/// Thread: the GUI's.
class Tray : public QObject
{
    Q_OBJECT
public:
    explicit Tray(ClusterBook &book, QObject *parent = nullptr);
    ~Tray() override;

    void setRules(const NoticeRules &rules) { m_rules = rules; }
    [[nodiscard]] const NoticeRules &rules() const { return m_rules; }
    /// False too when the desktop's tray has gone meanwhile.
    [[nodiscard]] bool isShown() const
    {
        return m_icon.isVisible() && QSystemTrayIcon::isSystemTrayAvailable();
    }
    /// Now, or as soon as there is a tray within the first minute.
    void show();

    /// How long a cluster must be silent to be told of: a change to another of its machines is
    /// none. Ten seconds, if not set.
    void setUnheardAfter(std::chrono::milliseconds span) { m_unheardAfter = span; }

    /// Title and text of the notification for @p event; empty: none.
    [[nodiscard]] static std::pair<QString, QString> noticeOf(
        const Cluster &cluster, const Event &event);

Q_SIGNALS:
    void openAsked();
    void quitAsked();
    /// A notification was given to the desktop.
    void noticed(const QString &title, const QString &text);

private:
    /// From the last word of a cluster on.
    struct Silence
    {
        QElapsedTimer since;
        bool isTold = false;
    };
    void watch(Cluster *cluster);
    void refresh();
    void notice(Cluster *cluster, const Event &event);
    void listen(Cluster *cluster);
    void tellUnheard(Cluster *cluster);
    void give(const QString &title, const QString &text, bool isWarning);

    ClusterBook &m_book;
    NoticeRules m_rules;
    QSystemTrayIcon m_icon;
    std::unique_ptr<QMenu> m_menu;
    int m_severity = -1;
    int m_triesLeft = 12; ///< To find a tray
    QString m_lastText;
    QElapsedTimer m_lastAt;
    std::map<const Cluster *, Silence> m_silences;
    std::chrono::milliseconds m_unheardAfter{10'000};
    QTimer m_showTimer; ///< The tray may come after this program
};

} // namespace clustd::monitor
