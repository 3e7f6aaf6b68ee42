#include "common/theme.h"

#include "control/printable.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QHash>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <algorithm>
#include <cmath>

// A static library's resources must be asked for, and outside every namespace.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;
using control::Verdict;

namespace {

/// The context of these words for translators.
struct Theme
{
    Q_DECLARE_TR_FUNCTIONS(clustd::monitor::Theme)
};

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int x, int y) {
        return static_cast<int>(std::lround(x * (1.0 - share) + y * share));
    };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness()
        < palette.color(QPalette::WindowText).lightness();
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    const bool dark = isDark(palette);
    const QColor text = palette.color(QPalette::WindowText);
    const QColor window = palette.color(QPalette::Window);
    // The signal colours keep a contrast of 4.5 to 1 with the surface (WCAG 2.1, 1.4.3).
    switch (tone) {
    case Tone::Text:
        return text;
    case Tone::Muted:
        return mixed(text, window, 0.38);
    case Tone::Line:
        return mixed(window, text, dark ? 0.16 : 0.13);
    case Tone::Surface:
        return palette.color(QPalette::Base);
    case Tone::Window:
        return window;
    case Tone::Accent:
        return dark ? QColor(0x6ea8fe) : QColor(0x1d5fd1);
    case Tone::Good:
        return dark ? QColor(0x3fce8f) : QColor(0x12804f);
    case Tone::Warning:
        return dark ? QColor(0xf5a742) : QColor(0xa85a00);
    case Tone::Bad:
        return dark ? QColor(0xff6b70) : QColor(0xc4232d);
    case Tone::Master:
        return dark ? QColor(0xfbc531) : QColor(0x9a6b00);
    case Tone::Off:
        return mixed(text, window, 0.5);
    }
    return text;
}

QColor toneWash(Tone tone, const QPalette &palette)
{
    return mixed(
        palette.color(QPalette::Base), toneColor(tone, palette), isDark(palette) ? 0.20 : 0.12);
}

Tone toneOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Ok:
        return Tone::Good;
    case Verdict::Degraded:
    case Verdict::Paused:
    case Verdict::Starting:
        return Tone::Warning;
    case Verdict::NotServed:
    case Verdict::NoQuorum:
    case Verdict::NoMaster:
        return Tone::Bad;
    }
    return Tone::Muted;
}

Tone toneOf(EventWeight weight)
{
    switch (weight) {
    case EventWeight::Quiet:
        return Tone::Muted;
    case EventWeight::Notable:
        return Tone::Master;
    case EventWeight::Good:
        return Tone::Good;
    case EventWeight::Warning:
        return Tone::Warning;
    case EventWeight::Grave:
        return Tone::Bad;
    }
    return Tone::Muted;
}

Tone toneOf(LaneState state)
{
    switch (state) {
    case LaneState::Unknown:
        return Tone::Line;
    case LaneState::Down:
        return Tone::Bad;
    case LaneState::Follower:
        return Tone::Good;
    case LaneState::Promoting:
    case LaneState::Active:
        return Tone::Master;
    case LaneState::Demoting:
        return Tone::Warning;
    case LaneState::Fencing:
        return Tone::Bad;
    case LaneState::Maintenance:
        return Tone::Off;
    }
    return Tone::Muted;
}

Tone toneOfState(const QString &state)
{
    if (state == u"active" || state == u"promoting")
        return Tone::Master;
    if (state == u"follower")
        return Tone::Good;
    if (state == u"unreachable" || state == u"fencing")
        return Tone::Bad;
    if (state == u"maintenance")
        return Tone::Off;
    return Tone::Warning; // starting, candidate, demoting
}

Tone toneOfLink(const QString &state)
{
    if (state == u"up" || state == u"self")
        return Tone::Good;
    return state == u"suspect" ? Tone::Warning : Tone::Bad;
}

QString verdictWord(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Ok:
        return Theme::tr("All is well");
    case Verdict::Degraded:
        return Theme::tr("Degraded");
    case Verdict::Paused:
        return Theme::tr("Paused");
    case Verdict::Starting:
        return Theme::tr("Starting");
    case Verdict::NotServed:
        return Theme::tr("Not served");
    case Verdict::NoQuorum:
        return Theme::tr("No quorum");
    case Verdict::NoMaster:
        return Theme::tr("No master");
    }
    return {};
}

