#pragma once

#include "common/troubles.h"
#include "model/overview_model.h"

#include <QString>

namespace clustd::monitor {

/// What a card says: sign, colour and words, made apart from the painting. All printable.
struct CardWords
{
    Tone tone = Tone::Off;
    QString sign; ///< Name of an icon
    QString verdict; ///< "All is well", "Out of date since 14:27:03"
    QString master; ///< "cm-1 is master since 14:27:03"; empty: not known
    QString margin; ///< "can lose 1 more machine · 3 of 3 voters reachable"
    Tone marginTone = Tone::Muted;
    std::vector<Trouble> troubles;
    bool isOld = false; ///< `master` and `margin` are of the past

    /// All of it in one sentence, for who cannot see it.
    [[nodiscard]] QString spoken(const QString &title) const;
};

/// @param nowMs milliseconds since 1970 UTC: times of today are told without the date
[[nodiscard]] CardWords wordsOf(const ClusterCard &card, qint64 nowMs);

/// How bad it is: 0 well, 1 not known yet, 2 somebody should look, 3 nothing is served.
[[nodiscard]] int severityOf(const ClusterCard &card);

/// All clusters in one glance: the sign and the two lines over their cards.
struct OverviewWords
{
    Tone tone = Tone::Off;
    QString sign;
    QString headline; ///< "2 of 5 clusters need help"
    QString brief; ///< "2 need help", where there is little room
    QString subline; ///< "no master: web · degraded: mail"
};
[[nodiscard]] OverviewWords wordsOf(const OverviewModel &model);

} // namespace clustd::monitor
