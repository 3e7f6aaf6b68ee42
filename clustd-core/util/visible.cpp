#include "util/visible.h"

namespace clustd {

using namespace Qt::Literals::StringLiterals;

QString visible(QStringView text)
{
    QString shown;
    shown.reserve(text.size());
    for (const QChar letter : text) {
        if (letter == u'\n')
            shown += u"\\n"_s;
        // Half of a pair that stands for one letter prints nothing by itself.
        else if (letter.isPrint() || letter.isSurrogate() || letter == u'\t')
            shown += letter;
        else
            shown += u"\\u%1"_s.arg(letter.unicode(), 4, 16, QChar(u'0'));
    }
    return shown;
}

} // namespace clustd
