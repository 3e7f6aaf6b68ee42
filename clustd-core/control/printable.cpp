#include "control/printable.h"

namespace clustd::control {

QString printable(QString text)
{
    for (QChar &letter : text) {
        if (letter.unicode() >= 0x20 && letter.unicode() < 0x7f)
            continue;
        const QChar::Category category = letter.category();
        if (category == QChar::Other_Control || category == QChar::Other_Format
            || letter.isNonCharacter() || category == QChar::Separator_Line
            || category == QChar::Separator_Paragraph)
            letter = u'·';
    }
    return text;
}

} // namespace clustd::control
