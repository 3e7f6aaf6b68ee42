#include "window/known_clusters.h"

#include "model/journal_file.h"
#include "window/connect_dialog.h"

#include <QFileInfo>
#include <QMessageBox>

#include <algorithm>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kTellMs = 15'000;
constexpr int kTellLongMs = 30'000;

} // namespace

KnownClusters::KnownClusters(ClusterBook &book, QSettings *settings, QWidget *window)
    : QObject(window)
    , m_book(book)
    , m_settings(settings)
    , m_window(window)
{
}

void KnownClusters::openAll()
{
    if (!m_settings)
        return;
    for (const ClusterEntry &entry : ClusterBook::load(*m_settings)) {
        std::vector<QUrl> uris;
        for (const QString &text : entry.uris) {
            if (const Result<QUrl> uri = readUri(text))
                uris.push_back(*uri);
        }
        if (uris.empty())
            continue;
        if (!entry.tokenFile.isEmpty()) {
            Result<crypto::Credentials> token = readTokenFile(entry.tokenFile);
            if (token)
                m_book.add(entry, {uris, std::move(*token)});
            else
                wait(entry, token.error().text());
            continue;
        }
        m_book.setWaiting({entry, WaitsFor::Keyring, {}});
        m_keyring.read(
            entry.key, [this, entry, uris](const QByteArray &kept, const QString &trouble) {
                Result<crypto::Credentials> token = crypto::parseToken(kept);
                if (token)
                    m_book.add(entry, {uris, std::move(*token)});
                else
                    wait(entry,
                        tr("The desktop's keyring did not give the token: %1. Give it again.")
                            .arg(trouble.isEmpty() ? token.error().text() : trouble));
            });
    }
}

void KnownClusters::wait(const ClusterEntry &entry, const QString &trouble)
{
    m_book.setWaiting({entry, WaitsFor::Token, trouble});
    // Of several the overview tells; a pile of dialogs would only be in its way.
    if (m_book.count() == 0 && m_book.waiting().size() == 1)
        ask(entry, trouble);
}

void KnownClusters::giveToken(const QString &key)
{
    const std::vector<ClusterBook::Waiting> &waiting = m_book.waiting();
    const auto it = std::find_if(waiting.begin(), waiting.end(),
        [&key](const ClusterBook::Waiting &one) { return one.entry.key == key; });
    if (it != waiting.end())
        ask(it->entry, it->trouble);
}

void KnownClusters::forget(const QString &key)
{
    m_keyring.remove(key);
    m_book.forget(key);
    Q_EMIT changed();
}

void KnownClusters::ask(const ClusterEntry &entry, const QString &trouble)
{
    auto *dialog = new ConnectDialog(m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!entry.key.isEmpty())
        dialog->setEntry(entry, trouble);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const ClusterEntry given = dialog->entry();
        Cluster *cluster = m_book.add(given, {dialog->uris(), dialog->credentials()});
        m_book.setCurrent(cluster);
        if (const QByteArray token = dialog->tokenToKeep(); !token.isEmpty()) {
            m_keyring.write(given.key, token, [this](const QString &fault) {
                if (!fault.isEmpty())
                    Q_EMIT told(
                        tr("The token is not kept for the next time: %1").arg(fault), kTellMs);
            });
        }
        Q_EMIT changed();
    });
    dialog->open();
}

void KnownClusters::add()
{
    ask({}, {});
}

void KnownClusters::remove(Cluster *cluster)
{
    const ClusterEntry entry = m_book.entryOf(cluster);
    if (!entry.key.isEmpty())
        m_keyring.remove(entry.key);
    m_book.remove(cluster);
    Q_EMIT changed();
}

void KnownClusters::openJournal(const QString &path)
{
    const Result<JournalFile> journal = readJournal(path);
    if (!journal) {
        QMessageBox::warning(m_window, tr("Open a journal"), journal.error().text());
        return;
    }
    m_book.setCurrent(m_book.addJournal(QFileInfo(path).fileName(), journal->entries));
    if (journal->brokenLines > 0)
        Q_EMIT told(tr("%n lines were left out; the first: %1", nullptr, int(journal->brokenLines))
                        .arg(journal->notes.front().text()),
            kTellLongMs);
}

} // namespace clustd::monitor
