#include "control/event_text.h"

#include <QCborArray>
#include <QVariant>

namespace clustd::control {

using namespace Qt::Literals::StringLiterals;

QString eventText(const EventEntry &entry)
{
    QStringList details;
    QStringList said{u"text"_s};
    const auto value = [&entry](const QString &key) {
        const QCborValue given = entry.detail.value(key);
        return given.isArray()
            ? QVariant(given.toArray().toVariantList()).toStringList().join(u"; "_s)
            : given.toVariant().toString();
    };
    if (const QString text = value(u"text"_s); !text.isEmpty()) {
        details << text;
    } else if (const QString driver = value(u"driver"_s); !driver.isEmpty()) {
        QString action = driver + u':';
        const QString why = value(u"why"_s); // Often begins with the action: "check exited ..."
        const QString verb = value(u"action"_s);
        for (const QString &part : {why.startsWith(verb + u' ') ? QString() : verb, why})
            action += part.isEmpty() ? QString() : u' ' + part;
        if (entry.detail.contains(u"duration_ms"_s))
            action += u" after %1 ms"_s.arg(value(u"duration_ms"_s));
        details << action;
        said << u"driver"_s << u"action"_s << u"why"_s << u"duration_ms"_s << u"type"_s;
    }
    for (auto it = entry.detail.begin(); it != entry.detail.end(); ++it) {
        const QString key = it.key().toString();
        const QString shown = value(key);
        // Whom an event is about stands in its text, and goes without saying when it is itself.
        const bool isSaid = said.contains(key)
            || (key == u"node" && (shown == entry.node || entry.detail.contains(u"text"_s)));
        if (!isSaid && !shown.isEmpty())
            details << u"%1=%2"_s.arg(key, shown);
    }
    return details.join(u", "_s);
}

} // namespace clustd::control
