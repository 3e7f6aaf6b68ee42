#include "overview/card_words.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::ClusterStatus;

namespace {

/// The context of these words for translators.
struct Overview
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Overview)
};

QString momentWords(qint64 timeMs, qint64 nowMs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeMs);
    const bool isToday = time.date() == QDateTime::fromMSecsSinceEpoch(nowMs).date();
    return time.toString(isToday ? u"HH:mm:ss"_s : u"yyyy-MM-dd HH:mm"_s);
}

QString masterWords(const ClusterStatus &status, qint64 nowMs)
{
    const QDateTime since = QDateTime::fromString(status.since, Qt::ISODateWithMs);
    const QString moment
        = since.isValid() ? momentWords(since.toMSecsSinceEpoch(), nowMs) : QString();
    if (!status.master)
        return moment.isEmpty() ? Overview::tr("no master")
                                : Overview::tr("no master since %1").arg(moment);
    const QString master = printable(*status.master);
    return moment.isEmpty() ? Overview::tr("%1 is master").arg(master)
                            : Overview::tr("%1 is master since %2").arg(master, moment);
}

/// The quorum margin of @p status into @p words.
void tellMargin(const ClusterStatus &status, CardWords &words)
{
    if (status.election == u"naive") {
        words.margin = electionWord(status.election);
        words.marginTone = Tone::Warning;
        return;
    }
    if (!control::hasQuorum(status)) {
        words.margin = Overview::tr("no majority");
        words.marginTone = Tone::Bad;
    } else if (status.canLose == 0) {
        words.margin = Overview::tr("can lose no more machine");
        words.marginTone = Tone::Warning;
    } else {
        words.margin = status.canLose == 1
            ? Overview::tr("can lose 1 more machine")
            : Overview::tr("can lose %1 more machines").arg(status.canLose);
    }
    words.margin += u" · "_s
        + Overview::tr("%1 of %2 voters reachable")
              .arg(status.quorum.reachable)
              .arg(status.quorum.voters);
}

/// The state of the connection where it is the news. @return false while it is live
bool tellConnection(const ClusterCard &card, qint64 nowMs, CardWords &words)
{
    switch (card.state) {
    case ConnectionState::Live:
        return false;
    case ConnectionState::Connecting:
        words.sign = u"ghost"_s;
        words.verdict = Overview::tr("connecting …");
        break;
    case ConnectionState::Stale:
    case ConnectionState::Lost:
        words.tone = Tone::Bad;
        words.sign = u"ghost"_s;
        words.verdict = Overview::tr("Out of date since %1").arg(momentWords(card.heardMs, nowMs));
        break;
    case ConnectionState::Refused:
        words.tone = Tone::Bad;
        words.sign = u"lock"_s;
        words.verdict = Overview::tr("Refused");
        break;
    }
    words.isOld = true;
    return true;
}

/// Why it is not well, in the line over all cards.
QString groupWord(const ClusterCard &card)
{
    if (card.waitsFor)
        return *card.waitsFor == WaitsFor::Keyring ? Overview::tr("waiting for the keyring")
                                                   : Overview::tr("token missing");
    switch (card.state) {
    case ConnectionState::Refused:
        return Overview::tr("refused");
    case ConnectionState::Stale:
    case ConnectionState::Lost:
        return Overview::tr("out of date");
    case ConnectionState::Connecting:
        return card.trouble.isEmpty() ? Overview::tr("connecting") : Overview::tr("not heard");
    case ConnectionState::Live:
        break;
    }
    return card.status ? verdictWord(control::verdictOf(*card.status)) : Overview::tr("connecting");
}

} // namespace

CardWords wordsOf(const ClusterCard &card, qint64 nowMs)
{
    CardWords words;
    if (card.waitsFor) {
        const bool isAsked = *card.waitsFor == WaitsFor::Keyring;
        words.tone = isAsked ? Tone::Off : Tone::Warning;
        words.sign = isAsked ? u"clock"_s : u"lock"_s;
        words.verdict = isAsked ? Overview::tr("waiting for the desktop's keyring")
                                : Overview::tr("Its token is missing");
        words.master = isAsked ? Overview::tr("it is to give the token; it may ask for a password")
                               : Overview::tr("open it to give the token");
    } else if (card.isJournal) {
        words.sign = u"folder"_s;
        words.verdict = card.events == 1 ? Overview::tr("journal, 1 event")
                                         : Overview::tr("journal, %1 events").arg(card.events);
        if (card.events > 0)
            words.master
                = Overview::tr("from %1 to %2")
                      .arg(momentWords(card.firstMs, nowMs), momentWords(card.lastMs, nowMs));
    } else if (!tellConnection(card, nowMs, words)) {
        if (card.status) {
            const control::Verdict verdict = control::verdictOf(*card.status);
            words.tone = toneOf(verdict);
            words.sign = iconOf(verdict);
            words.verdict = verdictWord(verdict);
        } else {
            words.sign = u"ghost"_s;
            words.verdict = Overview::tr("connecting …");
        }
    }
    if (card.status) {
        words.master = masterWords(*card.status, nowMs);
        tellMargin(*card.status, words);
        words.troubles = troublesOf(*card.status);
    }
    // Why nobody is heard comes before what was wrong when somebody was.
    if (!card.trouble.isEmpty())
        words.troubles.insert(words.troubles.begin(), {words.tone, {}, printable(card.trouble)});
    return words;
}

