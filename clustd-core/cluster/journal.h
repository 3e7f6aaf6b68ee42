#pragma once

#include "cluster/journal_file.h"
#include "control/control_api.h"
#include "util/strong_id.h"

#include <QObject>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

namespace clustd::cluster {

/// The cluster's timeline as this machine knows it: its own events, and those that other machines
/// told it. Numbered in the order of arrival here, so that a number once seen always means the same
/// event; sortByTime() gives the order in which things happened.
///
/// Bounded in memory and, where a file is named, on disk (JSON lines). What the file holds is read
/// back at the next start, numbers included.
///
/// Thread: the cluster thread; the file is written by a thread of its own. Owner: Node.
/// Errors: none; a file that cannot be written is told by fileFailed() and costs nothing else.
class Journal : public QObject
{
    Q_OBJECT
public:
    struct Limits
    {
        std::size_t entriesMax = 5000; ///< In memory
        qint64 fileBytesMax = 8 * 1024 * 1024; ///< Of each of the two files
        qsizetype linesReadBack = 2000;
    };
    struct Stamp
    {
        QString time; ///< ISO 8601, UTC, milliseconds
        std::int64_t bootUs = 0;
    };

    /// @param node this machine's id. @param file absolute path; empty: memory only.
    explicit Journal(QString node, const QString &file = {}, QObject *parent = nullptr);
    /// @param stamp for tests: where times come from
    Journal(QString node, const QString &file, Limits limits, std::function<Stamp()> stamp,
        QObject *parent = nullptr);
    ~Journal() override;

    /// Something happened on this machine. In @p detail floats become whole numbers and long texts
    /// are cut, so that it can be sent as it is.
    void append(const QString &event, Term term, const QCborMap &detail = {});

    /// Events of machine @p peer, with its numbers. Those that are known already, or that name
    /// another machine, are left out.
    void merge(const QString &peer, const std::vector<control::EventEntry> &entries);
    /// The highest number of @p peer's that was merged; 0: none.
    [[nodiscard]] quint64 heardUpTo(const QString &peer) const;
    /// @p peer has begun to count anew (its file was lost).
    void forgetNumbersOf(const QString &peer);

    [[nodiscard]] const std::deque<control::EventEntry> &entries() const { return m_entries; }
    [[nodiscard]] quint64 lastSeq() const { return m_lastSeq; }
    [[nodiscard]] const QString &node() const { return m_node; }

    enum class Whose { All, Own };
    struct Page
    {
        std::vector<control::EventEntry> entries; ///< In order of their numbers
        quint64 next = 0; ///< To be handed in as @p since to go on
        bool lost = false; ///< Entries between @p since and the first one here are gone
    };
    /// The oldest @p limit entries after number @p since.
    [[nodiscard]] Page after(quint64 since, std::size_t limit, Whose whose = Whose::All) const;
    /// The newest @p limit entries.
    [[nodiscard]] Page newest(std::size_t limit, Whose whose = Whose::All) const;

Q_SIGNALS:
    /// entries() has grown.
    void grown();
    /// The file cannot be written; again with an empty text when it can.
    void fileFailed(const QString &why);

private:
    using Key = std::tuple<QString, std::int64_t, QString>; ///< Machine, boot time, wall time

    void readBack(const QString &file, qsizetype linesMax);
    void keep(control::EventEntry entry, quint64 originSeq);
    void trim();
    [[nodiscard]] static Key keyOf(const control::EventEntry &entry);

    const QString m_node;
    const Limits m_limits;
    std::function<Stamp()> m_stamp;
    std::deque<control::EventEntry> m_entries;
    std::set<Key> m_keys; ///< Of m_entries
    std::map<QString, quint64> m_heardUpTo;
    quint64 m_lastSeq = 0;
    std::int64_t m_lastBootUs = 0;
    std::unique_ptr<JournalFile> m_file;
};

} // namespace clustd::cluster
