#include "options.h"

#include "version.h"

#include <QCommandLineParser>
#include <QDateTime>

#include <array>

namespace clustd::monitor {

using namespace Qt::Literals::StringLiterals;

namespace {

const std::array kTabs{u"topology"_s, u"machines"_s, u"links"_s, u"charts"_s};

} // namespace

Result<Options> parseOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Shows clusters of clustd as they are, live. Joins as an observer and never votes."_s);
    const QCommandLineOption help({u"h"_s, u"help"_s}, u"Explain the options."_s);
    const QCommandLineOption version({u"v"_s, u"version"_s}, u"Print the version."_s);
    const QCommandLineOption connect(u"connect"_s,
        u"Watch the cluster of the machine at this address, e.g. ws://10.0.0.1:3001; may be given several times, for several clusters."_s,
        u"URI"_s);
    const QCommandLineOption tokenFile(u"token-file"_s,
        u"Use the token in this file, made by 'clustd token observer NAME'; one for all, or one for each --connect in the same order."_s,
        u"FILE"_s);
    const QCommandLineOption open(u"open"_s,
        u"Show a journal file without a cluster; may be given several times."_s, u"FILE"_s);
    const QCommandLineOption screenshot(u"screenshot"_s,
        u"Render the window off screen into this PNG and end; waits at most 15 s for the cluster."_s,
        u"FILE"_s);
    const QCommandLineOption size(u"size"_s, u"Size of the window, e.g. 1360x900."_s, u"WxH"_s);
    const QCommandLineOption tab(
        u"tab"_s, u"Show overview, topology, machines, links or charts first."_s, u"NAME"_s);
    const QCommandLineOption theme(
        u"theme"_s, u"light or dark, instead of the desktop's."_s, u"NAME"_s);
    const QCommandLineOption at(u"at"_s,
        u"Show the cluster as it was at this moment, ISO 8601, e.g. 2026-01-01T12:00:00.250Z."_s,
        u"TIME"_s);
    const QCommandLineOption select(u"select"_s, u"Choose this machine."_s, u"ID"_s);
    const QCommandLineOption settings(
        u"settings"_s, u"Keep settings in this file instead of the user's."_s, u"FILE"_s);
    const QCommandLineOption language(
        u"language"_s, u"en, de or zh, instead of the desktop's."_s, u"CODE"_s);
    parser.addOptions({connect, tokenFile, open, screenshot, size, tab, theme, at, select, settings,
        language, help, version});

    const auto wrong = [](const QString &what) {
        return fail(ErrorCode::Usage, {}, what, u"see clustd-monitor --help"_s);
    };
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    Options options;
    if (parser.isSet(help)) {
        options.toPrint = parser.helpText();
        return options;
    }
    if (parser.isSet(version)) {
        options.toPrint = QStringLiteral("clustd-monitor " CLUSTD_VERSION "\n");
        return options;
    }
    if (!parser.positionalArguments().isEmpty())
        return wrong(u"unexpected argument '%1'"_s.arg(parser.positionalArguments().constFirst()));
    options.uris = parser.values(connect);
    options.tokenFiles = parser.values(tokenFile);
    options.journals = parser.values(open);
    options.screenshot = parser.value(screenshot);
    options.select = parser.value(select);
    options.settings = parser.value(settings);
    options.language = parser.value(language);
    if (parser.isSet(screenshot) && options.uris.isEmpty() && options.journals.isEmpty())
        return wrong(u"--screenshot: nothing to show; add --connect or --open"_s);
    if (!options.uris.isEmpty() && options.tokenFiles.isEmpty())
        return wrong(u"--connect without a token; add --token-file"_s);
    if (options.tokenFiles.size() > 1 && options.tokenFiles.size() != options.uris.size())
        return wrong(u"%1 --token-file for %2 --connect; give one for all or one for each"_s
                         .arg(options.tokenFiles.size())
                         .arg(options.uris.size()));
    if (!options.tokenFiles.isEmpty() && options.uris.isEmpty())
        return wrong(u"--token-file without --connect"_s);
    if (parser.isSet(size)) {
        const QStringList parts = parser.value(size).split(u'x');
        const int width = parts.value(0).toInt();
        const int height = parts.value(1).toInt();
        if (parts.size() != 2 || width < 320 || height < 240 || width > 10000 || height > 10000)
            return wrong(
                u"--size: '%1' is no size from 320x240 to 10000x10000"_s.arg(parser.value(size)));
        options.size = {width, height};
    }
    if (parser.isSet(tab)) {
        const auto it = std::find(kTabs.begin(), kTabs.end(), parser.value(tab));
        const bool isOverview = parser.value(tab) == u"overview";
        if (it == kTabs.end() && !isOverview)
            return wrong(
                u"--tab: '%1' is none of overview, topology, machines, links, charts"_s.arg(
                    parser.value(tab)));
        options.tab = isOverview ? Options::kOverview : int(it - kTabs.begin());
    }
    options.theme = parser.value(theme);
    if (parser.isSet(theme) && options.theme != u"light" && options.theme != u"dark")
        return wrong(u"--theme: '%1' is neither light nor dark"_s.arg(options.theme));
    if (parser.isSet(at)) {
        const QDateTime moment = QDateTime::fromString(parser.value(at), Qt::ISODateWithMs);
        if (!moment.isValid())
            return wrong(u"--at: '%1' is no ISO 8601 time"_s.arg(parser.value(at)));
        options.atMs = moment.toMSecsSinceEpoch();
    }
    if (parser.isSet(language)
        && !QStringList{u"en"_s, u"de"_s, u"zh"_s}.contains(options.language))
        return wrong(u"--language: '%1' is none of en, de, zh"_s.arg(options.language));
    return options;
}

} // namespace clustd::monitor
