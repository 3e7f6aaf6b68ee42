#include "model/cluster_book.h"

#include "util/assert.h"

#include <QUuid>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

ClusterBook::ClusterBook(QObject *parent)
    : QObject(parent)
{
}

ClusterBook::~ClusterBook() = default;

Cluster *ClusterBook::insert(std::unique_ptr<Row> row)
{
    Cluster *cluster = row->cluster.get();
    const QString key = row->entry.key;
    m_rows.push_back(std::move(row));
    if (cluster->connection())
        cluster->connection()->setWatched(false); // Until it is the current one
    Q_EMIT added(cluster);
    endWaiting(key);
    cluster->open();
    return cluster;
}

Cluster *ClusterBook::add(const ClusterEntry &entry, ClusterConnection::Setup setup)
{
    auto row = std::make_unique<Row>();
    row->entry = entry;
    row->cluster = std::make_unique<Cluster>(entry.title, std::move(setup));
    return insert(std::move(row));
}

Cluster *ClusterBook::addJournal(
    const QString &title, const std::vector<control::EventEntry> &journal)
{
    auto row = std::make_unique<Row>();
    row->cluster = std::make_unique<Cluster>(title, journal);
    return insert(std::move(row));
}

void ClusterBook::remove(Cluster *cluster)
{
    const int index = indexOf(cluster);
    CLUSTD_ASSERT(index >= 0);
    // Views let go of it first.
    if (m_current == cluster)
        setCurrent(count() > 1 ? at(index > 0 ? index - 1 : 1) : nullptr);
    Q_EMIT removed(cluster);
    m_forgotten.insert(m_rows[static_cast<std::size_t>(index)]->entry.key);
    m_rows.erase(m_rows.begin() + index);
}

int ClusterBook::indexOf(const Cluster *cluster) const
{
    const auto it = std::find_if(m_rows.begin(), m_rows.end(),
        [cluster](const std::unique_ptr<Row> &row) { return row->cluster.get() == cluster; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

ClusterBook::Row *ClusterBook::rowOf(const Cluster *cluster) const
{
    const int index = indexOf(cluster);
    return index < 0 ? nullptr : m_rows[static_cast<std::size_t>(index)].get();
}

ClusterEntry ClusterBook::entryOf(const Cluster *cluster) const
{
    const Row *row = rowOf(cluster);
    return row ? row->entry : ClusterEntry();
}

void ClusterBook::setCurrent(Cluster *cluster)
{
    if (cluster == m_current)
        return;
    // Who is not looked at is asked for its links less often.
    if (m_current && m_current->connection())
        m_current->connection()->setWatched(false);
    m_current = cluster;
    if (m_current && m_current->connection())
        m_current->connection()->setWatched(true);
    Q_EMIT currentChanged(cluster);
}

void ClusterBook::setWaiting(const Waiting &waiting)
{
    const auto known = std::find_if(m_waiting.begin(), m_waiting.end(),
        [&waiting](const Waiting &one) { return one.entry.key == waiting.entry.key; });
    if (known == m_waiting.end())
        m_waiting.push_back(waiting);
    else
        *known = waiting;
    Q_EMIT waitingChanged();
}

void ClusterBook::endWaiting(const QString &key)
{
    if (std::erase_if(m_waiting, [&key](const Waiting &one) { return one.entry.key == key; }) > 0)
        Q_EMIT waitingChanged();
}

void ClusterBook::forget(const QString &key)
{
    m_forgotten.insert(key);
    endWaiting(key);
}

std::optional<crypto::Credentials> ClusterBook::admin(const Cluster *cluster) const
{
    const Row *row = rowOf(cluster);
    if (!row || !row->cluster->connection())
        return std::nullopt;
    if (row->admin)
        return row->admin->clone();
    return row->cluster->connection()->isAdmin()
        ? std::optional(row->cluster->connection()->credentials())
        : std::nullopt;
}

void ClusterBook::setAdmin(const Cluster *cluster, std::optional<crypto::Credentials> credentials)
{
    if (Row *row = rowOf(cluster)) {
        row->admin = std::move(credentials);
        Q_EMIT adminChanged(cluster);
    }
}

void ClusterBook::save(QSettings &settings) const
{
    // What is known but not open now stays: one opened by the command line alone, or whose token
    // nobody gave, is no reason to forget the others.
    std::vector<ClusterEntry> entries = load(settings);
    std::erase_if(
        entries, [this](const ClusterEntry &entry) { return m_forgotten.contains(entry.key); });
    for (const std::unique_ptr<Row> &row : m_rows) {
        if (row->cluster->isJournal() || row->entry.key.isEmpty())
            continue;
        ClusterEntry open = row->entry;
        open.title = row->cluster->title();
        const auto known = std::find_if(entries.begin(), entries.end(),
            [&open](const ClusterEntry &entry) { return entry.key == open.key; });
        if (known == entries.end())
            entries.push_back(open);
        else
            *known = open;
    }
    settings.remove(u"clusters"_s);
    settings.beginWriteArray(u"clusters"_s);
    int index = 0;
    for (const ClusterEntry &entry : entries) {
        settings.setArrayIndex(index++);
        settings.setValue(u"key"_s, entry.key);
        settings.setValue(u"title"_s, entry.title);
        settings.setValue(u"uris"_s, entry.uris);
        settings.setValue(u"token_file"_s, entry.tokenFile);
    }
    settings.endArray();
}

std::vector<ClusterEntry> ClusterBook::load(QSettings &settings)
{
    std::vector<ClusterEntry> entries;
    const int count = settings.beginReadArray(u"clusters"_s);
    entries.reserve(static_cast<std::size_t>(std::clamp(count, 0, 100)));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        ClusterEntry entry{settings.value(u"key"_s).toString(),
            settings.value(u"title"_s).toString(), settings.value(u"uris"_s).toStringList(),
            settings.value(u"token_file"_s).toString()};
        if (!entry.key.isEmpty() && !entry.uris.isEmpty())
            entries.push_back(std::move(entry));
    }
    settings.endArray();
    return entries;
}

QString ClusterBook::newKey()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace clustd::monitor
