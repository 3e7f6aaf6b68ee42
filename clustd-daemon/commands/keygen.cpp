#include "arguments.h"
#include "commands/command_table.h"
#include "output.h"

#include <openssl/rand.h>

namespace clustd::daemon {
namespace {

using namespace Qt::Literals::StringLiterals;

constexpr int kSecretBytes = 48;

ExitCode run(const Arguments &arguments)
{
    QByteArray bytes(kSecretBytes, Qt::Uninitialized);
    if (RAND_priv_bytes(reinterpret_cast<unsigned char *>(bytes.data()), kSecretBytes) != 1)
        return report({ErrorCode::System, {}, u"the system's random generator gave no bytes"_s,
                          u"try again; see that /dev/urandom can be read"_s},
            arguments);
    const QString secret = QString::fromLatin1(bytes.toBase64());
    if (arguments.isJson())
        printJson({{u"schema"_s, 1}, {u"secret"_s, secret}});
    else
        printOut(secret + u'\n');
    return ExitCode::Done;
}

} // namespace

Command keygenCommand()
{
    return {.name = u"keygen"_s,
        .summary = u"Print a new secret for cluster.secret"_s,
        .details = u"48 random bytes in base64. All machines of a cluster share one secret."_s,
        .isLocal = true,
        .run = run};
}

} // namespace clustd::daemon
