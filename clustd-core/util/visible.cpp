#include "util/visible.h"

namespace clustd {

using namespace Qt::Literals::StringLiterals;

QString visible(QStringView text, Tabs tabs)
{
    QString shown;
    shown.reserve(text.size());
    for (const QChar letter : text) {
        if (letter == u'\n')
            shown += u"\\n"_s;
        else if (letter == u'\t')
            shown += tabs == Tabs::Kept ? u"\t"_s : u"\\t"_s;
        // Half of a pair that stands for one letter prints nothing by itself.
        else if (letter.isPrint() || letter.isSurrogate())
            shown += letter;
        else
            shown += u"\\u%1"_s.arg(letter.unicode(), 4, 16, QChar(u'0'));
    }
    return shown;
}

} // namespace clustd
