#pragma once

#include "model/cluster_book.h"
#include "window/keyring.h"

#include <QObject>

class QWidget;

namespace clustd::monitor {

/// Opens, asks for and forgets clusters: here the book, the settings, the desktop's keyring and the
/// person meet.
///
/// Thread: the GUI's. Owner: the main window, over which dialogs open.
class KnownClusters : public QObject
{
    Q_OBJECT
public:
    /// @param settings must outlive it. Nothing: nothing is kept
    KnownClusters(ClusterBook &book, QSettings *settings, QWidget *window);

    /// Connects the clusters of the last time. Those whose token is not kept wait for it; where it
    /// is the only one, the person is asked at once.
    void openAll();
    /// Asks the person for a new one.
    void add();
    void remove(Cluster *cluster);
    /// Of one that waits for its token: asks for it again, or knows it no more.
    void giveToken(const QString &key);
    void forget(const QString &key);
    void openJournal(const QString &path);

Q_SIGNALS:
    /// What is to be kept is another than before.
    void changed();
    /// A line for the person that asks for nothing, to be shown for @p ms.
    void told(const QString &text, int ms);

private:
    void wait(const ClusterEntry &entry, const QString &trouble);
    void ask(const ClusterEntry &entry, const QString &trouble);

    ClusterBook &m_book;
    QSettings *m_settings;
    QWidget *m_window;
    Keyring m_keyring;
};

} // namespace clustd::monitor
