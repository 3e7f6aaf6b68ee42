#pragma once

#include "overview/card_words.h"

#include <QWidget>

class QLabel;
class QListView;
class QStackedLayout;

namespace clustd::monitor {

/// All known clusters as cards, under one line that answers 'are they all right?'. Nothing is
/// painted while nothing happens.
/// Thread: the GUI's.
class OverviewView : public QWidget
{
    Q_OBJECT
public:
    /// @param book must outlive it
    explicit OverviewView(ClusterBook &book, QWidget *parent = nullptr);

    [[nodiscard]] const OverviewModel &model() const { return m_model; }
    [[nodiscard]] QListView *list() const { return m_list; }
    [[nodiscard]] OverviewWords words() const { return wordsOf(m_model); }
    /// The keys of the keyboard go to the cards, @p chosen first.
    void begin(const Cluster *chosen);
    /// The chosen card's; nothing: none, or one that waits.
    [[nodiscard]] Cluster *chosen() const;

Q_SIGNALS:
    void openAsked(clustd::monitor::Cluster *cluster);
    /// One that waits for its token; @p key is its name in the settings.
    void tokenAsked(const QString &key);
    void removeAsked(clustd::monitor::Cluster *cluster);
    void forgetAsked(const QString &key);
    void addAsked();
    void journalAsked();
    /// The words over the cards are others, or there are more or fewer cards.
    void changed();

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QWidget *makeEmpty();
    void openMenu(const QPoint &at);
    void open(const QModelIndex &index);
    void refresh();

    OverviewModel m_model;
    QStackedLayout *m_pages = nullptr;
    QListView *m_list = nullptr;
    QLabel *m_emptySign = nullptr; ///< While there is no cluster
    QString m_before; ///< The words of the last changed()
};

} // namespace clustd::monitor