QString stateWord(const QString &state)
{
    static const QHash<QString, const char *> words{
        {u"starting"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "starting")},
        {u"follower"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "follower")},
        {u"candidate"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "candidate")},
        {u"promoting"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "promoting")},
        {u"active"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "active")},
        {u"demoting"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "demoting")},
        {u"fencing"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "fencing")},
        {u"maintenance"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "maintenance")},
        {u"unreachable"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "unreachable")}};
    const char *word = words.value(state, nullptr);
    return word ? Theme::tr(word) : state;
}

QString roleWord(const QString &role)
{
    static const QHash<QString, const char *> words{
        {u"voter"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "voter")},
        {u"witness"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "witness")},
        {u"standby"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "standby")}};
    const char *word = words.value(role, nullptr);
    return word ? Theme::tr(word) : role;
}

QString linkWord(const QString &state)
{
    static const QHash<QString, const char *> words{
        {u"self"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "this one answers")},
        {u"up"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "up")},
        {u"suspect"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "suspect")},
        {u"down"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "down")},
        {u"refused"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "refused")}};
    const char *word = words.value(state, nullptr);
    return word ? Theme::tr(word) : state;
}

QString laneWord(LaneState state)
{
    switch (state) {
    case LaneState::Unknown:
        return Theme::tr("not heard of yet");
    case LaneState::Down:
        return Theme::tr("down or not heard");
    case LaneState::Follower:
        return Theme::tr("follower");
    case LaneState::Promoting:
        return Theme::tr("promoting");
    case LaneState::Active:
        return Theme::tr("active");
    case LaneState::Demoting:
        return Theme::tr("demoting");
    case LaneState::Fencing:
        return Theme::tr("fencing");
    case LaneState::Maintenance:
        return Theme::tr("maintenance");
    }
    return {};
}

QString driverWord(const QString &state)
{
    static const QHash<QString, const char *> words{
        {u"stopped"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "stopped")},
        {u"starting"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "starting")},
        {u"started"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "started")},
        {u"stopping"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "stopping")},
        {u"failed"_s, QT_TRANSLATE_NOOP("clustd::monitor::Theme", "failed")}};
    const char *word = words.value(state, nullptr);
    return word ? Theme::tr(word) : state;
}

QString electionWord(const QString &election)
{
    if (election == u"quorum")
        return Theme::tr("election by quorum");
    if (election == u"naive")
        return Theme::tr("naive election: split brain is possible");
    return election;
}

QPixmap icon(
    const QString &name, Tone tone, const QPalette &palette, int size, double devicePixelRatio)
{
    const QColor color = toneColor(tone, palette);
    const QString key
        = u"clustd/%1/%2/%3/%4"_s.arg(name, color.name()).arg(size).arg(devicePixelRatio);
    [[maybe_unused]] static const bool isRegistered = (registerIcons(), true);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(u":/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return pixmap;
    QByteArray svg = file.readAll();
    svg.replace("#000000", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    const int pixels = static_cast<int>(std::ceil(size * devicePixelRatio));
    pixmap = QPixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QPixmap signTile(
    const QString &name, Tone tone, const QPalette &palette, int size, double devicePixelRatio)
{
    QPixmap tile(QSize(size, size) * devicePixelRatio);
    tile.setDevicePixelRatio(devicePixelRatio);
    tile.fill(Qt::transparent);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneWash(tone, palette));
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2);
    const int inner = size / 2;
    painter.drawPixmap(QPointF((size - inner) / 2.0, (size - inner) / 2.0),
        icon(name, tone, palette, inner, devicePixelRatio));
    return tile;
}

QIcon buttonIcon(const QString &name, const QPalette &palette)
{
    QIcon made;
    for (const double ratio : {1.0, 2.0}) {
        made.addPixmap(icon(name, Tone::Text, palette, 18, ratio), QIcon::Normal);
        made.addPixmap(icon(name, Tone::Off, palette, 18, ratio), QIcon::Disabled);
    }
    return made;
}

QString iconOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Ok:
        return u"check"_s;
    case Verdict::Degraded:
        return u"warning"_s;
    case Verdict::Paused:
        return u"pause"_s;
    case Verdict::Starting:
        return u"clock"_s;
    case Verdict::NotServed:
    case Verdict::NoQuorum:
    case Verdict::NoMaster:
        return u"cross"_s;
    }
    return u"warning"_s;
}

