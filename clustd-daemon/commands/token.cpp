#include "arguments.h"
#include "commands/command_table.h"
#include "commands/load_config.h"
#include "config/config_text.h"
#include "crypto/key_schedule.h"
#include "output.h"

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

/// Roles that hold a token; a machine holds the secret instead.
const QStringList kRoles{u"observer"_s, u"admin"_s, u"driver"_s};

Result<crypto::PeerRole> roleFrom(const QString &word)
{
    const std::optional<crypto::PeerRole> role = crypto::peerRoleFrom(word.toStdString());
    if (role && *role != crypto::PeerRole::Node)
        return *role;
    if (role)
        return fail(ErrorCode::Usage, u"token"_s, u"a machine needs no token"_s,
            u"give it the cluster's secret"_s);
    const QString meant = config::nearestWord(word, kRoles);
    return fail(ErrorCode::Usage, u"token"_s, config::quoted(word) + u" is no role"_s,
        meant.isEmpty() ? u"use observer, admin or driver"_s : u"did you mean %1?"_s.arg(meant));
}

Result<QByteArray> tokenFor(
    const config::Cluster &cluster, crypto::PeerRole role, const QString &name)
{
    const auto keys = crypto::ClusterKeys::derive(cluster.secret, cluster.name.toStdString());
    if (!keys)
        return fail(keys.error());
    const auto credentials = keys->credentialsFor(role, name.toStdString());
    if (!credentials)
        return fail(credentials.error());
    return crypto::makeToken(*credentials);
}

ExitCode run(const Arguments &arguments)
{
    const Result<crypto::PeerRole> role = roleFrom(arguments.positional(0));
    if (!role)
        return report(role.error());
    const QString name = arguments.positional(1);
    if (!config::isName(name))
        return report({ErrorCode::Usage, u"token"_s, config::quoted(name) + u" is no name"_s,
            u"use 1 to 64 of A-Z a-z 0-9 . _ -"_s});

    const std::optional<config::Config> config = loadConfigFor(arguments);
    if (!config)
        return ExitCode::Config;
    const QString holder = arguments.positional(0) + u'/' + name;
    if (config->revoked.contains(holder)) {
        printNote(u"%1 is revoked: the token will be refused until access.revoked of every "
                  "machine no longer lists it"_s.arg(holder));
    }
    const Result<QByteArray> token = tokenFor(config->cluster, *role, name);
    if (!token)
        return report(token.error(), arguments);
    if (arguments.isJson()) {
        printJson({{u"schema"_s, 1}, {u"cluster"_s, config->cluster.name},
            {u"role"_s, arguments.positional(0)}, {u"name"_s, name},
            {u"token"_s, QString::fromLatin1(*token)}});
    } else {
        printOut(QString::fromLatin1(*token) + u'\n');
    }
    return ExitCode::Done;
}

} // namespace

Command tokenCommand()
{
    return {.name = u"token"_s,
        .summary = u"Print a token that lets a person or a program in under one name"_s,
        .details = u"ROLE is observer (may look), admin (may act) or driver. The token is made "
                   "from the secret of the configuration, works until 'access: {revoked: "
                   "[ROLE/NAME]}' lists it or the secret changes, and is to be kept like a "
                   "password: put it in a file for --token-file."_s,
        .argumentsSyntax = u"ROLE NAME"_s,
        .argumentsMin = 2,
        .argumentsMax = 2,
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
