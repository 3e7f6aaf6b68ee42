#pragma once

#include "arguments.h"
#include "config/config.h"
#include "control/control_client.h"

#include <QJsonObject>
#include <QUrl>

#include <memory>

namespace clustd::daemon {

/// A command's conversation with a daemon: the own one, as admin "cli" under the secret of the
/// configuration, or with
/// --connect any machine of the cluster, with --token-file under a token.
/// Thread: main. Blocks in an event loop of its own.
class ControlSession
{
public:
    enum class Reach {
        OneMachine, ///< Ends when that one is lost
        AnyMachine ///< Goes on with the other machines of the configuration, and connects again
    };
    /// Prints what is wrong with the configuration or the token; the exit code then says which.
    [[nodiscard]] static tl::expected<std::unique_ptr<ControlSession>, ExitCode> make(
        const Arguments &arguments, Reach reach = Reach::OneMachine);

    /// To the daemon at @p uri alone, under the secrets of @p config.
    [[nodiscard]] static Result<std::unique_ptr<ControlSession>> makeFor(
        const config::Config &config, const QUrl &uri);

    using Answer = control::ControlClient::Answer;
    /// Asks and waits; connects first where that is still to be done. Progress is printed to
    /// standard error. Errors: those of the protocol, `timeout`, and `unreachable` or `forbidden`
    /// when there is no connection; once it was lost, these come at once.
    [[nodiscard]] Answer request(const QString &method, const QCborMap &params = {},
        std::chrono::milliseconds timeout = kUsual);

    [[nodiscard]] control::ControlClient &client() { return *m_client; }
    /// Whom it speaks to, for messages.
    [[nodiscard]] QString where() const { return m_where; }

    static constexpr std::chrono::milliseconds kUsual{8000};

private:
    ControlSession() = default;

    std::unique_ptr<control::ControlClient> m_client;
    QString m_where;
    bool m_isOpen = false;
    std::optional<Error> m_lost; ///< Why there is no connection any more
};

/// What the daemon of @p server listens on, seen from its own machine.
[[nodiscard]] QUrl ownUri(const config::Server &server);

/// Opens a session, asks once and reports a failure; with --json as {schema, ok: false, code,
/// error} on standard output too. Nothing: it was reported, @p exitCode says how the command ends.
[[nodiscard]] std::optional<QCborMap> askOnce(const Arguments &arguments, const QString &method,
    const QCborMap &params, std::chrono::milliseconds timeout, ExitCode &exitCode);
[[nodiscard]] ExitCode reportRefusal(
    const Arguments &arguments, const wire::ResponseError &error, const QString &where);

/// After a pause or its end: notes on standard error which machines have not confirmed it yet.
void noteUnconfirmed(const QCborMap &data);

/// For --json of an action that was done: {schema, ok: true} and @p data.
[[nodiscard]] QJsonObject doneJson(const QCborMap &data);

} // namespace clustd::daemon
