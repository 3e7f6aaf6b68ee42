#pragma once

#include "cluster/state_file.h"
#include "election/effects.h"

#include <QObject>
#include <QThread>

#include <map>
#include <mutex>

namespace clustd::cluster {

/// The state folder of this machine: its durable vote and the small files beside it. Writes run on
/// a worker thread, so that a hung disk never blocks the thread that decides. Thread: the cluster
/// thread. Owner: Node. Errors: a failed write of the vote is reported by failed(); the daemon must
/// end then, without trying again: what a disk holds after a failed fsync is unknown (Rebello et
/// al. 2020, "Can applications recover from fsync failures?").
class VoteStore : public QObject
{
    Q_OBJECT
public:
    explicit VoteStore(QString directory, StateOwner owner, QObject *parent = nullptr);
    /// Waits for the write under way.
    ~VoteStore() override;

    /// Makes the folder and locks it against a second daemon. Errors: System, Storage.
    [[nodiscard]] Result<void> open();
    /// The stored state, nothing when there is no file (V4). Errors: Storage for a damaged one.
    [[nodiscard]] Result<std::optional<election::DurableState>> load() const;
    /// A small file of the folder (maintenance, pause), empty when there is none.
    [[nodiscard]] QByteArray loadFile(const QString &name) const;

    /// Starts a durable write; written() follows. Of several waiting, only the newest reaches the
    /// disk.
    void write(const election::DurableWrite &write);
    /// As write(), for a small file; no answer but fileFailed(), which ends nothing.
    void writeFile(const QString &name, const QByteArray &bytes);

    /// Stores a small file and looks how much room is left; probed() follows, behind whatever
    /// waits.
    void probe();

    [[nodiscard]] QString directory() const { return m_directory; }

Q_SIGNALS:
    void written(quint64 write, std::chrono::nanoseconds took);
    void failed(const QString &why);
    void fileFailed(const QString &name, const QString &why);
    void fileWritten(const QString &name);
    /// @param why the folder takes no writes, or soon will not; empty: it does
    void probed(const QString &why);

private:
    void drain();

    QString m_directory;
    StateOwner m_owner;
    int m_lock = -1;
    QThread m_thread;
    QObject *m_worker; ///< Lives in m_thread; its only task is to run drain() there

    std::mutex m_mutex; ///< Guards what the worker takes over
    std::optional<election::DurableWrite> m_waiting;
    bool m_hasFailed = false; ///< Touched by the worker alone
    std::map<QString, QByteArray> m_waitingFiles;
};

} // namespace clustd::cluster
