#pragma once

#include "control/verdict.h"
#include "model/event_kind.h"
#include "model/replay.h"

#include <QColor>
#include <QIcon>
#include <QPalette>
#include <QPixmap>
#include <QString>

/// Colours, icons and words that all views share. Colour is never the only sign: each state has a
/// word and an icon too. Thread: the GUI's.
namespace clustd::monitor {

/// What a colour means. The values follow the desktop's palette, light or dark.
enum class Tone {
    Text,
    Muted, ///< Text of less weight
    Line, ///< Frames and grids
    Surface, ///< Cards, on Window
    Window,
    Accent, ///< Chosen, or to be clicked
    Good,
    Warning,
    Bad,
    Master, ///< The crown's gold
    Off ///< Known to be away: maintenance, observers
};

/// Dark where the palette's window is darker than its text.
[[nodiscard]] bool isDark(const QPalette &palette);
[[nodiscard]] QColor toneColor(Tone tone, const QPalette &palette);
/// The same, faint, for behind a text.
[[nodiscard]] QColor toneWash(Tone tone, const QPalette &palette);

[[nodiscard]] Tone toneOf(control::Verdict verdict);
[[nodiscard]] Tone toneOf(EventWeight weight);
[[nodiscard]] Tone toneOf(LaneState state);
/// `state` of a machine, as in the status.
[[nodiscard]] Tone toneOfState(const QString &state);
/// `state` of a link.
[[nodiscard]] Tone toneOfLink(const QString &state);

/// Translated words.
[[nodiscard]] QString verdictWord(control::Verdict verdict);
[[nodiscard]] QString stateWord(const QString &state);
[[nodiscard]] QString roleWord(const QString &role);
[[nodiscard]] QString linkWord(const QString &state);
[[nodiscard]] QString laneWord(LaneState state);
[[nodiscard]] QString driverWord(const QString &state);
[[nodiscard]] QString electionWord(const QString &election);

/// An SVG of resources/icons in the colour of @p tone: "crown", "check", "warning", "cross",
/// "pause", "wrench", "link", "bolt", "clock", "eye", "lock", "unlock", "search", "plus", "swap",
/// "play", "witness", "standby", "cluster".
[[nodiscard]] QPixmap icon(
    const QString &name, Tone tone, const QPalette &palette, int size, double devicePixelRatio);
/// The icon on a rounded square in the faint colour of @p tone; @p size of the whole.
[[nodiscard]] QPixmap signTile(
    const QString &name, Tone tone, const QPalette &palette, int size, double devicePixelRatio);
[[nodiscard]] QIcon buttonIcon(const QString &name, const QPalette &palette);
[[nodiscard]] QString iconOf(control::Verdict verdict);
[[nodiscard]] QString iconOfState(const QString &state);
[[nodiscard]] QString iconOf(EventKind kind);

/// Other people's words, printable, which may break within a long one.
[[nodiscard]] QString wrappable(const QString &text);
/// At most @p max letters, the last an ellipsis where more are left out.
[[nodiscard]] QString shortened(const QString &text, qsizetype max);

/// "12 d 3 h", "31 min 12 s", "0.8 s": two units, for @p ms milliseconds.
[[nodiscard]] QString spanWords(qint64 ms);
/// "0.31 ms"; "-" for what was not measured.
[[nodiscard]] QString rttWords(qint64 rttUs);
/// Local time of day with milliseconds; with the date where that is not today's.
[[nodiscard]] QString timeWords(qint64 timeMs, qint64 nowMs);

} // namespace clustd::monitor
