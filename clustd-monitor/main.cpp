#include "common/theme.h"
#include "model/journal_file.h"
#include "options.h"
#include "timeline/timeline_view.h"
#include "window/known_clusters.h"
#include "window/main_window.h"
#include "window/palettes.h"

#include <QApplication>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTimer>
#include <QTranslator>

#include <chrono>
#include <cstdio>

using namespace clustd;
using namespace clustd::monitor;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The same numbers as the daemon's command line.
enum ExitCode { Done = 0, Failed = 1, WrongUse = 2, NotReachable = 4, NotAllowed = 5 };

constexpr auto kPictureWait = 15s; ///< For the first status of every cluster
constexpr auto kSettle = 1500ms; ///< For links, lease and past events, which come after the status

int complain(const Error &error, int code)
{
    std::fprintf(stderr, "clustd-monitor: %s\n", qUtf8Printable(error.text()));
    return code;
}

/// Saves the picture when every cluster has shown itself, or says which has not.
class Photographer : public QObject
{
public:
    Photographer(MainWindow &window, const Options &options)
        : m_window(window)
        , m_options(options)
    {
        m_limit.setSingleShot(true);
        connect(&m_limit, &QTimer::timeout, this, [this] {
            for (int i = 0; i < m_window.book().count(); ++i) {
                const Cluster &cluster = *m_window.book().at(i);
                if (cluster.status())
                    continue;
                const QString trouble = cluster.connection()->trouble();
                complain({ErrorCode::Unreachable, cluster.title(),
                             trouble.isEmpty() ? u"no answer within 15 s"_s : trouble, {}},
                    NotReachable);
            }
            QCoreApplication::exit(NotReachable);
        });
        m_limit.start(kPictureWait);
        for (int i = 0; i < window.book().count(); ++i) {
            Cluster *cluster = window.book().at(i);
            connect(cluster, &Cluster::statusChanged, this, &Photographer::look);
            connect(cluster, &Cluster::stateChanged, this, [cluster] {
                if (cluster->state() == ConnectionState::Refused)
                    QCoreApplication::exit(complain({ErrorCode::Forbidden, cluster->title(),
                                                        cluster->connection()->trouble(), {}},
                        NotAllowed));
            });
        }
        look();
    }

private:
    void look()
    {
        for (int i = 0; i < m_window.book().count(); ++i) {
            if (!m_window.book().at(i)->status())
                return;
        }
        if (m_isReady)
            return;
        m_isReady = true;
        m_limit.stop();
        QTimer::singleShot(kSettle, this, [this] {
            Cluster *cluster = m_window.book().current();
            if (cluster && m_options.atMs)
                cluster->setCursor(m_options.atMs);
            if (cluster && !m_options.select.isEmpty())
                cluster->select(m_options.select);
            QTimer::singleShot(0, this, [this] {
                if (m_window.grab().save(m_options.screenshot, "PNG"))
                    QCoreApplication::exit(Done);
                else
                    QCoreApplication::exit(
                        complain({ErrorCode::System, m_options.screenshot,
                                     u"the picture cannot be written"_s,
                                     u"name a file in a folder that can be written"_s},
                            Failed));
            });
        });
    }

    MainWindow &m_window;
    const Options &m_options;
    QTimer m_limit;
    bool m_isReady = false;
};

/// Adds what the command line names. @return the exit code when it cannot
std::optional<int> openNamed(MainWindow &window, const Options &options)
{
    for (qsizetype i = 0; i < options.uris.size(); ++i) {
        const Result<QUrl> uri = readUri(options.uris.at(i));
        if (!uri)
            return complain(
                {ErrorCode::Usage, u"--connect"_s, uri.error().what, uri.error().remedy}, WrongUse);
        Result<crypto::Credentials> token
            = readTokenFile(options.tokenFiles.at(std::min(i, options.tokenFiles.size() - 1)));
        if (!token)
            return complain(
                token.error(), token.error().code == ErrorCode::System ? Failed : NotAllowed);
        ClusterEntry entry;
        entry.title = QString::fromStdString(token->cluster);
        entry.uris = {options.uris.at(i)};
        window.book().add(entry, {{*uri}, std::move(*token)});
    }
    for (const QString &path : options.journals) {
        const Result<JournalFile> journal = readJournal(path);
        if (!journal)
            return complain(journal.error(), Failed);
        for (const Error &note : journal->notes)
            std::fprintf(stderr, "clustd-monitor: %s\n", qUtf8Printable(note.text()));
        window.book().addJournal(QFileInfo(path).fileName(), journal->entries);
    }
    return std::nullopt;
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    // Before there is a display to need: --help works anywhere, and a picture needs no screen.
    const Result<Options> options = parseOptions(arguments);
    if (!options)
        return complain(options.error(), WrongUse);
    if (options->toPrint) {
        std::fputs(qUtf8Printable(*options->toPrint), stdout);
        return Done;
    }
    const bool isPicture = !options->screenshot.isEmpty();
    if (isPicture)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"clustd-monitor"_s);
    QApplication::setOrganizationName(u"clustd"_s);
    QApplication::setApplicationDisplayName(u"clustd monitor"_s);
    QApplication::setDesktopFileName(u"clustd-monitor"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    if (!options->theme.isEmpty() || isPicture)
        setTheme(options->theme == u"dark" ? Theme::Dark : Theme::Light);

    QTranslator texts;
    QTranslator dialogs;
    const QLocale locale = options->language.isEmpty() ? (isPicture ? QLocale::c() : QLocale())
                                                       : QLocale(options->language);
    if (texts.load(locale, u"clustd-monitor"_s, u"_"_s, u":/i18n"_s))
        QApplication::installTranslator(&texts);
    if (dialogs.load(
            locale, u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(&dialogs);

    std::unique_ptr<QSettings> settings;
    if (!options->settings.isEmpty())
        settings = std::make_unique<QSettings>(options->settings, QSettings::IniFormat);
    else if (!isPicture)
        settings = std::make_unique<QSettings>();
    MainWindow window(settings.get());
    if (!options->size.isEmpty())
        window.resize(options->size);
    if (const std::optional<int> code = openNamed(window, *options))
        return *code;
    if (options->uris.isEmpty() && options->journals.isEmpty())
        window.known()->openAll();
    // What is asked for is of one cluster, the first.
    if (options->tab == Options::kOverview)
        window.showOverview();
    else if (options->tab || options->atMs || !options->select.isEmpty())
        window.showTab(options->tab.value_or(0));
    window.show();
    std::unique_ptr<Photographer> photographer;
    if (isPicture) {
        photographer = std::make_unique<Photographer>(window, *options);
    } else {
        window.tray()->show();
        if (Cluster *cluster = window.book().current()) {
            if (options->atMs)
                cluster->setCursor(options->atMs);
            if (!options->select.isEmpty())
                cluster->select(options->select);
        }
    }
    return QApplication::exec();
}
