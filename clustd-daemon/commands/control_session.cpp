#include "commands/control_session.h"

#include "commands/load_config.h"
#include "control/access.h"
#include "output.h"
#include "version.h"

#include <QCborArray>
#include <QEventLoop>
#include <QHostAddress>

namespace clustd::daemon {

using namespace Qt::Literals::StringLiterals;
using crypto::Credentials;
using crypto::PeerRole;

namespace {

/// Of the admin "cli". The previous secrets come first: a daemon that has not read them as such yet
/// runs with one, and one that has takes them too; only an unknown one would be an alarm.
Result<std::vector<Credentials>> ownCredentials(const config::Cluster &cluster)
{
    std::vector<Credentials> credentials;
    std::vector<QByteArray> secrets = cluster.previousSecrets;
    secrets.push_back(cluster.secret);
    for (const QByteArray &secret : secrets) {
        const auto keys = crypto::ClusterKeys::derive(secret, cluster.name.toStdString());
        if (!keys)
            return fail(keys.error());
        auto own = keys->credentialsFor(PeerRole::Admin, "cli");
        if (!own)
            return fail(own.error());
        credentials.push_back(std::move(*own));
    }
    return credentials;
}

} // namespace

QUrl ownUri(const config::Server &server)
{
    QHostAddress address(server.bindAddress);
    if (address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6)
        address = QHostAddress(QHostAddress::LocalHost); // "::" listens to IPv4 too.
    QUrl uri;
    uri.setScheme(u"ws"_s);
    uri.setHost(address.toString());
    uri.setPort(server.bindPort);
    return uri;
}

Result<std::unique_ptr<ControlSession>> ControlSession::makeFor(
    const config::Config &config, const QUrl &uri)
{
    control::ControlClient::Setup setup;
    setup.software = QStringLiteral("clustd " CLUSTD_VERSION);
    setup.uris.push_back(uri);
    Result<std::vector<Credentials>> own = ownCredentials(config.cluster);
    if (!own)
        return fail(own.error());
    setup.credentials = std::move(*own);
    std::unique_ptr<ControlSession> session(new ControlSession);
    session->m_where = uri.toString();
    session->m_client = std::make_unique<control::ControlClient>(std::move(setup));
    return session;
}

tl::expected<std::unique_ptr<ControlSession>, ExitCode> ControlSession::make(
    const Arguments &arguments, Reach reach)
{
    control::ControlClient::Setup setup;
    setup.software = QStringLiteral("clustd " CLUSTD_VERSION);
    setup.reconnects = reach == Reach::AnyMachine;
    const bool hasUri = !arguments.connectUri().isEmpty();
    const bool hasToken = !arguments.tokenFile().isEmpty();
    if (hasUri) {
        const Result<QUrl> uri = control::readUri(arguments.connectUri());
        if (!uri)
            return tl::unexpected(
                report({uri.error().code, u"--connect"_s, uri.error().what, uri.error().remedy}));
        setup.uris.push_back(*uri);
    }
    if (hasToken) {
        Result<Credentials> token = control::readTokenFile(arguments.tokenFile());
        if (!token)
            return tl::unexpected(report(token.error(), arguments));
        setup.credentials.push_back(std::move(*token));
    }
    if (!hasUri || !hasToken) {
        const std::optional<config::Config> config = loadConfigFor(arguments);
        if (!config)
            return tl::unexpected(ExitCode::Config);
        if (!hasToken) {
            Result<std::vector<Credentials>> own = ownCredentials(config->cluster);
            if (!own)
                return tl::unexpected(report(own.error(), arguments));
            setup.credentials = std::move(*own);
        }
        if (!hasUri) {
            setup.uris.push_back(ownUri(config->server));
            if (reach == Reach::AnyMachine) {
                for (const config::Machine &machine : config->cluster.machines)
                    setup.uris.push_back(machine.uri);
            }
        }
    }
    std::unique_ptr<ControlSession> session(new ControlSession);
    session->m_where = setup.uris.front().toString();
    session->m_client = std::make_unique<control::ControlClient>(std::move(setup));
    return session;
}

ControlSession::Answer ControlSession::request(
    const QString &method, const QCborMap &params, std::chrono::milliseconds timeout)
{
    QEventLoop loop;
    std::optional<Answer> answer;
    const auto connection = QObject::connect(m_client.get(), &control::ControlClient::down, &loop,
        [this](const Error &why) { m_lost = why; });
    m_client->request(
        method, params, timeout,
        [&](const Answer &given) {
            answer = given;
            loop.quit();
        },
        [](const QString &text) { printNote(text); });
    if (!m_isOpen) {
        m_isOpen = true;
        m_client->open();
    }
    if (!answer)
        loop.exec();
    QObject::disconnect(connection);
    if (!*answer && m_lost && answer->error().code == QLatin1StringView(control::kUnreachable)) {
        // The loss knows better than the request why there is no answer.
        const QString code
            = m_lost->code == ErrorCode::Forbidden ? u"forbidden"_s : answer->error().code;
        const QString text
            = m_lost->remedy.isEmpty() ? m_lost->what : m_lost->what + u"; "_s + m_lost->remedy;
        return tl::unexpected(wire::ResponseError{code, text, {}});
    }
    return *answer;
}

ExitCode reportRefusal(
    const Arguments &arguments, const wire::ResponseError &error, const QString &where)
{
    if (arguments.isJson()) {
        QJsonObject object{{u"schema"_s, control::kSchema}, {u"ok"_s, false},
            {u"code"_s, error.code}, {u"error"_s, error.message}};
        printJson(object);
    }
    return report(control::toError(error, where));
}

std::optional<QCborMap> askOnce(const Arguments &arguments, const QString &method,
    const QCborMap &params, std::chrono::milliseconds timeout, ExitCode &exitCode)
{
    const auto session = ControlSession::make(arguments);
    if (!session) {
        exitCode = session.error();
        return std::nullopt;
    }
    const ControlSession::Answer answer = (*session)->request(method, params, timeout);
    if (!answer) {
        exitCode = reportRefusal(arguments, answer.error(), (*session)->where());
        return std::nullopt;
    }
    exitCode = ExitCode::Done;
    return *answer;
}

void noteUnconfirmed(const QCborMap &data)
{
    QStringList machines;
    for (const QCborValue id : data[u"unconfirmed"_s].toArray())
        machines.append(id.toString());
    if (!machines.isEmpty())
        printNote(u"not confirmed yet by %1, which may still act as before"_s.arg(
            machines.join(u", "_s)));
}

QJsonObject doneJson(const QCborMap &data)
{
    QJsonObject object = data.toJsonObject();
    object.insert(u"schema"_s, control::kSchema);
    object.insert(u"ok"_s, true);
    return object;
}

} // namespace clustd::daemon
