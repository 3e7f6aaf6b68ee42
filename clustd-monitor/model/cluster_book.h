#pragma once

#include "control/access.h"
#include "model/cluster.h"

#include <QObject>
#include <QSet>
#include <QSettings>

#include <memory>
#include <optional>
#include <vector>

namespace clustd::monitor {

/// What is kept of a cluster from one day to the next. Never its token: that is the keyring's.
struct ClusterEntry
{
    QString key; ///< Its name in the settings and in the keyring
    QString title;
    QStringList uris; ///< "ws://10.0.0.1:3001"
    QString
        tokenFile; ///< Read at each start; empty: the keyring has the token, or the person is asked

    friend bool operator==(const ClusterEntry &, const ClusterEntry &) = default;
};

/// Why a cluster that is known is not opened yet.
enum class WaitsFor {
    Keyring, ///< It was asked for the token and has not answered
    Token ///< Nobody has given it
};

/// All clusters that are watched or wait to be, and which of them is shown.
/// Thread: the GUI's. Owner: the main window.
class ClusterBook : public QObject
{
    Q_OBJECT
public:
    explicit ClusterBook(QObject *parent = nullptr);
    ~ClusterBook() override;

    /// Watches a cluster from now on. @return it; the book owns it
    Cluster *add(const ClusterEntry &entry, ClusterConnection::Setup setup);
    Cluster *addJournal(const QString &title, const std::vector<control::EventEntry> &journal);
    void remove(Cluster *cluster);

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] Cluster *at(int index) const { return m_rows[size_t(index)]->cluster.get(); }
    [[nodiscard]] int indexOf(const Cluster *cluster) const;
    /// Empty for a journal.
    [[nodiscard]] ClusterEntry entryOf(const Cluster *cluster) const;

    /// Nothing: none in particular, but all of them.
    [[nodiscard]] Cluster *current() const { return m_current; }
    void setCurrent(Cluster *cluster);

    /// Known, but without a token to open it.
    struct Waiting
    {
        ClusterEntry entry;
        WaitsFor what = WaitsFor::Keyring;
        QString trouble; ///< Why the token is not at hand; empty: not known yet
    };
    [[nodiscard]] const std::vector<Waiting> &waiting() const { return m_waiting; }
    /// It waits for that from now on; it ends with add() or forget() of the same key.
    void setWaiting(const Waiting &waiting);
    /// One that waits is not known any more.
    void forget(const QString &key);

    /// For actions; from the connection's own token or one given for them. Nothing: read-only.
    [[nodiscard]] std::optional<crypto::Credentials> admin(const Cluster *cluster) const;
    void setAdmin(const Cluster *cluster, std::optional<crypto::Credentials> credentials);

    /// The clusters that are open, beside those that @p settings knows and nobody has removed.
    void save(QSettings &settings) const;
    [[nodiscard]] static std::vector<ClusterEntry> load(QSettings &settings);
    [[nodiscard]] static QString newKey();

Q_SIGNALS:
    void added(clustd::monitor::Cluster *cluster);
    /// Before it goes.
    void removed(clustd::monitor::Cluster *cluster);
    void currentChanged(clustd::monitor::Cluster *cluster);
    void adminChanged(const clustd::monitor::Cluster *cluster);
    void waitingChanged();

private:
    struct Row
    {
        ClusterEntry entry;
        std::unique_ptr<Cluster> cluster;
        std::optional<crypto::Credentials> admin;
    };
    [[nodiscard]] Row *rowOf(const Cluster *cluster) const;
    Cluster *insert(std::unique_ptr<Row> row);
    void endWaiting(const QString &key);

    std::vector<std::unique_ptr<Row>> m_rows;
    std::vector<Waiting> m_waiting;
    Cluster *m_current = nullptr;
    QSet<QString> m_forgotten; ///< Keys of those that were removed
};

using control::readTokenFile;
using control::readUri;

} // namespace clustd::monitor
