#include "config/hidden_secrets.h"

#include "config/config_text.h"
#include "config/section.h"
#include "util/visible.h"

#include <algorithm>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;

/// Shorter ones are refused as secrets, and may be a part of any word.
constexpr qsizetype kSurelyNoWord = 12;

void addTexts(const YamlNode &node, QStringList &texts)
{
    if (!node.text.isEmpty())
        texts += node.text;
    for (const YamlNode &child : node.children) {
        if (!child.key.isEmpty())
            texts += child.key;
        addTexts(child, texts);
    }
}

/// What a message may show of @p secret, the longest first: a long value is cut, and so is a key.
QStringList formsOf(const QString &secret)
{
    QStringList forms{secret, visible(secret), secret.left(kValueShown),
        visible(QStringView(secret).left(kValueShown)), secret.left(kKeyShown)};
    forms.removeDuplicates();
    return forms;
}

void hide(const QString &secret, QString &text)
{
    const QString shown = u"(a secret)"_s;
    text.replace(quoted(secret), shown, Qt::CaseInsensitive);
    for (const QString &form : formsOf(secret)) {
        if (form.size() >= kSurelyNoWord)
            text.replace(form, shown, Qt::CaseInsensitive);
    }
}

} // namespace

QStringList secretsOf(const YamlNode &root)
{
    QStringList texts;
    const auto addFrom = [&texts](const YamlNode &map) {
        for (const YamlNode &child : map.children) {
            if (child.key == u"secret" || child.key == u"previous_secrets")
                addTexts(child, texts);
        }
    };
    addFrom(root); // Where they do not belong, but may be looked for
    for (const YamlNode &section : root.children) {
        if (section.key == u"cluster")
            addFrom(section);
    }
    return texts;
}

void hideSecrets(const QStringList &secrets, Findings &findings)
{
    // One may be the beginning of another.
    QStringList longestFirst = secrets;
    std::sort(longestFirst.begin(), longestFirst.end(),
        [](const QString &a, const QString &b) { return a.size() > b.size(); });
    for (QList<Finding> *list : {&findings.faults, &findings.warnings}) {
        for (Finding &finding : *list) {
            for (const QString &secret : longestFirst) {
                hide(secret, finding.key);
                hide(secret, finding.what);
                hide(secret, finding.remedy);
            }
        }
    }
}

} // namespace clustd::config
