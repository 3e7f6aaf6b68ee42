#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <QString>
#include <QTimer>

#include <memory>
#include <termios.h>
#include <vector>

/// A person's terminal: what it can show, coloured lines, a board that is drawn again in place.
namespace clustd::daemon {

/// What standard output can show.
struct Look
{
    bool isScreen = false; ///< A terminal whose cursor can be moved; else plain lines are printed
    bool hasColour = false; ///< Never with NO_COLOR (no-color.org)
    bool hasUnicode = false; ///< The locale says UTF-8; else signs are ASCII

    friend bool operator==(const Look &, const Look &) = default;
};

/// @param term, noColour, locale the environment's TERM, NO_COLOR and the first of LC_ALL, LC_CTYPE
///        and LANG that is set.
[[nodiscard]] Look lookOf(
    bool isTerminal, const QString &term, const QString &noColour, const QString &locale);
/// Of this process. Before anything of Qt changes the locale it gives the user's.
[[nodiscard]] Look ownLook();

struct ScreenSize
{
    int columns = 80;
    int rows = 24;

    friend bool operator==(const ScreenSize &, const ScreenSize &) = default;
};
/// Of standard output now; 80 by 24 where it does not say.
[[nodiscard]] ScreenSize screenSize();

enum class Ink { Plain, Strong, Dim, Good, Warn, Bad };

/// One line of a board: pieces of text, each with its ink.
class Line
{
public:
    Line() = default;
    explicit Line(const QString &text, Ink ink = Ink::Plain) { add(text, ink); }

    /// Control characters of @p text are made visible: names and reasons are other people's.
    Line &add(const QString &text, Ink ink = Ink::Plain);
    /// Blanks up to @p column; at least one where the line is longer already.
    Line &to(int column);

    [[nodiscard]] int width() const;
    [[nodiscard]] QString plain() const;
    /// Cut to @p columns, with escape sequences where @p hasColour.
    [[nodiscard]] QString drawn(int columns, bool hasColour) const;

private:
    struct Piece
    {
        QString text;
        Ink ink;
    };
    std::vector<Piece> m_pieces;
};

/// The alternate screen and unbuffered keys while it lives; puts everything back.
///
/// Where standard output is no screen nothing is drawn, and where standard input is no terminal
/// keys come from it all the same, so that a script can press them.
/// Thread: main. Owner: the command, on its stack.
class Screen : public QObject
{
    Q_OBJECT
public:
    explicit Screen(Look look);
    ~Screen() override;

    [[nodiscard]] const Look &look() const { return m_look; }
    /// Draws @p lines from the top, cut to the screen's size; only what differs reaches the eye.
    void show(const std::vector<Line> &lines);

Q_SIGNALS:
    void keyPressed(char key);
    /// The terminal is gone: nobody can press a key any more.
    void closed();
    void resized();

private:
    void readKeys();

    const Look m_look;
    std::unique_ptr<QSocketNotifier> m_input;
    QTimer m_sizeTimer; ///< Looks for another size; costs one system call
    ScreenSize m_size;
    termios m_before{};
    bool m_isInputTerminal = false;
};

} // namespace clustd::daemon
