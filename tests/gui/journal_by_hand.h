#pragma once

#include "control/control_api.h"

#include <QDateTime>

#include <vector>

/// Events written down by a test, in its own milliseconds.
namespace clustd::tests {

inline constexpr qint64 kJournalBegin = 1'700'000'000'000;

class JournalByHand
{
public:
    /// @param atMs after kJournalBegin
    JournalByHand &tell(qint64 atMs, const QString &node, const QString &name,
        std::uint64_t term = 1, const QCborMap &detail = {})
    {
        control::EventEntry made;
        made.seq = m_entries.size() + 1;
        made.time = QDateTime::fromMSecsSinceEpoch(kJournalBegin + atMs, Qt::UTC)
                        .toString(Qt::ISODateWithMs);
        // Of one machine the later told is the later.
        made.bootUs = atMs * 1000 + static_cast<qint64>(m_entries.size() % 1000);
        made.node = node;
        made.term = term;
        made.event = name;
        made.detail = detail;
        m_entries.push_back(made);
        return *this;
    }
    JournalByHand &up(qint64 atMs, const QString &node, const QString &peer)
    {
        return tell(atMs, node, QStringLiteral("link-up"), 1, {{QStringLiteral("peer"), peer}});
    }
    JournalByHand &down(qint64 atMs, const QString &node, const QString &peer)
    {
        return tell(atMs, node, QStringLiteral("link-down"), 1,
            {{QStringLiteral("peer"), peer}, {QStringLiteral("reason"), QStringLiteral("lost")}});
    }
    /// All of @p nodes start and hear each other.
    JournalByHand &begin(qint64 atMs, const QStringList &nodes)
    {
        for (const QString &node : nodes)
            tell(atMs, node, QStringLiteral("started"), 0,
                {{QStringLiteral("version"), QStringLiteral("0.1.0")}});
        for (const QString &node : nodes) {
            for (const QString &peer : nodes) {
                if (node != peer)
                    up(atMs + 1, node, peer);
            }
        }
        return *this;
    }
    /// @p node wins @p term and starts its drivers; @p followers follow it.
    JournalByHand &elect(
        qint64 atMs, std::uint64_t term, const QString &node, const QStringList &followers)
    {
        const QCborMap detail{{QStringLiteral("node"), node},
            {QStringLiteral("text"), QStringLiteral("2 votes for term %1 -> master").arg(term)}};
        tell(atMs, node, QStringLiteral("master-elected"), term, detail);
        tell(atMs, node, QStringLiteral("promoting"), term, {{QStringLiteral("node"), node}});
        for (const QString &follower : followers)
            tell(atMs + 1, follower, QStringLiteral("master-elected"), term,
                {{QStringLiteral("node"), node},
                    {QStringLiteral("text"), QStringLiteral("heartbeat -> follow")}});
        return tell(atMs + 10, node, QStringLiteral("active"), term,
            {{QStringLiteral("node"), node},
                {QStringLiteral("text"), QStringLiteral("all drivers started -> active")}});
    }

    [[nodiscard]] const std::vector<control::EventEntry> &entries() const { return m_entries; }

private:
    std::vector<control::EventEntry> m_entries;
};

} // namespace clustd::tests
