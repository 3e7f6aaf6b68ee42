#pragma once

#include "control/verdict.h"
#include "model/cluster_connection.h"
#include "model/cluster_series.h"
#include "model/event_store.h"
#include "model/replay.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace clustd::monitor {

/// One cluster as the monitor knows it: live through a connection, or from a journal file; and the
/// moment of it that is shown. All views read from here and change nothing but the moment shown and
/// the machine chosen.
///
/// Thread: the GUI's. Owner: ClusterBook.
class Cluster : public QObject
{
    Q_OBJECT
public:
    /// A live one; open() begins.
    Cluster(const QString &title, ClusterConnection::Setup setup, QObject *parent = nullptr);
    /// A journal's; @p title is the file's name.
    Cluster(const QString &title, const std::vector<control::EventEntry> &journal,
        QObject *parent = nullptr);
    ~Cluster() override;

    void open();

    /// The cluster's own name once it is known, else what the person called it.
    [[nodiscard]] QString title() const;
    [[nodiscard]] bool isJournal() const { return !m_connection; }
    /// Nothing for a journal.
    [[nodiscard]] ClusterConnection *connection() const { return m_connection.get(); }
    [[nodiscard]] ConnectionState state() const;
    /// What is shown is what was, not what is: a moment of the past, or nobody answers.
    [[nodiscard]] bool isStale() const;

    /// What is shown: of now, or of cursor(). Nothing until the first word came.
    [[nodiscard]] const std::optional<control::ClusterStatus> &status() const { return m_shown; }
    [[nodiscard]] const std::vector<control::LinkRow> &links() const { return m_shownLinks; }
    /// The newest, whatever is shown.
    [[nodiscard]] const std::optional<control::ClusterStatus> &liveStatus() const { return m_live; }

    [[nodiscard]] const EventStore &events() const { return m_events; }
    [[nodiscard]] const Replay &replay() const { return m_replay; }
    [[nodiscard]] const ClusterSeries &series() const { return m_series; }

    /// The moment that is shown, milliseconds since 1970 UTC; nothing: now.
    [[nodiscard]] std::optional<qint64> cursor() const { return m_cursor; }
    void setCursor(std::optional<qint64> timeMs);

    /// The machine that the person looks at; empty: none.
    [[nodiscard]] const QString &selected() const { return m_selected; }
    void select(const QString &machine);

    struct Lease
    {
        QString master;
        qint64 leftMs = 0; ///< At heardMs
        qint64 leaseMs = 0;
        qint64 heardMs = 0; ///< Milliseconds since 1970 UTC
    };
    /// Of the present master, when it told; nothing while the past is shown.
    [[nodiscard]] const std::optional<Lease> &lease() const { return m_lease; }
    /// How long the last change of master took, in milliseconds.
    [[nodiscard]] std::optional<qint64> lastGapMs() const { return m_lastGapMs; }

Q_SIGNALS:
    void stateChanged();
    /// status() is another one.
    void statusChanged();
    void linksChanged();
    void leaseChanged();
    void seriesGrown();
    void cursorChanged();
    void selectionChanged();
    /// Live events as they come, for notifications; not those of the past.
    void happened(const clustd::monitor::Event &event);

private:
    void wire();
    void show();

    QString m_title;
    std::unique_ptr<ClusterConnection> m_connection;
    EventStore m_events;
    Replay m_replay;
    ClusterSeries m_series;
    std::optional<control::ClusterStatus> m_live;
    std::vector<control::LinkRow> m_liveLinks;
    std::optional<control::ClusterStatus> m_shown;
    std::vector<control::LinkRow> m_shownLinks;
    std::optional<qint64> m_cursor;
    std::optional<Lease> m_lease;
    std::optional<qint64> m_lastGapMs;
    QString m_selected;
    qint64 m_openedMs = 0;
};

} // namespace clustd::monitor