QString iconOfState(const QString &state)
{
    if (state == u"active")
        return u"crown"_s;
    if (state == u"follower")
        return u"check"_s;
    if (state == u"unreachable")
        return u"cross"_s;
    if (state == u"maintenance")
        return u"pause"_s;
    if (state == u"fencing")
        return u"bolt"_s;
    return u"clock"_s;
}

QString iconOf(EventKind kind)
{
    switch (kind) {
    case EventKind::Active:
    case EventKind::MasterElected:
    case EventKind::Promoting:
        return u"crown"_s;
    case EventKind::MasterLost:
    case EventKind::Fencing:
    case EventKind::Inactive:
    case EventKind::Demoting:
    case EventKind::Released:
        return u"bolt"_s;
    case EventKind::LinkUp:
        return u"link"_s;
    case EventKind::LinkDown:
    case EventKind::LinkRefused:
    case EventKind::QuorumLost:
    case EventKind::DriverFailed:
    case EventKind::ServiceSick:
    case EventKind::ConfigRefused:
        return u"cross"_s;
    case EventKind::MaintenanceOn:
    case EventKind::MaintenanceOff:
        return u"wrench"_s;
    case EventKind::Paused:
        return u"pause"_s;
    case EventKind::Resumed:
    case EventKind::Started:
        return u"play"_s;
    case EventKind::SwitchoverAsked:
        return u"swap"_s;
    case EventKind::Alarm:
        return u"warning"_s;
    case EventKind::QuorumRegained:
    case EventKind::ServiceWell:
    case EventKind::AlarmCleared:
    case EventKind::DriverStarted:
    case EventKind::DriverStopped:
    case EventKind::ConfigReloaded:
        return u"check"_s;
    case EventKind::Stopping:
    case EventKind::TermChanged:
    case EventKind::Other:
        return u"clock"_s;
    }
    return u"clock"_s;
}

QString wrappable(const QString &text)
{
    constexpr int kRunMax = 24;
    QString made;
    int run = 0;
    const QString clean = control::printable(text);
    for (const QChar letter : clean) {
        made += letter;
        run = letter.isSpace() ? 0 : run + 1;
        // Never between the two halves of one letter.
        if (run >= kRunMax && !letter.isHighSurrogate()) {
            made += QChar(0x200b);
            run = 0;
        }
    }
    return made;
}

QString shortened(const QString &text, qsizetype max)
{
    if (text.size() <= max)
        return text;
    qsizetype kept = std::max<qsizetype>(1, max) - 1;
    if (kept > 0 && text[kept - 1].isHighSurrogate())
        --kept;
    return text.left(kept).trimmed() + u'…';
}

QString spanWords(qint64 ms)
{
    ms = std::max<qint64>(0, ms);
    if (ms < 1000)
        return Theme::tr("%1 ms").arg(ms);
    if (ms < 10'000)
        return Theme::tr("%1 s").arg(static_cast<double>(ms) / 1000.0, 0, 'f', 1);
    const qint64 seconds = ms / 1000;
    if (seconds < 60)
        return Theme::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return Theme::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    if (seconds < 86'400)
        return Theme::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60);
    return Theme::tr("%1 d %2 h").arg(seconds / 86'400).arg(seconds / 3600 % 24);
}

QString rttWords(qint64 rttUs)
{
    if (rttUs <= 0)
        return u"–"_s;
    const double ms = static_cast<double>(rttUs) / 1000.0;
    return Theme::tr("%1 ms").arg(ms, 0, 'f', ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

QString timeWords(qint64 timeMs, qint64 nowMs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeMs);
    const bool isToday = time.date() == QDateTime::fromMSecsSinceEpoch(nowMs).date();
    return time.toString(isToday ? u"HH:mm:ss.zzz"_s : u"yyyy-MM-dd HH:mm:ss.zzz"_s);
}

} // namespace clustd::monitor