QString CardWords::spoken(const QString &title) const
{
    QStringList parts;
    parts.reserve(4 + qsizetype(troubles.size()));
    parts << title << verdict;
    if (!master.isEmpty())
        parts << (isOld ? Overview::tr("last heard: %1").arg(master) : master);
    if (!margin.isEmpty())
        parts << margin;
    for (const Trouble &trouble : troubles)
        parts << trouble.text;
    return parts.join(u", "_s);
}

int severityOf(const ClusterCard &card)
{
    if (card.isJournal)
        return 0;
    if (card.waitsFor)
        return *card.waitsFor == WaitsFor::Token ? 2 : 1;
    // Of one that was heard and is not any more nobody knows how it is: somebody should look.
    if (card.state != ConnectionState::Live && card.state != ConnectionState::Connecting)
        return 2;
    if (card.state == ConnectionState::Connecting || !card.status)
        return 1;
    const Tone tone = toneOf(control::verdictOf(*card.status));
    return tone == Tone::Bad ? 3 : tone == Tone::Warning ? 2 : 0;
}

OverviewWords wordsOf(const OverviewModel &model)
{
    struct Group
    {
        QString word;
        QStringList names;
    };
    std::array<int, 4> counts{}; // By severity
    int clusters = 0;
    int asked = 0;
    int connecting = 0; // For the first time, and nothing has gone wrong yet
    std::vector<Group> groups;
    for (int row = 0; row < model.rowCount(); ++row) {
        const ClusterCard &card = model.card(row);
        if (card.isJournal)
            continue;
        const int severity = severityOf(card);
        ++clusters;
        ++counts[static_cast<std::size_t>(severity)];
        asked += card.waitsFor == WaitsFor::Keyring ? 1 : 0;
        connecting
            += !card.waitsFor && card.state == ConnectionState::Connecting && card.trouble.isEmpty()
            ? 1
            : 0;
        if (severity == 0)
            continue;
        const QString word = groupWord(card);
        const auto group = std::find_if(
            groups.begin(), groups.end(), [&word](const Group &one) { return one.word == word; });
        if (group == groups.end())
            groups.push_back({word, {card.title}});
        else
            group->names << card.title;
    }

    OverviewWords words;
    const auto some = [clusters](int count, const QString &one, const QString &more) {
        return count == 1 ? one.arg(clusters) : more.arg(count).arg(clusters);
    };
    if (clusters == 0) {
        words.sign = model.rowCount() > 0 ? u"folder"_s : u"cluster"_s;
        words.headline
            = model.rowCount() > 0 ? Overview::tr("Journals") : Overview::tr("No cluster yet");
        words.brief = words.headline;
        words.subline = model.rowCount() > 0
            ? Overview::tr("no cluster is watched")
            : Overview::tr("a cluster's state, its master and its past will be seen here");
        return words;
    }
    if (asked == clusters) {
        words.sign = u"clock"_s;
        words.headline = Overview::tr("Waiting for the desktop's keyring");
        words.brief = Overview::tr("keyring …");
    } else if (counts[3] > 0) {
        words.tone = Tone::Bad;
        words.sign = u"cross"_s;
        words.headline = clusters == 1
            ? Overview::tr("The cluster needs help")
            : some(counts[3], Overview::tr("1 of %1 clusters needs help"),
                Overview::tr("%1 of %2 clusters need help"));
        words.brief = counts[3] == 1 ? Overview::tr("1 needs help")
                                     : Overview::tr("%1 need help").arg(counts[3]);
    } else if (counts[2] > 0) {
        words.tone = Tone::Warning;
        words.sign = u"warning"_s;
        words.headline = clusters == 1
            ? Overview::tr("The cluster needs a look")
            : some(counts[2], Overview::tr("1 of %1 clusters needs a look"),
                Overview::tr("%1 of %2 clusters need a look"));
        words.brief = counts[2] == 1 ? Overview::tr("1 needs a look")
                                     : Overview::tr("%1 need a look").arg(counts[2]);
    } else if (connecting == clusters) {
        words.sign = u"ghost"_s;
        words.headline = Overview::tr("Connecting …");
        words.brief = Overview::tr("connecting …");
    } else if (counts[1] > 0) {
        words.sign = u"ghost"_s;
        words.headline = clusters == 1
            ? Overview::tr("The cluster is not heard")
            : some(counts[1], Overview::tr("1 of %1 clusters is not heard"),
                Overview::tr("%1 of %2 clusters are not heard"));
        words.brief = counts[1] == 1 ? Overview::tr("1 not heard")
                                     : Overview::tr("%1 not heard").arg(counts[1]);
    } else {
        words.tone = Tone::Good;
        words.sign = u"check"_s;
        words.headline = clusters == 1 ? Overview::tr("The cluster is well")
                                       : Overview::tr("All %1 clusters are well").arg(clusters);
        words.brief = Overview::tr("all are well");
    }
    QStringList parts;
    parts.reserve(qsizetype(groups.size()));
    for (const Group &group : groups)
        parts << u"%1: %2"_s.arg(group.word, group.names.join(u", "_s));
    words.subline = parts.isEmpty() ? Overview::tr("each has its master; nothing needs to be done")
                                    : parts.join(u" · "_s);
    return words;
}

} // namespace clustd::monitor
