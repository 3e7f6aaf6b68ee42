#include "window/palettes.h"

#include "common/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleOption>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Shades
{
    QRgb window, base, alternate, text, button, light, dark, highlight, placeholder;
};

constexpr Shades kLight{0xfff3f5f8, 0xffffffff, 0xfff7f9fb, 0xff1b2330, 0xffffffff, 0xffffffff,
    0xffc3cad4, 0xff1d5fd1, 0xff6b7686};
constexpr Shades kDark{0xff14181f, 0xff1c222b, 0xff20272f, 0xffe6eaf0, 0xff232b35, 0xff2e3743,
    0xff0d1015, 0xff3b6fb8, 0xff8e99a8};

/// Fusion frames a box to be ticked, or a field, in a shade darker than the window: on a dark one
/// nobody sees an empty one (WCAG 2.1, 1.4.11 asks for 3 to 1).
class FusionWithFrames : public QProxyStyle
{
public:
    using QProxyStyle::QProxyStyle;

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
        const QWidget *widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        // The field that is typed into has a frame of its own.
        const bool isFrame = element == PE_IndicatorCheckBox
            || (element == PE_FrameLineEdit && !(option->state & State_HasFocus));
        if (!isFrame || !isDark(option->palette))
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(toneColor(Tone::Off, option->palette));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        painter->restore();
    }
};

} // namespace

void setTheme(Theme theme)
{
    const Shades &shades = theme == Theme::Dark ? kDark : kLight;
    QApplication::setStyle(new FusionWithFrames(QStyleFactory::create(u"Fusion"_s)));
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(shades.window));
    palette.setColor(QPalette::Base, QColor(shades.base));
    palette.setColor(QPalette::AlternateBase, QColor(shades.alternate));
    palette.setColor(QPalette::Button, QColor(shades.button));
    palette.setColor(QPalette::ToolTipBase, QColor(shades.base));
    palette.setColor(QPalette::Light, QColor(shades.light));
    palette.setColor(QPalette::Midlight, QColor(shades.light));
    palette.setColor(QPalette::Mid, QColor(shades.dark));
    palette.setColor(QPalette::Dark, QColor(shades.dark));
    palette.setColor(QPalette::Highlight, QColor(shades.highlight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::PlaceholderText, QColor(shades.placeholder));
    for (const QPalette::ColorRole role :
        {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, QColor(shades.text));
    for (const QPalette::ColorRole role :
        {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(shades.placeholder));
    QApplication::setPalette(palette);
}

} // namespace clustd::monitor
